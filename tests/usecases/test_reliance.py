"""How far mocks may be believed, and what tests are worth that rest on them."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.model.blindness import Sight, Sighting
from driftwatch.model.finding import Severity
from driftwatch.model.history import History
from driftwatch.model.interaction import Claim, Expectation, Interaction, Origin, Request
from driftwatch.model.lifecycle import Acknowledgement, Life, State
from driftwatch.model.memory import MockRecord, key_of
from driftwatch.model.reliance import NOT_DRIFT, Doubt, KnownUse, Trust, Trusted, UsedMock
from driftwatch.model.summary import Verdict
from driftwatch.model.suppression import Suppression
from driftwatch.model.use import Outcome
from driftwatch.usecases.notebook import digest_of
from driftwatch.usecases.reliance import CHANGED, IN_CODE, UNKNOWN, Look, changed, looks_of, rely, trusted
from tests.drift.lives import FINDINGS

NOW: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
STUB: Final = Interaction(
    "stub-1", "wiremock", Origin("a.json"), Request("GET", "/users/1", "/users/{id}"), (Expectation(200, body=b"{}"),),
    "stub-1", "payments",
)  # fmt: skip
KEY: Final = key_of(STUB)


def a_record(verdict: Verdict = Verdict.VERIFIED, days: float | None = 0, reason: str = "") -> MockRecord:
    """A mock that was compared so many days ago, and what the last run said of it."""
    history = History(verified_at=None if days is None else NOW - days * DAY)
    return MockRecord(
        KEY, "payments", "stub-1", "GET", "/users/{id}", Origin("a.json"), "", verdict, reason, None, 1.0, history
    )


def a_life(severity: Severity = Severity.BREAKING, **more: object) -> Life:
    """A finding about it that stands."""
    finding = replace(
        FINDINGS["sure"], severity=severity, provider="payments", method="GET", path_template="/users/{id}",
        mock_id="stub-1",
    )  # fmt: skip
    return replace(Life(finding, State.OPEN, NOW - 9 * DAY, NOW), **more)


HIDDEN: Final = Suppression("ann", "known", NOW.date(), "aa")
CASES: Final = {
    "verified today": (a_record(), None, Trust.VERIFIED, ""),
    "verified a month ago": (a_record(days=30), None, Trust.VERIFIED, ""),
    "verified longer ago": (a_record(days=30.01), None, Trust.STALE, ""),
    "verified long ago, and not reached since": (
        a_record(Verdict.UNREACHABLE, 240, "connection refused"), None, Trust.STALE, "connection refused",
    ),
    "never compared": (a_record(Verdict.SKIPPED, None, "a POST"), None, Trust.NEVER, "a POST"),
    "drifted": (a_record(Verdict.DRIFTED), a_life(), Trust.DRIFTED, ""),
    "drifted by a warning": (a_record(Verdict.DRIFTED), a_life(Severity.WARNING), Trust.DRIFTED, ""),
    "drifted, and not reached since": (a_record(Verdict.UNREACHABLE, 3), a_life(), Trust.DRIFTED, ""),
    "drifted long ago, and not reached since": (a_record(Verdict.UNREACHABLE, 300), a_life(), Trust.DRIFTED, ""),
    "only suspected": (a_record(Verdict.DRIFTED), a_life(state=State.SUSPECT), Trust.DRIFTED, ""),
    "acknowledged": (
        a_record(Verdict.DRIFTED), a_life(acknowledged=Acknowledgement("ann", "t", NOW.date(), Severity.BREAKING)),
        Trust.DRIFTED, "",
    ),
    "stale and harmless": (a_record(), a_life(Severity.INFO), Trust.VERIFIED, ""),
    "suppressed": (a_record(Verdict.DRIFTED), a_life(suppressed=HIDDEN), Trust.VERIFIED, "1 suppressed"),
    "suppressed until yesterday": (
        a_record(Verdict.DRIFTED), a_life(suppressed=dataclasses.replace(HIDDEN, until=NOW.date() - DAY)),
        Trust.DRIFTED, "",
    ),
    "drift that is over": (a_record(), a_life(state=State.RESOLVED), Trust.VERIFIED, ""),
    "drift that the last comparison did not see": (a_record(), a_life(misses=1), Trust.VERIFIED, ""),
    "trouble of the audit": (
        a_record(Verdict.UNREACHABLE, None, "no answer"),
        a_life(finding=replace(a_life().finding, kind="service-unavailable")), Trust.NEVER, "no answer",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_mock_is(name: str) -> None:
    """Worth what the last comparison said of it."""
    record, life, trust, reason = CASES[name]
    look = looks_of([record], [life] if life is not None else [], NOW.date())[KEY]
    found = trusted(look, NOW)
    assert (found.trust, found.reason) == (trust, reason)
    assert found.compared_at == record.history.verified_at
    if trust in (Trust.DRIFTED, Trust.NEVER) or reason == "1 suppressed":
        assert found.verified_at is None
    else:
        assert found.verified_at == record.history.verified_at


def test_the_worst_finding_comes_first() -> None:
    """And all that stand are named, the harmless ones too."""
    mild, bad = a_life(Severity.INFO), a_life()
    bad = replace(bad, finding=replace(bad.finding, path="/other"))
    found = trusted(looks_of([a_record(Verdict.DRIFTED)], [mild, bad], NOW.date())[KEY], NOW)
    assert (found.severity, found.findings) == (Severity.BREAKING, (bad.fingerprint, mild.fingerprint))


def test_a_mock_that_changed_is_never_verified() -> None:
    """What was compared is not what stands there now, be it that it was true or false."""
    look = Look(UsedMock(KEY, "GET /x"), Origin("a.json"), NOW, NOW, is_changed=True)
    assert (trusted(look, NOW).trust, trusted(look, NOW).reason) == (Trust.NEVER, CHANGED)


def test_a_change_is_told_by_what_the_mock_says() -> None:
    """Not by its place; a mock that nobody compared has not changed."""
    salt = b"s"
    claims = {KEY: digest_of(Claim((STUB,)), salt)}
    moved = dataclasses.replace(STUB, origin=Origin("b.json", line=9))
    other = dataclasses.replace(STUB, variants=(Expectation(200, body=b'{"a": 1}'),))
    assert changed([moved], claims, salt) == frozenset()
    assert changed([other], claims, salt) == {KEY}
    assert changed([other], {}, salt) == frozenset()
    assert changed([other, dataclasses.replace(STUB, group="another file")], claims, salt) == frozenset()


def test_kinds_that_are_no_drift_are_those_of_the_code() -> None:
    """What tells of the audit's own trouble, or of the mock alone."""
    assert {name for name, kind in KINDS.items() if kind.is_health or kind.is_static} == NOT_DRIFT


def a_mock(key: str, trust: Trust, *findings: str, provider: str = "payments") -> Trusted:
    """A mock of that trust."""
    return Trusted(UsedMock(key, f"GET /{key}", provider), trust, Origin(f"{key}.json"), findings=findings)


KNOWN: Final = {
    one.mock.key: one
    for one in (
        a_mock("good", Trust.VERIFIED), a_mock("old", Trust.STALE), a_mock("new", Trust.NEVER),
        a_mock("bad", Trust.DRIFTED, "f1", "f2"), a_mock("other", Trust.DRIFTED, "f3", provider="orders"),
    )
}  # fmt: skip


def a_use(test: str, *keys: str, outcome: Outcome = Outcome.PASSED) -> KnownUse:
    """A test on these mocks."""
    return KnownUse("shop", test, outcome, NOW, tuple(UsedMock(key, f"GET /{key}", "payments") for key in keys))


def test_a_test_is_worth_what_the_worst_of_its_mocks_is() -> None:
    """The worst first; what is unused is told apart; a test that did not pass tells no lie."""
    uses = [
        a_use("a", "good"), a_use("b", "good", "old"), a_use("c", "old", "bad", "new"), a_use("d", "bad", "other"),
        a_use("e", "bad", outcome=Outcome.FAILED), a_use("f"),
    ]  # fmt: skip
    found = rely(uses, {**KNOWN, "spare": a_mock("spare", Trust.VERIFIED)}, doubts=[Doubt("shop", "a", "x", 2)])
    assert [(one.test, one.trust, one.is_lying) for one in found.tests] == [
        ("a", Trust.VERIFIED, False), ("b", Trust.STALE, False), ("c", Trust.DRIFTED, True),
        ("d", Trust.DRIFTED, True), ("e", Trust.DRIFTED, False),
    ]  # fmt: skip
    assert [one.mock.key for one in found.tests[2].mocks] == ["bad", "new", "old"]
    assert [one.mock.key for one in found.unused] == ["spare"]
    assert found.counts() == {Trust.VERIFIED: 1, Trust.STALE: 1, Trust.NEVER: 0, Trust.DRIFTED: 2}
    assert found.counts("orders") == {Trust.VERIFIED: 0, Trust.STALE: 0, Trust.NEVER: 0, Trust.DRIFTED: 1}
    assert found.doubts == (Doubt("shop", "a", "x", 2),)


def test_what_no_audit_knows_was_never_verified() -> None:
    """Be it in code, or gone from the mocks since."""
    use = KnownUse("shop", "a", Outcome.PASSED, NOW, (UsedMock("gone", "GET /gone"), UsedMock("", "GET https://x/y")))
    (test,) = rely([use], KNOWN).tests
    assert {one.reason for one in test.mocks} == {UNKNOWN, IN_CODE}
    assert test.trust is Trust.NEVER


def test_a_test_is_blind_to_what_stands() -> None:
    """What was tried of findings that are over counts no more, and what was not tried never did."""

    def seen(finding: str, sight: Sight) -> Sighting:
        return Sighting("shop", "a", finding, sight, NOW)

    sightings = [
        seen("f1", Sight.BLIND), seen("f2", Sight.NOTICED), seen("gone", Sight.BLIND), seen("f3", Sight.UNTRIED),
    ]  # fmt: skip
    one, other = rely([a_use("a", "bad", "other"), a_use("b", "bad")], KNOWN, sightings=sightings).tests
    assert (one.blind, one.tried) == (1, 2)
    assert (other.blind, other.tried) == (0, 0)
