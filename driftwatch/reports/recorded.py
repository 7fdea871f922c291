"""What ``driftwatch record`` made: for a person, and as the ``driftwatch.record/1`` document."""

from collections.abc import Sequence

from driftwatch.model.recording import LeftOut, Written
from driftwatch.model.tape import Dialogue
from driftwatch.reports.digest import count
from driftwatch.reports.json import encoded, instant
from driftwatch.reports.page import Page
from driftwatch.reports.tally import ASIDE, put_ignored, put_unreadable

_SHOWN = 20
"""Operations and reasons that are shown unless all are asked for."""


def render(written: Written, *, colour: bool, width: int, verbose: bool = False) -> str:
    """The whole text, ending in a newline."""
    page = Page(width, colour=colour)
    recording = written.recording
    if recording.tape.dialogues:
        _put_mocks(page, written, verbose=verbose)
    if recording.left_out:
        page.heading("Left out", count(sum(one.exchanges for one in recording.left_out), "exchange"))
        _put_reasons(page, recording.left_out, verbose=verbose)
    if recording.unasked:
        page.heading("Not asked", count(sum(one.exchanges for one in recording.unasked), "mock"))
        _put_reasons(page, recording.unasked, verbose=verbose)
    if written.unspelled:
        page.heading("Not said", f"what {written.format} has no words for")
        for one in written.unspelled:
            page.put(f"{one.dialogue.name}: {one.reason}", margin=ASIDE)
    put_unreadable(page, recording.unreadable)
    put_ignored(page, recording.ignored, verbose=verbose)
    page.blank()
    for line in (line for remark in written.remarks for line in remark.rstrip().split("\n")):
        page.line(line) if line.startswith(" ") else page.put(line, breaks_words=False)
    page.put(_conclusion(written), style="strong")
    return str(page)


def _put_mocks(page: Page, written: Written, *, verbose: bool) -> None:
    recording = written.recording
    page.heading(recording.tape.provider, count(len(recording.tape.dialogues), "mock"))
    shown = recording.tape.dialogues if verbose else recording.tape.dialogues[:_SHOWN]
    for dialogue in shown:
        page.put(f"{dialogue.name}{_parameters(dialogue)} → {_statuses(dialogue)}", margin=ASIDE)
    if len(shown) < len(recording.tape.dialogues):
        page.put(f"and {len(recording.tape.dialogues) - len(shown)} more: --verbose", margin=ASIDE, style="faint")
    page.heading("Files", "would be written" if written.is_dry else "")
    files = written.files if verbose else written.files[:_SHOWN]
    for file in files:
        page.put(file.file, margin=ASIDE, breaks_words=False)
    if len(files) < len(written.files):
        page.put(f"and {len(written.files) - len(files)} more: --verbose", margin=ASIDE, style="faint")


def _parameters(dialogue: Dialogue) -> str:
    names = dict.fromkeys(name for name, _ in dialogue.query)
    return f" by {', '.join(names)}" if names else ""


def _statuses(dialogue: Dialogue) -> str:
    return ", then ".join(str(one.status) for one in dialogue.replies)


def _put_reasons(page: Page, reasons: Sequence[LeftOut], *, verbose: bool) -> None:
    shown = reasons if verbose else reasons[:_SHOWN]
    hang = ASIDE + max(len(str(one.exchanges)) for one in shown) + 2
    for one in shown:
        page.put(f"{one.operation}: {one.reason}", lead=str(one.exchanges), margin=ASIDE, hang=hang)
    if len(shown) < len(reasons):
        page.put(f"and {len(reasons) - len(shown)} more: --verbose", margin=ASIDE, style="faint")


def _conclusion(written: Written) -> str:
    recording = written.recording
    told = [f"{count(recording.exchanges, 'exchange')} heard", f"{recording.answers} in mocks"]
    told += [f"{recording.alike} alike"] if recording.alike else []
    told += [f"{recording.unwanted} not asked for"] if recording.unwanted else []
    left = sum(one.exchanges for one in recording.left_out)
    told += [f"{left} left out"] if left else []
    return ", ".join(told) + (". Nothing was written." if written.is_dry or not written.files else ".")


def document(written: Written) -> str:
    """The ``driftwatch.record/1`` document, indented, ending in a newline."""
    recording = written.recording
    return encoded(
        {
            "schema": "driftwatch.record/1",
            "provider": recording.tape.provider,
            "format": written.format,
            "folder": written.folder,
            "is_written": bool(written.files) and not written.is_dry,
            "exchanges": {
                "heard": recording.exchanges,
                "in_mocks": recording.answers,
                "alike": recording.alike,
                "unwanted": recording.unwanted,
                "left_out": sum(one.exchanges for one in recording.left_out),
            },
            "mocks": [_mock(one) for one in recording.tape.dialogues],
            "files": [{"file": one.file, "bytes": one.size} for one in written.files],
            "left_out": [
                {"operation": one.operation, "reason": one.reason, "exchanges": one.exchanges}
                for one in recording.left_out
            ],
            "unasked": [
                {"operation": one.operation, "reason": one.reason, "mocks": one.exchanges} for one in recording.unasked
            ],
            "unspelled": [{"operation": one.dialogue.name, "reason": one.reason} for one in written.unspelled],
            "unreadable": [{"file": one.file, "line": one.line, "reason": one.reason} for one in recording.unreadable],
            "ignored": [{"file": one.file, "reason": one.reason} for one in recording.ignored],
            "guard": written.guard or None,
            "remarks": list(written.remarks),
        },
        indent=2,
    )


def _mock(dialogue: Dialogue) -> dict[str, object]:
    newest = max((one.at for one in dialogue.replies if one.at is not None), default=None)
    return {
        "operation": dialogue.name,
        "statuses": [one.status for one in dialogue.replies],
        "recorded_at": instant(newest),
    }
