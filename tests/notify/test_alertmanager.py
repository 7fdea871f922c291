"""Alerts, taken to a real Alertmanager, which tells a receiver of the test."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from driftwatch.model.notice import Alert
from driftwatch.model.parcel import Delivered, Outcome, Parcel, Undelivered
from driftwatch.model.secret import Secret
from driftwatch.notify.alertmanager import Alertmanager, basic, stamp, written
from driftwatch.notify.postman import Postman
from driftwatch.store.memory_outbox import MemoryOutbox
from driftwatch.store.outbox import DatabaseOutbox
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.tell import Readers, tell
from tests.alertmanager import Alertmanager as Real
from tests.alertmanager import alertmanager
from tests.drift.lives import FINDINGS, Story
from tests.notify.making import HOSTILE, NOW, PROVIDER, TELLING, an_alert, run
from tests.servers import Answer, Server, closed_port, json_answer, misbehave, resets, serve
from tests.waiting import wait_until

CLOCK: Final = SystemClock()
EAST: Final = timezone(timedelta(hours=2))
REPLICA: Final = "alertmanager:0"


def sent(url: str, *alerts: Alert, **more: Any) -> Outcome:
    """What comes of taking alerts to an address."""
    return Alertmanager(REPLICA, url, CLOCK, **more).deliver(Parcel(REPLICA, "payments", NOW, alerts=alerts))


@dataclass(frozen=True, slots=True)
class Office:
    """An Alertmanager and the receiver it tells."""

    real: Real
    hook: Server

    def heard(self) -> list[tuple[str, Mapping[str, str]]]:
        """Every notification: whether it fires, and the labels."""
        told = [json.loads(request.body) for request in self.hook.received]
        return [(alert["status"], alert["labels"]) for one in told for alert in one["alerts"]]


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Both, for one test."""
    with serve(json_answer("{}")) as hook, alertmanager(folder, hook.url) as real:
        yield Office(real, hook)


@pytest.mark.prometheus
def test_drift_fires_and_resolves_at_a_receiver(tmp_path: Path) -> None:
    """From a run to somebody's pager and back, with one label set, through a restart of ours in between."""
    place = Secret(str(tmp_path / "driftwatch.db"))
    story = Story(FINDINGS["sure"], at=CLOCK.now() - timedelta(hours=5))
    with office(tmp_path) as there:
        readers = Readers({PROVIDER: replace(TELLING, labels=(("team", "payments"),))}, (REPLICA,))

        def goes_on(letter: str) -> None:
            """The next run, by a process that knows only what the outbox remembers."""
            outbox = DatabaseOutbox(place)
            assert tell(run(story, letter), outbox, readers, CLOCK, has_memory=True) == ()
            ways = (Alertmanager(REPLICA, there.real.url, CLOCK),)
            assert Postman(outbox, ways, (PROVIDER,), CLOCK).round() is None
            outbox.close()

        goes_on("S")
        wait_until(lambda: len(there.heard()) == 1)
        goes_on("S")
        (standing,) = there.real.alerts()
        assert datetime.fromisoformat(standing["startsAt"]) < CLOCK.now() - timedelta(hours=4)
        assert datetime.fromisoformat(standing["endsAt"]) > CLOCK.now() + timedelta(hours=2)
        goes_on(".")
        goes_on(".")
        wait_until(lambda: len(there.heard()) == 2)
        labels = {"alertname": "DriftwatchDrift", "impact": "breaking", "provider": PROVIDER, "team": "payments"}
        assert there.heard() == [("firing", labels), ("resolved", labels)]
        assert there.real.alerts() == []


@pytest.mark.prometheus
def test_a_mixed_batch_is_partly_kept_and_not_sent_again(tmp_path: Path) -> None:
    """One alert that is refused costs the others nothing: they are there, and the answer is final and told."""
    good = an_alert(at=CLOCK.now())
    bad = replace(good, labels=(*good.labels, ("not a name", "x")))
    with alertmanager(tmp_path) as real, capture_logs() as logs:
        outcome = sent(real.url, bad, good)
        assert isinstance(outcome, Undelivered)
        assert outcome.is_final
        assert "status 400: " in outcome.reason
        assert [alert["labels"]["alertname"] for alert in real.alerts()] == ["DriftwatchDrift"]
    assert (logs[0]["event"], logs[0]["reason"]) == ("alerts.rejected", outcome.reason)


@pytest.mark.prometheus
def test_texts_of_strangers_are_taken_as_texts(tmp_path: Path) -> None:
    """Nothing they write ends a label or an annotation early."""
    hostile = replace(an_alert(at=CLOCK.now(), team=HOSTILE), annotations=(("summary", HOSTILE),))
    with alertmanager(tmp_path) as real:
        assert sent(real.url, hostile) == Delivered()
        (alert,) = real.alerts()
        assert alert["labels"]["team"] == alert["annotations"]["summary"] == HOSTILE.replace("\ud800", "?")


@pytest.mark.prometheus
def test_many_alerts_are_one_request(tmp_path: Path) -> None:
    """A thousand providers in trouble at once are taken."""
    alerts = [an_alert(at=CLOCK.now(), provider=f"provider-{number}") for number in range(1000)]
    with alertmanager(tmp_path) as real:
        assert sent(real.url, *alerts) == Delivered()
        assert len(real.alerts()) == 1000


@pytest.mark.parametrize(
    ("alert", "told"),
    [
        (an_alert(), ("2026-05-01T12:00:00.000Z", "2026-05-01T15:00:00.000Z")),
        (an_alert(at=NOW.astimezone(EAST)), ("2026-05-01T12:00:00.000Z", "2026-05-01T15:00:00.000Z")),
        (an_alert(until=timedelta(hours=-1)), ("2026-05-01T12:00:00.000Z", "2026-05-01T12:00:00.000Z")),
    ],
    ids=["utc", "another-zone", "end-before-start"],
)  # fmt: skip
def test_moments_have_a_zone(alert: Alert, told: tuple[str, str]) -> None:
    """RFC 3339 in UTC, and never an end before its start, which would be refused."""
    (sent_alert,) = json.loads(written([alert]))
    assert (sent_alert["startsAt"], sent_alert["endsAt"]) == told


def test_a_moment_without_a_zone_is_refused() -> None:
    """It would be taken for a moment that may be hours off, and nobody would notice."""
    with pytest.raises(ValueError, match="zone"):
        stamp(NOW.replace(tzinfo=None))


def test_empty_labels_and_links_are_left_out() -> None:
    """An empty label is dropped over there without a word, and an empty link refuses the whole batch."""
    (alert,) = json.loads(written([an_alert(team="")]))
    assert sorted(alert["labels"]) == ["alertname", "impact", "provider"]
    assert "generatorURL" not in alert


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(200), Delivered()),
        (Answer(400, body=b"bad\x1b label"), Undelivered("status 400: bad\\x1b label", is_final=True)),
        (Answer(401), Undelivered("status 401", is_final=True)),
        (Answer(302, (("Location", "http://127.0.0.1:9/"),)), Undelivered("status 302", is_final=True)),
        (Answer(429, (("Retry-After", "7"),)), Undelivered("status 429", retry_after=7.0)),
        (Answer(503), Undelivered("status 503")),
        (Answer(500, body=b"x" * 9999), Undelivered("status 500: " + "x" * 300 + "… (3796 more characters)")),
    ],
    ids=["accepted", "refused", "no-access", "redirected", "busy", "down", "talkative"],
)
def test_answers_are_understood(answer: Answer, outcome: Outcome) -> None:
    """What may pass is tried again, what will not is not, and no redirect takes credentials elsewhere."""
    with serve(answer) as server:
        assert sent(server.url, an_alert()) == outcome


def test_who_is_not_there_is_tried_again() -> None:
    """Neither refused nor reset connections hold a word of the URL in their reason."""
    with misbehave(resets) as server:
        assert sent(server.url, an_alert()) == Undelivered("no answer (ConnectionError)")
    assert sent(f"http://127.0.0.1:{closed_port()}", an_alert()) == Undelivered("no answer (ConnectionError)")


def test_credentials_are_sent_and_told_to_nobody() -> None:
    """HTTP Basic, in the request and in no representation."""
    secret = basic("ann", "hunter2")
    with serve(Answer(200)) as server, capture_logs() as logs:
        sent(f"{server.url}/base", an_alert(), authorization=secret)
        (request,) = server.received
    assert (request.path, request.header("Authorization")) == ("/base/api/v2/alerts", "Basic YW5uOmh1bnRlcjI=")
    assert "hunter2" not in repr(Alertmanager(REPLICA, "http://x", CLOCK, secret)) + str(logs)


def test_every_replica_is_told() -> None:
    """One that is down keeps no other from it."""
    story = Story(FINDINGS["sure"])
    outbox = MemoryOutbox()
    with serve(Answer(200)) as up:
        ways = (
            Alertmanager("alertmanager:0", f"http://127.0.0.1:{closed_port()}", CLOCK),
            Alertmanager("alertmanager:1", up.url, CLOCK),
        )
        readers = Readers({PROVIDER: TELLING}, tuple(way.name for way in ways))
        tell(run(story, "S"), outbox, readers, CLOCK, has_memory=True)
        Postman(outbox, ways, (PROVIDER,), CLOCK).round()
        assert len(up.received) == 1
    assert outbox.waiting(("alertmanager:0", "alertmanager:1"), (PROVIDER,)).parcels == 1
