"""``driftwatch record --guard``: an incident's exchange becomes a mock that every audit tells of by name."""

import os
import re
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from driftwatch.cli.taking import Task
from driftwatch.mocks.asking.requests import split_target
from driftwatch.model.errors import UsageError
from driftwatch.model.guard import Guard
from driftwatch.model.interaction import Interaction
from driftwatch.model.recording import Recording, Written
from driftwatch.model.route import path_template
from driftwatch.settings.guard_entry import add, snippet
from driftwatch.settings.guards import GUARD_NAME
from driftwatch.wiring.guards import is_same
from driftwatch.wiring.mocks import mocks_of

_OUTAGE: Final = (
    "It answers {status}: no audit asks for an outage, so that nobody can verify it. --status picks another."
)


def check_name(name: str, ask: str | None) -> None:
    """Raises ``UsageError`` for a name that no guard can have, and for what is no path."""
    if re.fullmatch(GUARD_NAME.pattern, name) is None:
        raise UsageError(f"--guard {name!r}: {GUARD_NAME.remedy}")
    if ask is not None and not ask.startswith("/"):
        raise UsageError(f"--ask {ask}: write a path below the provider's base URL, such as /refunds/7")


def asking(recording: Recording, path: str) -> Recording:
    """The same answer to a question that staging can be asked."""
    target = split_target(path)
    template = path_template(target.path)
    dialogues = tuple(
        replace(one, path=target.path, query=target.query or one.query, name=f"{one.method} {template}")
        for one in recording.tape.dialogues
    )
    return replace(recording, tape=replace(recording.tape, dialogues=dialogues))


def guarded(written: Written, task: Task, config: Path, sentence: str, *, has_path: bool) -> Written:
    """With the guard in the config, or what to write there by hand."""
    dialogue = written.recording.tape.dialogues[0]
    remarks = [] if has_path else list(written.remarks)
    if written.recording.has_stand_ins and not has_path:
        remarks.append("Or --ask names a path that staging knows.")
    if dialogue.replies[0].status >= 500:
        remarks.append(_OUTAGE.format(status=dialogue.replies[0].status))
    place = Path(written.files[0].file)
    file = Path(os.path.relpath(place.absolute(), config.resolve().parent)).as_posix()
    guard = Guard(task.wanted.title, task.wanted.provider, file, "", sentence)
    if written.is_dry:
        return replace(written, guard=guard.name, remarks=(*remarks, f"{config.name} would get:\n{snippet(guard)}"))
    if not _is_read(task, place):
        remarks.append(f"No audit reads {place.as_posix()}: add it to the `mocks` of {guard.provider}.")
    if add(config, guard):
        remarks.append(f"{config.name} has the guard {guard.name} now: every audit tells whether it holds.")
    else:
        remarks.append(f"Lines cannot be added to {config.name}; write there:\n{snippet(guard)}")
    return replace(written, guard=guard.name, remarks=tuple(remarks))


def _is_read(task: Task, place: Path) -> bool:
    assert task.settings is not None  # noqa: S101 - a guard is never without
    mocks = mocks_of(task.settings, task.wanted.provider)
    return any(isinstance(one, Interaction) and is_same(Path(one.origin.file), place) for one in mocks.source.read())
