"""What the tests of a run are worth, told in the run itself: a summary, a warning for a test, or its failure.

It goes by the last audit alone, as its report or the store tells it, and calls nobody. Where single tests are judged,
that is read before the first one: whatever a test patches (``open``, the clock, the environment, the folder one is in)
is still patched when it is judged. A summary reads it at the end, and only if a test has met a mock.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from msgspec.structs import replace

from driftwatch.model.errors import DriftwatchError, SettingsError
from driftwatch.model.finding import Severity
from driftwatch.model.reliance import Drift, Trust, Trusted
from driftwatch.model.use import Outcome, TestUse, UseRecord
from driftwatch.plugin.companion import Companion, Desk
from driftwatch.plugin.drifted import DriftedMockWarning
from driftwatch.plugin.wire import LYING
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.legible import legible, shorten
from driftwatch.reports.reliance import Asked, words

if TYPE_CHECKING:
    from driftwatch.plugin.audits import Knowledge

WARN: Final = "warn"
FAIL: Final = "fail"
_MOST: Final = 5
"""Mocks that a test is told of, and findings of each."""
_LONGEST: Final = 300


def join(desk: Desk) -> Companion:
    """Asked for by ``--driftwatch=report``, ``warn`` or ``fail``."""
    return Trusting(desk)


class Trusting(Companion):
    """Judges each test at its end, where that is asked for, and all of them at the end of the run."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._knowledge: Knowledge | None = None
        self._trouble = ""
        self._is_asked = False
        self._lines: list[str] = []
        self._is_settled = False

    def begins(self, item: pytest.Item, test: str) -> None:  # noqa: ARG002 - it is the first one that counts
        """Look while nothing is patched."""
        if self._desk.choices.mode in (WARN, FAIL):
            self._look()

    def called(self, item: pytest.Item, test: str, report: pytest.TestReport) -> None:
        """Warn of a green test that rests on drift, or fail it if the drift is breaking."""
        mode = self._desk.choices.mode
        if mode not in (WARN, FAIL) or not report.passed or hasattr(report, "wasxfail"):
            return
        touches = self._desk.recorder.touches()
        if not touches or (known := self._known()) is None:
            return
        from driftwatch.usecases.resolution import resolved  # noqa: PLC0415 - loaded with what is known

        use = TestUse(test, Outcome.PASSED, touches)
        mocks, _ = resolved(use, known.register, str(self._desk.choices.root))
        false = [one for mock in mocks if (one := known.known.get(mock.key)) is not None and _is_false(one, mode)]
        if not false:
            return
        if mode == FAIL:
            _fail(report, _told(false, known))
            return
        try:
            item.warn(DriftedMockWarning("; ".join(_sentences(false, known))))
        except DriftedMockWarning:  # somebody made errors of warnings
            _fail(report, _told(false, known))

    def finishes(self, record: UseRecord) -> None:
        """What all tests together rest on."""
        if not any(use.touches for use in record.uses):
            self._lines = ["driftwatch: no test met a mock."]
            self._is_settled = True
            return
        known = self._known()
        if known is None:
            if self._desk.choices.mode == FAIL:
                self._lines = ["driftwatch: no test could be judged, so this run does not pass."]
            return
        from driftwatch.usecases.reliance import rely  # noqa: PLC0415 - a run without mocks needs none of it
        from driftwatch.usecases.resolution import resolve  # noqa: PLC0415

        told = resolve(replace(record, root=str(self._desk.choices.root)), known.register, known.now)
        reliance = rely(told.uses, known.known, known.drift.values(), as_of=known.as_of)
        said = " ".join(words.conclusion(reliance, Asked(known.now, known.stale_after)))
        at = f" As of the audit of {in_utc(known.as_of):%Y-%m-%d %H:%M} UTC." if known.as_of is not None else ""
        self._lines = [f"driftwatch: {said}{at}"]
        if any(test.trust is not Trust.VERIFIED for test in reliance.tests):
            self._lines.append(f"driftwatch: {self._way()} names them.")
        self._is_settled = True

    def tells(self) -> Iterable[str]:
        """After the results."""
        return self._lines

    def refuses(self) -> bool:
        """Whoever wants tests to fail by what audits know is not green where nothing is known."""
        return self._desk.choices.mode == FAIL and not self._is_settled

    def _way(self) -> str:
        choices = self._desk.choices

        def shown(path: Path) -> Path:
            return path.relative_to(choices.root) if path.is_relative_to(choices.root) else path

        report = f" --report {shown(choices.report)}" if choices.report is not None else ""
        return f"`driftwatch tests --usage {shown(choices.usage)}{report}`"

    def _known(self) -> "Knowledge | None":
        self._look()
        if self._trouble:
            self._desk.troubles.tell(self._trouble)
        return self._knowledge

    def _look(self) -> None:
        if self._is_asked:
            return
        self._is_asked = True
        from driftwatch.plugin.audits import knowledge  # noqa: PLC0415 - a run without mocks needs none of it

        try:
            self._knowledge = knowledge(self._desk.choices)
        except DriftwatchError as error:
            mistakes = error.mistakes if isinstance(error, SettingsError) else (error,)
            self._trouble = "; ".join(legible(str(one)) for one in mistakes)


def _is_false(one: Trusted, mode: str) -> bool:
    return one.trust is Trust.DRIFTED and (mode == WARN or one.severity is Severity.BREAKING)


def _fail(report: pytest.TestReport, told: str) -> None:
    """The test's own outcome goes along: it passed, and the record of the run says so."""
    report.outcome = "failed"
    report.longrepr = told
    setattr(report, LYING, True)


def _told(false: Sequence[Trusted], known: "Knowledge") -> str:
    lines = ["This test passes, and rests on what is known to be false (driftwatch):", ""]
    for one in false[:_MOST]:
        place = words.place_of(one)
        lines.append(_fit(f"  {one.mock.label}  {place}".rstrip()))
        mine = list(_alarms(one, known))
        for drift in mine[:_MOST]:
            lines += [
                _fit(f"    {drift.severity} {drift.kind} at {drift.path or 'whole body'}"),
                _fit(f"      mock says: {drift.claim}"),
                _fit(f"      service does: {drift.observed}"),
            ]
            lines += [_fit(f"      → {drift.hint}")] if drift.hint else []
        lines += [f"    and {len(mine) - _MOST} more"] if len(mine) > _MOST else []
        lines += [f"    driftwatch heal --finding {mine[0].fingerprint}"] if mine else []
    lines += [f"  and {count(len(false) - _MOST, 'more mock')}"] if len(false) > _MOST else []
    if known.as_of is not None:
        lines += ["", f"As of the audit of {in_utc(known.as_of):%Y-%m-%d %H:%M} UTC."]
    return "\n".join(lines)


def _sentences(false: Sequence[Trusted], known: "Knowledge") -> Iterator[str]:
    for one in false[:_MOST]:
        place = words.place_of(one)
        where = f" in {place}" if place else ""
        what = words.of_mock(one, known.drift, known.now)
        yield _fit(f"the mock of {one.mock.label}{where} is false: {what}")


def _alarms(one: Trusted, known: "Knowledge") -> Iterator[Drift]:
    return (drift for name in one.findings if (drift := known.drift.get(name)) is not None and drift.is_alarm)


def _fit(text: str) -> str:
    return shorten(legible(text), _LONGEST)
