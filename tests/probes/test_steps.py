"""A step of a journey → what it sends; and what a hostile answer cannot make of it."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.model.interaction import Claim, Expectation, Grade, Interaction, Origin, Request
from driftwatch.model.journey import Ask, Capture, Source, Step, Value
from driftwatch.model.probe import Observation
from driftwatch.probes.captures import CaptureError, captured
from driftwatch.probes.filling import UnfilledError, fill_json, fill_line, fill_path
from driftwatch.probes.steps import mock_of, outline, request_of

MOCK = Request("GET", "/orders/42", "/orders/{id}", headers=(("Accept", "application/json"),))
OPEN = Request("GET", "/users/{userId}", "/users/{userId}", grade=Grade.NEEDS_INPUT, reason="`userId` has no value")
CREATED = Request(
    "GET", "/orders/42", "/orders/{id}", grade=Grade.NEEDS_INPUT, reason="asks for what an earlier request created"
)


def sent(step: Step, mock: Request | None = MOCK, base: str = "", **values: Value) -> Request:
    """The request of a step."""
    return request_of(step, mock, values, base)


def test_a_step_that_says_nothing_sends_what_its_mock_asks() -> None:
    """Without a value and a word of its own it is the mock's request to the letter."""
    assert sent(Step(mock="a"), total=3) == MOCK


def test_a_value_takes_the_place_of_the_parameter_of_its_name() -> None:
    """It is held to come from an earlier step, so the mock's own value is not asked for."""
    request = sent(Step(mock="a"), id="o 7")
    assert (request.path, request.path_template, request.grade) == ("/orders/o%207", "/orders/{id}", Grade.DISCOVERED)


def test_what_a_mock_lacks_is_told_until_it_is_known() -> None:
    """The mock's own reason, which names what to supply; with the value the request is complete."""
    with pytest.raises(UnfilledError, match="`userId` has no value"):
        sent(Step(mock="a"), OPEN, other=1)
    assert sent(Step(mock="a"), OPEN, userId=7).path == "/users/7"


def test_a_recorded_mock_of_a_created_thing_needs_a_path_of_the_step() -> None:
    """The recording's own id is gone; the step says which one there is now."""
    with pytest.raises(UnfilledError, match="earlier request"):
        sent(Step(mock="a"), CREATED, order=7)
    assert sent(Step(mock="a", ask=Ask(path="/orders/{{order}}")), CREATED, order=7).path == "/orders/7"


def test_a_path_of_the_same_form_keeps_the_mocks_template() -> None:
    """So that findings have the same identity as outside of a journey."""
    same = sent(Step(mock="a", ask=Ask(path="/orders/{{order}}")), order=7)
    other = sent(Step(mock="a", ask=Ask(path="/archive/{{order}}/lines")), order=7)
    assert (same.path_template, other.path_template) == ("/orders/{id}", "/archive/{id}/lines")


def test_a_location_is_a_path_of_the_same_service() -> None:
    """Whatever host it names, the target is asked; the target's own path is not doubled."""
    step = Step(mock="a", ask=Ask(path="{{place}}"))
    places = ("/orders/7", "https://elsewhere.example.com/orders/7", "https://h/api/orders/7")
    assert {sent(step, base="/api", place=place).path for place in places} == {"/orders/7"}
    request = sent(step, place="/orders/7?full=1#top")
    assert (request.path, request.raw_query, request.path_template) == ("/orders/7", "full=1", "/orders/{id}")


@pytest.mark.parametrize(
    "place", ["", "orders/7", "/a b", "/a/../b", "/a\r\nHost: x", "//\x00", "javascript:1", "/\u00e9"]
)
def test_a_location_that_is_no_path_is_refused(place: str) -> None:
    """A service cannot lead a step elsewhere by what it says."""
    with pytest.raises(UnfilledError, match=r"no path of this service|cannot"):
        sent(Step(mock="a", ask=Ask(path="{{place}}")), place=place)


def test_query_headers_and_bodies_are_filled() -> None:
    """A text in JSON that is one value and nothing else gets the value's type."""
    ask = Ask("POST", "/orders", (("q", "{{text}}"),), (("X-Ref", "ref-{{n}}"),), '{"n": "{{n}}", "t": "{{n}}!"}', True)
    request = sent(Step(ask=ask), None, n=7, text="a&b=c d")
    assert (request.method, request.target) == ("POST", "/orders?q=a%26b%3Dc%20d")
    assert request.headers == (("Content-Type", "application/json"), ("X-Ref", "ref-7"))
    assert json.loads(request.body or b"") == {"n": 7, "t": "7!"}


def test_the_mocks_own_variables_are_filled_in_its_body() -> None:
    """Postman's variables in a body take captured values, JSON stays JSON."""
    mock = replace(MOCK, method="POST", body=b'{"order": "{{orderId}}"}', grade=Grade.NEEDS_INPUT)
    assert json.loads(sent(Step(mock="a"), mock, orderId='a"b').body or b"") == {"order": 'a"b'}


def test_an_outline_keeps_the_places() -> None:
    """Consent is decided before anything is sent."""
    request = outline(Step(ask=Ask("DELETE", "/orders/{{order}}")), None)
    assert (request.method, request.path, request.path_template) == ("DELETE", "/orders/{{order}}", "/orders/{{order}}")


SEGMENT = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@%]+")


@given(st.text() | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False))
def test_no_value_leaves_its_segment(value: Value) -> None:
    """Whatever a service gives, the path has as many segments as it was written with, or the step is not sent."""
    try:
        path = fill_path("/orders/{{id}}/lines", {"id": value})
    except UnfilledError:
        return
    _, orders, segment, lines = path.split("/")
    assert (orders, lines) == ("orders", "lines")
    assert SEGMENT.fullmatch(segment)
    assert segment not in (".", "..")


@given(st.text())
def test_no_value_breaks_a_header_or_a_document(value: str) -> None:
    """A header has one line; JSON stays the JSON it was."""
    try:
        assert fill_line("a{{v}}", {"v": value}).isprintable()
    except UnfilledError:
        assert not value.isprintable()
    assert json.loads(fill_json('{"a": ["{{v}}", "x{{v}}"]}', {"v": value})) == {"a": [value, f"x{value}"]}


ANSWER = Observation(
    201,
    (("Location", "/orders/7"), ("Set-Cookie", "csrf=t-1; Path=/"), ("Set-Cookie", "sid=s")),
    b'{"id": 7, "items": [{"sku": "A"}], "none": null, "big": ' + b"9" * 400 + b"}",
)
CAPTURES: dict[str, tuple[Capture, Any]] = {
    "a number keeps its type": (Capture("v", Source.JSON, "$.id"), 7),
    "of several the first": (Capture("v", Source.JSON, "$..sku"), "A"),
    "a header": (Capture("v", Source.HEADER, "location"), "/orders/7"),
    "a group of it": (Capture("v", Source.HEADER, "Location", r"/orders/(\d+)"), "7"),
    "a cookie": (Capture("v", Source.COOKIE, "csrf"), "t-1"),
    "text": (Capture("v", Source.TEXT, "", r'"sku": "(\w)"'), "A"),
}
UNFOUND: dict[str, tuple[Capture, str]] = {
    "nothing there": (Capture("v", Source.JSON, "$.missing"), "no value for `v` at `$.missing`"),
    "null": (Capture("v", Source.JSON, "$.none"), "no value"),
    "a list": (Capture("v", Source.JSON, "$.items"), "no single value"),
    "an absurd number": (Capture("v", Source.JSON, "$.big"), "no single value"),
    "no such header": (Capture("v", Source.HEADER, "ETag"), "no value for `v` at header `ETag`"),
    "no such cookie": (Capture("v", Source.COOKIE, "other"), "cookie `other`"),
    "no match": (Capture("v", Source.HEADER, "Location", "z"), "nothing at header `Location` matches"),
    "an empty match": (Capture("v", Source.HEADER, "Location", "()"), "is empty"),
}


@pytest.mark.parametrize("case", CAPTURES.values(), ids=CAPTURES)
def test_captures(case: tuple[Capture, Any]) -> None:
    """A value of the answer, with its type."""
    capture, expected = case
    assert captured([capture], ANSWER) == {"v": expected}


@pytest.mark.parametrize("case", UNFOUND.values(), ids=UNFOUND)
def test_what_cannot_be_captured(case: tuple[Capture, str]) -> None:
    """The reason names the value and the place, and shows nothing of the answer."""
    capture, words = case
    with pytest.raises(CaptureError) as refused:
        captured([capture], ANSWER)
    assert words in str(refused.value)
    assert "sku" not in str(refused.value)


def test_mocks_are_named_by_id_or_by_operation() -> None:
    """By its id, by the template with its braces, by a glob; the first in the order of the files."""
    one = Claim((Interaction("a", "fake", Origin("a"), MOCK, (Expectation(200),), "g"),))
    two = Claim((Interaction("b", "fake", Origin("b"), replace(MOCK, path="/orders/43"), (Expectation(200),), "h"),))
    claims = (one, two)
    assert mock_of(Step(mock="b"), claims) is two
    assert mock_of(Step(match="GET /orders/{id}"), claims) is one
    assert mock_of(Step(match="GET /orders/*3"), claims) is two
    assert mock_of(Step(match="POST /orders/*"), claims) is None
