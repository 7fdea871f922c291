"""Notices in words, for every kind of channel."""

import json
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import Change
from driftwatch.model.notice import TOLD, Ailment, Alarm, News, Notice, Telling
from driftwatch.model.rollout import Rollout, Source
from driftwatch.reports.notices.alerts import AILMENTS, OWN_LABELS, alert_of, sample_alert
from driftwatch.reports.notices.catalog import TEMPLATES, Form, Template, sample, written
from driftwatch.reports.notices.words import Tone, title_of, tone_of
from tests.notify.making import HOSTILE, NOW, a_notice, an_item

HOSTILE_NOTICE = a_notice(an_item(path=HOSTILE, operation=HOSTILE, origin=HOSTILE), owner=HOSTILE)
EVERYTHING = Notice(
    "run-1/*", "run-1", NOW,
    (
        News("payments", "team-payments", (an_item(1), an_item(2, Change.RESOLVED, Severity.WARNING)),
             {Change.NEW: 3, Change.RESOLVED: 1}, Severity.BREAKING),
        News("users", began=(Ailment.NOTHING_VERIFIED, Ailment.UNREACHABLE)),
        News("orders", ended=tuple(Ailment)),
        News("search", worst=Severity.WARNING, standing={Severity.WARNING: 2}, since=NOW - timedelta(days=9)),
    ),
    "https://driftwatch.example.com",
)  # fmt: skip
"""A digest with everything that can be said."""


class Seen(HTMLParser):
    """What a mail program makes of a body: its tags, none of them left open, and its text."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[object] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_digest_reads_like_this() -> None:
    """The whole text, as a channel without markup shows it."""
    assert written(EVERYTHING, Form.TEXT) == (
        "payments (team-payments): 3 new, 1 resolved, at worst breaking\n"
        "• new, breaking: field-missing (a promised member is never delivered): GET /v1/things/1 at /email, "
        "mock mappings/things.json:1 [0000000000000001]\n"
        "• resolved, warning: field-missing (a promised member is never delivered): GET /v1/things/2 at /email, "
        "mock mappings/things.json:2 [0000000000000002]\n"
        "… and 2 more.\n"
        "users: nothing verified, unreachable\n"
        "Nothing could be verified: no mock is known to be true.\n"
        "The service does not answer: mocks are not checked, and this is not drift.\n"
        "orders: no longer canary missed, no longer nothing verified, no longer unauthorized, no longer unreachable\n"
        "The audit catches planted mocks again.\n"
        "Mocks are verified again.\n"
        "The service accepts the audit's credentials again.\n"
        "The service answers again.\n"
        "search: still 2 warning\n"
        "The oldest stands since 2026-04-22.\n"
        "More of one: `driftwatch findings show` with the number in brackets.\n"
        "https://driftwatch.example.com"
    )


@pytest.mark.parametrize(
    ("notice", "title"),
    [
        (a_notice(an_item()), "driftwatch: payments: 1 new, at worst breaking"),
        (replace(EVERYTHING, news=EVERYTHING.news[1:2]), "driftwatch: users: nothing verified, unreachable"),
        (EVERYTHING, "driftwatch: news of payments, users, orders and 1 more provider"),
        (replace(EVERYTHING, news=EVERYTHING.news[:2]), "driftwatch: news of payments, users"),
        (sample("chat", NOW, ""), "driftwatch: a sample, to see whether this channel works"),
    ],
    ids=["drift", "ailment", "digest", "two", "sample"],
)
def test_titles_say_the_most_important(notice: Notice, title: str) -> None:
    """One line, for a list of messages or the subject of a mail."""
    assert title_of(notice) == title


@pytest.mark.parametrize(
    ("news", "tone"),
    [
        (News("a", worst=Severity.BREAKING), Tone.BAD),
        (News("a", worst=Severity.WARNING), Tone.DOUBTFUL),
        (News("a", began=(Ailment.UNREACHABLE,)), Tone.DOUBTFUL),
        (News("a", changes={Change.RESOLVED: 1}), Tone.GOOD),
        (News("a", ended=(Ailment.UNREACHABLE,)), Tone.GOOD),
    ],
)
def test_tones(news: News, tone: Tone) -> None:
    """Good news is green, and an audit that sees nothing is not."""
    assert tone_of(Notice("a", "a", NOW, (news,))) is tone


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.form)
@pytest.mark.parametrize("limit", [400, 2000, 10**6])
def test_no_message_is_too_long(template: Template, limit: int) -> None:
    """However many findings there are, and however long the texts of strangers."""
    items = [an_item(number, path="/x" * 5000, origin="<" * 5000) for number in range(500)]
    news = tuple(replace(a_notice(*items).news[0], provider=f"provider-{number}") for number in range(40))
    body = template.render(replace(EVERYTHING, news=news), min(limit, template.longest))
    assert 0 < len(body) <= min(limit, template.longest)


@pytest.mark.parametrize("form", [Form.TEXT, Form.MARKDOWN])
def test_chats_find_no_markup_of_strangers(form: Form) -> None:
    """No mention, no link, no tag, no code that ends early, no line of their own, nothing invisible but our own."""
    body = written(HOSTILE_NOTICE, form)
    assert not any(
        sign in body for sign in ("<", ">", "@everyone", "@U1", "](https://evil", "\x1b", "\u202e", "\ud800")
    )
    assert "://evil" not in body
    assert body.count("\n") == written(a_notice(an_item()), form).count("\n")
    assert body.encode("utf-8")


def test_code_in_markdown_holds_all_that_strangers_say() -> None:
    """Backticks come in pairs, and between a closing and an opening one stand only our words."""
    item = written(HOSTILE_NOTICE, Form.MARKDOWN).splitlines()[1]
    outside = item.split("`")[::2]
    assert item.count("`") == 6
    assert not any(word in part for part in outside for word in ("script", "everyone", "evil", "bold"))


def test_html_is_whole_and_shows_strangers_as_text() -> None:
    """Only our tags, none with an attribute, all closed, cut or not."""
    for limit in (None, 900, 300):
        seen = Seen(written(HOSTILE_NOTICE, Form.HTML, limit))
        assert (seen.tags <= {"p", "strong", "code"}, seen.attributes, seen.open) == (True, [], [])
    assert "<script>alert(1)</script>" in Seen(written(HOSTILE_NOTICE, Form.HTML)).text


def test_a_document_tells_everything() -> None:
    """Numbers that are left out are told, and all of it is ASCII."""
    document = json.loads(written(EVERYTHING, Form.JSON))
    assert [one["name"] for one in document["providers"]] == ["payments", "users", "orders", "search"]
    assert (document["schema"], document["tone"], document["providers_left_out"]) == ("driftwatch.notice/1", "bad", 0)
    payments, users, orders, search = document["providers"]
    assert (payments["changes"], payments["findings_left_out"]) == ({"new": 3, "resolved": 1}, 2)
    assert users["began"] == ["nothing-verified", "unreachable"]
    assert orders["ended"] == [str(ailment) for ailment in Ailment]
    assert (search["standing"], search["since"]) == ({"warning": 2}, "2026-04-22T12:00:00+00:00")
    assert written(HOSTILE_NOTICE, Form.JSON).isascii()


def test_every_change_and_ailment_has_a_word() -> None:
    """What can be told can be said."""
    for change in (*TOLD, Change.OBSOLETE):
        assert written(a_notice(an_item(change=change)), Form.TEXT)
    assert set(AILMENTS) == set(Ailment)


def test_labels_of_an_alert_are_what_never_changes() -> None:
    """Counts and links are annotations; nobody can take the place of our own labels."""
    telling = Telling(labels=(("alertname", "Mine"), ("team", "a")), owner="team-a")
    alarms = [Alarm("payments", NOW, Severity.BREAKING, findings=number) for number in (1, 7)]
    one, other = (alert_of(alarm, telling, NOW, "https://driftwatch.example.com") for alarm in alarms)
    assert one.labels == other.labels
    assert dict(one.labels) == {
        "alertname": "DriftwatchDrift", "impact": "breaking", "provider": "payments", "team": "a",
    }  # fmt: skip
    assert dict(other.annotations)["description"].startswith("7 breaking findings of payments")
    assert set(OWN_LABELS) <= dict(one.labels).keys()
    ailing = alert_of(Alarm("payments", NOW, ailment=Ailment.UNREACHABLE), telling, NOW, "")
    assert dict(ailing.labels)["alertname"] == "DriftwatchProviderUnreachable"
    assert "impact" not in dict(ailing.labels)


ROLLOUT = Rollout("payments", "shop/payments", "1.42.0", NOW - timedelta(hours=2), Source.WEBHOOK, link="https://ci/7")


def test_a_finding_names_the_rollout_it_began_with() -> None:
    """In every form; how long ago counts from the run."""
    notice = a_notice(replace(an_item(), rollout=ROLLOUT))
    assert ", since rollout shop/payments 1.42.0, 2 h ago [" in written(notice, Form.TEXT)
    assert ", since rollout `shop/payments 1.42.0`, 2 h ago [" in written(notice, Form.MARKDOWN)
    assert ", since rollout <code>shop/payments 1.42.0</code>, 2 h ago [" in written(notice, Form.HTML)
    (finding,) = json.loads(written(notice, Form.JSON))["providers"][0]["findings"]
    assert finding["began_with"] == {
        "name": "shop/payments", "version": "1.42.0", "at": "2026-05-01T10:00:00+00:00", "link": "https://ci/7",
    }  # fmt: skip


@pytest.mark.parametrize("form", [Form.TEXT, Form.MARKDOWN])
def test_a_rollout_that_a_stranger_named_calls_nobody(form: Form) -> None:
    """Whoever may tell of rollouts may not write into a chat."""
    body = written(a_notice(replace(an_item(), rollout=replace(ROLLOUT, version=HOSTILE))), form)
    assert not any(sign in body for sign in ("<", ">", "@everyone", "://evil", "\x1b", "\ud800"))


def test_an_alert_names_the_rollouts_of_its_findings() -> None:
    """As an annotation with their moments, so that it holds still; never as a label."""
    alarm = Alarm(
        "payments", NOW, Severity.BREAKING, findings=2, rollouts=(ROLLOUT, replace(ROLLOUT, version="1.41.0"))
    )
    alert = alert_of(alarm, Telling(), NOW, "")
    assert dict(alert.annotations)["rollouts"] == (
        "shop/payments 1.42.0 (2026-05-01 10:00 UTC), shop/payments 1.41.0 (2026-05-01 10:00 UTC)"
    )
    assert alert.labels == alert_of(replace(alarm, rollouts=()), Telling(), NOW, "").labels
    assert "rollouts" not in dict(alert_of(replace(alarm, rollouts=()), Telling(), NOW, "").annotations)


def test_a_sample_alert_is_told_from_a_real_one() -> None:
    """By its name; and it ends soon."""
    alert = sample_alert(NOW, {"team": "a"}, "")
    assert dict(alert.labels) == {"alertname": "DriftwatchSample", "provider": "sample", "team": "a"}
    assert alert.ends_at == NOW + timedelta(minutes=5)
