"""Which part a process has, by where its memory rests."""

from pathlib import Path

import pytest

from driftwatch.daemon.board import Board
from driftwatch.model.errors import UsageError
from driftwatch.model.memory import StoreError
from driftwatch.model.secret import Secret
from driftwatch.model.vitals import Role
from driftwatch.settings.store import StorePlace
from driftwatch.wiring.memory import store_at
from driftwatch.wiring.replicas import Part
from tests.fakes import SetClock


def part(place: str | None, *, audits: bool = True) -> Part:
    """Of a process with its memory there."""
    written = StorePlace("store", Secret(place) if place is not None else None)
    return Part.of(written, store_at(written, 30), Board("0.1.0"), SetClock(), audits=audits)


@pytest.mark.parametrize(
    ("place", "audits", "role"),
    [
        (None, True, Role.ALONE),
        ("memory.db", True, Role.ALONE),
        ("sqlite:///memory.db", True, Role.ALONE),
        ("memory.db", False, Role.ONLOOKER),
        ("postgresql://driftwatch@nowhere.invalid/x", True, Role.FOLLOWER),
        ("postgres://driftwatch@nowhere.invalid/x", True, Role.FOLLOWER),
        ("postgresql://driftwatch@nowhere.invalid/x", False, Role.ONLOOKER),
    ],
)
def test_only_a_server_has_room_for_several(
    place: str | None, audits: bool, role: Role, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file has one process, which always leads; nothing is asked of any of them before it starts."""
    monkeypatch.chdir(tmp_path)
    found = part(place, audits=audits)
    assert found.standing.role is role
    assert (found.follower is None) is (place is None)
    assert found.is_shared is (place is not None and place.startswith("postgres"))
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_fenced_where_others_might_lead() -> None:
    """And nowhere else: who is alone cannot be deposed."""
    for place, is_fenced in ((None, False), ("postgresql://driftwatch@nowhere.invalid/x", True)):
        _, fence = part(place).store_for_run()
        assert (fence is not None) is is_fenced


def test_pages_do_not_wait_for_a_store_that_is_away(tmp_path: Path) -> None:
    """They are told why at once; and ask it themselves again as soon as it was seen to answer."""
    found = part(str(tmp_path / "memory.db"))
    assert found.follower is not None
    assert found.store_of_pages() is found.store
    away = found.follower.away = StoreError("x", "it cannot be reached", "Check that it runs.")
    store = found.store_of_pages()
    assert store is not None
    assert (store.runs(9), store.scores("payments", limit=3)) == (away, away)
    assert found.follower.look()
    assert found.store_of_pages() is found.store


def test_nothing_to_audit_and_nothing_to_show_is_no_service() -> None:
    """What would have to be named is."""
    with pytest.raises(UsageError, match="--no-audits"):
        part(None, audits=False)
