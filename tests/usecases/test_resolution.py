"""Which mock a test met: by id, place, name or request, in this checkout or another, and never guessed in silence."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
import yaml
from msgspec.structs import replace

from driftwatch.model.interaction import Expectation, Interaction, Origin, Request
from driftwatch.model.reliance import UsedMock
from driftwatch.model.use import Need, Outcome, TestUse, Touch, UseRecord
from driftwatch.usecases.resolution import Known, Register, merged, resolve

HERE: Final = "/home/ann/shop"
CASES: Final[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("resolution.yaml").read_text(encoding="utf-8"))
NOW: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)


def a_mock(
    place: str, request: str, format_name: str = "wiremock", mock_id: str = "", name: str = "", body: str = ""
) -> Known:
    """A mock of ``file#pointer`` for ``GET /path``; the template names its numbers."""
    file, _, pointer = place.partition("#")
    method, path = request.split(" ")
    template = "/".join("{id}" if part.isdigit() else part for part in path.split("/"))
    expectation = Expectation(200, body=b"{}", body_file=body)
    stub = mock_id or f"{file}{pointer}"
    asked = Request(method, path, template)
    return Known.of(Interaction(stub, format_name, Origin(file, pointer), asked, (expectation,), "", "shop", name))


MOCKS: Final = {
    "order 1": a_mock("mocks/cassettes/orders.yaml#/interactions/0", "GET /orders/1", "vcrpy"),
    "order 2": a_mock("mocks/cassettes/orders.yaml#/interactions/1", "GET /orders/2", "vcrpy"),
    "user": a_mock("mocks/users/mappings/get.json", "GET /users/1", mock_id="11111111-1111-1111-1111-111111111111"),
    "bill": a_mock("mocks/orders/mappings/get.json", "GET /bills/7", name="the bill", body="__files/bill.json"),
    "total": a_mock("mocks/orders/mappings/total.json", "GET /bills/total"),
    "twice 1": a_mock("mocks/orders/mappings/twice.json#/mappings/0", "GET /twice"),
    "twice 2": a_mock("mocks/orders/mappings/twice.json#/mappings/1", "GET /twice"),
    "account": a_mock("mocks/bank.json#/imposters/0/stubs/0", "GET /accounts/1", "mountebank"),
    "transfer": a_mock("mocks/bank.json#/imposters/0/stubs/1", "POST /transfers", "mountebank"),
    "payment": a_mock("mocks/pact.json#/interactions/0", "GET /payments/1", "pact", name="a request for a payment"),
    "parcel": a_mock("mocks/keploy/set-0/mocks.yaml", "GET /parcels/1", "keploy", mock_id="set-0/mock-3"),
}  # fmt: skip
REGISTER: Final = Register(MOCKS.values(), HERE)


@pytest.mark.parametrize("name", CASES)
def test_a_touch_means(name: str) -> None:
    """As the table says."""
    case = CASES[name]
    found = REGISTER.find(msgspec.convert(case["touch"], Touch), case.get("root", ""))
    names = {one.used.key: name for name, one in MOCKS.items()}
    assert sorted(names[one.used.key] for one in found.mocks) == case["means"]
    assert (found.by.value, found.is_doubtful) == (case["by"], case.get("doubtful", False))


def resolved(*touches: Touch) -> tuple[tuple[UsedMock, ...], list[tuple[str, int]]]:
    """The mocks of one test, and what is doubtful of them."""
    record = UseRecord("shop", (TestUse("test_a", Outcome.PASSED, touches),), root=HERE)
    told = resolve(record, REGISTER, NOW)
    (use,) = told.uses
    assert (use.suite, use.test, use.at) == ("shop", "test_a", NOW)
    return use.mocks, [(one.label, one.fitting) for one in told.doubts]


def test_what_is_in_code_has_a_label_and_no_key() -> None:
    """Once for each request, however often it was made."""
    touch = Touch("responses", method="GET", url="https://shop.example/x")
    assert resolved(touch, touch) == ((UsedMock("", "GET https://shop.example/x"),), [])


def test_doubts_are_told_with_their_number() -> None:
    """Several that fit, and none where one is named; once, however often it was met."""
    gone = Touch("vcr", "mocks/gone.yaml", "/interactions/0")
    mocks, doubts = resolved(Touch("wiremock", method="GET", url="/twice"), gone, gone)
    assert [one.label for one in mocks] == ["GET /twice", "GET /twice", "mocks/gone.yaml#/interactions/0"]
    assert doubts == [("GET /twice", 2), ("mocks/gone.yaml#/interactions/0", 0)]


def test_opening_a_file_for_a_mock_in_it_is_no_use_of_all_of_it() -> None:
    """The library that opens a cassette is not the test; a test that opens one and nothing else rests on it."""
    entry = Touch("vcr", "mocks/cassettes/orders.yaml", "/interactions/1")
    whole = Touch("file", "mocks/cassettes/orders.yaml")
    assert resolved(whole, entry)[0] == (MOCKS["order 2"].used,)
    assert resolved(whole)[0] == (MOCKS["order 1"].used, MOCKS["order 2"].used)


def test_what_keploy_recorded_of_other_things_is_no_mock() -> None:
    """It is told, and no test rests on it."""
    assert resolved(Touch("keploy", name="mock-9", mock_id="set-0/mock-9"))[0] == ()


def test_what_was_read_is_joined_so_that_nothing_is_called_unread_by_mistake() -> None:
    """Whole goes before needed, needed before optional; a reading that nobody watched may have been of everything."""
    one = {"/a": Need.OPTIONAL, "/b": Need.NEEDED}
    assert merged(one, {"/a": Need.NEEDED, "/b": Need.WHOLE}) == {"/a": Need.NEEDED, "/b": Need.WHOLE}
    assert merged(one, {}) == {**one, "": Need.WHOLE}
    assert merged({}, {}) == {}
    touch = Touch("vcr", "mocks/cassettes/orders.yaml", "/interactions/0", reads=one)
    assert resolved(touch, replace(touch, reads={}))[0][0].reads == {**one, "": Need.WHOLE}
    (first, second), _ = resolved(Touch("wiremock", method="GET", url="/twice", reads=one))
    assert first.reads == second.reads == {**one, "": Need.WHOLE}


def test_a_record_from_the_future_is_of_now() -> None:
    """The clock of another machine may be wrong."""
    record = UseRecord("shop", (TestUse("a", Outcome.PASSED),), finished_at=NOW.replace(year=2030))
    assert resolve(record, REGISTER, NOW).uses[0].at == NOW


def test_where_nobody_knows_formats_names_and_places_still_find() -> None:
    """As out of a report of an audit, which names mocks and does not say what they are written in."""
    bare = Register(replace(one, format="", path="", name="", body_files=()) for one in MOCKS.values())
    touch = Touch("vcr", "/ci/shop/mocks/cassettes/orders.yaml", "/interactions/1")
    assert [one.used for one in bare.find(touch).mocks] == [MOCKS["order 2"].used]
    assert [one.used for one in bare.find(Touch("wiremock", method="GET", url="/users/5")).mocks] == [
        MOCKS["user"].used
    ]
    assert bare.find(Touch("responses", method="GET", url="/users/5")).mocks == ()
