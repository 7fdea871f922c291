"""Keploy's assertions: with one beside ``noise`` nothing else of a recorded answer counts (``AssertionMatch``).

So the recorded body and headers are out of scope then, except where an assertion speaks of them.
"""

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import has_no_body
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import Object, as_object, as_text, as_whole
from driftwatch.model.interaction import Expectation, Matcher, MatcherKind
from driftwatch.model.shape import join

_VALUED: Final = ("header_equal", "header_contains", "header_matches")
_STATUSES: Final = frozenset(status.value for status in HTTPStatus if status.value >= 200)
_OUT_OF_SCOPE: Final = (Matcher("", MatcherKind.IGNORE),)


def asserted(recorded: Expectation, assertions: Object, *steps: Step) -> tuple[Expectation, ...]:
    """The answers that the assertions allow; the recorded one if there are none. Raises ``Refusal``."""
    said = {name: value for name, value in assertions.items() if name != "noise"}
    if not said:
        return (recorded,)
    headers = dict(_headers(said, recorded, *steps))
    body, matchers = recorded.body, tuple(_body(said, recorded, *steps))
    first = replace(recorded, headers=tuple(headers.items()), body=body, matchers=matchers)
    return tuple(_with_status(first, status) for status in _statuses(said, recorded.status, *steps))


def _with_status(answer: Expectation, status: int) -> Expectation:
    if has_no_body("", status):
        return replace(answer, status=status, body=None, matchers=())
    return replace(answer, status=status)


def _statuses(said: Object, recorded: int, *steps: Step) -> Iterable[int]:
    """The allowed statuses, the recorded one first."""
    if "status_code" in said:
        return (as_whole(said["status_code"], *steps, "status_code"),)
    allowed: set[int] = set()
    if "status_code_in" in said:
        allowed = {as_whole(one, *steps, "status_code_in") for one in _names(said["status_code_in"])}
    elif "status_code_class" in said:
        first = as_text(said["status_code_class"], *steps, "status_code_class")[:1]
        allowed = {status for status in _STATUSES if str(status)[0] == first}
    return dict.fromkeys([*([recorded] if recorded in allowed or not allowed else []), *sorted(allowed)])


def _names(value: object) -> Iterable[object]:
    return value if isinstance(value, list | dict) else str(value).split(",")


def _headers(said: Object, recorded: Expectation, *steps: Step) -> Iterator[tuple[str, str]]:
    """The headers that must come, each with a value that would do."""
    for name in _names(said["header_exists"]) if said.get("header_exists") else ():
        yield str(name), recorded.header(str(name)) or ""
    for assertion in _VALUED:
        for name, value in as_object(said.get(assertion), *steps, assertion).items():
            would_do = "" if assertion == "header_matches" else as_text(value, *steps, assertion, name)
            yield name, recorded.header(name) or would_do


def _body(said: Object, recorded: Expectation, *steps: Step) -> Iterator[Matcher]:
    if "json_equal" in said:
        yield Matcher("", MatcherKind.EXACT)
        return
    if "json_contains" not in said:
        yield from _OUT_OF_SCOPE
        return
    wanted = said["json_contains"]
    if isinstance(wanted, str):
        wanted = _decoded(wanted, *steps)
    yield from _contained(as_object(wanted, *steps, "json_contains"), _decode(recorded.body))


def _contained(wanted: Object, example: object) -> Iterator[Matcher]:
    """What is wanted is promised to the letter; the other members of the objects on the way are out of scope."""
    stack: list[tuple[str, object, object]] = [("", wanted, example)]
    while stack:
        pointer, part, shown = stack.pop()
        if not isinstance(part, dict):
            yield Matcher(pointer, MatcherKind.EXACT, values=(part,))
            continue
        members = shown if isinstance(shown, dict) else {}
        for name in members:
            if name not in part:
                yield Matcher(join(pointer, name), MatcherKind.IGNORE)
        stack.extend((join(pointer, str(name)), inner, members.get(name)) for name, inner in part.items())


def _decode(body: bytes | None) -> object:
    try:
        return json_text.decode((body or b"").decode())
    except (ValueError, RecursionError):
        return None


def _decoded(text: str, *steps: Step) -> object:
    try:
        return json_text.decode(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("`json_contains` is text and not JSON", steps=(*steps, "json_contains")) from error
