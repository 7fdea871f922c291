"""Facts about values: found in familiar answers too, and never in what a mock says itself."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.history import History, KnownValues
from driftwatch.model.interaction import Matcher, MatcherKind
from tests.drift.making import a_claim, delivery, found, promise
from tests.drift.test_laws import LAW

NOW = datetime(2025, 3, 1, tzinfo=UTC)
KNOWN = History(values={
    "/state": KnownValues(frozenset({"paid", "void"}), 300),
    "/rows/*/state": KnownValues(frozenset({"paid", "void"}), 300),
})  # fmt: skip
THEN = Context(now=NOW, history=KNOWN)
ORDERED = (Matcher("/rows", MatcherKind.ORDERED, by="n"),)

_DAYS = st.sampled_from(["2020-01-01", "2024-06-30", "2025-03-01", "2030-12-31", "soon", ""])
_TIMES = st.sampled_from([1_714_550_400, 1_914_550_400, 1_914_550_400_123, 0, 2**31, 2**53])
_STAMPS = st.sampled_from(["2024-05-01T10:00:00Z", "2030-05-01T12:00:00+02:00", "2024-05-01 10:00:00"])
_RECORDS = st.fixed_dictionaries(
    {"until": _DAYS, "exp": _TIMES, "at": _STAMPS, "state": st.sampled_from(["paid", "void", "lost"]), "n": _TIMES}
)
DOCUMENTS = st.builds(
    lambda record, rows: {**record, "rows": rows}, _RECORDS, st.lists(_RECORDS, min_size=1, max_size=6)
)
"""Records with all the names and values that this room has an eye on, and a list of them."""


def _told(findings: tuple[Finding, ...]) -> set[tuple[str, str, str]]:
    return {(f.kind, f.path, f.fingerprint) for f in findings if f.path != "/unheard"}


@LAW
@given(claimed=st.lists(DOCUMENTS, min_size=1, max_size=2), delivered=DOCUMENTS)
def test_both_roads_find_the_same(claimed: list[object], delivered: dict[str, object]) -> None:
    """A further member, which no walk lets pass, adds its own finding and changes no other."""
    claim = a_claim(*(promise(document, matchers=ORDERED) for document in claimed))
    strange = {**delivered, "unheard": True}
    assert _told(found(claim, delivery(delivered), context=THEN)) == _told(
        found(claim, delivery(strange), context=THEN)
    )


@LAW
@given(documents=st.lists(DOCUMENTS, min_size=1, max_size=3))
def test_a_mock_is_true_to_itself_whatever_is_known(documents: list[object]) -> None:
    """Neither time nor history makes drift of the mock's own answers, given all of them."""
    claim = a_claim(*map(promise, documents))
    assert found(claim, *map(delivery, documents), context=THEN) == ()


def test_an_expired_date_is_found_in_a_familiar_answer() -> None:
    """The walk sees a date where a date is promised; that one is over and the other is not needs another look."""
    claim = a_claim(promise({"until": "2024-06-30"}))
    (finding,) = found(claim, delivery({"until": "2030-12-31"}), context=THEN)
    assert finding.kind == "mock-date-expired"
    assert found(claim, delivery({"until": "2030-12-31"}), context=Context(now=datetime(2024, 6, 1, tzinfo=UTC))) == ()


def test_new_values_have_names_that_tell_nothing() -> None:
    """Two new values are two findings, the same in every run, and neither is quoted anywhere."""
    claim = a_claim(promise({"rows": [{"state": "paid"}]}))
    rows = [{"state": "hidden-one"}, {"state": "hidden-two"}]
    first = found(claim, delivery({"rows": rows}), context=THEN)
    again = found(claim, delivery({"rows": rows[::-1] * 2}), context=THEN)
    assert len({f.fingerprint for f in first}) == 2
    assert {f.fingerprint for f in first} == {f.fingerprint for f in again}
    assert "hidden" not in repr(first)


def test_a_flood_of_new_values_is_one_finding() -> None:
    """What seemed a closed set and brings dozens of new values was none: one finding says so."""
    rows = [{"state": f"state {number}"} for number in range(40)]
    findings = found(a_claim(promise({"rows": [{"state": "paid"}]})), delivery({"rows": rows}), context=THEN)
    assert [f.kind for f in findings] == ["enum-value-added"]


def test_what_history_counted_is_not_thinned() -> None:
    """A value that never came in 300 observations has a share below one in a hundred."""
    claim = a_claim(promise({"state": "lost"}))
    (finding,) = found(claim, delivery({"state": "paid"}), context=THEN)
    assert finding.prevalence is not None
    assert (finding.kind, finding.prevalence.k, finding.prevalence.n) == ("claim-unobserved", 0, 300)
    assert finding.prevalence.high < 0.01
