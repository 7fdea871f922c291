"""From the matchers of one field to texts that satisfy them all."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.formats.hoverfly import json_values, tokens, xml_values
from driftwatch.mocks.formats.hoverfly.judgement import JOINT, all_hold
from driftwatch.mocks.formats.hoverfly.wanted import Matcher, Matchers
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text

_RANK: Final = (
    "exact", "array", "json", "xml", "jwt", "jwtjsonpath", "xmltemplated", "jsonpath", "jsonpartial", "regex", "glob",
    "xpath", "negate",
)  # fmt: skip
"""The most telling first."""
_DOCUMENTS: Final = ("json", "jsonpartial", "jsonpath")
_INVENTED: Final = ("x", "1", "xx")
_MOST: Final = 8
_MOST_ITEMS: Final = 1000


class Value(Struct, frozen=True):
    """One text that satisfies a field's matchers."""

    text: str
    is_exact: bool
    """No other would; else it was chosen among several."""


def values(
    matchers: Matchers, *, in_path: bool = False, hints: tuple[str, ...] = (), usual: tuple[str, ...] = ()
) -> Iterator[Value]:
    """Texts that satisfy all matchers, or may; the likeliest first.

    ``hints`` are identifiers that an open place in a path may well have, ``usual`` are whole texts that would be likely
    if they do. Raises ``Refusal`` if no text is known.
    """
    links = sorted(_links(matchers), key=lambda matcher: _RANK.index(matcher.kind))
    is_exact = any(matcher.is_literal for matcher in links)
    if not is_exact and any(matcher.kind == "xpath" for matcher in links):
        raise Refusal("an XPath decides, and no document is known for it")
    problem = Refusal("no value is known that its matchers accept")
    seen: set[str] = set()
    likely = () if is_exact else usual
    for proposal in (iter(likely), *_ways(links, in_path=in_path, hints=hints)):
        try:
            for text in islice(proposal, _MOST):
                if text not in seen and all_hold(matchers, text) is not False:
                    seen.add(text)
                    yield Value(text, is_exact)
        except Refusal as refusal:
            problem = refusal
    if not seen:
        raise problem


def items(matchers: Matchers) -> list[str] | None:
    """The values that a field shall have one by one; ``None`` if it is about a single one. Raises ``Refusal``."""
    for matcher in matchers:
        if matcher.kind == "array" and isinstance(matcher.value, list):
            if len(matcher.value) > _MOST_ITEMS:
                raise Refusal(f"more than {_MOST_ITEMS} values are wanted")
            return [item for item in matcher.value if isinstance(item, str)]
    return None


def _links(matchers: Iterable[Matcher]) -> Iterator[Matcher]:
    """All matchers of a field's own value: a chain goes on with it unless a link takes something out."""
    for matcher in matchers:
        link: Matcher | None = matcher
        while link is not None:
            yield link
            link = None if link.kind in ("jsonpath", "jwt", "jwtjsonpath", "xpath") else link.then


def _ways(links: list[Matcher], *, in_path: bool, hints: tuple[str, ...]) -> Iterator[Iterator[str]]:
    documents = [matcher for matcher in links if matcher.kind in _DOCUMENTS]
    if len(documents) > 1 and not any(matcher.is_literal for matcher in links):
        yield (json_text.encode(document(part)) for part in [documents])
    for matcher in links:
        yield _proposals(matcher, in_path=in_path, hints=hints)


def _proposals(matcher: Matcher, *, in_path: bool, hints: tuple[str, ...]) -> Iterator[str]:
    text = matcher.text
    match matcher.kind:
        case "exact" | "json" | "xml" | "jsonpartial":
            yield text
        case "array":
            yield JOINT.join(items((matcher,)) or ())
        case "glob":
            yield from _globbed(text, in_path=in_path, hints=hints)
        case "regex":
            pattern = patterns.parse(text)
            if in_path and pattern.is_catch_all:
                raise Refusal(f"the pattern `{text[:80]}` answers nearly every path")
            yield from pattern.candidates(in_path=in_path, hints=hints)
        case "jsonpath":
            yield json_text.encode(document([matcher]))
        case "xmltemplated":
            yield xml_values.filled(text)
        case "jwt" | "jwtjsonpath":
            yield tokens.make(_claims(matcher))
        case "negate" if not in_path:
            yield from _INVENTED
        case "negate":
            raise Refusal("the pair answers nearly every path")
        case _:
            return


def _claims(matcher: Matcher) -> object:
    """Both halves of a token that satisfies a matcher."""
    if matcher.kind == "jwtjsonpath":
        return json_values.path(tokens.in_payload(matcher.text)).build(None, _leaf(matcher.then))
    if matcher.then is not None:
        raise Refusal("a matcher chained to `jwt` decides")
    return json_values.decode(matcher.text)


def _globbed(pattern: str, *, in_path: bool, hints: tuple[str, ...]) -> Iterator[str]:
    if in_path and "*" in pattern and not any(character.isalnum() for character in pattern):
        raise Refusal(f"the pattern `{pattern[:80]}` answers nearly every path")
    for filling in (*hints, *_INVENTED):
        yield pattern.replace("*", filling)


def document(matchers: Iterable[Matcher]) -> object:
    """A JSON document with as little in it as satisfies these matchers. Raises ``Refusal`` if none is known."""
    built: object = None
    for matcher in matchers:
        if matcher.kind == "jsonpath":
            built = json_values.path(matcher.text).build(built, _leaf(matcher.then))
        else:
            built = _merged(built, json_values.decode(matcher.text))
    return built


def _leaf(matcher: Matcher | None) -> object:
    """A value at the end of a path that satisfies what is chained to it."""
    if matcher is None:
        return _INVENTED[0]
    links = list(_links([matcher]))
    text = next(values((matcher,))).text
    return json_values.decode(text) if any(link.kind in _DOCUMENTS for link in links) else text


def _merged(one: object, other: object) -> object:
    match one, other:
        case None, _:
            return other
        case dict(), dict():
            return {**one, **{name: _merged(one.get(name), value) for name, value in other.items()}}
        case list(), list():
            return [*one, *(item for item in other if item not in one)]
        case _:
            return other
