"""What a run teaches of a mock, and what later runs make of it: bounded, and never a value that somebody owns."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.drift.learning import learn
from driftwatch.model.context import Context
from driftwatch.model.history import History, KnownLatency, NoiseScope, digest_of
from driftwatch.model.interaction import Matcher, MatcherKind
from driftwatch.model.probe import Observation
from driftwatch.usecases.judgement import compare, findings_of
from tests.drift.making import LENIENT, a_claim, delivery, promise

NOW: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
SALT: Final = b"salt"
NEW: Final = History(salt=SALT)


def _seen(*documents: Any, at: datetime = NOW, ms: float = 20.0) -> tuple[Observation, ...]:
    samples = (delivery(document) for document in documents)
    return tuple(replace(sample, at=at, elapsed_ms=ms) for sample in samples)


def _learnt(
    mocked: object, *days: tuple[object, ...], before: History = NEW, matchers: tuple[Matcher, ...] = ()
) -> History:
    """What is known after a run on each of the days."""
    claim = a_claim(promise(mocked, matchers=matchers))
    for number, documents in enumerate(days):
        now = NOW + number * DAY
        comparison = compare(claim, _seen(*documents, at=now), Context(now=now, history=before))
        before = learn(comparison, before, now)
    return before


def _kinds(mocked: object, documents: tuple[object, ...], known: History, days: int, ms: float = 20.0) -> list[str]:
    """What a run so many days later says."""
    now = NOW + days * DAY
    found = findings_of(
        a_claim(promise(mocked)), _seen(*documents, at=now, ms=ms), Context(now=now, history=known), LENIENT
    )
    return [finding.kind for finding in found]


ORDERS: Final = {"items": [{"state": "PAID"}, {"state": "VOID"}]}


def _orders(*states: str) -> dict[str, object]:
    return {"items": [{"state": state} for state in states]}


def test_a_closed_set_is_learnt_and_a_new_member_found() -> None:
    """Two states in many records are a set; a third one, days later, is news, and a mocked one that never comes too."""
    known = _learnt(ORDERS, *[(_orders(*["PAID", "VOID"] * 5),)] * 4)
    assert known.values["/items/*/state"].n == 40
    assert known.values["/items/*/state"].values == {digest_of("PAID", SALT), digest_of("VOID", SALT)}
    assert _kinds(ORDERS, (_orders("PAID", "VOID"),), known, 5) == []
    assert _kinds(ORDERS, (_orders("PAID", "DISPUTED"),), known, 5) == ["enum-value-added"]
    assert _kinds(_orders("GOLD", "PAID"), (_orders("PAID"),), known, 5) == ["claim-unobserved"]


def test_repeats_of_a_record_are_one_observation() -> None:
    """Three samples of one request count once, and once a day however often it is asked."""
    known = _learnt({"state": "PAID"}, ({"state": "PAID"},) * 3)
    assert known.values["/state"].n == 1
    claim = a_claim(promise({"state": "PAID"}))
    later = NOW + timedelta(hours=1)
    comparison = compare(claim, _seen({"state": "PAID"}, {"state": "VOID"}, at=later), Context(now=later))
    known = learn(comparison, known, later)
    assert known.values["/state"].n == 2


LEFT_ALONE: Final = {
    "a name of a person": ({"name": "Ada"}, {"name": "Grace"}),
    "a first name": ({"firstName": "Ada"}, {"firstName": "Grace"}),
    "a password": ({"password": "hunter"}, {"password": "hunter"}),
    "a token": ({"api_token": "abc"}, {"api_token": "def"}),
    "an identifier": ({"customerId": "ada"}, {"customerId": "grace"}),
    "prose": ({"status": "Open"}, {"status": "Waiting for Ada Lovelace to call back"}),
    "a mail address": ({"contact": "ada"}, {"contact": "ada@example.com"}),
    "a long word": ({"status": "ok"}, {"status": "x" * 33}),
    "something generated": ({"status": "ok"}, {"status": "0a1b2c3d4e5f"}),
    "a date": ({"status": "2026-01-01"}, {"status": "2026-02-01"}),
    "a number in text": ({"status": "12"}, {"status": "13"}),
    "letters of another script": ({"status": "ok"}, {"status": "\u0410\u0434\u0430"}),
}


@pytest.mark.parametrize(("mocked", "real"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_may_belong_to_somebody_is_not_learnt(mocked: object, real: object) -> None:
    """Not even as a digest."""
    assert _learnt(mocked, (real,)).values == {}


def test_what_is_no_set_is_given_up() -> None:
    """Too many values, or one that is no word: nothing of the place is kept, then or later."""
    many = _orders(*(f"S{number}" for number in range(17)))
    known = _learnt(ORDERS, (_orders("PAID"),), (many,), (_orders("PAID"),))
    assert not known.values
    assert known.unlimited == {"/items/*/state"}


def test_values_rest_as_digests_only() -> None:
    """Whatever was seen, no text and no number of an answer is in what is kept."""
    answer = {"state": "SHIPPED", "rate": 4711, "note": "call Ada", "items": [{"kind": "EXPRESS"}]}
    mocked = {"state": "PAID", "rate": 1, "note": "x", "items": [{"kind": "SLOW"}]}
    known = repr(_learnt(mocked, (answer,), (answer,)))
    assert not any(word in known for word in ("SHIPPED", "4711", "Ada", "EXPRESS", "PAID", "SLOW"))
    assert "/rate" in known


def test_a_constant_is_found_over_days_of_single_samples() -> None:
    """One sample a day holds still for three days: reference data has moved on. One that moves does not."""
    known = _learnt({"vatRate": 0.23}, ({"vatRate": 0.22},), ({"vatRate": 0.22},))
    assert _kinds({"vatRate": 0.23}, ({"vatRate": 0.22},), known, 2) == ["value-drift"]
    assert _kinds({"vatRate": 0.23}, ({"vatRate": 0.21},), known, 2) == []
    moved = _learnt({"vatRate": 0.23}, ({"vatRate": 0.22},), ({"vatRate": 0.21},), before=known)
    assert moved.constants["/vatRate"].n == 1


def test_a_constant_of_one_day_is_none() -> None:
    """Three samples within an hour say nothing of tomorrow."""
    known = _learnt({"vatRate": 0.23}, ({"vatRate": 0.22},) * 3)
    assert _kinds({"vatRate": 0.23}, ({"vatRate": 0.22},) * 3, known, 0) == []


def test_a_regression_is_found_with_three_samples_a_run() -> None:
    """Twenty quick answers are the baseline, twenty slow ones after them the news."""
    known: History = NEW
    claim = a_claim(promise({"ok": True}))
    for number in range(14):
        samples = _seen(*[{"ok": True}] * 3, at=NOW + number * DAY, ms=100.0)
        known = learn(compare(claim, samples, Context()), known, NOW + number * DAY)
    assert known.latency is not None
    assert (known.latency.p50, known.latency.n) == (100.0, 20)
    told = []
    for number in range(14, 21):
        told.append(_kinds({"ok": True}, ({"ok": True},) * 3, known, number, ms=450.0))
        samples = _seen(*[{"ok": True}] * 3, at=NOW + number * DAY, ms=450.0)
        known = learn(compare(claim, samples, Context()), known, NOW + number * DAY)
    assert told[0] == []
    assert told[-1] == ["latency-regressed"]


def test_the_baseline_stays_small() -> None:
    """However many answers came, a few numbers rest, and what lasts becomes usual in the end."""
    known: KnownLatency | None = None
    claim = a_claim(promise({"ok": True}))
    history = NEW
    for number in range(400):
        samples = _seen(*[{"ok": True}] * 3, ms=100.0 if number < 100 else 450.0)
        history = learn(compare(claim, samples, Context()), history, NOW)
        known = history.latency
    assert known is not None
    assert len(known.recent) < 40
    assert known.n <= 200
    assert known.p50 > 400


def test_noise_is_learnt_and_forgiven_where_the_author_pinned_a_value() -> None:
    """Repeats disagree: from then on a pinned value is pinned too tightly, for thirty days."""
    pinned = (Matcher("/nonce", MatcherKind.EXACT),)
    mocked = {"nonce": "a", "flag": "x"}
    documents = tuple({"nonce": value, "flag": "x"} for value in ("b", "c", "d"))
    known = _learnt(mocked, documents, matchers=pinned)
    assert [(each.path, each.scope, each.pairs) for each in known.noise] == [("/nonce", NoiseScope.VALUE, 3)]
    claim = a_claim(promise(mocked, matchers=pinned))
    for days, kind in ((1, "expectation-overspecified"), (31, "expectation-violated")):
        now = NOW + days * DAY
        found = findings_of(claim, _seen({"nonce": "e", "flag": "x"}, at=now), Context(now=now, history=known), LENIENT)
        assert [finding.kind for finding in found] == [kind]


NO_NOISE: Final = {
    "a list of another length": ({"items": ["a"]}, ({"items": ["a"]}, {"items": ["a", "b"]}, {"items": []})),
    "a member that comes and goes": ({"a": 1}, ({"a": 1}, {}, {"a": 2})),
    "a value of the root": ("a", ("a", "b", "c")),
    "one pair that disagrees": ({"a": 1}, ({"a": 1}, {"a": 2})),
}


@pytest.mark.parametrize(("mocked", "documents"), NO_NOISE.values(), ids=NO_NOISE)
def test_differences_of_form_are_no_noise(mocked: object, documents: tuple[object, ...]) -> None:
    """An entry that is too broad would turn a report green while less is checked."""
    assert _learnt(mocked, documents).noise == ()


def test_a_shuffled_list_has_no_order() -> None:
    """The service itself shuffles: no order is read out of the mock any more."""
    days = [f"2026-01-0{number}" for number in range(1, 7)]
    mocked = {"rows": [{"at": day} for day in days]}
    shuffled = tuple({"rows": [{"at": day} for day in order]} for order in (days, days[::-1], [*days[3:], *days[:3]]))
    known = _learnt(mocked, shuffled)
    assert [(each.path, each.scope) for each in known.noise] == [("/rows", NoiseScope.ORDER)]
    turned = ({"rows": [{"at": day} for day in days[::-1]]},)
    assert _kinds(mocked, turned, NEW, 1) == ["ordering-changed"]
    assert _kinds(mocked, turned, known, 1) == []


def test_a_large_answer_is_looked_at_in_part() -> None:
    """A thousand places teach no more than a bounded number."""
    mocked = {f"state_{number}": "PAID" for number in range(1000)}
    real = {f"state_{number}": "VOID" for number in range(1000)}
    known = _learnt(mocked, (real,))
    assert len(known.values) <= 64
    assert len(known.constants) <= 64
