"""Suppressions mark findings and take nothing away; when they are over, they say so (drift semantics 3.6)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.drift.suppress import Suppressor
from driftwatch.model.finding import Category, Direction, Finding, Severity
from driftwatch.model.score import Score
from driftwatch.model.summary import Canary, ProviderSummary, Result, Summary, Verdict
from driftwatch.model.suppression import Fate, Reviewed, Suppression
from tests.drift.making import an_interaction, bare

TODAY: Final = date(2026, 5, 1)
STUB: Final = an_interaction(bare(200))


def _finding(kind: str = "field-missing", path: str = "/a/*/b", provider: str = "payments") -> Finding:
    return Finding(
        kind, Category.SCHEMA, Severity.BREAKING, Severity.BREAKING, path, Direction.CHANGED, "said", "seen", "mend",
        family="presence", provider=provider,
    )  # fmt: skip


def _wish(until: date = TODAY, **meant: Any) -> Suppression:
    return Suppression("team", "reason", until, **meant)


def _provider(*findings: Finding, verdict: Verdict = Verdict.DRIFTED, name: str = "payments") -> ProviderSummary:
    return ProviderSummary(name, f"https://{name}", (Result(STUB, verdict, findings=findings, score=Score(10.0)),))


def _after(
    provider: ProviderSummary, *wishes: Suppression, is_whole: bool = True
) -> tuple[ProviderSummary, tuple[Reviewed, ...]]:
    suppressor = Suppressor(wishes, TODAY)
    marked = suppressor.mark(provider)
    return marked, suppressor.review([marked], is_whole=is_whole)


def _states(provider: ProviderSummary) -> list[str]:
    return [finding.state for result in provider.results for finding in result.findings]


FINDING: Final = _finding()


@pytest.mark.parametrize(
    ("meant", "hides"),
    [
        ({"fingerprint": FINDING.fingerprint}, True),
        ({"fingerprint": "0" * 16}, False),
        ({"kind": "field-missing", "path": "*", "provider": "*"}, True),
        ({"kind": "field-missing", "path": "/a/*/b", "provider": "payments"}, True),
        ({"kind": "field-missing", "path": "/a/*", "provider": "pay*"}, True),
        ({"kind": "field-missing", "path": "/A/*/b", "provider": "payments"}, False),
        ({"kind": "field-missing", "path": "/a", "provider": "payments"}, False),
        ({"kind": "field-missing", "path": "", "provider": "payments"}, False),
        ({"kind": "field-missing", "path": "*", "provider": "orders"}, False),
        # the other half of a pair is another decision: what is never there is worse than what is there sometimes
        ({"kind": "field-optional", "path": "*", "provider": "*"}, False),
    ],
)
def test_what_a_suppression_means(meant: dict[str, Any], hides: bool) -> None:
    """One finding by its name, or those of a kind at the places and providers that two globs name."""
    marked, (reviewed,) = _after(_provider(FINDING), _wish(**meant))
    assert _states(marked) == ["suppressed" if hides else "open"]
    assert reviewed.fate is (Fate.APPLIED if hides else Fate.UNUSED)
    assert reviewed.findings == ((FINDING.fingerprint,) if hides else ())


@pytest.mark.parametrize(("until", "state"), [(TODAY, "suppressed"), (TODAY - timedelta(days=1), "open")])
def test_it_holds_through_its_last_day(until: date, state: str) -> None:
    """On the day itself it still hides; on the next one the finding stands again, and the suppression is expired."""
    marked, (reviewed,) = _after(_provider(FINDING), _wish(until, fingerprint=FINDING.fingerprint))
    assert _states(marked) == [state]
    assert reviewed.fate is (Fate.APPLIED if state == "suppressed" else Fate.EXPIRED)
    assert reviewed.findings == (FINDING.fingerprint,)


def test_one_that_is_over_does_not_end_another() -> None:
    """Of two that mean the same the one that still holds hides it, and the other is told as expired."""
    over = _wish(TODAY - timedelta(days=9), kind="field-missing", path="*", provider="*")
    marked, reviewed = _after(_provider(FINDING), over, _wish(fingerprint=FINDING.fingerprint))
    assert _states(marked) == ["suppressed"]
    assert [one.fate for one in reviewed] == [Fate.EXPIRED, Fate.APPLIED]


@pytest.mark.parametrize("verdict", [Verdict.UNREACHABLE, Verdict.UNAUTHORIZED, Verdict.UNVERIFIABLE])
def test_what_was_not_checked_makes_nothing_useless(verdict: Verdict) -> None:
    """A service that was down showed nothing: the suppression may be needed tomorrow."""
    wishes = (_wish(fingerprint="0" * 16), _wish(kind="field-missing", path="*", provider="pay*"))
    _, reviewed = _after(_provider(verdict=verdict), *wishes)
    assert [one.fate for one in reviewed] == [Fate.UNDECIDED] * 2


def test_an_outage_elsewhere_is_no_doubt() -> None:
    """A suppression that names a provider is judged by that provider alone."""
    wish = _wish(kind="field-missing", path="*", provider="payments")
    suppressor = Suppressor((wish,), TODAY)
    others = [_provider(), _provider(verdict=Verdict.UNREACHABLE, name="orders")]
    assert suppressor.review(others, is_whole=True)[0].fate is Fate.UNUSED
    assert suppressor.review(others, is_whole=False)[0].fate is Fate.UNDECIDED


def test_what_policy_skips_is_no_doubt() -> None:
    """The operator decided not to look: that would never be over."""
    _, (reviewed,) = _after(_provider(verdict=Verdict.SKIPPED), _wish(fingerprint="0" * 16))
    assert reviewed.fate is Fate.UNUSED


def test_truth_and_number_stay() -> None:
    """Verdict, score and all else of a finding are as before: nobody's wish makes a mock true."""
    provider = _provider(FINDING)
    marked, _ = _after(provider, _wish(fingerprint=FINDING.fingerprint))
    (before,), (after,) = provider.results, marked.results
    assert (after.verdict, after.score) == (before.verdict, before.score)
    assert replace(after.findings[0], state="open") == before.findings[0]


def test_a_summary_counts_both_and_loses_none() -> None:
    """Standing and suppressed findings together are all findings; severities count those that stand."""
    other = _finding(path="/c")
    marked, reviewed = _after(_provider(FINDING, other), _wish(fingerprint=FINDING.fingerprint))
    summary = Summary(
        "1", datetime(2026, 5, 1, tzinfo=UTC), 0, "0", "d", (marked,), canary=Canary(1, 1), suppressions=reviewed
    )
    assert len(summary.findings) == 2
    assert [one.path for one in summary.standing] == ["/c"]
    assert [one.path for one in summary.suppressed] == [FINDING.path]
    assert summary.severities[Severity.BREAKING] == 1


_KINDS: Final = st.sampled_from(["field-missing", "field-optional", "type-changed"])
_PLACES: Final = st.sampled_from(["", "/a", "/a/*/b", "status", "[", "*"])
_WISHES: Final = st.builds(
    Suppression, st.just("team"), st.just("reason"), st.dates(date(2026, 4, 29), date(2026, 5, 3)),
    st.sampled_from(["", "", FINDING.fingerprint]), _KINDS, _PLACES, st.sampled_from(["*", "pay*", "orders"]),
)  # fmt: skip


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    wishes=st.lists(_WISHES, max_size=4),
    found=st.lists(st.builds(_finding, _KINDS, _PLACES, st.sampled_from(["payments", "orders"])), max_size=4),
    data=st.data(),
)
def test_nothing_is_ever_silently_gone(wishes: list[Suppression], found: list[Finding], data: st.DataObject) -> None:
    """As many findings as before; each suppressed one is named by a suppression that holds; order does not matter."""
    marked, reviewed = _after(_provider(*found), *wishes)
    after = marked.results[0].findings
    assert [replace(one, state="open") for one in after] == found
    applied = {name for one in reviewed if one.fate is Fate.APPLIED for name in one.findings}
    assert {one.fingerprint for one in after if one.is_suppressed} == applied
    assert all(one.suppression.until >= TODAY for one in reviewed if one.fate is Fate.APPLIED)
    shuffled: Sequence[Suppression] = data.draw(st.permutations(wishes))
    assert _after(_provider(*found), *shuffled)[0] == marked


def test_many_against_many_is_quick() -> None:
    """Names are looked up and not tried: 20,000 against 20,000 take no minutes."""
    wishes = [_wish(fingerprint=f"{number:016x}") for number in range(20_000)]
    found = [_finding(path=f"/{number}") for number in range(20_000)]
    marked, reviewed = _after(_provider(*found, FINDING), *wishes, _wish(fingerprint=FINDING.fingerprint))
    assert _states(marked).count("suppressed") == 1
    assert reviewed[-1].fate is Fate.APPLIED
