"""The pages show what is known, to people with and without eyes, and obey nobody but their own users."""

import re
from collections.abc import Mapping
from pathlib import Path

import html5lib
import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from driftwatch.model.latest import Latest
from driftwatch.model.memory import StoreError
from driftwatch.model.summary import Summary
from driftwatch.model.vitals import Role
from driftwatch.ports import Store
from driftwatch.reports.html.stationery import STYLE_NAME
from driftwatch.store.memory import MemoryStore
from tests.reports.samples import (
    HOSTILE,
    a_finding,
    a_provider,
    a_summary,
    an_interaction,
    drift_in_two_providers,
    drifted,
    everything_fine,
    hostile_text,
    suppressed,
    three_hundred_findings,
    verified,
)
from tests.web.world import ANN, MISSING, USERS, World, remembering

TAGS = "<img src=x onerror=alert(1)></style></title><script>alert(2)</script>'\"&lt;"
PATHS = (
    "/", "/providers/payments", "/providers/never-audited", "/providers/payments?verdict=drifted&severity=warning",
    "/findings", f"/findings/{MISSING}", "/runs", "/kinds", "/kinds/field-missing", "/config", "/health", "/nothing",
    "/?owner=nobody&text=x", "/findings?kind=none&page=99999999999999",
)  # fmt: skip


def tags_everywhere() -> Summary:
    """A stranger who writes HTML into whatever a mock file lets him write."""
    stub = an_interaction(TAGS, f"GET /{TAGS}", f"{TAGS}.json", provider=TAGS)
    finding = replace(
        a_finding(stub, path=f"/{TAGS}"), claim=TAGS, observed=TAGS + "!", hint=TAGS, evidence=(TAGS,), state=TAGS
    )
    return a_summary(replace(a_provider(drifted(stub, finding), name=TAGS), target=TAGS, owner=TAGS, revision=TAGS))


def _world(summary: Summary | None = None) -> World:
    shown = drift_in_two_providers() if summary is None else summary
    return World(Latest.of(shown), store=remembering(shown))


def _addresses(text: str) -> list[str]:
    """Everything that a browser would fetch, send to, or go to."""
    return re.findall(r"""\b(?:href|src|action|srcset|data|poster)=["']([^"']*)""", text) + re.findall(r"url\(", text)


@pytest.mark.parametrize("users", [{}, USERS], ids=["open", "with-users"])
@pytest.mark.parametrize("path", PATHS)
def test_pages_are_valid_and_load_nothing_from_elsewhere(path: str, users: Mapping[str, str]) -> None:
    """A strict parser takes every page; nothing in it has a script, an inline style or a foreign address."""
    world = _world()
    world.users = users
    answer = world.client().get(path, auth=ANN)
    assert answer.status_code == (404 if path == "/nothing" else 200)
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert not re.search(r"<script|\sstyle=|\son[a-z]+=|javascript:|<base|<iframe|<object", answer.text, re.IGNORECASE)
    assert not [each for each in _addresses(answer.text) if ":" in each or each.startswith("//") or each == "url("]


@pytest.mark.parametrize("path", [*PATHS, f"/{STYLE_NAME}", "/icon.svg", "/livez", "/metrics"])
def test_every_answer_forbids_what_pages_do_not_need(path: str) -> None:
    """One policy, on errors too: no script at all, style and pictures and forms of our own alone, in no frame."""
    headers = _world().client().get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["style-src"] == policy["img-src"] == policy["form-action"] == "'self'"
    assert "script-src" not in policy
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PATHS)
def test_pages_have_landmarks_and_names(path: str) -> None:
    """A language, a title, one main part, one first heading, a link past the navigation, scopes and labels."""
    text = _world().client().get(path).text
    assert '<html lang="en">' in text
    assert re.search(r"<title>\S.* · driftwatch</title>", text)
    assert text.count('<main id="content">') == text.count("<h1>") == 1
    assert text.index('href="#content"') < text.index("<nav")
    assert not re.search(r"<th(?! scope=|ead)", text)
    for control in re.findall(r"<(?:input|select)\b[^>]*>", text):
        assert 'type="hidden"' in control or re.search(r"<label>[^<]*" + re.escape(control), text), control


@pytest.mark.parametrize("summary", [tags_everywhere, hostile_text], ids=["tags", "controls"])
def test_foreign_text_is_only_ever_text(summary: object) -> None:
    """What a mock file says is shown as it stands, or spelled out where it would not print."""
    made: Summary = summary()  # type: ignore[operator]
    world = World(Latest.of(made), names=(made.providers[0].name,), store=remembering(made), config=TAGS + HOSTILE)
    client = world.client()
    first = client.get("/").text
    links = re.findall(r'href="((?:providers|findings)/[^"]+)"', first + client.get("/findings").text)
    assert len(set(links)) == 2
    for path in ("/", "/findings", "/runs", "/config", "/health", *links):
        answer = client.get(path)
        # a provider's name stands in the config, which lets in none of the characters that no URL can name
        assert answer.status_code == (404 if path.startswith("providers/%1B") else 200), path
        html5lib.HTMLParser(strict=True).parse(answer.text)
        assert "<img" not in answer.text
        assert "<script" not in answer.text
        assert all(line.isprintable() for line in answer.text.split("\n")), path
    assert ("&lt;img" in first) == (summary is tags_everywhere)
    assert (r"\x1b" in first) == (summary is hostile_text)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/providers/payments", {"charge", "charges", "payout", "refunds", "balance"}),
        ("/providers/payments?verdict=drifted", {"charge", "charges"}),
        ("/providers/payments?verdict=drifted&severity=warning", {"charges"}),
        ("/providers/payments?kind=field-added", {"charge"}),
        ("/providers/payments?text=PAYOUTS+empty", {"payout"}),
        ("/providers/payments?text=nowhere", set()),
        ("/providers/payments?verdict=", {"charge", "charges", "payout", "refunds", "balance"}),
        ("/findings?severity=info", {"charge"}),
        ("/findings?provider=users", {"users"}),
        ("/findings?state=suspect&kind=field-renamed", {"users"}),
        ("/findings?owner=nobody", set()),
    ],
)
def test_a_url_chooses(path: str, found: set[str]) -> None:
    """Each filter narrows, several narrow together, and what is empty asks for nothing."""
    text = _world().client().get(path).text
    assert set(re.findall(r"(?:mappings|cassettes)/(\w+)\.(?:json|yaml):\d+", text)) == found


def test_owners_are_chosen_among_the_findings_and_providers() -> None:
    """A team sees its own."""
    summary = drift_in_two_providers()
    owned = replace(summary, providers=tuple(replace(one, owner=f"team-{one.name}") for one in summary.providers))
    client = _world(owned).client()
    assert "cassettes/" not in client.get("/findings?owner=team-payments").text
    assert "payments.staging" not in client.get("/?owner=team-users").text


def test_long_lists_come_in_pages_that_keep_the_choice() -> None:
    """A hundred endpoints a page and fifty findings, each on exactly one, and a link that leads on."""
    client = _world(three_hundred_findings()).client()
    seen: list[str] = []
    path = "/findings?severity=warning"
    while path:
        text = client.get(path).text
        seen += re.findall(r'<article class="[^"]+" id="finding-(\w+)"', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        path = "/findings" + following[1].replace("&amp;", "&") if following else ""
        assert not path or "severity=warning" in path
    assert len(seen) == len(set(seen)) == 100


def test_a_finding_tells_its_whole_story() -> None:
    """Both sides, file and line, how often, how the sides stand, what was done, and the page of its kind."""
    world = _world()
    text = world.client().get(f"/findings/{MISSING}").text
    for words in (
        "string (email)", "nothing", "mappings/charge.json:3", "0 of 3 observations", "the service moved",
        "staging is ahead", "Take the member out of the mock", "8 runs", '<span class="tag fair">new</span>',
        "Every test that reads the member is green on fiction.", "field-added · /contact",
    ):  # fmt: skip
        assert words in text, words
    assert "<form" not in text


def test_a_finding_names_the_rollout_it_began_with() -> None:
    """In words wherever it stands, and on its own page with the way to its pipeline; as the store remembers it."""
    world = _world()
    words = "rollout shop/payments 1.42.0, 48 d ago"
    assert words in world.client().get("/findings").text
    assert words not in world.client().get(f"/findings/{MISSING}").text
    world.store = None
    text = world.client().get(f"/findings/{MISSING}").text
    assert words in text
    assert '<a href="https://ci.example.com/builds/421" rel="noopener noreferrer">' in text
    html5lib.HTMLParser(strict=True).parse(text)


def test_a_finding_of_the_past_still_has_its_page() -> None:
    """What the latest audit did not see is told as the store remembers it."""
    world = _world()
    world.latest = Latest.of(everything_fine())
    answer = world.client().get(f"/findings/{MISSING}")
    assert answer.status_code == 200
    assert "first seen" in answer.text


def test_before_the_first_audit_pages_say_so() -> None:
    """Nothing known is not nothing wrong."""
    client = World(Latest(), store=MemoryStore()).client()
    assert "No audit has ended" in client.get("/").text
    assert "It was not audited yet" in client.get("/providers/payments").text
    assert "No run is remembered yet" in client.get("/runs").text


class _Broken(MemoryStore):
    """A store whose disk is full."""

    def _refuse(self, *_: object) -> StoreError:
        return StoreError("driftwatch.db", "the disk is full", "Make room.")

    lives = events = runs = scores = _refuse  # type: ignore[assignment]


@pytest.mark.parametrize(("store", "words"), [(_Broken(), "the disk is full"), (None, "there is no store")])
def test_without_a_store_pages_lack_their_history_alone(store: Store | None, words: str) -> None:
    """Providers, findings and runs are shown as far as this process knows them, and the trouble is told."""
    world = _world()
    world.store = store
    client = world.client()
    assert "no history yet" in client.get("/").text
    for path in (f"/findings/{MISSING}", "/runs"):
        text = client.get(path).text
        assert words in text
        assert "01J9ZK3V" in text or "string (email)" in text


def test_the_trend_has_words() -> None:
    """A picture tells those who do not see it what it shows, gaps among it."""
    text = _world().client().get("/").text
    assert re.search(
        r'role="img" aria-label="fidelity in the last 8 runs: from \d+ to 78; nothing compared in 1"', text
    )


@pytest.mark.parametrize(
    ("role", "word"),
    [(Role.ALONE, ""), (Role.LEADER, "leads"), (Role.FOLLOWER, "follows"), (Role.ONLOOKER, "audits nothing")],
)
def test_a_replica_says_on_every_page_whether_it_leads(role: Role, word: str) -> None:
    """And on that of its health how often that changed; one without others has nothing to say of it."""
    world = _world()
    world.role = role
    client = world.client()
    for path in PATHS:
        assert (f"<span>{word}</span>" in client.get(path).text.split("<footer>")[1]) is bool(word)
    assert ("3 changes so far" in client.get("/health").text) is bool(word)


def test_health_and_config_are_told_in_words() -> None:
    """What is impaired says so, and a secret stands as its reference."""
    client = _world().client()
    health = client.get("/health").text
    assert "impaired" in health
    assert "2 not begun: overlap" in health
    config = client.get("/config").text
    assert "${env:PAYMENTS_TOKEN}" in config
    assert "was rejected" in config


@pytest.mark.parametrize(
    "path", ["/providers/x", "/findings/0000", "/kinds/x", "/../etc/passwd", "/style.css", "/a/b/c"]
)
def test_what_is_not_there_is_a_page_of_its_own(path: str) -> None:
    """404 with a way back that works from any depth."""
    answer = _world().client().get(path)
    assert answer.status_code == 404
    assert "Back to the providers" in answer.text
    back = re.search(r'<a class="brand" href="([^"]+)"', answer.text)
    assert back is not None
    assert back[1] == ("../" * (answer.request.url.path.count("/") - 1) or "./")


@pytest.mark.parametrize("path", ["/", "/findings", "/config", "/providers/payments", "/metrics"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_pages_are_read_only(path: str, method: str) -> None:
    """Whatever else is asked of them is refused, and the answer names what is allowed."""
    answer = _world().client().request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_our_own_mistake_is_a_page_and_a_line_in_the_log() -> None:
    """A page that cannot be made says so; the log says where, without a word of a stranger."""
    world = _world()
    world.config = None  # type: ignore[assignment]
    with capture_logs() as log:
        answer = world.client().get("/config")
    assert answer.status_code == 500
    assert "mistake of driftwatch" in answer.text
    assert [(line["event"], line["error"]) for line in log] == [("page.failed", "AttributeError")]


def test_suppressed_findings_say_who_and_until_when() -> None:
    """They are listed last, with their state in words."""
    text = _world(suppressed()).client().get("/findings").text
    states = re.findall(r'</code>( <span class="tag calm">suppressed</span>)?</h2>', text)
    assert [bool(state) for state in states] == [False, True, True]


def test_an_endpoint_that_is_true_shows_both_numbers() -> None:
    """Fidelity never stands without how much was verified."""
    summary = a_summary(a_provider(verified(an_interaction())))
    text = _world(summary).client().get("/providers/payments").text
    assert re.search(r"100<small>100 % verified</small>", text)


def test_templates_and_sheet_are_shipped() -> None:
    """A built package has them: they lie inside of it."""
    import driftwatch.reports.html as room

    folder = Path(room.__file__).parent / "templates"
    assert {path.suffix for path in folder.iterdir()} == {".css", ".html", ".svg"}
