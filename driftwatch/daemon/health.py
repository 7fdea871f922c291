"""How the daemon is: whether it lives, and what somebody should look at. Independent of any service it audits."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from driftwatch.daemon.board import Board
from driftwatch.daemon.timetable import HEARTBEAT
from driftwatch.model.vitals import Check, Wellness

PATIENCE: Final = 6 * HEARTBEAT
"""Seconds without a sign of life after which the scheduler counts as dead."""

_BLIND: Final = timedelta(minutes=1)
"""Without an answer of the store: it is asked every few seconds, and has some more to answer."""
_ROOM: Final = 32 * 1024**2
"""Bytes; SQLite's log of one large run may take as much."""


class Beating(Protocol):
    """Whoever shows signs of life."""

    @property
    def silence(self) -> float:
        """Seconds since the last one."""
        ...


def scheduler_check(scheduler: Beating) -> Check:
    """Whether the scheduler's thread still runs."""
    silent = scheduler.silence
    if silent <= PATIENCE:
        return Check("scheduler")
    reason = f"no sign of life of the scheduler for {silent:.0f} s: no audit begins any more; restart the process"
    return Check("scheduler", Wellness.FAILED, reason)


def config_check(board: Board) -> Check:
    """Whether the config that holds is the one that is written."""
    if board.vitals().is_config_good:
        return Check("config")
    reason = "the new config was rejected and the old one holds; `driftwatch config check` tells every mistake"
    return Check("config", Wellness.IMPAIRED, reason)


def store_check(board: Board, now: datetime, *, is_chosen: bool) -> Check:
    """Whether the last run is remembered, and what others found can be read.

    Where nobody chose a store, being without one is no failure. Nor is it one to show what was known some time ago:
    taken out of service, a replica could not even say what is wrong.
    """
    vitals = board.vitals()
    if vitals.store_trouble:
        return Check("store", Wellness.FAILED if is_chosen else Wellness.IMPAIRED, vitals.store_trouble)
    trouble = vitals.read_trouble
    if not trouble and vitals.read_at is not None and now - vitals.read_at > _BLIND:
        trouble = f"it gave no answer since {vitals.read_at:%Y-%m-%d %H:%M:%S} UTC: what is shown is as old"
    return Check("store", Wellness.IMPAIRED if trouble else Wellness.WELL, trouble)


def leadership_check(board: Board) -> Check:
    """Whether it can be known which replica leads. Whoever does not lead is as ready to serve as the one that does."""
    trouble = board.vitals().role_trouble
    return Check("leadership", Wellness.IMPAIRED if trouble else Wellness.WELL, trouble)


def disk_check(folder: Path) -> Check:
    """Whether there is room where the store rests."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:  # nothing is there yet, and whether something can be is for the store to say
        return Check("disk")
    if free >= _ROOM:
        return Check("disk")
    return Check("disk", Wellness.FAILED, f"{free // 1024**2} MiB are left where the store rests: make room there")


def loop_check(silent: float) -> Check:
    """Whether the main loop, which reloads and stops, still runs."""
    if silent <= PATIENCE:
        return Check("loop")
    return Check("loop", Wellness.FAILED, f"no sign of life of the main loop for {silent:.0f} s; restart the process")
