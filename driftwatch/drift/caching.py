"""Whether a cache may go on serving an answer: the class of its ``Cache-Control`` (RFC 9111)."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.heads import Heads

_DIRECTIVE: Final = re.compile(r'([^\s=,;"]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,;"]*)))?')


_KEPT: Final = 512
"""How many policies are kept read: a service has a handful."""


class CacheClass(StrEnum):
    """What a cache may do with an answer. A policy that says neither (``private`` alone) is of no class."""

    REUSED = "may be reused for a time without asking"
    ASKED = "must be asked for every time"


@lru_cache(_KEPT)
def cache_class(values: tuple[str, ...]) -> CacheClass | None:
    """The class of a ``Cache-Control``, which may come in several headers.

    ``no-store`` and ``no-cache`` forbid reuse whatever lifetime stands beside them (RFC 9111, 5.2.2.4 and 5.2.2.5;
    ``no-cache="Set-Cookie"`` is about that header alone). Of a directive that is repeated the first counts, and a
    lifetime that is no number is none (4.2.1).
    """
    directives: dict[str, str] = {}
    for name, quoted, plain in _DIRECTIVE.findall(",".join(values)):
        directives.setdefault(name.lower(), quoted or plain)
    if "no-store" in directives or directives.get("no-cache") == "":
        return CacheClass.ASKED
    lifetimes = [directives[name] for name in ("max-age", "s-maxage") if name in directives]
    if not lifetimes:
        return None
    lasts = any(text.isdecimal() and text.strip("0") for text in lifetimes)
    return CacheClass.REUSED if lasts else CacheClass.ASKED


def compare_caching(heads: Heads) -> Iterator[Difference]:
    """Answers of another class than every variant that has one; ``note`` says whether they are ``looser``."""
    if "cache-control" not in heads.names:
        return
    said = {kind for _, values in heads.said("cache-control") if (kind := cache_class(values)) is not None}
    if len(said) != 1:
        return
    (mocked,) = said
    others = [
        sample
        for sample, values in heads.heard("cache-control")
        if (kind := cache_class(values)) is not None and kind is not mocked
    ]
    if others:
        other = CacheClass.ASKED if mocked is CacheClass.REUSED else CacheClass.REUSED
        note = "looser" if other is CacheClass.REUSED else "stricter"
        yield heads.differs(Aspect.CACHE, "cache-control", others, mocked.value, other.value, note)
