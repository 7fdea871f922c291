"""The few headers of which a value is a claim (drift semantics, ``header-value-changed``); all others are data."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.heads import Heads
from driftwatch.drift.locations import compare_locations
from driftwatch.model.interaction import Request

Words = frozenset[str]
"""What a header says, without order and spelling."""

_NAME: Final = r"[!#$%&'*+.^`|~\w-]+"
_PART: Final = re.compile(r'(?:[^,"]+|"(?:[^"\\]|\\.)*"?)+')
_SCHEME: Final = re.compile(rf"({_NAME})(?:\s+(?!\s*=)|$)")
_LONGEST, _MOST = 40, 8
"""What of a stranger's words is repeated to a reader."""


def compare_header_values(heads: Heads, asked: Request, base_path: str) -> Iterator[Difference]:
    """Answers whose value none of the variants allows."""
    yield from compare_locations(heads, asked, base_path)
    for name, (read, allows) in _CLAIMS.items():
        if name not in heads.names:
            continue
        said = [words for _, values in heads.said(name) if (words := read(",".join(values)))]
        others = [
            (sample, words)
            for sample, values in heads.heard(name)
            if (words := read(",".join(values))) and not any(allows(mocked, words) for mocked in said)
        ]
        if said and others:
            shown, seen = frozenset().union(*said), frozenset().union(*(words for _, words in others))
            yield heads.differs(
                Aspect.HEADER_VALUE, name, (sample for sample, _ in others), _in_words(shown), _in_words(seen)
            )


def _in_words(words: Words) -> str:
    return ", ".join(sorted(word[:_LONGEST] for word in words)[:_MOST])


def _listed(text: str) -> Words:
    return frozenset(part.strip().lower() for part in text.split(",")) - {""}


def _methods(text: str) -> Words:
    return frozenset(word.upper() for word in _listed(text))


def _first_word(text: str) -> Words:
    """``attachment`` of ``attachment; filename="a.csv"`` (RFC 6266, 4.2)."""
    return frozenset({text.split(";", 1)[0].strip().lower()}) - {""}


def _schemes(text: str) -> Words:
    """The schemes of all challenges (RFC 9110, 11.6.1), which commas part from each other and from parameters."""
    parts = (match[0].strip() for match in _PART.finditer(text))
    return frozenset(match[1].lower() for part in parts if (match := _SCHEME.match(part)))


def _has_all(mocked: Words, real: Words) -> bool:
    """Nothing that was offered is lost; more is welcome."""
    return mocked <= real


def _is_one_of(mocked: Words, real: Words) -> bool:
    return not mocked.isdisjoint(real)


def _speaks(mocked: Words, real: Words) -> bool:
    """One of the mocked languages, or a region of one (RFC 4647, 3.3.1: ``en`` takes ``en-GB``)."""
    return any(tag == known or tag.startswith(f"{known}-") for tag in real for known in mocked)


_CLAIMS: Final[Mapping[str, tuple[Callable[[str], Words], Callable[[Words, Words], bool]]]] = {
    "allow": (_methods, _has_all),
    "content-disposition": (_first_word, _is_one_of),
    "content-language": (_listed, _speaks),
    "www-authenticate": (_schemes, _has_all),
}
"""How a header is read, and when a mocked reading takes a real one in."""
