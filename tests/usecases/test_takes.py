"""Which real exchanges become mocks: one of each shape, several answers where reality has several."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.model.traffic import Heard, Medium
from driftwatch.usecases import takes as takes_module
from driftwatch.usecases.takes import Filter, Takes
from tests.fakes import SetClock

NOW: Final = SetClock().moment


def heard(path: str, body: object = None, status: int = 200, minute: int = 0, **more: Any) -> Heard:
    """A GET that was answered with JSON so many minutes after noon."""
    raw = None if body is None else json.dumps(body).encode()
    one = Heard(
        Medium.HAR, "a.har", "GET", path, (), status, at=NOW + timedelta(minutes=minute), request_body=b"", body=raw
    )
    return replace(one, **more)


def taken(exchanges: Iterable[Heard], **how: Any) -> list[tuple[str, list[int], list[Any]]]:
    """Path, statuses and documents of all that is taken."""
    takes = Takes(how.pop("filter", Filter()), **how)
    for one in exchanges:
        takes.put(one)
    return [
        (
            each.heard[0].path,
            [one.status for one in each.heard],
            [json.loads(one.body or b"null") for one in each.heard],
        )
        for each in takes.taken()
    ]


def test_one_of_each_shape() -> None:
    """Answers of one shape are one mock, whoever was asked for; another shape or status is another one."""
    told = taken([
        heard("/users/1", {"id": 1, "name": "a"}), heard("/users/2", {"id": 2, "name": "b"}),
        heard("/users/3", {"id": 3, "name": None}), heard("/users/9", {"error": "x"}, 404),
        heard("/users", [{"id": 1}]), heard("/users", [{"id": 1}, {"id": 2}], minute=1),
    ])  # fmt: skip
    assert [(path, statuses) for path, statuses, _ in told] == [
        ("/users/1", [200]), ("/users/3", [200]), ("/users/9", [404]), ("/users", [200]),
    ]  # fmt: skip


def test_several_answers_to_one_question_stay_together() -> None:
    """Of several records the one is taken that got the most different answers, in the order of time."""
    told = taken([
        heard("/jobs/1", {"state": "NEW"}),
        heard("/jobs/2", {"state": "DONE", "result": 1}, minute=9),
        heard("/jobs/2", {"state": "NEW"}, minute=2),
        heard("/jobs/2", {"error": "gone"}, 410, minute=20),
        heard("/jobs/2", {"state": "NEW"}, minute=3),
    ])  # fmt: skip
    assert told == [("/jobs/2", [200, 200, 410], [{"state": "NEW"}, {"state": "DONE", "result": 1}, {"error": "gone"}])]


def test_other_questions_are_other_mocks() -> None:
    """Another parameter, another form of what was sent, another method: each is asked for by itself."""
    told = taken([
        heard("/users", [], query=(("page", "1"),)), heard("/users", [], query=(("page", "2"),)),
        heard("/users", [], query=(("name", "ann"),)), heard("/users", []),
        heard("/users", [], method="POST", request_body=b'{"a": 1}'),
        heard("/users", [], method="POST", request_body=b'{"a": 2}'),
        heard("/users", [], method="POST", request_body=b'{"b": 2}'),
    ])  # fmt: skip
    assert len(told) == 5


def test_all_are_kept_if_wanted() -> None:
    """With --keep-all every exchange is kept, those that ask the same together."""
    told = taken(
        [heard("/users/1", {"id": 1}), heard("/users/2", {"id": 2}), heard("/users/1", {"id": 1})], keeps_all=True
    )
    assert [(path, statuses) for path, statuses, _ in told] == [("/users/1", [200, 200]), ("/users/2", [200])]


WANTED: Final = {
    "methods": (Filter(methods=("POST",)), ["/post"]),
    "paths": (Filter(paths=("/users/*", "/orders/{id}")), ["/users/1", "/orders/7"]),
    "statuses": (Filter(statuses=("404", "5xx")), ["/lost", "/down"]),
    "since": (Filter(since=NOW + timedelta(minutes=5)), ["/late"]),
    "at": (Filter(at=NOW + timedelta(minutes=1, seconds=40)), ["/two"]),
}


@pytest.mark.parametrize("name", WANTED)
def test_filters(name: str) -> None:
    """Methods, globs over paths and templates, statuses and their classes, moments."""
    wanted, paths = WANTED[name]
    told = taken(
        [
            heard("/users/1", 1), heard("/orders/7", 2), heard("/post", 3, method="POST"), heard("/lost", 4, 404),
            heard("/down", 5, 503), heard("/two", 6, minute=2), heard("/late", 7, minute=9),
            heard("/ageless", 8, at=None),
        ],
        filter=wanted,
    )  # fmt: skip
    assert [path for path, _, _ in told] == paths


LEFT_OUT: Final = {
    "no body": heard("/users/1"),
    "preflight": heard("/users/1", 1, method="OPTIONS"),
    "not modified": heard("/users/1", status=304),
    "upgrade": heard("/users/1", 1, status=101),
    "no method": heard("/users/1", 1, method="GET\r\nEvil: 1"),
    "a path for a method": heard("/users/1", 1, method="../../X"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_no_mock_can_be_made_of(name: str) -> None:
    """It is counted, with its operation and the reason."""
    takes = Takes()
    takes.put(LEFT_OUT[name])
    takes.put(LEFT_OUT[name])
    (left,) = takes.left_out
    assert takes.taken() == []
    assert left.operation.endswith("/users/{id}")
    assert left.reason
    assert left.exchanges == 2


@pytest.mark.parametrize("one", [heard("/a", status=204), heard("/a", method="HEAD"), heard("/a", size=0)])
def test_an_answer_may_be_whole_without_a_body(one: Heard) -> None:
    """204, the answer to HEAD, and what a log says had no bytes."""
    takes = Takes()
    takes.put(one)
    assert len(takes.taken()) == 1


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many records some are remembered, of too many sorts and bytes the rest is told as left out."""
    monkeypatch.setattr(takes_module, "_QUESTIONS", 3)
    monkeypatch.setattr(takes_module, "_SORTS", 2)
    monkeypatch.setattr(takes_module, "_ROOM", 200)
    takes = Takes()
    for number in range(50):
        takes.put(heard(f"/users/{number}", {"id": number}))
    takes.put(heard("/users/99", {"id": None}))
    takes.put(heard("/big", {"a": "x" * 500}))
    takes.put(heard("/third", 1))
    assert [[one.path for one in each.heard] for each in takes.taken()] == [["/users/0"], ["/users/99"]]
    assert [(one.operation, "more than" in one.reason) for one in takes.left_out] == [
        ("GET /big", True),
        ("GET /third", True),
    ]
