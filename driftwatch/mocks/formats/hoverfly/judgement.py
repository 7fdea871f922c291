"""Whether a pair answers a request, field by field as Hoverfly looks at them (``matching_strategy_runner.go``, 1.12.8).

Names of headers and of query parameters count in any case, and several values of one name are joined with ``;``.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote

from msgspec import Struct

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.candidates import FORM, Asked
from driftwatch.mocks.asking.requests import parse_query
from driftwatch.mocks.asking.truth import Truth, every
from driftwatch.mocks.formats.hoverfly import json_values, tokens, xml_values
from driftwatch.mocks.formats.hoverfly.wanted import FORM as FORM_MATCHER
from driftwatch.mocks.formats.hoverfly.wanted import Matcher, Matchers, Wanted
from driftwatch.model.interaction import Header

JOINT: Final = ";"
_UNESCAPED: Final = "-_.~$&+,/:;=@"
"""What Go leaves alone when it spells a path (``net/url``, ``shouldEscape``)."""


class Seen(Struct, frozen=True):
    """A request as Hoverfly sees it."""

    method: str
    path: str
    destination: str | None
    """Host and port in lower case; ``None`` if it is not known."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str
    form: Mapping[str, str]
    """The first value of each field, where the body is a form."""
    pairs: tuple[tuple[str, str], ...]


def as_seen(asked: Asked, destination: str | None) -> Seen:
    """A request with the names of its parts as they are compared."""
    body = asked.body or ""
    is_form = body and (asked.header("Content-Type") or "").partition(";")[0].strip() == FORM
    form = dict(reversed(parse_query(body))) if is_form else {}
    return Seen(
        asked.method,
        seen_path(asked.path),
        destination,
        _joined(asked.query),
        _joined(asked.headers),
        body,
        form,
        tuple(sorted(asked.query)),
    )


def seen_path(path: str) -> str:
    """A path as Go hands it on: decoded, unless it is spelled otherwise than Go itself would spell it."""
    decoded = unquote(path)
    return decoded if quote(decoded, safe=_UNESCAPED) == path else path


def _joined(pairs: tuple[Header, ...]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name.lower(), []).append(value)
    return {name: JOINT.join(several) for name, several in found.items()}


def answers(wanted: Wanted, seen: Seen) -> Truth:
    """Whether a pair's matchers take a request, whatever the state; ``None`` if that cannot be told."""
    return every(_truths(wanted, seen))


def _truths(wanted: Wanted, seen: Seen) -> Iterator[Truth]:
    """Field by field, the cheap ones first: the first ``False`` ends the search."""
    yield all_hold(wanted.method, seen.method)
    yield all_hold(wanted.path, seen.path)
    if wanted.destination:
        yield None if seen.destination is None else all_hold(wanted.destination, seen.destination)
    if wanted.query is not None:
        yield bool(wanted.query) or not seen.query
        yield _named(wanted.query, seen.query)
    yield every(_whole(matcher, seen) for matcher in wanted.whole_query)
    yield _named(wanted.headers, seen.headers)
    yield _body(wanted.body, seen)


def _named(wanted: Mapping[str, Matchers], found: Mapping[str, str]) -> Truth:
    lowered = ((name.lower(), matchers) for name, matchers in wanted.items())
    return every(name in found and all_hold(matchers, found[name]) for name, matchers in lowered)


def _whole(matcher: Matcher, seen: Seen) -> Truth:
    if matcher.kind == "exact":
        return tuple(sorted(split_pairs(matcher.text))) == seen.pairs
    return holds(matcher, "&".join(f"{name}={value}" for name, value in seen.pairs))


def split_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """The pairs of a query that is not percent-encoded."""
    parts = (part.partition("=") for part in text.split("&") if part)
    return tuple((name, value) for name, _, value in parts)


def _body(matchers: Matchers, seen: Seen) -> Truth:
    """A form is looked at by its fields, and then the body as a text is not."""
    forms = [matcher for matcher in matchers if matcher.kind == FORM_MATCHER]
    if not forms:
        return all_hold(matchers, seen.body)
    return every(
        name in seen.form and all_hold(inner, seen.form[name]) for form in forms for name, inner in form.fields.items()
    )


def all_hold(matchers: Matchers, text: str) -> Truth:
    """Whether a text satisfies all matchers of a field."""
    return every(holds(matcher, text) for matcher in matchers)


def holds(matcher: Matcher, text: str) -> Truth:
    """Whether a text satisfies a matcher, and what it takes out of the text the one chained to it."""
    outcome: Truth = True
    link: Matcher | None = matcher
    while link is not None:
        truth, text = _link(link, text)
        if truth is False:
            return False
        if truth is None and link.kind in _EXTRACTING:
            return None
        outcome = outcome and truth
        link = link.then
    return outcome


_EXTRACTING: Final = ("jsonpath", "xpath", "jwt", "jwtjsonpath")


def _link(matcher: Matcher, text: str) -> tuple[Truth, str]:
    if not isinstance(matcher.value, str):
        if matcher.kind == "array":
            return _array(matcher, text), text
        return matcher.kind == "negate", text
    match matcher.kind:
        case "jsonpath":
            return json_values.taken(matcher.text, text)
        case "jwtjsonpath":
            return tokens.taken(matcher.text, text)
        case "jwt":
            return tokens.is_part(matcher.text, text), tokens.opened(text) or ""
        case "xpath":
            return None, text
        case "array":
            return False, text
        case _:
            return _TESTS[matcher.kind](matcher.text, text), text


def is_glob_match(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern in which ``*`` stands for anything, also for nothing."""
    parts = pattern.split("*")
    if len(parts) == 1:
        return pattern == text
    first, last = parts[0], parts[-1]
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    position, end = len(first), len(text) - len(last)
    for part in parts[1:-1]:
        position = text.find(part, position, end)
        if position < 0:
            return False
        position += len(part)
    return True


_TESTS: Final[Mapping[str, Callable[[str, str], Truth]]] = {
    "exact": lambda wanted, found: wanted == found,
    "negate": lambda wanted, found: wanted != found,
    "glob": is_glob_match,
    "regex": patterns.occurs,
    "json": json_values.is_equal,
    "jsonpartial": json_values.is_part,
    "xml": xml_values.is_equal,
    "xmltemplated": xml_values.is_fitting,
}


def _array(matcher: Matcher, text: str) -> Truth:
    """``array_match.go``: the same values, as often, in the same order, as far as its switches do not say otherwise."""
    if not isinstance(matcher.value, list) or not all(isinstance(item, str) for item in matcher.value):
        return False
    wanted, found = matcher.value, text.split(JOINT)
    if not _is_on(matcher, "ignoreUnknown") and not set(found) <= set(wanted):
        return False
    if not _is_on(matcher, "ignoreOccurrences") and not _are_as_many(wanted, found):
        return False
    return _is_on(matcher, "ignoreOrder") or _is_in_order(wanted, found)


def _is_on(matcher: Matcher, switch: str) -> bool:
    config = matcher.config or {}
    return any(value is True for name, value in config.items() if name.lower() == switch.lower())


def _are_as_many(wanted: list[str], found: list[str]) -> bool:
    counts = Counter(found)
    return all(counts[item] == count for item, count in Counter(wanted).items())


def _is_in_order(wanted: list[str], found: list[str]) -> bool:
    position = 0
    for item in found:
        if position < len(wanted) and item == wanted[position]:
            position += 1
    return position == len(wanted)
