"""In which characters text is written, where that matters: not in JSON, whose charset parameter means nothing."""

import re
from collections.abc import Iterator
from encodings.aliases import aliases
from typing import Final

from driftwatch.drift.content import charset, essence, is_json
from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.heads import Heads

_PUNCTUATION: Final = re.compile(r"[^a-z0-9]+")
_LONGEST, _MOST = 40, 8
"""What of a stranger's words is repeated to a reader."""


def plain_charset(content_type: str) -> str:
    """The charset of a media type under one name for all its spellings: ``UTF8`` and ``utf-8`` are one.

    Empty if there is none, and for JSON (RFC 8259, 11: the parameter has no effect).
    """
    if is_json(essence(content_type)):
        return ""
    name = _PUNCTUATION.sub("_", charset(content_type))
    # a lookup in a table: asking the codecs would import modules, and remember every name a stranger makes up
    return aliases.get(name, name).replace("_", "")


def compare_charsets(heads: Heads) -> Iterator[Difference]:
    """Another charset than all variants of the same media type name. Who is silent claims nothing."""
    if not any("charset" in values[0].lower() for _, values in heads.heard("content-type")):
        return
    promised: dict[str, set[str]] = {}
    for _, values in heads.said("content-type"):
        promised.setdefault(essence(values[0]), set()).add(plain_charset(values[0]))
    others = []
    for sample, values in heads.heard("content-type"):
        known = promised.get(essence(values[0]), {""})
        if "" not in known and plain_charset(values[0]) not in {"", *known}:
            others.append((sample, values[0]))
    if others:
        said = {charset(values[0]) for _, values in heads.said("content-type")} - {""}
        heard = {charset(value) for _, value in others}
        yield heads.differs(
            Aspect.CHARSET, "content-type", (sample for sample, _ in others), _words(said), _words(heard)
        )


def _words(names: set[str]) -> str:
    return ", ".join(sorted(name[:_LONGEST] for name in names)[:_MOST])
