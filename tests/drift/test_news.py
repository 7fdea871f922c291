"""What deserves to be told, where many things happen at once."""

from collections import Counter
from datetime import timedelta

import pytest
from msgspec.structs import replace

from driftwatch.drift.alarms import alarms_of, remembered
from driftwatch.drift.news import ITEMS, MESSAGES, ailments_of, news_of, notices_of
from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import Change, Event, Life, State
from driftwatch.model.notice import Ailment, News, Telling, Told
from driftwatch.model.rollout import Beginning, Rollout, Source
from driftwatch.model.summary import ProviderSummary, Result, Verdict
from tests.drift.lives import FIRST, STUB, Story, a_finding

TELLING = Telling(("chat",))
SUMMARY = Story(a_finding()).summary("S")


def an_event(number: int, change: Change = Change.NEW, severity: Severity = Severity.BREAKING) -> Event:
    """Something that happened to a finding at a place of its own."""
    finding = a_finding(severity=severity, path=f"/{number:05}")
    return Event(change, finding.fingerprint, FIRST, severity, "run-1", finding=finding)


def test_of_many_findings_the_worst_are_told_one_by_one() -> None:
    """Bad news stands before good news, and all are counted."""
    events = [an_event(number, Change.RESOLVED) for number in range(2000)]
    events += [an_event(number, severity=Severity.WARNING) for number in range(3000, 3100)]
    events += [an_event(number) for number in range(5000, 5003)]
    news = news_of(STUB.provider, events, (), Told(), TELLING)
    assert news is not None
    assert Counter((item.change, item.severity) for item in news.items) == {
        (Change.NEW, Severity.BREAKING): 3, (Change.NEW, Severity.WARNING): ITEMS - 3,
    }  # fmt: skip
    assert news.changes == {Change.NEW: 103, Change.RESOLVED: 2000}
    assert (news.worst, news.total) == (Severity.BREAKING, 2103)


def test_texts_of_strangers_are_cut_short() -> None:
    """A path of a megabyte does not travel with a notice."""
    event = an_event(1)
    assert event.finding is not None
    event = replace(event, finding=replace(event.finding, path="/x" * 500_000, path_template="/y" * 500_000))
    news = news_of(STUB.provider, [event], (), Told(), TELLING)
    assert news is not None
    assert len(repr(news)) < 3000


def test_nothing_of_a_payload_is_told() -> None:
    """Neither what the mock says nor what the service does, in however few words."""
    event = an_event(1)
    assert event.finding is not None
    event = replace(event, finding=replace(event.finding, claim="hunter2", observed="hunter2", hint="hunter2"))
    assert "hunter2" not in repr(news_of(STUB.provider, [event], (), Told(), TELLING))


ROLLOUT = Rollout(STUB.provider, "x", "1.42.0", FIRST, Source.WEBHOOK)


@pytest.mark.parametrize(("change", "named"), [(Change.NEW, True), (Change.REOPENED, True), (Change.RESOLVED, False)])
def test_bad_news_name_the_rollout_they_began_with(change: Change, named: bool) -> None:
    """Of what is over nobody asks how it began."""
    event = an_event(1, change)
    assert event.finding is not None
    event = replace(event, finding=replace(event.finding, began_with=Beginning(FIRST, FIRST, ROLLOUT)))
    news = news_of(STUB.provider, [event], (), Told(), TELLING)
    assert news is not None
    assert [item.rollout for item in news.items] == [ROLLOUT if named else None]


def test_an_alarm_names_the_last_rollouts_of_what_stands() -> None:
    """Each once, three at most; with a memory by what is remembered, without one by what the run says."""
    lives = []
    for number in range(6):
        rollout = replace(ROLLOUT, version=str(number // 2 * 2), at=FIRST + timedelta(hours=number // 2 * 2))
        finding = a_finding(path=f"/{number}")
        began = Beginning(FIRST, FIRST, rollout if number else None)
        lives.append(Life(finding, State.OPEN, FIRST, FIRST, opened_at=FIRST, began=began))
    lives.append(replace(lives[0], finding=a_finding(path="/x"), began=None))
    standing = list(remembered(STUB.provider, lives, FIRST))
    (alarm,) = alarms_of(STUB.provider, standing, (), TELLING, FIRST)
    assert alarm.findings == 7
    assert [rollout.version for rollout in alarm.rollouts] == ["4", "2", "0"]


def test_events_of_others_and_of_the_past_are_not_told() -> None:
    """An event of the past has no finding, and one of another provider is told to others."""
    events = [replace(an_event(1), finding=None)]
    assert news_of(STUB.provider, events, (), Told(), TELLING) is None
    assert news_of("others", [an_event(1)], (), Told(), TELLING) is None


def test_news_of_few_providers_are_a_message_each_and_of_many_a_digest() -> None:
    """By channel: a team with one provider gets its own message though others get a digest."""
    news = [News(f"provider-{number}", changes={Change.NEW: 1}) for number in range(MESSAGES + 1)]
    tellings = {one.provider: Telling(("all", "first") if not index else ("all",)) for index, one in enumerate(news)}
    told = list(notices_of(news, tellings, SUMMARY, ""))
    assert [(channel, notice.id, len(notice.news)) for channel, notice in told] == [
        ("all", "run-0/*", MESSAGES + 1), ("first", "run-0/provider-0", 1),
    ]  # fmt: skip
    few = list(notices_of(news[:MESSAGES], tellings, SUMMARY, ""))
    assert [len(notice.news) for channel, notice in few if channel == "all"] == [1] * MESSAGES


def ailments(*verdicts: Verdict) -> tuple[Ailment, ...]:
    """Of a run that ended with these verdicts."""
    results = tuple(Result(STUB, verdict) for verdict in verdicts)
    return ailments_of(ProviderSummary("a", "http://x", results), SUMMARY)


def test_a_hiccup_is_no_ailment() -> None:
    """One request of many without an answer is in the report; half of them are somebody's trouble."""
    fine, lost = Verdict.VERIFIED, Verdict.UNREACHABLE
    assert ailments(fine, fine, fine, lost) == ()
    assert ailments(fine, lost, Verdict.SKIPPED, Verdict.UNVERIFIABLE) == (Ailment.UNREACHABLE,)
    assert ailments(lost) == (Ailment.NOTHING_VERIFIED, Ailment.UNREACHABLE)
    assert ailments(fine, Verdict.UNAUTHORIZED) == (Ailment.UNAUTHORIZED,)
    assert ailments() == ailments(Verdict.SKIPPED) == (Ailment.NOTHING_VERIFIED,)
