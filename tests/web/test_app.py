"""What is served: metrics in two formats, health with reasons, a page; and to whom."""

import base64
import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from prometheus_client.openmetrics import parser
from prometheus_client.parser import text_string_to_metric_families as read_text

from driftwatch.model.password import hash_password
from driftwatch.model.probe import Observation
from driftwatch.model.vitals import Check, Wellness
from driftwatch.web.exposition import pick
from tests.daemon.test_board import NOW
from tests.reports.samples import a_provider, a_summary, an_interaction, hostile_text, verified
from tests.web.serving import connected, serving

read_open: Any = parser.text_string_to_metric_families
PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
HASHED = hash_password("hunter2", b"0123456789abcdef")


def test_text_and_openmetrics_are_served_as_asked_for() -> None:
    """Each parses as what it says it is; both hold the audits', the process's and the client library's series."""
    with serving() as it:
        it.board.ended("payments", a_summary(a_provider(verified(an_interaction()))), None)
        it.board.heard("payments", Observation(200, elapsed_ms=70.0, at=NOW), "0123456789ab")
        text = it.get("/metrics")
        assert text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        names = {family.name for family in read_text(text.text)}
        assert {"driftwatch_mock_findings", "driftwatch_audit_in_progress", "process_resident_memory_bytes"} <= names
        opened = it.get("/metrics", headers={"Accept": PROMETHEUS_2})
        assert opened.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
        families = {family.name: family for family in read_open(opened.text)}
        exemplars = [s.exemplar for s in families["driftwatch_provider_request_duration_seconds"].samples if s.exemplar]
        assert [(one.labels, one.value) for one in exemplars] == [({"run_id": "0123456789ab"}, 0.07)]
        assert "_created" not in text.text + opened.text


@pytest.mark.parametrize(
    ("accept", "is_open"),
    [("", False), ("*/*", False), (PROMETHEUS_2, True), ("text/plain;q=1,application/openmetrics-text;q=0.5", False),
     ("application/openmetrics-text", True), ("application/openmetrics-text;q=0", False), ("text/html", False),
     ("application/openmetrics-text;q=x", False), (",;q=,;;", False), ("application/openmetrics-text" * 999, False)],
)  # fmt: skip
def test_what_a_client_prefers_is_what_it_gets(accept: str, is_open: bool) -> None:
    """OpenMetrics only where it is named and not liked less; nonsense gets text."""
    assert pick(accept)[1] is is_open


def test_gzip_is_used_where_it_is_taken() -> None:
    """The same text, packed; and plain where nobody asked."""
    with serving() as it:
        packed = it.get("/metrics", headers={"Accept-Encoding": "gzip"}, stream=True)
        assert packed.headers["content-encoding"] == "gzip"
        text = gzip.decompress(packed.raw.read())
        assert text.startswith(b"# HELP driftwatch_")
        plain = it.get("/metrics", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers


def test_a_head_has_no_body_and_nothing_can_be_sent() -> None:
    """HEAD is answered like GET, every other method with 405 and what is allowed, an unknown path with 404."""
    with serving() as it:
        for path in ("/", "/metrics", "/livez", "/readyz"):
            head = it.ask("HEAD", path)
            assert (head.status_code, head.content) == (200, b"")
            for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
                refused = it.ask(method, path)
                assert (refused.status_code, {*refused.headers["allow"].split(", ")}) == (405, {"GET", "HEAD"})
        assert it.get("/etc/passwd").status_code == 404
        assert it.get("/metrics/../livez%2f").status_code == 404


def test_health_names_what_is_wrong() -> None:
    """What is impaired is told and is no failure; what failed fails the probe."""
    with serving() as it:
        assert it.get("/readyz").json() == {"status": "well", "checks": {"scheduler": {"status": "well", "reason": ""}}}
        it.checks.append(Check("config", Wellness.IMPAIRED, "rejected"))
        impaired = it.get("/readyz")
        assert (impaired.status_code, impaired.json()["status"]) == (200, "impaired")
        it.checks.append(Check("store", Wellness.FAILED, "the disk is full"))
        failed = it.get("/readyz")
        assert (failed.status_code, failed.json()["status"]) == (503, "failed")
        assert failed.json()["checks"]["store"] == {"status": "failed", "reason": "the disk is full"}


def test_the_page_leads_to_the_rest() -> None:
    """Plain HTML with a policy that lets no script in, wherever it is mounted."""
    with serving() as it:
        page = it.get("/")
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert all(f'href="{path}"' in page.text for path in ("metrics", "livez", "readyz"))


def test_only_users_see_metrics_and_everybody_sees_health() -> None:
    """A wrong password, an unknown name, another scheme and nonsense are all turned away alike."""
    with serving({"prometheus": HASHED}) as it:
        for path in ("/metrics", "/", "/nothing"):
            refused = it.get(path)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Basic")
        wrong = [("prometheus", "hunter3"), ("nobody", "hunter2"), ("prometheus", ""), ("", "")]
        assert {it.get("/metrics", auth=pair).status_code for pair in wrong} == {401}
        nonsense = [
            "Basic",
            "Basic ?",
            "Bearer hunter2",
            f"Basic {base64.b64encode(b'x').decode()}",
            "Basic " + "A" * 9000,
        ]
        assert {it.get("/metrics", headers={"Authorization": one}).status_code for one in nonsense} == {401}
        assert it.get("/metrics", auth=("prometheus", "hunter2")).status_code == 200
        assert it.get("/metrics", auth=("prometheus", "hunter2")).status_code == 200
        assert {it.get(path).status_code for path in ("/livez", "/readyz")} == {200}


def test_a_password_that_was_changed_holds_no_longer() -> None:
    """Who came in before does not come in by that."""
    users = {"prometheus": HASHED}
    with serving(users) as it:
        assert it.get("/metrics", auth=("prometheus", "hunter2")).status_code == 200
        users["prometheus"] = hash_password("other", b"0123456789abcdef")
        assert it.get("/metrics", auth=("prometheus", "hunter2")).status_code == 401
        assert it.get("/metrics", auth=("prometheus", "other")).status_code == 200


def test_guessing_passwords_holds_up_nobody_who_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long hashing takes and however many guess."""
    release = threading.Event()
    with serving({"prometheus": HASHED}) as it, ThreadPoolExecutor(50) as crowd:
        assert it.get("/metrics", auth=("prometheus", "hunter2")).status_code == 200
        monkeypatch.setattr("driftwatch.web.guard.fits", lambda *_: not release.wait(20))
        guesses = [crowd.submit(it.get, "/metrics", auth=("prometheus", str(number))) for number in range(50)]
        assert it.get("/metrics", auth=("prometheus", "hunter2")).status_code == 200
        assert it.get("/livez").status_code == 200
        release.set()
        assert {guess.result().status_code for guess in guesses} == {401}


def test_a_metric_that_cannot_be_made_costs_no_scrape(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text of before is served, the rest is as it is now, and the counter tells."""
    with serving() as it:
        it.board.ended("payments", a_summary(a_provider(verified(an_interaction()))), None)
        before = it.get("/metrics").text
        assert 'driftwatch_mock_verified_ratio{provider="payments"} 1.0' in before

        def broken(*_: object) -> None:
            raise ValueError("ours")

        monkeypatch.setattr("driftwatch.web.exposition.families", broken)
        it.board.ended("payments", a_summary(a_provider(verified(an_interaction()))), None)
        after = it.get("/metrics")
        assert after.status_code == 200
        assert 'driftwatch_mock_verified_ratio{provider="payments"} 1.0' in after.text
        assert "driftwatch_collector_errors_total 1.0" in it.get("/metrics").text
        monkeypatch.setattr("driftwatch.web.exposition.own_families", broken)
        assert "driftwatch_audit_in_progress" in it.get("/metrics").text


def test_hostile_names_break_nothing() -> None:
    """Terminal commands and lone surrogates in names of mocks leave a text that parses."""
    with serving() as it:
        it.board.configure({run.name: 60.0 for run in hostile_text().providers}, 1000, NOW)
        it.board.ended(hostile_text().providers[0].name, hostile_text(), None)
        assert list(read_text(it.get("/metrics").text))
        assert list(read_open(it.get("/metrics", headers={"Accept": PROMETHEUS_2}).text))


def test_ghosts_are_gone_at_the_next_scrape() -> None:
    """What left the config has no series of any kind."""
    with serving() as it:
        it.board.ended("payments", a_summary(a_provider(verified(an_interaction()))), None)
        assert 'provider="payments"' in it.get("/metrics").text
        it.board.configure({"users": 60.0}, 1000, NOW)
        assert 'provider="payments"' not in it.get("/metrics").text


def test_errors_are_answers_of_our_own() -> None:
    """A request that is none or too long is refused, and the server goes on."""
    with serving() as it:
        with connected(it.port) as sock:
            sock.sendall(b"HELO example.com\r\n\r\n")
            assert sock.recv(65536).startswith(b"HTTP/1.1 400 ")
        assert requests.get(f"{it.url}/metrics", headers={"X": "y" * 20_000}, timeout=20).status_code == 431
        assert it.get("/livez").status_code == 200
