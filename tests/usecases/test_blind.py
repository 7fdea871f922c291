"""Which tests notice what: the order of runs and the verdicts, with drift and tests that are tables."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.model.blindness import Sight
from driftwatch.model.edit import Draft
from driftwatch.model.finding import Category, Direction, Finding, Severity
from driftwatch.model.healing import Healed, Healing, Left, ProviderHealing
from driftwatch.model.interaction import Expectation, Interaction, Origin, Request
from driftwatch.model.memory import key_of
from driftwatch.model.rehearsal import Fate, Performance, Test, Trial
from driftwatch.model.reliance import KnownUse, UsedMock
from driftwatch.model.summary import ProviderSummary, Result, Summary, Verdict
from driftwatch.model.use import Outcome
from driftwatch.usecases.blind import doses_of, find_blind
from driftwatch.usecases.blind_rounds import Rounds
from driftwatch.usecases.blind_runs import Limits
from tests.fakes import NotedProgress, SetClock

AT: Final = datetime(2026, 5, 1, tzinfo=UTC)
PLENTY: Final = Limits(1e6, 1e3)


def mock(name: str) -> Interaction:
    """A mock in a file of its own."""
    request = Request("GET", f"/{name}", f"/{name}")
    return Interaction(name, "wiremock", Origin(f"{name}.json"), request, (Expectation(200),), name, "it")


def finding(mock_name: str, path: str, severity: Severity = Severity.BREAKING) -> Finding:
    """A drift of it."""
    return Finding(
        "field-missing", Category.SCHEMA, severity, severity, f"/{path}", Direction.MOCK_ONLY, "there", "not there",
        "", "field-missing", provider="it", method="GET", path_template=f"/{mock_name}", mock_id=mock_name,
        origin=Origin(f"{mock_name}.json"),
    )  # fmt: skip


@dataclass
class World:
    """Mocks with their drift, and tests with what they rest on and what makes them fail."""

    drift: Mapping[str, Collection[str]]
    """By mock, the members it has lost."""
    rests: Mapping[str, Collection[str]]
    """By test, its mocks."""
    fails: Mapping[str, Collection[str]]
    """By test, the members (``mock.member``) without which it fails."""
    together: Collection[frozenset[str]] = ()
    """Members that can only be taken away together."""
    odd: Mapping[str, str] = field(default_factory=dict)
    """By test, what else is the matter with it: ``fails``, ``skips``, ``silent``, ``hangs``, ``wavers``."""
    most: int = 1000
    runs: list[tuple[frozenset[str], frozenset[str]]] = field(default_factory=list)
    """Tests and members of each run."""
    clock: SetClock = field(default_factory=SetClock)
    is_selective: bool = True

    def findings(self) -> dict[str, Finding]:
        """By ``mock.member``."""
        return {f"{name}.{member}": finding(name, member) for name, own in self.drift.items() for member in own}

    def cure(self, fingerprints: Collection[str] | None = None) -> Healing:
        """What healing makes of these: a draft holds what is lost."""
        known = self.findings()
        chosen = {name for name, one in known.items() if fingerprints is None or one.fingerprint in fingerprints}
        bad = {name for group in self.together if not group <= chosen for name in group & chosen}
        lost = sorted(chosen - bad)
        files = {name.partition(".")[0] for name in lost}
        drafts = tuple(
            Draft(f"{file}.json", f"/{file}.json", b"", ",".join(n for n in lost if n.startswith(f"{file}.")).encode())
            for file in sorted(files)
        )
        results = tuple(
            Result(mock(name), Verdict.DRIFTED, findings=tuple(known[f"{name}.{member}"] for member in own))
            for name, own in self.drift.items()
        )
        summary = Summary("r", AT, 1.0, "0", "c", (ProviderSummary("it", "http://x", results),))
        healed = tuple(Healed(known[name], ()) for name in lost)
        left = tuple(Left(known[name], "only with others") for name in sorted(bad))
        return Healing(summary, (ProviderHealing("it", drafts, healed, left),))

    def uses(self) -> list[KnownUse]:
        """What rests on what."""
        return [
            KnownUse("s", test, Outcome.PASSED, AT, tuple(UsedMock(key_of(mock(name)), name) for name in names))
            for test, names in self.rests.items()
        ]

    def why_not(self, test: str) -> str:
        """Only one whose file is gone cannot be run."""
        return "gone" if self.odd.get(test) == "gone" else ""

    def parted(self, tests: Sequence[str]) -> Iterable[tuple[str, ...]]:
        """So many at once."""
        return [tuple(tests[begin : begin + self.most]) for begin in range(0, len(tests), self.most)]

    def run(self, tests: Sequence[str], drafts: Sequence[Draft], seconds: float) -> Trial:
        """By the tables; one that hangs takes all others of its run with it."""
        lost = frozenset(name for draft in drafts for name in draft.after.decode().split(",") if name)
        self.runs.append((frozenset(tests), lost))
        hanging = [test for test in tests if self.odd.get(test) == "hangs" and lost & set(self.fails.get(test, ()))]
        if hanging:
            self.clock.go_on(seconds)
            return Trial({}, Performance(None, seconds))
        self.clock.go_on(1)
        fates = {test: Test(test, fate) for test in tests if (fate := self._fate(test, lost)) is not None}
        return Trial(fates, Performance(0, 1.0))

    def _fate(self, test: str, lost: Collection[str]) -> Fate | None:
        odd = self.odd.get(test)
        if odd == "silent":
            return None
        if odd == "skips":
            return Fate.SKIPPED
        before = sum(test in tests for tests, _ in self.runs) - 1
        if odd == "fails" or (odd == "wavers" and before % 2):
            return Fate.FAILED
        return Fate.FAILED if set(lost) & set(self.fails.get(test, ())) else Fate.PASSED

    def told(self, limits: Limits = PLENTY) -> dict[tuple[str, str], tuple[str, bool]]:
        """By test and ``mock.member``: the verdict, and whether it was met alone."""
        doses = doses_of(self.cure(), self.uses(), self.cure)
        self.found = find_blind(doses, self, self.cure, self.clock, limits, NotedProgress())
        names = {one.fingerprint: name for name, one in self.findings().items()}
        return {
            (one.test, names[one.fingerprint]): (one.sight.value, one.is_alone) for one in self.found.sightings
        }  # fmt: skip


def test_who_passes_with_all_of_it_is_asked_no_more() -> None:
    """Three runs are enough for those who notice nothing: two without drift, one with all of it."""
    world = World({"a": "xyz"}, {"t": "a", "u": "a"}, {})
    assert world.told() == {(test, f"a.{member}"): ("blind", False) for test in "tu" for member in "xyz"}
    assert len(world.runs) == 3


def test_one_finding_needs_no_run_of_its_own() -> None:
    """Where a test rests on one drift alone, the run with all of it tells."""
    world = World({"a": "x", "b": "y"}, {"t": "a", "u": "b"}, {"t": ["a.x"]})
    assert world.told() == {("t", "a.x"): ("noticed", True), ("u", "b.y"): ("blind", True)}
    assert len(world.runs) == 3


def test_findings_of_different_tests_share_runs() -> None:
    """A hundred mocks with two findings each take two runs more, and not two hundred."""
    names = [f"m{number}" for number in range(100)]
    fails = {f"t{name}": [f"{name}.x"] for name in names}
    world = World(dict.fromkeys(names, "xy"), {f"t{name}": [name] for name in names}, fails)
    told = world.told()
    assert len(world.runs) == 5
    assert set(told.values()) == {("noticed", True), ("blind", True)}
    assert all((sight == "noticed") == name.endswith(".x") for (_, name), (sight, _) in told.items())


def test_what_can_only_be_applied_together_is_not_tried_alone() -> None:
    """Who passes with both is blind to both; of who fails nobody can say by which."""
    world = World({"a": "xyz"}, {"t": "a", "u": "a"}, {"t": ["a.x"]}, together=[frozenset({"a.x", "a.y"})])
    told = world.told()
    assert told["u", "a.x"] == ("blind", False)
    assert (told["t", "a.x"][0], told["t", "a.z"][0]) == ("untried", "blind")
    (why,) = {one.reason for one in world.found.sightings if one.reason}
    assert why == "this drift cannot be applied by itself: only with others"


@pytest.mark.parametrize(("odd", "why"), [
    ("fails", "it fails without any drift"), ("skips", "it is skipped without any drift"),
    ("wavers", "it passed once and failed once without any drift"), ("gone", "gone"),
    ("silent", "its run ended with 0, and no report tells of it"),
])  # fmt: skip
def test_who_says_nothing_is_left_out(odd: str, why: str) -> None:
    """With the reason, and without harm to others."""
    world = World({"a": "x"}, {"t": "a", "u": "a"}, {"u": ["a.x"]}, odd={"t": odd})
    assert world.told() == {("u", "a.x"): ("noticed", True)}
    assert [(one.test, one.reason) for one in world.found.left_out] == [("t", why)]


def test_one_that_hangs_is_found_by_halving() -> None:
    """All others have their verdicts; the one has none."""
    tests = {f"t{number}": "a" for number in range(16)}
    world = World({"a": "x"}, tests, {"t5": ["a.x"], "t6": ["a.x"]}, odd={"t5": "hangs"})
    told = world.told(Limits(1e6, 10))
    assert told.pop(("t5", "a.x")) == ("untried", True)
    assert told.pop(("t6", "a.x")) == ("noticed", True)
    assert set(told.values()) == {("blind", True)}
    assert len(world.runs) <= 2 + 2 * 5 + 1


def test_the_budget_ends_it_with_the_least_important() -> None:
    """Breaking drift is tried first; what is left is told as not tried, and nothing is run any more."""
    world = World({"a": "xyz"}, {"t": "a"}, {"t": ["a.x", "a.y", "a.z"]})
    graver = {"a.x": Severity.INFO, "a.y": Severity.BREAKING, "a.z": Severity.WARNING}
    known = {name: finding("a", name[2:], severity) for name, severity in graver.items()}
    world.findings = lambda: known  # type: ignore[method-assign]
    told = world.told(Limits(5.2, 10))
    assert {name: sight for (_, name), (sight, _) in told.items()} == {
        "a.x": "untried", "a.y": "noticed", "a.z": "noticed",
    }  # fmt: skip
    assert world.clock.elapsed() == 5


WORLDS: Final = st.fixed_dictionaries({
    "drift": st.dictionaries(st.sampled_from("abc"), st.sets(st.sampled_from("xyz"), min_size=1), min_size=1),
    "tests": st.lists(
        st.tuples(
            st.sets(st.sampled_from("abc"), min_size=1),
            st.sets(st.sampled_from([f"{m}.{x}" for m in "abc" for x in "xyz"])),
        ),
        min_size=1, max_size=6,
    ),
    "most": st.integers(1, 4),
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(WORLDS)
def test_every_pair_has_the_verdict_that_it_would_have_alone(world: Mapping[str, object]) -> None:
    """Whatever rests on what: blind where the test does not mind this loss, and noticed where it does; all are tried.

    A test minds only what it rests on, as one whose uses were watched does.
    """
    drift: Mapping[str, Collection[str]] = world["drift"]  # type: ignore[assignment]
    tests: list[tuple[set[str], set[str]]] = world["tests"]  # type: ignore[assignment]
    rests = {f"t{number}": sorted(own) for number, (own, _) in enumerate(tests)}
    fails = {
        f"t{number}": {name for name in minds if name[0] in own} for number, (own, minds) in enumerate(tests)
    }  # fmt: skip
    made = World(drift, rests, fails, most=int(str(world["most"])))
    told = made.told()
    assert told.keys() == {
        (test, f"{name}.{member}") for test, names in rests.items() for name in names for member in drift.get(name, ())
    }
    assert all((sight == "noticed") == (name in fails[test]) for (test, name), (sight, _) in told.items())
    assert {sight for sight, _ in told.values()} <= {Sight.NOTICED.value, Sight.BLIND.value}


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from("tuvw"), st.frozensets(st.sampled_from("abcd"), min_size=1), min_size=1))
def test_no_round_holds_two_findings_of_one_test(rests: Mapping[str, frozenset[str]]) -> None:
    """And every pair has its round."""
    rounds = Rounds("abcd", rests)
    for test, names in rests.items():
        rounds.want(test, sorted(names))
    tried = set()
    while chosen := rounds.next():
        own = {name: rounds.take(name) for name in chosen}
        run = {test for some in own.values() for test in some}
        assert all(len(rests[test] & set(chosen)) == 1 for test in run)
        tried |= {(test, name) for name, some in own.items() for test in some}
    assert tried == {(test, name) for test, names in rests.items() for name in names}
