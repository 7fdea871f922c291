"""What holds for all documents: healing converges in one step, changes what it says, and makes nothing worse."""

import json
import random
from collections.abc import Sequence
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from driftwatch.heal.plausible import Disguise
from driftwatch.model.finding import Finding
from driftwatch.usecases.heal_trial import Treated
from tests.drift.making import a_claim, delivery, promise
from tests.drift.strategies import DOCUMENTS, RECORDS
from tests.heal.applying import applied
from tests.heal.making import Plain, look_at, treated

LAW: Final = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
SEEDS: Final = st.integers(0, 2**32)
_OTHERS: Final = (1, 2.5, "x", "2024-05-01", True, None, {"q": 1}, [1, 2], 2**40, [{"a": 1}, {"a": None}])


def drifted(value: Any, chance: random.Random) -> Any:
    """A document with some of its members lost, added, renamed, retyped, wrapped, made null; items lost."""
    if isinstance(value, list):
        return [drifted(item, chance) for item in value if chance.random() > 0.1]
    if not isinstance(value, dict):
        return chance.choice(_OTHERS) if chance.random() < 0.1 else value
    after: dict[str, Any] = {}
    for name, inner in value.items():
        what = chance.random()
        if what < 0.08:
            continue
        if what < 0.14:
            after[name.upper() if name.upper() != name else f"{name}s"] = inner
        elif what < 0.18:
            after[name] = [inner]
        elif what < 0.22:
            after[name] = {"data": inner, "meta": {"n": 1}}
        elif what < 0.32:
            after[name] = chance.choice(_OTHERS)
        else:
            after[name] = drifted(inner, chance)
    if chance.random() < 0.2:
        after[f"new{chance.randrange(3)}"] = chance.choice(_OTHERS)
    return after


def _prints(findings: Sequence[Finding]) -> set[str]:
    return {finding.fingerprint for finding in findings}


def _is_silent(came: Treated) -> None:
    """What was chosen is gone, nothing is new, and a second mending finds nothing to do."""
    (look,) = came.kept.looks
    before = _prints(look.findings)
    after = look_at(came.claim, look.samples)
    healed = _prints(came.goal.chosen)
    assert _prints(after.findings) <= before - healed
    left = _prints([finding for finding, _ in came.left])
    again = treated(came.claim, look.samples, wants=lambda finding: finding.fingerprint not in left)
    assert again.mends == ()


def _says_what_it_does(came: Treated) -> None:
    (before,), (after,) = came.kept.claim.variants, came.claim.variants
    edits = [edit for mend in came.mends for edit in mend.edits]
    assert json.loads(applied(before, edits).body or b"") == json.loads(after.body or b"")


@LAW
@given(mock=RECORDS, seed=SEEDS)
def test_a_record_that_drifted_is_healed_in_one_step(mock: Any, seed: int) -> None:
    """Of records whose service always says the same, hardly anything is left: never what was lost, new or renamed."""
    real = delivery(drifted(mock, random.Random(seed)))
    came = treated(a_claim(promise(mock)), [real] * 3)
    _is_silent(came)
    _says_what_it_does(came)
    plain = {"field-missing", "field-renamed", "field-always-null", "integer-to-float", "int32-exceeded"}
    assert not plain & {finding.kind for finding, _ in came.left}


@LAW
@given(mock=DOCUMENTS, seed=SEEDS)
def test_any_document_is_healed_in_one_step(mock: Any, seed: int) -> None:
    """The same for any JSON: what is healed is silent, whatever is left."""
    real = delivery(drifted(mock, random.Random(seed)))
    came = treated(a_claim(promise(mock)), [real] * 3)
    _is_silent(came)
    _says_what_it_does(came)


@LAW
@given(mock=RECORDS, reals=st.lists(RECORDS, min_size=1, max_size=4))
def test_a_service_that_disagrees_with_itself_makes_nothing_worse(mock: Any, reals: list[Any]) -> None:
    """Where answers differ among themselves, less can be healed, and no new finding comes of it."""
    came = treated(a_claim(promise(mock)), [delivery(real) for real in reals])
    _is_silent(came)
    _says_what_it_does(came)


@LAW
@given(mocks=st.lists(RECORDS, min_size=2, max_size=3), seed=SEEDS)
def test_variants_are_healed_together(mocks: list[Any], seed: int) -> None:
    """A mock of several answers is one claim: what is judged is all of them."""
    chance = random.Random(seed)
    came = treated(a_claim(*map(promise, mocks)), [delivery(drifted(mock, chance)) for mock in mocks] * 2)
    _is_silent(came)


@LAW
@given(mock=RECORDS, seed=SEEDS)
def test_disguised_values_are_as_silent(mock: Any, seed: int) -> None:
    """Stand-ins for real values are of their types and forms: mending with them is silent too, and the same again."""
    real = delivery(drifted(mock, random.Random(seed)))
    came = treated(a_claim(promise(mock)), [real] * 3, disguises=Disguise)
    _is_silent(came)
    assert treated(a_claim(promise(mock)), [real] * 3, disguises=Disguise).mends == came.mends


@LAW
@given(mock=DOCUMENTS)
def test_what_is_true_is_left_alone(mock: Any) -> None:
    """No finding, no edit."""
    came = treated(a_claim(promise(mock)), [delivery(mock)] * 2, disguises=Plain)
    assert came.mends == ()


@LAW
@given(mock=RECORDS, seed=SEEDS, picks=SEEDS)
def test_only_what_is_chosen_is_healed(mock: Any, seed: int, picks: int) -> None:
    """Findings that nobody asked for may stay; those that were asked for go, and none comes."""
    real = delivery(drifted(mock, random.Random(seed)))
    chance = random.Random(picks)
    came = treated(a_claim(promise(mock)), [real] * 3, wants=lambda _: chance.random() < 0.5)
    (look,) = came.kept.looks
    after = _prints(look_at(came.claim, look.samples).findings)
    assert after <= _prints(look.findings) - _prints(came.goal.chosen)
