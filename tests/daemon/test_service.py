"""The daemon audits, reloads, survives what goes wrong, and stops within its grace period."""

import gc
import threading
import tracemalloc
from pathlib import Path

import pytest

from driftwatch.model.errors import SettingsError, UsageError
from driftwatch.model.vitals import Fault, Wellness
from driftwatch.ports import Progress
from driftwatch.settings.credentials import BearerAuth
from tests.daemon.running import PATIENCE, running, write_config
from tests.waiting import wait_until


def test_every_provider_is_audited_at_the_start(tmp_path: Path) -> None:
    """Once each, and what was found stands on the board."""
    with running(write_config(tmp_path, "payments", "users")) as it:
        it.wait_for_audits(2)
        assert sorted(it.audited) == ["payments", "users"]
        wait_until(lambda: len(it.board.view().latest.runs) == 2)
        assert [check.wellness for check in it.daemon.readiness()] == [Wellness.WELL] * 3
    assert it.has_ended_cleanly


def test_none_is_audited_at_the_start_if_the_config_says_so(tmp_path: Path) -> None:
    """It waits for its time; the one that differs does not."""
    config = write_config(tmp_path, "payments", "users", schedule={"when": "700h", "at_start": False})
    text = config.read_text(encoding="utf-8").replace(
        '"target": "http://users.invalid"', '"target": "http://users.invalid", "schedule": {"at_start": true}'
    )
    config.write_text(text, encoding="utf-8")
    with running(config) as it:
        it.wait_for_audits(1)
        wait_until(lambda: it.board.vitals().providers["payments"].next_run is not None)
        assert it.audited == ["users"]


def test_a_new_config_holds_as_soon_as_it_is_seen(tmp_path: Path) -> None:
    """What is new or changed is audited at once, what stays is not, what left is forgotten."""
    config = write_config(tmp_path, "payments", "users")
    with running(config) as it:
        it.wait_for_audits(2)
        wait_until(lambda: len(it.board.view().latest.runs) == 2)
        write_config(tmp_path, "payments", "search")
        it.wait_for_audits(1)
        assert it.audited[2:] == ["search"]
        wait_until(lambda: {p.name for r in it.board.view().latest.runs for p in r.providers} == {"payments", "search"})
        assert it.board.vitals().providers.keys() == {"payments", "search"}


def test_a_bad_config_keeps_the_old_one(tmp_path: Path) -> None:
    """It is told, and the schedule goes on; a good one later holds, and is told as well."""
    config = write_config(tmp_path, "payments")
    with running(config) as it:
        it.wait_for_audits(1)
        loaded = it.board.vitals().config_loaded_at
        write_config(tmp_path, "payments", misspelt=1)
        wait_until(lambda: not it.board.vitals().is_config_good)
        assert it.board.vitals().config_loaded_at == loaded
        assert {check.name: check.wellness for check in it.daemon.readiness()}["config"] is Wellness.IMPAIRED
        assert Wellness.FAILED not in {check.wellness for check in it.daemon.readiness()}
        it.daemon.hasten("payments")
        it.wait_for_audits(1)
        write_config(tmp_path, "payments", "users")
        it.wait_for_audits(1)
        assert it.board.vitals().is_config_good
        assert it.audited == ["payments", "payments", "users"]


def test_a_config_that_is_bad_from_the_start_is_no_daemon(tmp_path: Path) -> None:
    """Nothing holds that could be kept, so it is told as for any command."""
    with pytest.raises(SettingsError), running(write_config(tmp_path, "payments", misspelt=1)):
        pass


def test_our_own_mistake_in_reloading_keeps_the_daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told like a config that was rejected, and the schedule goes on."""
    with running(write_config(tmp_path, "payments")) as it:
        it.wait_for_audits(1)

        def broken() -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(it.daemon, "_load", broken)
        write_config(tmp_path, "payments", "users")
        wait_until(lambda: not it.board.vitals().is_config_good)
        it.daemon.hasten("payments")
        it.wait_for_audits(1)


def test_a_provider_is_audited_when_its_mocks_change(tmp_path: Path) -> None:
    """And not the one whose mocks do not."""
    with running(write_config(tmp_path, "payments", "users")) as it:
        it.wait_for_audits(2)
        wait_until(lambda: len(it.daemon._signs) == 3)
        (tmp_path / "mocks" / "users" / "new.json").write_text("{}")
        it.wait_for_audits(1)
        assert it.audited[2:] == ["users"]


def test_a_credential_that_was_rotated_is_read_anew(tmp_path: Path) -> None:
    """The file that a reference names is watched like the config itself, and read again before each use."""
    token = tmp_path / "token"
    token.write_text("old")
    provider = {"mocks": ".", "target": "http://x.invalid", "auth": {"bearer": {"token": f"${{file:{token}}}"}}}
    config = write_config(tmp_path, providers={"payments": provider})
    with running(config) as it:
        wait_until(lambda: "" in it.daemon._signs and len(it.daemon._signs) == 2)
        before = it.daemon.settings
        token.write_text("new")
        wait_until(lambda: it.daemon.settings is not before)
        auth = it.daemon.settings.providers["payments"].auth
        assert isinstance(auth, BearerAuth)
        assert auth.token.secret.reveal() == "new"


def test_what_goes_wrong_in_an_audit_ends_that_audit(tmp_path: Path) -> None:
    """Whose fault it is is counted; the next audit comes."""
    errors = iter([UsageError("a certificate that is none"), KeyError("ours"), None])

    def script(_: str, __: Progress) -> None:
        if (error := next(errors)) is not None:
            raise error

    with running(write_config(tmp_path, "payments"), script) as it:
        for _number in range(3):
            it.wait_for_audits(1)
            wait_until(lambda: not it.daemon._at_work)
            it.daemon.hasten("payments")
        wait_until(lambda: bool(it.board.view().latest.runs))
        faults = it.board.vitals().providers["payments"].faults
        assert (faults[Fault.CONFIG], faults[Fault.INTERNAL]) >= (1, 1)


def test_a_running_audit_may_end_before_the_daemon_does(tmp_path: Path) -> None:
    """Within the grace period, and then it counts."""
    entered, release = threading.Event(), threading.Event()

    def script(_: str, __: Progress) -> None:
        entered.set()
        release.wait(PATIENCE)

    config = write_config(tmp_path, "payments", daemon={"grace": PATIENCE})
    with running(config, script) as it:
        assert entered.wait(PATIENCE)
        it.daemon.stop()
        release.set()
    assert it.has_ended_cleanly
    assert it.board.vitals().interrupted == 0
    assert len(it.board.view().latest.runs) == 1


def test_an_audit_that_takes_too_long_is_told_to_end(tmp_path: Path) -> None:
    """It looks up after each answer; what it found so far is not told as a whole run."""
    entered, pause = threading.Event(), threading.Event()

    def script(_: str, progress: Progress) -> None:
        entered.set()
        while True:
            progress.advanced()
            pause.wait(0.01)

    with running(write_config(tmp_path, "payments", daemon={"grace": 0.2}), script) as it:
        assert entered.wait(PATIENCE)
    assert it.has_ended_cleanly
    assert it.board.vitals().interrupted == 1
    assert it.board.vitals().providers["payments"].faults == {Fault.INTERRUPTED: 1}
    assert it.board.view().latest.runs == ()


def test_an_audit_that_hears_nothing_is_given_up(tmp_path: Path) -> None:
    """The daemon ends in time nevertheless, and says that not all work has ended."""
    entered, release = threading.Event(), threading.Event()

    def script(_: str, __: Progress) -> None:
        entered.set()
        release.wait(PATIENCE)

    with running(write_config(tmp_path, "payments", daemon={"grace": 0.1}), script) as it:
        assert entered.wait(PATIENCE)
    release.set()
    assert it.has_ended_cleanly is False
    assert it.board.vitals().interrupted == 1


def test_nothing_is_begun_while_it_stops(tmp_path: Path) -> None:
    """What waits for a free thread is not begun any more."""
    entered, release = threading.Event(), threading.Event()

    def script(_: str, __: Progress) -> None:
        entered.set()
        release.wait(PATIENCE)

    config = write_config(tmp_path, "payments", "users", "search", daemon={"grace": PATIENCE, "workers": 1})
    with running(config, script) as it:
        assert entered.wait(PATIENCE)
        it.daemon.stop()
        wait_until(lambda: not it.daemon._timetable._scheduler.running)
        release.set()
    assert len(it.audited) == 1


def test_a_scheduler_that_died_is_seen(tmp_path: Path) -> None:
    """Its silence fails both probes, with a reason."""
    with running(write_config(tmp_path, "payments")) as it:
        it.wait_for_audits(1)
        it.daemon._timetable.stop()
        wait_until(lambda: not it.daemon._timetable._scheduler.running)
        it.daemon._timetable._last_beat -= 1000
        found = {check.name: check for check in it.daemon.liveness()}
        assert found["scheduler"].wellness is Wellness.FAILED
        assert "restart" in found["scheduler"].reason


def test_memory_does_not_grow_with_the_runs(tmp_path: Path) -> None:
    """After the first few, forty more runs leave nothing behind but numbers."""
    with running(write_config(tmp_path, "payments")) as it:

        def run(number: int) -> None:
            for _ in range(number):
                it.wait_for_audits(1)
                wait_until(lambda: not it.daemon._at_work)
                it.daemon.hasten("payments")

        run(10)
        gc.collect()
        tracemalloc.start()
        try:
            run(5)
            gc.collect()
            before, _ = tracemalloc.get_traced_memory()
            run(40)
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert after - before < 40_000
