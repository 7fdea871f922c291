"""Which process a run belongs to, and whether that is still alive: how one tells an interrupted run from a slow one."""

import os
import platform
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

LEASE: Final = timedelta(minutes=15)
"""A run that has not been heard of for so long counts as dead. It is heard of with every answer that comes in, and no
answer is waited for that long."""


def machine() -> str:
    """This machine, as far as process numbers mean anything on it: two containers of one pod have one host name."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return f"{platform.node()} {namespace}".strip()[:200]


def process() -> str:
    """This process: its number and when it began, since numbers are given anew."""
    return _named(os.getpid())


def is_dead(machine_of: str, process_of: str, beat_at: datetime, now: datetime) -> bool:
    """Whether the process of a run has ended. On this machine that is known at once, elsewhere after a while."""
    if now - beat_at > LEASE:
        return True
    if machine_of != machine():
        return False
    number = process_of.partition(" ")[0]
    return not number.isdigit() or _named(int(number)) != process_of


def _named(number: int) -> str:
    try:
        # the name in parentheses may hold anything, so fields are counted from its end: the 22nd is the start time
        status = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
        return f"{number} {status.rpartition(')')[2].split()[19]}"
    except (OSError, IndexError):
        return f"{number}" if _exists(number) else ""


def _exists(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
