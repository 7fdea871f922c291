"""Findings keep their names, severities compare by weight, and prevalence is an interval."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.model.agreement import Agreement, Stands
from driftwatch.model.finding import Category, Direction, Explained, Finding, Prevalence, Severity
from driftwatch.model.interaction import Origin

FINDING: Final = Finding(
    kind="field-missing", category=Category.SCHEMA, severity=Severity.BREAKING, default_severity=Severity.BREAKING,
    path="/customer/*/e-mail", direction=Direction.MOCK_ONLY, claim="always there: string (email)",
    observed="never there", hint="Remove it.", family="presence", provider="payments", method="GET",
    path_template="/v1/charges/{id}", mock_id="charge",
)  # fmt: skip
PINNED: Final = "7e10a8ad06c5dad7"


def test_the_fingerprint_is_pinned() -> None:
    """A stored decision of last year still finds its finding: this value never changes under the name v1."""
    assert FINDING.fingerprint == PINNED


@pytest.mark.parametrize("change", [
    {"kind": "field-optional"}, {"severity": Severity.INFO}, {"default_severity": Severity.INFO},
    {"direction": Direction.CHANGED}, {"claim": "other words"}, {"observed": "other words"}, {"hint": "other words"},
    {"prevalence": Prevalence(1, 3)}, {"observations": 9}, {"confidence": 0.5}, {"state": "resolved"},
    {"explains": (Explained("field-added", "/x"),)}, {"evidence": ("sample-1",)}, {"category": Category.VALUE},
    {"origin": Origin("elsewhere.json", "/3", 40)}, {"first_seen": datetime(2026, 1, 1, tzinfo=UTC)},
    {"last_seen": datetime(2026, 1, 1, tzinfo=UTC)}, {"last_verified": datetime(2026, 1, 1, tzinfo=UTC)},
    {"agreement": Agreement(Stands.MOCK_STALE, Origin("openapi.yaml"))},
], ids=lambda change: next(iter(change)))  # fmt: skip
def test_words_counts_and_files_do_not_move_it(change: dict[str, object]) -> None:
    """Nothing that may improve, grow or be reformatted is part of a finding's name."""
    assert replace(FINDING, **change).fingerprint == PINNED  # each a field with a value of it


IDENTITY: Final = ("family", "path", "detail", "provider", "method", "path_template", "mock_id")


@pytest.mark.parametrize("name", IDENTITY)
def test_place_and_family_make_it(name: str) -> None:
    """Each part of the place makes another finding."""
    moved = replace(FINDING, **{name: getattr(FINDING, name) + "x"})
    assert moved.fingerprint != PINNED


def test_parts_cannot_flow_into_each_other() -> None:
    """What leaves one part and enters its neighbour is another place."""
    one = replace(FINDING, provider="a", method="bc")
    assert one.fingerprint != replace(FINDING, provider="ab", method="c").fingerprint


def test_every_field_is_known_to_move_it_or_not() -> None:
    """A new field must decide whether it belongs to the identity: this test and the one above list them all."""
    free = {"kind", "severity", "default_severity", "direction", "claim", "observed", "hint", "prevalence",
            "observations", "confidence", "state", "explains", "evidence", "category", "origin", "first_seen",
            "last_seen", "last_verified", "agreement", "production", "began_with", "rests_on",
                "read_by"}  # fmt: skip
    assert set(Finding.__struct_fields__) == free | set(IDENTITY)


def test_odd_names_have_fingerprints() -> None:
    """A lone surrogate in a path, which JSON can carry, is no reason to fail."""
    assert len(replace(FINDING, path="/\ud800").fingerprint) == 16


def test_severities_compare_by_weight() -> None:
    """Info is less than warning is less than breaking, although the words sort otherwise."""
    assert sorted(Severity, reverse=True) == [Severity.BREAKING, Severity.WARNING, Severity.INFO]
    assert max(Severity.INFO, Severity.BREAKING) is Severity.BREAKING
    assert Severity.INFO <= Severity.INFO < Severity.WARNING <= Severity.BREAKING
    assert Severity.BREAKING > Severity.WARNING >= Severity.WARNING > Severity.INFO


def test_steps_end_at_both_ends() -> None:
    """There is nothing below info and nothing above breaking."""
    assert [severity.raised() for severity in Severity] == [Severity.WARNING, Severity.BREAKING, Severity.BREAKING]
    assert [severity.lowered() for severity in Severity] == [Severity.INFO, Severity.INFO, Severity.WARNING]


@pytest.mark.parametrize(("severity", "expected"), [("info", False), ("warning", True), ("breaking", True)])
def test_an_alarm_is_a_warning_or_worse(severity: str, expected: bool) -> None:
    """Nobody is woken for info."""
    assert replace(FINDING, severity=Severity(severity)).is_alarm is expected


@pytest.mark.parametrize(("n", "upper"), [(1, 0.95), (3, 0.63), (5, 0.45), (10, 0.26), (30, 0.095), (100, 0.03)])
def test_what_was_never_seen_may_still_be(n: int, upper: float) -> None:
    """The rule of three, exactly: the table of the drift semantics (3.3), and its mirror for what was always seen."""
    assert Prevalence(0, n).high == pytest.approx(upper, abs=0.006)
    assert Prevalence(0, n).low == 0.0
    assert Prevalence(n, n).low == pytest.approx(1 - Prevalence(0, n).high)
    assert Prevalence(n, n).high == 1.0


@pytest.mark.parametrize(("k", "n", "low", "high"), [
    (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (2, 5, 0.1176, 0.7693), (30, 100, 0.2189, 0.3958),
])  # fmt: skip
def test_in_between_it_is_wilsons_interval(k: int, n: int, low: float, high: float) -> None:
    """Values from the formula of E. B. Wilson (1927) at 95 %, computed by hand."""
    assert (Prevalence(k, n).low, Prevalence(k, n).high) == pytest.approx((low, high), abs=5e-5)


def test_nothing_seen_is_nothing_known() -> None:
    """Without observations every share is possible."""
    assert (Prevalence(0, 0).low, Prevalence(0, 0).high) == (0.0, 1.0)


@given(n=st.integers(1, 400), data=st.data())
def test_the_interval_holds_the_share(n: int, data: st.DataObject) -> None:
    """The observed share lies inside, the bounds inside 0 to 1, and more of the same narrows them."""
    k = data.draw(st.integers(0, n))
    prevalence, tenfold = Prevalence(k, n), Prevalence(10 * k, 10 * n)
    assert 0.0 <= prevalence.low <= k / n <= prevalence.high <= 1.0
    assert tenfold.high - tenfold.low < prevalence.high - prevalence.low


def test_more_without_a_sighting_bounds_it_tighter() -> None:
    """Each further clean observation lowers what may still be."""
    bounds = [Prevalence(0, n).high for n in range(1, 300)]
    assert all(later < earlier for earlier, later in pairwise(bounds))
