"""What healing as a whole refuses, each time with a twin that differs in one thing and is healed."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from driftwatch.model.healing import Selection
from driftwatch.model.interaction import Expectation, Grade, Matcher, MatcherKind
from driftwatch.model.probe import Observation
from driftwatch.model.suppression import Suppression
from driftwatch.model.traffic import Heard, HeardReading, Medium
from driftwatch.usecases.heal import heal
from tests.fakes import SetClock
from tests.usecases.healing import DRIFTED, MOCKED, Ward, a_ward, kinds, reasons
from tests.usecases.making import JSON, RUN, mock, sample


def test_a_service_that_fails_is_not_followed() -> None:
    """All answers 500: the finding tells of the service, and no mock is touched."""
    healing = a_ward(sample("{}", 500)).heal()
    assert (healing.drafts, kinds(healing.left)) == ((), ["service-unavailable"])


def test_a_refusal_of_our_credentials_is_not_followed() -> None:
    """401 where the mock serves is no word on the mock; where the mock refuses as well, its document is healed."""
    healing = a_ward(sample('{"who": 1}', 401)).heal()
    assert (healing.drafts, kinds(healing.left)) == ((), ["access-denied"])
    refused = mock("/users", variants=(Expectation(401, JSON, b'{"error": "who"}'),))
    healing = Ward([refused], {"users": sample('{"error": "who", "hint": 1}', 401)}).heal()
    assert kinds(healing.healed) == ["field-added"]


@pytest.mark.parametrize(("status", "is_healed"), [(401, False), (403, False), (429, False), (422, True)])
def test_other_refusals_are_followed_but_for_those_of_credentials(status: int, is_healed: bool) -> None:
    """A mocked 400 that is 422 now is healed; one that is 401 or 429 now is not."""
    mocked = mock("/users", variants=(Expectation(400, JSON, b'{"error": "bad_name"}'),))
    healing = Ward([mocked], {"users": sample('{"error": "bad_name"}', status)}).heal()
    assert bool(healing.healed) is is_healed
    assert bool(healing.drafts) is is_healed


def _half(old: str, new: str) -> tuple[Observation, ...]:
    return (sample(old), sample(new)) * 4


@pytest.mark.parametrize(("version", "is_healed"), [(("1", "2"), False), (("2", "2"), True)])
def test_a_half_rolled_version_is_not_followed(version: tuple[str, str], is_healed: bool) -> None:
    """Answers of two versions heal nothing, whatever they have in common; those of one do."""
    answers = tuple(replace(DRIFTED, version=one) for one in version)
    healing = a_ward(answers).heal()
    assert bool(healing.healed) is is_healed
    if not is_healed:
        assert reasons(healing) == {"one version of the service is being replaced by another: wait until that is over"}


def test_two_shapes_at_once_are_not_followed() -> None:
    """Answers that fall into two whole shapes are a rollout, also where no version is told."""
    old, new = '{"id": 1, "a": 1, "b": 1, "gone": 1}', '{"id": 1, "c": 1, "d": 1, "gone": 1}'
    healing = a_ward(_half(old, new), '{"id": 1, "a": 1, "b": 1, "mock": 1, "gone": "x"}').heal()
    assert "rollout-mixed-shapes" in kinds(healing.left)
    assert (healing.drafts, healing.healed) == ((), ())
    twin = a_ward(_half(new, new), '{"id": 1, "a": 1, "b": 1, "mock": 1, "gone": "x"}').heal()
    assert twin.healed


class _Rolling:
    def __init__(self, *, is_rolling: bool) -> None:
        self.is_rolling = is_rolling

    def is_under_way(self) -> bool:
        return self.is_rolling

    def versions(self, pods: Iterable[str]) -> dict[str, str]:
        return dict.fromkeys(pods, "1")


@pytest.mark.parametrize("is_rolling", [True, False])
def test_a_rollout_that_somebody_tells_of_is_waited_for(is_rolling: bool) -> None:
    """What runs the instances says that one version is being replaced: nothing is healed until it does not."""
    ward = a_ward()
    ward.more = {"instances": _Rolling(is_rolling=is_rolling)}
    assert bool(ward.heal().healed) is not is_rolling


@pytest.mark.parametrize("days", [1, -1])
def test_answers_older_than_the_mock_are_not_followed(days: int) -> None:
    """A mock that was recorded after the answers came knows better."""
    clock = SetClock()
    ward = Ward([mock("/users", MOCKED, recorded_at=clock.moment + timedelta(days=days))], {"users": DRIFTED})
    healing = ward.heal()
    assert bool(healing.healed) is (days < 0)
    if days > 0:
        assert reasons(healing) == {"the mock is younger than the answers it is held against"}


@pytest.mark.parametrize("samples", [1, 2])
def test_what_was_seen_once_is_not_followed(samples: int) -> None:
    """One answer is no proof that the next one says the same."""
    healing = a_ward((DRIFTED,) * samples).heal()
    assert bool(healing.healed) is (samples > 1)
    if samples == 1:
        assert all("seen in one answer only" in reason for reason in reasons(healing))


@pytest.mark.parametrize("grade", [Grade.CHOSEN, Grade.EXACT])
def test_answers_to_a_made_up_request_are_not_followed(grade: Grade) -> None:
    """Who asks for a record that nobody named gets an answer that proves little."""
    healing = a_ward(grade=grade).heal()
    assert bool(healing.healed) is (grade is Grade.EXACT)
    if not healing.healed:
        assert all("made up from a pattern" in reason for reason in reasons(healing))


def test_what_somebody_suppressed_is_healed_only_by_name() -> None:
    """A suppressed kind is not among all findings; its fingerprint brings it back."""
    clock = SetClock()
    hidden = Suppression("ann", "known", clock.now().date() + timedelta(days=9), kind="field-missing")
    ward = a_ward()
    ward.suppressions = (hidden,)
    healing = ward.heal()
    assert kinds(healing.healed) == ["field-added", "field-renamed"]
    named = next(one for one in a_ward().heal().healed if one.finding.kind == "field-missing")
    ward = a_ward()
    ward.suppressions = (hidden,)
    assert kinds(ward.heal(Selection(fingerprints=(named.finding.fingerprint,))).healed) == ["field-missing"]


def test_a_contract_is_not_widened() -> None:
    """A Pact lists what its consumer needs: what is new stays out of it, what is lost is taken out."""
    healing = a_ward(format="pact").heal()
    assert kinds(healing.healed) == ["field-missing", "field-renamed"]
    assert kinds(healing.left) == ["field-added"]


def test_a_template_is_never_written_anew() -> None:
    """A value that a template fills in keeps it; the rest of the mock is healed."""
    written = Expectation(
        200, JSON, b'{"id": "dynamic", "old": 1}', (Matcher("/id", MatcherKind.DYNAMIC, is_text=True),)
    )
    ward = Ward([mock("/users", variants=(written,))], {"users": sample('{"id": 7}')})
    healing = ward.heal()
    assert kinds(healing.healed) == ["field-missing"]
    assert ward.body(healing, "/users") == {"id": "dynamic"}


def test_providers_that_share_a_file_build_on_each_other() -> None:
    """The drafts of the second hold the changes of the first."""
    ward, other = a_ward(), a_ward()
    providers = [ward.provider, replace(other.provider, name="other")]
    rewriters = {"shop": ward.rewriter, "other": other.rewriter}
    healing = heal(providers, rewriters, ward.prober, ward.clock, RUN, ward.progress)
    assert [len(one.drafts) for one in healing.providers] == [1, 1 + 1]
    assert other.rewriter.asked == [1, 1]


@pytest.mark.parametrize("secret", ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "ada.lovelace@corp.example"])
def test_no_secret_of_staging_reaches_a_draft(secret: str) -> None:
    """What staging answers is disguised before it becomes an edit."""
    real = {"id": 1, "token": secret, "contact": {"email": secret, "note": f"call {secret}"}}
    ward = a_ward(sample(json.dumps(real)), '{"id": 1}')
    healing = ward.heal()
    assert kinds(healing.healed) == ["field-added", "field-added"]
    assert secret not in str(healing.healed)


class _Heard:
    def __init__(self, exchanges: tuple[Heard, ...]) -> None:
        self.exchanges = exchanges

    def read(self) -> Iterator[HeardReading]:
        return iter(self.exchanges)


@pytest.mark.parametrize(
    ("recording", "is_healed"), [({}, True), ({"headers": None}, False), ({"path": "/elsewhere"}, False)]
)
def test_recordings_heal_where_they_hold_whole_answers(recording: dict[str, Any], is_healed: bool) -> None:
    """What was recorded of the mock's own request heals it; half answers, and those to other requests, do not."""
    at = SetClock().now() - timedelta(days=1)
    one = replace(
        Heard(
            Medium.HAR, "prod.har", "POST", "/users", (), 200, at=at, request_body=b"", headers=JSON, body=DRIFTED.body
        ),
        **recording,
    )
    ward = a_ward(method="POST", path_template="/users")
    ward.more = {"evidence": _Heard((one, replace(one, at=at + timedelta(hours=1))))}
    assert bool(ward.heal().healed) is is_healed
