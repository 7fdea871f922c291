"""Notices as documents, posted to somebody's own receiver."""

import json

import pytest
from structlog.testing import capture_logs

from driftwatch.model.parcel import Delivered, Undelivered
from driftwatch.model.secret import Secret
from driftwatch.notify.http import seconds_of
from driftwatch.notify.webhook import Webhook
from tests.fakes import SetClock
from tests.notify.making import HOSTILE, NOW, a_notice, a_parcel, an_alert, an_item
from tests.servers import Answer, serve


def test_a_document_is_posted() -> None:
    """With its schema, its id as a header too, and nothing that does not print."""
    with serve(Answer(204)) as server:
        hook = Webhook("hook", Secret(f"{server.url}/T0/hunter2"), SetClock())
        notice = a_notice(an_item(path=HOSTILE), owner=HOSTILE)
        assert hook.deliver(a_parcel(notice=notice)) == Delivered()
        (request,) = server.received
    document = json.loads(request.body)
    assert (document["schema"], document["id"]) == ("driftwatch.notice/1", request.header("X-Driftwatch-Notice"))
    assert request.header("Content-Type") == "application/json"
    assert document["providers"][0]["findings"][0]["path"].isprintable()


def test_neither_url_nor_answer_is_told() -> None:
    """A receiver that fails says no word of either in reason, log or representation."""
    with serve(Answer(500, body=b"hunter2")) as server, capture_logs() as logs:
        hook = Webhook("hook", Secret(f"{server.url}/hunter2"), SetClock())
        assert hook.deliver(a_parcel()) == Undelivered("status 500")
    assert hook.deliver(a_parcel()) == Undelivered("no answer (ConnectionError)")
    assert "hunter2" not in repr(hook) + str(logs)


def test_a_url_that_is_none_raises_nothing() -> None:
    """What stands in a secret is seen only when it is used."""
    hook = Webhook("hook", Secret("slack://a/b/c"), SetClock())
    assert hook.deliver(a_parcel()) == Undelivered("no answer (InvalidSchema)")


def test_alerts_are_nothing_for_a_webhook() -> None:
    """A channel that was renamed may get what was meant for another."""
    hook = Webhook("hook", Secret("http://127.0.0.1:9"), SetClock())
    outcome = hook.deliver(a_parcel(notice=None, alerts=(an_alert(),)))
    assert outcome == Undelivered("nothing to say", is_final=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None), ("", None), ("7", 7.0), (" 120 ", 120.0), ("9" * 400, 999999999.0), ("-1", None), ("soon", None),
        ("٣", None), ("Fri, 01 May 2026 12:00:30 GMT", 30.0), ("Fri, 01 May 2026 11:00:00 GMT", 0.0),
    ],
)  # fmt: skip
def test_how_long_to_wait_is_understood(header: str | None, seconds: float | None) -> None:
    """Seconds or a date; nothing for nonsense."""
    assert seconds_of(header, NOW) == seconds
