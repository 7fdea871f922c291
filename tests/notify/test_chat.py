"""Notices through Apprise: what channels get, and what nobody is told when they refuse it."""

import email
import importlib
import json
import logging
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.policy import default
from typing import Any

import pytest
from structlog.testing import capture_logs

from driftwatch.model.errors import UsageError
from driftwatch.model.notice import Notice
from driftwatch.model.parcel import Delivered, Outcome, Undelivered
from driftwatch.model.secret import Secret
from driftwatch.notify.chat import Chat
from driftwatch.reports.notices.catalog import Form
from tests.notify.making import HOSTILE, a_notice, a_parcel, an_alert, an_item
from tests.servers import Answer, closed_port, serve


def said(url: str, notice: Notice | None = None, form: Form | None = None) -> Outcome:
    """What comes of a notice to a channel."""
    return Chat("chat", Secret(url), form).deliver(a_parcel(notice=notice or a_notice(an_item())))


def test_a_chat_gets_title_and_body() -> None:
    """In one request, with the tone as Apprise has it."""
    with serve(Answer(200)) as server:
        assert said(f"json://127.0.0.1:{server.port}/room", form=Form.TEXT) == Delivered()
        (request,) = server.received
    told = json.loads(request.body)
    assert request.path == "/room"
    assert told["title"] == "driftwatch: payments: 1 new, at worst breaking"
    assert "• new, breaking: field-missing (a promised member is never delivered): GET /v1/things/0" in told["message"]
    assert told["type"] == "failure"


@pytest.mark.parametrize(
    ("form", "mark"), [(Form.HTML, "<code>/email</code>"), (Form.MARKDOWN, "`/email`"), (Form.TEXT, "at /email,")]
)
def test_each_form_arrives_as_it_was_written(form: Form, mark: str) -> None:
    """Apprise converts nothing that is in the channel's own form."""
    with serve(Answer(200)) as server:
        said(f"json://127.0.0.1:{server.port}/?format={form}", form=form)
        said(f"json://127.0.0.1:{server.port}/?format={form}")
        bodies = [json.loads(request.body)["message"] for request in server.received]
    assert [mark in body for body in bodies] == [True, True]


def test_markup_of_strangers_arrives_as_text() -> None:
    """In a channel that wraps everything in XML, too."""
    with serve(Answer(200)) as server:
        assert said(f"xml://127.0.0.1:{server.port}/", a_notice(an_item(path=HOSTILE)), Form.HTML) == Delivered()
        text = server.received[0].body.decode()
    assert "<script" not in text
    assert "&amp;lt;script" in text


def test_a_chat_gets_no_more_than_it_takes() -> None:
    """A notice of hundreds of findings fits into one message."""
    notice = a_notice(*(an_item(number, path="/long/" * 20) for number in range(300)), more=10_000)
    with serve(Answer(200)) as server:
        assert said(f"json://127.0.0.1:{server.port}/", notice, Form.TEXT) == Delivered()
        bodies = [json.loads(request.body)["message"] for request in server.received]
    assert len(bodies) == 1
    assert len(bodies[0]) <= 3000
    assert "more lines" in bodies[0]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(404, body=b"hunter2"), Undelivered("status 404", is_final=True)),
        (Answer(401), Undelivered("status 401", is_final=True)),
        (Answer(503), Undelivered("status 503")),
        (Answer(429), Undelivered("status 429", retry_after=60.0)),
    ],
    ids=["gone", "no-access", "down", "busy"],
)
def test_refusals_are_understood_and_not_repeated(
    answer: Answer, outcome: Outcome, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Only the status is taken from what Apprise logs; URL and answer reach neither log nor screen."""
    with serve(answer) as server, capture_logs() as logs, caplog.at_level(logging.DEBUG, "apprise"):
        assert said(f"json://user:hunter2@127.0.0.1:{server.port}/hunter2") == outcome
    told = str(logs) + caplog.text + "".join(capfd.readouterr())
    assert "hunter2" not in told


def test_who_is_not_there_is_tried_again() -> None:
    """Nothing is known but that it was not accepted."""
    assert said(f"json://127.0.0.1:{closed_port()}/") == Undelivered("not accepted")


@pytest.mark.parametrize("url", ["hunter2://a", "hunter2", "slack://", "json://", "", "https://example.com/hunter2"])
def test_a_url_of_no_use_is_told_without_itself(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    """When it is tried and when it is to be used."""
    chat = Chat("chat", Secret(url))
    assert chat.deliver(a_parcel()) == Undelivered("the URL is none that Apprise can use", is_final=True)
    with pytest.raises(UsageError, match="'chat'") as refused:
        chat.check()
    assert "hunter2" not in f"{refused.value} {chat!r}" + "".join(capfd.readouterr())


def test_a_plugin_that_raises_costs_one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its message, which may hold the URL, is not repeated."""
    plugin = importlib.import_module("apprise.plugins.custom_json")

    def broken(*_: Any, **__: Any) -> bool:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(plugin.NotifyJSON, "send", broken)
    outcome = said(f"json://127.0.0.1:{closed_port()}/")
    assert isinstance(outcome, Undelivered)
    assert "hunter2" not in outcome.reason


def test_alerts_are_nothing_for_a_chat() -> None:
    """They have a way of their own."""
    chat = Chat("chat", Secret("json://127.0.0.1:9"))
    assert chat.deliver(a_parcel(notice=None, alerts=(an_alert(),))) == Undelivered("nothing to say", is_final=True)


@contextmanager
def mailbox() -> Iterator[tuple[int, list[Message]]]:
    """A mail server that takes everything: its port, and what came."""
    mails: list[Message] = []

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    raw = b"".join(iter(self.rfile.readline, b".\r\n"))
                    mails.append(email.message_from_bytes(raw, policy=default))
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
                if verb == b"QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        server.daemon_threads = True
        try:
            yield server.server_address[1], mails
        finally:
            server.shutdown()
            thread.join()


def test_a_mail_is_html_in_which_strangers_write_text() -> None:
    """Subject and recipients are ours alone, whatever a path says."""
    with mailbox() as (port, mails):
        url = f"mailto://127.0.0.1:{port}/?from=drift@example.com&to=ann@example.com&mode=insecure"
        assert said(url, a_notice(an_item(path=HOSTILE, operation=HOSTILE), owner=HOSTILE)) == Delivered()
    (mail,) = mails
    assert "ann@example.com" in mail["To"]
    assert (mail["Bcc"], mail["Subject"]) == (None, "driftwatch: payments: 1 new, at worst breaking")
    parts = {part.get_content_type(): part for part in mail.walk()}
    html = parts["text/html"].get_payload(decode=True)
    assert isinstance(html, bytes)
    assert b"<script" not in html
    assert b"&lt;script&gt;" in html
