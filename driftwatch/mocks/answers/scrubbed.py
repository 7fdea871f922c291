"""Traces of a hand or a tool that took a value out of a recording, and left a word in its place."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from driftwatch.mocks.answers.templates import Rendering, render

_IN_VALUE: Final = re.compile(r"(?i)<[a-z][a-z0-9_ -]+>|\*{3,}|\bx{4,}\b|redacted|scrubbed|filtered|dummy|\{\{.*\}\}")
_IN_TEXT: Final = re.compile(
    r"<[A-Z][A-Z0-9_]+>|%3C[A-Z][A-Z0-9_]+%3E|\*{3,}|%2A%2A%2A|\bX{4,}\b|REDACTED|<%=?.{1,200}?%>|%3C%=?.{1,200}?%%3E"
)
_NAMED: Final = re.compile(r"<([A-Z][A-Z0-9_]+)>|<%=\s*(\w+)\s*%>")
"""A stand-in with a name, or an ERB expression that is but a name: VCR runs cassettes through ERB when asked to."""
_IN_DOCUMENT: Final = re.compile(r"(?s)<<?[A-Z][A-Z0-9_]+>>?|<%=.{1,200}?%>")
_BLOCK: Final = re.compile(r"<%[^=]")
_ERB: Final = r"(?s)<%.{1,200}?%>"


def is_scrubbed(value: str) -> bool:
    """Whether a header's or a credential's value is a stand-in: ``<TOKEN>``, ``REDACTED``, ``****``, ``dummy``."""
    return _IN_VALUE.search(value) is not None


def placeholder(text: str) -> str:
    """The first stand-in in an URL or a body, or the empty string: only what nobody writes by chance."""
    match = _IN_TEXT.search(text)
    return unquote(match.group()) if match else ""


def stand_ins(text: str) -> Iterator[tuple[int, int]]:
    """Where stand-ins, and expressions of ERB, begin and end in a stored answer: nothing may be written over them.

    In HTML and its like ``<TITLE>`` is but a tag.
    """
    if "<" in text or "*" in text or "X" in text or "REDACTED" in text:
        is_markup = text.lstrip().startswith("<") and "</" in text
        yield from (match.span() for match in _kept(is_markup=is_markup).finditer(text))


@lru_cache(maxsize=2)
def _kept(*, is_markup: bool) -> re.Pattern[str]:
    """All that stands for a value in a stored answer; compiled where a mock is rewritten, and in no audit."""
    named = _IN_DOCUMENT.pattern.removeprefix("(?s)")
    return re.compile(_ERB if is_markup else f"{_ERB}|{named}|{_IN_TEXT.pattern}")


def remedy(stand_in: str) -> str:
    """How to give a stand-in its value back, to end a sentence with; empty if it has no name."""
    match = _NAMED.fullmatch(stand_in)
    return f"; give it one in `variables` as `{match[1] or match[2]}`" if match else ""


def filled(text: str, variables: Mapping[str, str]) -> str:
    """The text with the stand-ins that the config knows a value for: ``<ACCOUNT_ID>`` by ``ACCOUNT_ID``."""
    if not variables or "<" not in text:
        return text
    return _NAMED.sub(lambda match: variables.get(match.group(1) or match.group(2), match.group()), text)


def without_stand_ins(text: str) -> Rendering | None:
    """A JSON document whose stand-ins are said to be dynamic places; ``None`` if it has none, or is no JSON.

    Recorders replace in the raw text, so a stand-in for a number stands outside quotes and leaves no JSON behind.
    """
    if "<" not in text or text.lstrip()[:1] not in ("{", "["):
        return None
    if not _IN_DOCUMENT.search(text) and not _BLOCK.search(text):
        return None
    literal = text.replace("{{", r"{\u007b") if "{{" in text else text
    if _BLOCK.search(literal):
        return render("{{#stand-in}}" + literal + "{{/stand-in}}")
    return render(_IN_DOCUMENT.sub("{{stand-in}}", literal))
