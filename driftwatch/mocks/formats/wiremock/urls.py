"""From a stub's URL matcher to concrete URLs: as written, by the shortest match, or with path parameters filled in."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.requests import encode_path, encode_segment, split_target
from driftwatch.mocks.formats.wiremock.conditions import Condition
from driftwatch.mocks.formats.wiremock.pattern import RequestPattern
from driftwatch.mocks.formats.wiremock.values import Value, values
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import DISCOVERED, Grade

_RANK: Final = (Grade.EXACT, Grade.EXAMPLE, Grade.CHOSEN, Grade.NEEDS_INPUT, Grade.UNRESOLVABLE)


def weaker(one: Grade, other: Grade) -> Grade:
    """The grade of a request whose parts have these two."""
    return max(one, other, key=_RANK.index)


class Url(msgspec.Struct, frozen=True):
    """One URL that a stub answers, and how it was had."""

    path: str
    raw_query: str = ""
    grade: Grade = Grade.EXACT
    reason: str = ""
    template: str = ""


def urls(pattern: RequestPattern, known: Mapping[str, str], variables: Mapping[str, str]) -> Iterator[Url]:
    """URLs that the pattern matches, the likeliest first; a template gives one."""
    match pattern.url_field:
        case "url":
            path, _, query = pattern.url.partition("?")
            yield Url(path, query)
        case "urlPath":
            yield Url(pattern.url)
        case "urlPattern" | "urlPathPattern":
            yield from _pattern_urls(pattern, variables.get(DISCOVERED) or known.get("id"))
        case "urlPathTemplate":
            yield _template_url(pattern, known, variables)
        case _:
            yield Url("/", grade=Grade.UNRESOLVABLE, reason="the stub answers every URL")


def _pattern_urls(pattern: RequestPattern, identifier: str | None) -> Iterator[Url]:
    try:
        parsed = patterns.parse(pattern.url)
        if parsed.is_catch_all:
            raise Refusal(f"the pattern `{pattern.url[:80]}` answers nearly every URL")
        hints = (identifier,) if identifier else ()
        for text in parsed.candidates(in_path=True, hints=hints):
            target = split_target(text)
            if parsed.literal is not None:
                yield Url(target.path, target.raw_query)
            else:
                yield Url(target.path, target.raw_query, Grade.CHOSEN, f"one URL that `{pattern.url[:80]}` matches")
    except Refusal as refusal:
        path = encode_path(pattern.url if pattern.url.startswith("/") else f"/{pattern.url}")
        yield Url(path, grade=Grade.UNRESOLVABLE, reason=refusal.reason)


def _template_url(pattern: RequestPattern, known: Mapping[str, str], variables: Mapping[str, str]) -> Url:
    """A path template filled in: by its own matchers, by the stub's answer, by the config; never by invention."""
    path, template, grade, reasons, missing = pattern.url, pattern.url, Grade.EXACT, [], []
    names = pattern.parameters
    for position, name in enumerate(names):
        is_last = position == len(names) - 1 and pattern.url.endswith("}")
        value, source = _parameter(pattern.path_parameters.get(name), name, known, variables, is_last=is_last)
        written = _PLACE % name
        place = next(part for part in _places(path) if part.strip("{}.;*") == name)
        template = template.replace(place, written, 1)
        if value is None:
            grade = Grade.NEEDS_INPUT
            missing.append(f"`{name}`")
            continue
        path = path.replace(place, encode_segment(value.text), 1)
        if not value.is_exact:
            grade = weaker(grade, Grade.CHOSEN)
            reasons.append(f"the path parameter `{name}` was taken from {source}")
    if len(missing) > 1:
        reasons.insert(0, f"the path parameters {', '.join(missing)} have no value; give them one in `variables`")
    elif missing:
        reasons.insert(0, f"the path parameter {missing[0]} has no value; give it one in `variables`")
    if "**" in path:
        grade, reasons = Grade.UNRESOLVABLE, [*reasons, "the template has an open end (**)"]
    return Url(encode_path(path), "", grade, "; ".join(reasons), template)


_PLACE: Final = "{%s}"


def _places(path: str) -> list[str]:
    return ["{" + part.partition("}")[0] + "}" for part in path.split("{")[1:]]


def _parameter(
    condition: Condition | None, name: str, known: Mapping[str, str], variables: Mapping[str, str], *, is_last: bool
) -> tuple[Value | None, str]:
    hint = known.get(_plain(name), "") or (known.get("id", "") if is_last else "")
    if condition is not None:
        try:
            value = next(values(condition, (hint,) if hint else ()), None)
        except Refusal:
            value = None
        if value is not None:
            return value, "its own matcher"
    if name in variables:
        return Value(variables[name], is_exact=False), "the config"
    return (Value(hint, is_exact=False), "the stub's own answer") if hint else (None, "")


def identifiers(body: object) -> dict[str, str]:
    """The scalars of a stub's own answer by their plain names: where an identifier in the path may be found."""
    if not isinstance(body, dict):
        return {}
    scalars = {name: str(value) for name, value in body.items() if type(value) in (str, int)}
    return {_plain(name): text for name, text in scalars.items() if len(text) <= _LONGEST and "{{" not in text}


_LONGEST: Final = 100
"""Characters of an identifier."""


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
