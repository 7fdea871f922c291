"""Recorded interactions in the order in which they were made."""

from datetime import UTC, datetime

from driftwatch.mocks.recording.order import in_order
from driftwatch.model.interaction import Expectation, Interaction, Origin, Request


def one(name: str, file: str, second: int | None = None, **more: object) -> Interaction:
    """A recorded interaction."""
    known = {
        "format": "fake", "origin": Origin(file), "request": Request("GET", "/", "/"), "variants": (Expectation(200),),
        "group": file,
    }  # fmt: skip
    moment = datetime(2026, 3, 1, 10, 0, second, tzinfo=UTC) if second is not None else None
    return Interaction(name, **{**known, "recorded_at": moment, "recorded_from": "file" if moment else "", **more})  # type: ignore[arg-type]


def names(*interactions: Interaction) -> list[str]:
    """Their ids, in order."""
    return [each.mock_id for each in in_order(interactions)]


def test_files_go_by_their_time_and_what_is_in_one_stays() -> None:
    """A cassette's own order counts, whatever its dates say."""
    assert names(one("b", "late", 9), one("c", "late", 3), one("a", "early", 1)) == ["a", "b", "c"]


def test_files_without_a_time_go_by_their_numbers() -> None:
    """``test-2`` was made before ``test-10``; a git date is none of the recording's."""
    files = ("test-10", "test-9", "test-2")
    assert names(*(one(file, file) for file in files)) == ["test-2", "test-9", "test-10"]
    assert names(one("2", "2", 5, recorded_from="git"), one("1", "1", 9, recorded_from="git")) == ["1", "2"]


def test_one_session_has_one_host() -> None:
    """Calls to others, outbound calls of a Keploy application, and what cannot be compared are left out."""
    here, there = ("recorded from https://a.example.com",), ("recorded from https://b.example.com",)
    walk = (one("1", "f", notes=here), one("2", "f", notes=there), one("3", "f", notes=here), one("4", "f"))
    assert names(*walk) == ["1", "3", "4"]
    keploy = one("out", "mocks.yaml", format="keploy", group="set/mocks")
    assert names(keploy, one("none", "f", variants=()), one("no", "f", incomparable="a script"), one("in", "f")) == [
        "in"
    ]


def test_of_several_saved_answers_the_first_good_one() -> None:
    """A collection saves refusals beside the answer that a walk needs."""
    bad = one("bad", "c", origin=Origin("c", "/item/0/response/0"), variants=(Expectation(404),))
    good = one("good", "c", origin=Origin("c", "/item/0/response/1"))
    again = one("again", "c", origin=Origin("c", "/item/0/response/2"))
    other = one("other", "c", origin=Origin("c", "/item/1/response/0"), variants=(Expectation(401),))
    assert names(bad, good, again, other) == ["good", "other"]
