"""Which tests cannot notice the drift that was observed: apply it to copies of their mocks, and see who stays green.

A healed mock *is* the observed drift applied. First all of it at once: a test that passes then is blind to every part
of it, as it would be to the real service. Who fails notices something; what, is found out finding by finding, in as
few runs as let each test meet one finding alone (``blind_rounds``). Before that the tests run twice without any drift:
who fails or wavers there says nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct, field

from driftwatch.model.blind import Blindness, LeftOut
from driftwatch.model.blindness import Sight, Sighting
from driftwatch.model.edit import Draft
from driftwatch.model.finding import Finding
from driftwatch.model.healing import Healing, Left
from driftwatch.model.memory import key_of
from driftwatch.model.rehearsal import Fate, Test
from driftwatch.model.reliance import KnownUse
from driftwatch.model.treatment import Place, Treatment
from driftwatch.ports import Clock, Progress, TestRunner
from driftwatch.usecases.blind_rounds import Rounds
from driftwatch.usecases.blind_runs import OVER, Limits, Runs

Cure = Callable[[frozenset[str]], Healing]
"""What healing makes of these findings, by fingerprint, and of no others."""
_MOST_ALONE: Final = 100
"""Findings that could not be healed together and are looked at one by one: each time all mocks are read again."""
_FAILS: Final = "it fails without any drift"
_SKIPPED: Final = "it is skipped without any drift"
_WAVERS: Final = "it passed once and failed once without any drift"
_ELSEWHERE: Final = "no test read {file} from the copy of your files: they read it from another place"


class Doses(Struct, frozen=True):
    """The findings that can be applied, and the tests that rest on their mocks."""

    findings: tuple[Finding, ...]
    """The worst first."""
    tests: Mapping[str, tuple[KnownUse, ...]]
    """By fingerprint."""
    files: Mapping[str, tuple[Draft, ...]]
    """By fingerprint, the files that it changes."""
    left: tuple[Left, ...]
    """With tests that rest on their mocks, and not to be applied."""
    unused: int
    """About mocks that no test rests on."""

    @property
    def drafts(self) -> Sequence[Draft]:
        """Every file that any of them changes."""
        return tuple({draft.path: draft for some in self.files.values() for draft in some}.values())


def doses_of(healing: Healing, uses: Iterable[KnownUse], cure: Cure) -> Doses:
    """Sort out what healing made of the findings, by who would have to notice them.

    What cannot be healed together with the others is tried by itself.
    """
    resting: dict[str, list[KnownUse]] = defaultdict(list)
    for use in uses:
        for key in {mock.key for mock in use.mocks if mock.key}:
            resting[key].append(use)
    tests: dict[str, dict[tuple[str, str], KnownUse]] = defaultdict(dict)
    for result in healing.summary.results:
        for finding in result.findings:
            for use in resting.get(key_of(result.interaction), ()):
                tests[finding.fingerprint][use.suite, use.test] = use
    files = _files(healing)
    findings = {one.finding.fingerprint: one.finding for one in healing.healed}
    left: list[Left] = []
    for one in healing.left:
        name = one.finding.fingerprint
        if not tests.get(name):
            continue
        alone = _files(cure(frozenset({name}))) if len(left) < _MOST_ALONE else {}
        if name in alone:
            files |= {name: alone[name]}
            findings[name] = one.finding
        else:
            left.append(one)
    used = {name: tuple(found[key] for key in sorted(found)) for name, found in tests.items() if found}
    ordered = sorted((one for name, one in findings.items() if name in used), key=_weight)
    everything = findings.keys() | {one.finding.fingerprint for one in healing.left}
    return Doses(
        tuple(ordered), {one.fingerprint: used[one.fingerprint] for one in ordered},
        {one.fingerprint: files.get(one.fingerprint, ()) for one in ordered}, tuple(left),
        len(everything - used.keys()),
    )  # fmt: skip


def _files(healing: Healing) -> dict[str, tuple[Draft, ...]]:
    """The files that each healed finding changes, by its fingerprint."""
    found: dict[str, list[Draft]] = defaultdict(list)
    places = {draft.path: Place(draft.path) for draft in healing.drafts}
    for change in Treatment(healing, "", places).changes:
        for finding in change.findings:
            found[finding.fingerprint].append(change.draft)
    return {name: tuple(drafts) for name, drafts in found.items()}


def _weight(finding: Finding) -> tuple[object, ...]:
    return (-finding.severity.rank, finding.provider, finding.origin, finding.path, finding.kind, finding.fingerprint)


def find_blind(
    doses: Doses, runner: TestRunner, cure: Cure, clock: Clock, limits: Limits, progress: Progress,
    is_incomplete: bool = False,
) -> Blindness:  # fmt: skip
    """Every pair of a test and a finding with its verdict, or why there is none; nothing is written anywhere."""
    trial = _Trial(doses, cure, Runs(runner, clock, limits, progress, started=clock.elapsed()))
    if doses.findings:
        green = trial.without_drift()
        trial.all_at_once(green)
        trial.one_by_one()
    now = clock.now()
    sightings = tuple(
        trial.verdict(use.test, finding.fingerprint).of(use, finding, now)
        for finding in doses.findings
        for use in doses.tests[finding.fingerprint]
        if use.test not in trial.left_out
    )
    everybody = sorted({(use.suite, use.test) for uses in doses.tests.values() for use in uses})
    left_out = tuple(
        LeftOut(suite, test, trial.left_out[test]) for suite, test in everybody if test in trial.left_out
    )  # fmt: skip
    runs = trial.runs
    return Blindness(
        sightings, doses.findings, doses.left, left_out, doses.unused, tuple(runs.done),
        "" if any(one.is_tried for one in sightings) else runs.words, is_incomplete,
    )  # fmt: skip


class _Verdict(Struct, frozen=True):
    sight: Sight
    reason: str = ""
    is_alone: bool = True

    @classmethod
    def after(cls, outcome: Test | str, *, is_alone: bool) -> "_Verdict":
        """What a run tells."""
        if isinstance(outcome, str):
            return cls(Sight.UNTRIED, outcome, is_alone)
        if outcome.fate is Fate.SKIPPED:
            return cls(Sight.UNTRIED, "it is skipped with the drift", is_alone)
        return cls(Sight.BLIND if outcome.fate is Fate.PASSED else Sight.NOTICED, "", is_alone)

    def of(self, use: KnownUse, finding: Finding, at: datetime) -> Sighting:
        """The same with names."""
        return Sighting(use.suite, use.test, finding.fingerprint, self.sight, at, self.reason, self.is_alone)


_NOT_REACHED: Final = _Verdict(Sight.UNTRIED, OVER)


class _Trial(Struct):
    """One trial as it goes on."""

    doses: Doses
    cure: Cure
    runs: Runs
    left_out: dict[str, str] = field(default_factory=dict)
    """Tests that say nothing, and why."""
    _verdicts: dict[tuple[str, str], _Verdict] = field(default_factory=dict)
    """By test and fingerprint."""
    _rounds: Rounds = field(default_factory=lambda: Rounds((), {}))

    def __post_init__(self) -> None:
        rests: dict[str, set[str]] = defaultdict(set)
        for name, uses in self.doses.tests.items():
            for use in uses:
                rests[use.test].add(name)
        order = tuple(one.fingerprint for one in self.doses.findings)
        self._rounds = Rounds(order, {test: frozenset(names) for test, names in sorted(rests.items())})

    def verdict(self, test: str, name: str) -> _Verdict:
        """What is known of a test and a finding."""
        return self._verdicts.get((test, name), _NOT_REACHED)

    def without_drift(self) -> list[str]:
        """The tests that pass as things are, twice."""
        runner = self.runs.runner
        self.left_out |= {test: why for test in self._rounds.rests if (why := runner.why_not(test))}
        green = [test for test in self._rounds.rests if test not in self.left_out]
        first = self.runs.settle("no drift", green, (), 0)
        self.left_out |= {test: why for test in green if (why := _why_not(first[test], _FAILS))}
        green = [test for test in green if test not in self.left_out]
        second = self.runs.settle("no drift, once more", green, (), 0)
        self.left_out |= {
            test: why for test in green if second[test] != OVER and (why := _why_not(second[test], _WAVERS))
        }
        return [test for test in green if test not in self.left_out]

    def all_at_once(self, green: Sequence[str]) -> None:
        """Who passes with everything applied is blind to everything; who fails by one finding has noticed it."""
        self._check_read()
        healing = self.cure(frozenset(self._rounds.order))
        applied = frozenset(one.finding.fingerprint for one in healing.healed)
        tests = [test for test in green if self._open(test)]
        outcomes = self.runs.settle("all drift at once", tests, _drafts(healing), len(applied))
        for test in tests:
            mine, outcome = self._open(test), outcomes[test]
            met = mine & applied
            is_alone = len(self._rounds.rests[test] & applied) == 1
            is_green = isinstance(outcome, Test) and outcome.fate is Fate.PASSED
            if met and (is_alone or is_green):
                verdict = _Verdict.after(outcome, is_alone=is_alone)
                self._verdicts |= {(test, name): verdict for name in met}
                mine -= met
            self._rounds.want(test, (name for name in self._rounds.order if name in mine))

    def one_by_one(self) -> None:
        """What is pending still, in as few runs as let each test meet one finding alone."""
        while names := self._rounds.next():
            healing = self.cure(frozenset(names))
            reasons = {one.finding.fingerprint: one.reason for one in healing.left}
            applied = [one.finding.fingerprint for one in healing.healed if one.finding.fingerprint in names]
            for name in set(names).difference(applied):
                if len(names) > 1:
                    self._rounds.lonely.add(name)
                else:
                    reason = f"this drift cannot be applied by itself: {reasons.get(name, 'nothing would change')}"
                    self._judge(dict.fromkeys(self._rounds.take(name), reason), name)
            asked = {name: self._rounds.take(name) for name in applied}
            tests = list(dict.fromkeys(test for own in asked.values() for test in own))
            if not tests:
                continue
            what = "1 finding" if len(asked) == 1 else f"{len(asked)} findings, one to a test"
            outcomes = self.runs.settle(what, tests, _drafts(healing), len(asked))
            for name, own in asked.items():
                self._judge({test: outcomes[test] for test in own}, name)

    def _judge(self, outcomes: Mapping[str, Test | str], name: str) -> None:
        for test, outcome in outcomes.items():
            self._verdicts[test, name] = _Verdict.after(outcome, is_alone=True)

    def _open(self, test: str) -> set[str]:
        return {name for name in self._rounds.rests[test] if (test, name) not in self._verdicts}

    def _check_read(self) -> None:
        """What nobody read where it was copied could be changed at will: nothing may be concluded from it."""
        read = self.runs.read
        if read is None:
            return
        for finding in self.doses.findings:
            drafts = self.doses.files[finding.fingerprint]
            if drafts and read.isdisjoint(draft.path for draft in drafts):
                verdict = _Verdict(Sight.UNTRIED, _ELSEWHERE.format(file=drafts[0].file))
                for use in self.doses.tests[finding.fingerprint]:
                    self._verdicts[use.test, finding.fingerprint] = verdict


def _drafts(healing: Healing) -> tuple[Draft, ...]:
    """Each file once: where providers share one, the last draft holds the changes before it."""
    return tuple({draft.path: draft for draft in healing.drafts}.values())


def _why_not(outcome: Test | str, failing: str) -> str:
    """Why a test that ran without drift says nothing; empty if it does."""
    if isinstance(outcome, str):
        return outcome
    if outcome.fate is Fate.SKIPPED:
        return _SKIPPED
    if outcome.fate is Fate.PASSED:
        return ""
    return f"{failing}: {outcome.words}" if outcome.words else failing
