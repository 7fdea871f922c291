"""What a run puts into the outbox."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import Acknowledgement, Change
from driftwatch.model.memory import Remembered, StoreError
from driftwatch.model.notice import Ailment, Told
from driftwatch.model.parcel import Parcel
from driftwatch.model.summary import Canary
from driftwatch.store.memory_outbox import MemoryOutbox
from driftwatch.usecases.tell import Readers, tell
from tests.drift.lives import FINDINGS, Story
from tests.fakes import SetClock
from tests.notify.making import PROVIDER, READERS, TELLING, run

HOUR = timedelta(hours=1)


class Office:
    """An outbox, and runs that are told of one after the other."""

    def __init__(self, name: str = "sure", readers: Readers = READERS) -> None:
        self.story = Story(FINDINGS[name])
        self.readers = readers
        self.outbox = MemoryOutbox()
        self.clock = SetClock()

    def hears(self, one: Remembered, *, has_memory: bool = True) -> list[Parcel]:
        """What one run puts into the outbox, which is emptied."""
        self.clock.moment = one.summary.started_at
        assert tell(one, self.outbox, self.readers, self.clock, has_memory=has_memory) == ()
        parcels: list[Parcel] = []
        while taken := self.outbox.take(("chat", "alertmanager:0"), (PROVIDER,), self.clock.now(), HOUR):
            parcels += taken
            for parcel in taken:
                self.outbox.remove(parcel)
        return parcels

    def runs(self, letter: str) -> list[Parcel]:
        """The same for the next run of the story."""
        return self.hears(run(self.story, letter))


def words(parcels: list[Parcel]) -> list[str]:
    """Notices in a word for each change or ailment."""
    told = []
    for parcel in parcels:
        for news in parcel.notice.news if parcel.notice is not None else ():
            told += [change.value for change in news.changes]
            told += [f"+{ailment}" for ailment in news.began] + [f"-{ailment}" for ailment in news.ended]
            told += ["reminder"] if news.standing else []
    return told


def fires(parcels: list[Parcel]) -> dict[str, bool]:
    """Alerts by name, and whether they stand."""
    return {dict(alert.labels)["alertname"]: not alert.is_resolved for parcel in parcels for alert in parcel.alerts}


def test_only_changes_are_told() -> None:
    """New once, nothing while it stands, resolved once: the runs between are silent."""
    office = Office()
    assert [words(office.runs(letter)) for letter in "SSS...."] == [["new"], [], [], [], ["resolved"], [], []]


def test_what_comes_and_goes_is_told_once_as_such() -> None:
    """A flapping finding fills nobody's chat."""
    office = Office()
    told = [word for letter in "S..S..S..S..S..S" for word in words(office.runs(letter))]
    assert told == ["new", "resolved", "reopened", "flapping"]


def test_an_ailment_is_told_when_it_begins_and_when_it_ends() -> None:
    """A service that is down for three runs is told of once, and it is not drift."""
    office = Office()
    said = [words(office.runs(letter)) for letter in ".xxx."]
    assert said == [[], ["+nothing-verified", "+unreachable"], [], [], ["-nothing-verified", "-unreachable"]]


def test_a_missed_canary_is_told() -> None:
    """The run that proves nothing says so."""
    office = Office()
    one = run(office.story, ".")
    missed = replace(one, summary=replace(one.summary, canary=Canary(1, 0)))
    assert words(office.hears(missed)) == ["+canary-missed"]
    assert words(office.runs(".")) == ["-canary-missed"]


@pytest.mark.parametrize(
    ("telling", "told"),
    [
        (replace(TELLING, changes=frozenset({Change.RESOLVED})), ["resolved"]),
        (replace(TELLING, channels=()), []),
        (TELLING, ["new", "resolved"]),
    ],
    ids=["resolved-only", "no-channel", "everything"],
)
def test_operators_choose_what_they_are_told(telling: object, told: list[str]) -> None:
    """Changes and channels are a setting for each provider."""
    office = Office(readers=Readers({PROVIDER: telling}))  # type: ignore[dict-item]
    assert [word for letter in "S.." for word in words(office.runs(letter))] == told


def test_what_is_below_the_least_severity_is_not_spoken_of() -> None:
    """Neither to channels nor to Alertmanager."""
    readers = Readers({PROVIDER: replace(TELLING, least=Severity.BREAKING)}, ("alertmanager:0",))
    office = Office("stale", readers)
    assert office.runs("S") == []


def test_a_provider_nobody_routes_is_left_alone() -> None:
    """A run may know of more providers than the readers."""
    assert Office(readers=Readers({})).runs("S") == []


def test_an_alert_is_sent_again_as_long_as_it_stands_and_ends_under_the_same_labels() -> None:
    """Each run renews it for three intervals; its end is repeated, and then forgotten."""
    office = Office()
    first = office.runs("S")[-1].alerts
    second = office.runs("S")[0].alerts
    assert first[0].labels == second[0].labels
    assert first[0].starts_at == second[0].starts_at
    assert second[0].ends_at - office.clock.now() == 3 * HOUR
    ends = [office.runs(letter) for letter in "....."]
    assert [fires(parcels) for parcels in ends] == [
        {"DriftwatchDrift": True}, {"DriftwatchDrift": False}, {"DriftwatchDrift": False}, {}, {},
    ]  # fmt: skip
    (over,) = ends[1][-1].alerts
    assert over.labels == first[0].labels
    assert over.starts_at <= over.ends_at
    assert ends[2][0].alerts == (over,)


def test_drift_of_a_service_that_is_down_is_not_over() -> None:
    """Nobody looked, so the alert goes on beside the one that says so."""
    office = Office()
    office.runs("S")
    said = fires(office.runs("x"))
    assert said == {"DriftwatchDrift": True, "DriftwatchNothingVerified": True, "DriftwatchProviderUnreachable": True}


def test_an_alert_of_a_flapping_finding_stands() -> None:
    """Neither pager nor chat flaps with it."""
    office = Office()
    for letter in "S..S..S":
        office.runs(letter)
    assert all(fires(office.runs(letter)) == {"DriftwatchDrift": True} for letter in "..S")


def test_what_somebody_acknowledged_does_not_fire() -> None:
    """Until the day is over, when it is told as such and fires again."""
    office = Office()
    office.runs("S")
    life = office.story.life
    until = office.story.at.date()
    office.story.lives[life.fingerprint] = replace(
        life, acknowledged=Acknowledgement("ann", "on it", until, Severity.BREAKING)
    )
    assert fires(office.runs("S")) == {"DriftwatchDrift": False}
    office.story.at += timedelta(days=1)
    later = office.runs("S")
    assert (words(later), fires(later)) == (["acknowledgement-expired"], {"DriftwatchDrift": True})


def test_without_memory_alerts_say_what_is_and_nothing_is_new() -> None:
    """Nobody knows what is new; and what was not looked at does not end."""
    office = Office()
    seen = [replace(run(office.story, letter), events=(), lives=()) for letter in "SSx.."]
    said = [office.hears(one, has_memory=False) for one in seen]
    assert [words(parcels) for parcels in said[:2]] == [[], []]
    assert [fires(parcels)["DriftwatchDrift"] for parcels in said[:4]] == [True, True, True, False]


def test_a_store_that_failed_resolves_nothing() -> None:
    """A run that could not be remembered has no lives; that is no good news."""
    office = Office()
    office.runs("S")
    broken = replace(run(office.story, "x"), events=(), lives=(), trouble=StoreError("here", "gone", "Mend it."))
    assert fires(office.hears(broken))["DriftwatchDrift"]


def test_a_reminder_comes_only_if_it_is_wanted() -> None:
    """Off by default; otherwise when nobody was told for so long."""
    silent, reminded = Office(), Office(readers=Readers({PROVIDER: replace(TELLING, remind=3 * HOUR)}))
    assert [words(silent.runs(letter)) for letter in "SSSSSSSS"][1:] == [[]] * 7
    said = [words(reminded.runs(letter)) for letter in "SSSSSSSS"]
    assert said == [["new"], [], [], ["reminder"], [], [], ["reminder"], []]


def test_what_was_told_outlives_the_teller() -> None:
    """Another process with the same outbox tells nothing twice."""
    office = Office()
    office.runs("S")
    office.runs("x")
    told = office.outbox.told([PROVIDER])[PROVIDER]
    assert told.ailments == (Ailment.NOTHING_VERIFIED, Ailment.UNREACHABLE)
    assert office.outbox.told(["others"]) == {}


def test_an_outbox_in_trouble_is_told() -> None:
    """The trouble is a value: no report is lost for it."""
    trouble = StoreError("here", "gone", "Mend it.")

    class Broken(MemoryOutbox):
        def told(self, providers: object) -> dict[str, Told]:  # noqa: ARG002
            return trouble  # type: ignore[return-value]

    assert tell(run(Story(FINDINGS["sure"]), "S"), Broken(), READERS, SetClock(), has_memory=True) is trouble
