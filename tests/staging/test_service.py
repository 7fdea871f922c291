"""The staging service keeps its script's word: what stories are built on is tested first."""

import http.client
import threading
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from tests.staging import busiest, staging
from tests.staging.asking import ask, ask_on, together

ONE: Mapping[str, Any] = {"GET /one": {"body": {"n": 1}}}


@pytest.mark.parametrize(
    "script",
    [
        {"routs": {}},
        {"routes": {"GET /": {"boddy": 1}}},
        {"users": {"ada": {"rolle": "admin"}}},
        {"quota": {}},
        {"orders": {"manner": "rash"}},
    ],
)
def test_a_misspelt_script_is_refused(script: object) -> None:
    """No story passes because its service did not understand it."""
    with pytest.raises(msgspec.ValidationError), staging(script):
        pass


def test_a_route_answers_as_it_is_written() -> None:
    """Status, headers, document and the parts of the path; HEAD has no body; what is no route is another 404."""
    route = {"status": 203, "headers": {"X-A": "b"}, "body": {"id": "{id}", "name": "{name}", "q": ["{id}"]}}
    with staging({"routes": {"GET /u/{id}/{name}": route}}) as service:
        said = ask(service.url, "GET /u/7/ada")
        head = ask(service.url, "HEAD /u/7/ada")
        lost = ask(service.url, "GET /u/7")
    assert (said.status, said.headers["x-a"], said.body) == (203, "b", {"id": 7, "name": "ada", "q": [7]})
    assert (head.status, head.raw) == (203, b"")
    assert (lost.status, lost.body) == (404, {"error": {"code": "no_route", "message": "Nothing is here."}})


def test_a_route_may_change_its_media_type_and_say_any_text() -> None:
    """A content type of its own takes the place of JSON's."""
    route = {"text": "<a/>", "headers": {"Content-Type": "application/xml"}}
    with staging({"routes": {"GET /x": route, "GET /j": {"body": [], "headers": {"content-type": "a/b"}}}}) as service:
        xml, json = ask(service.url, "GET /x"), ask(service.url, "GET /j")
    assert (xml.raw, xml.headers["content-type"]) == (b"<a/>", "application/xml")
    assert (json.raw, json.headers["content-type"]) == (b"[]", "a/b")


def test_names_are_filled_in() -> None:
    """``$elsewhere`` is the other service's address."""
    with staging({}) as other:
        script = {"routes": {"GET /old": {"status": 302, "headers": {"Location": "$elsewhere/new"}}}}
        with staging(script, elsewhere=other.url) as service:
            said = ask(service.url, "GET /old")
    assert said.headers["location"] == f"{other.url}/new"
    assert other.visits == []


def test_flaky_routes_take_turns() -> None:
    """Statuses in turn, an error document with all but the route's own, and a cut connection."""
    with staging({"routes": {"GET /f": {"body": {"ok": True}, "flaky": [200, 503, "cut"]}}}) as service:
        first, second = ask(service.url, "GET /f"), ask(service.url, "GET /f")
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            ask(service.url, "GET /f")
        fourth = ask(service.url, "GET /f")
    assert [first.status, second.status, fourth.status] == [200, 503, 200]
    assert [visit.status for visit in service.visits] == [200, 503, None, 200]


def test_slow_routes_take_their_time() -> None:
    """The wait comes before the answer."""
    with staging({"routes": {"GET /s": {"body": {}, "slow": [0.05, 0]}}}) as service:
        ask(service.url, "GET /s")
        ask(service.url, "GET /s")
    first, second = (visit.at for visit in service.visits)
    assert second - first >= 0.05


def test_layers() -> None:
    """What is in turn is laid over what is by version, and that over what is by role."""
    route = {
        "headers": {"X-A": "all"},
        "body": {"who": "all"},
        "by_role": {"admin": {"body": {"who": "admin"}, "headers": {"X-B": "admin"}}},
        "in_turn": [{}, {"status": 202, "headers": {"X-B": "turn"}}],
    }
    with staging({"users": {"ada": {"role": "admin", "token": "t"}}, "routes": {"GET /l": route}}) as service:
        said = [ask(service.url, "GET /l", Authorization=f"Bearer {token}") for token in ("t", "t", "x")]
    assert [(one.status, one.headers["x-a"], one.headers.get("x-b"), one.body) for one in said] == [
        (200, "all", "admin", {"who": "admin"}),
        (202, "all", "turn", {"who": "admin"}),
        (200, "all", None, {"who": "all"}),
    ]


def test_versions_by_connection() -> None:
    """A connection stays with its version; a rollout ends when it is told."""
    script = {
        "versions": {"names": ["a", "b"], "header": "X-Version"},
        "routes": {"GET /v": {"body": {}, "by_version": {"b": {"body": {"new": 1}}}}},
    }
    with staging(script) as service:
        kept = http.client.HTTPConnection("127.0.0.1", int(service.url.rsplit(":", 1)[1]), timeout=10)
        of_kept = [ask_on(kept, "GET /v") for _ in range(2)]
        kept.close()
        of_new = ask(service.url, "GET /v")
        service.deploy("b")
        after = [ask(service.url, "GET /v") for _ in range(2)]
    assert [one.headers["x-version"] for one in of_kept] == ["a", "a"]
    assert (of_new.headers["x-version"], of_new.body) == ("b", {"new": 1})
    assert [one.headers["x-version"] for one in after] == ["b", "b"]


def test_versions_by_request() -> None:
    """Or each request goes to the next, and nothing tells which it was."""
    script = {"versions": {"names": ["a", "b"], "by": "request"}, "routes": ONE}
    with staging(script) as service:
        said = [ask(service.url, "GET /one") for _ in range(3)]
    assert [visit.version for visit in service.visits] == ["a", "b", "a"]
    assert not any("x-version" in one.headers for one in said)


def test_records_and_the_missing() -> None:
    """An id that is there, and one that is not: a 404 that is not the one of an unknown route."""
    script = {"routes": {"GET /r/{id}": {"records": {"by_id": {"1": {"id": 1}}, "missing": {"code": "gone"}}}}}
    with staging(script) as service:
        there, missing = ask(service.url, "GET /r/1"), ask(service.url, "GET /r/2")
    assert (there.status, there.body) == (200, {"id": 1})
    assert (missing.status, missing.body) == (404, {"code": "gone"})


@pytest.mark.parametrize("style", ["link", "cursor"])
def test_pages(style: str) -> None:
    """Following what a page says leads through all items and ends."""
    script = {"routes": {"GET /p": {"pages": {"items": [1, 2, 3, 4, 5], "size": 2, "style": style}}}}
    target, items = "/p", []
    with staging(script) as service:
        for _ in range(3):
            said = ask(service.url, f"GET {target}")
            body: Any = said.body
            items += body if style == "link" else body["items"]
            if style == "link":
                target = said.headers.get("link", "<>").partition("<")[2].partition(">")[0]
            else:
                target = f"/p?cursor={body['next_cursor']}" if body["next_cursor"] else ""
    assert (items, target) == ([1, 2, 3, 4, 5], "")


def test_media_types_and_malformed_bodies() -> None:
    """A wrong media type is 415, a broken document 400, a good one is taken."""
    with staging({"routes": {"POST /n": {"status": 201, "body": {}, "accepts": "application/json"}}}) as service:
        said = [
            ask(service.url, "POST /n", b"a=b", Content_Type="application/x-www-form-urlencoded"),
            ask(service.url, "POST /n", b"{", Content_Type="application/json"),
            ask(service.url, "POST /n", {}, Content_Type="application/json; charset=utf-8"),
        ]
    assert [one.status for one in said] == [415, 400, 201]


@pytest.mark.parametrize(("manner", "status"), [("honoured", 304), ("ignored", 200)])
def test_validators(manner: str, status: int) -> None:
    """A conditional request is answered as the script says."""
    with staging({"routes": {"GET /e": {"body": {"a": 1}, "etag": manner}}}) as service:
        tag = ask(service.url, "GET /e").headers["etag"]
        again = ask(service.url, "GET /e", If_None_Match=tag)
        other = ask(service.url, "GET /e", If_None_Match='"x"')
    assert (again.status, other.status) == (status, 200)
    assert (again.raw == b"") == (status == 304)


@pytest.mark.parametrize(("manner", "packed"), [("asked", [False, True]), ("always", [True, True])])
def test_compression(manner: str, packed: list[bool]) -> None:
    """For those who accept it, or for all."""
    with staging({"routes": {"GET /z": {"body": {"a": 1}, "gzip": manner}}}) as service:
        said = [ask(service.url, "GET /z"), ask(service.url, "GET /z", Accept_Encoding="gzip")]
    assert [one.headers.get("content-encoding") == "gzip" for one in said] == packed
    assert [one.raw[:2] == b"\x1f\x8b" for one in said] == packed


def test_it_counts_what_is_in_flight() -> None:
    """Requests at the same time are seen as such; alone, each is alone."""
    with staging({"routes": {"GET /w": {"body": {}, "slow": 0.1}}}) as service:
        ask(service.url, "GET /w")
        alone = service.peak
        together(*[lambda: ask(service.url, "GET /w")] * 3)
    assert (alone, service.peak, len(service.asked("GET /w")), service.connections) == (1, 3, 4, 4)


@pytest.mark.parametrize(
    ("arrivals", "most"), [([], 0), ([1.0], 1), ([0.0, 1.0], 1), ([0.0, 0.9, 1.0, 1.8], 3), ([5.0, 0.0, 5.1], 2)]
)
def test_the_busiest_window(arrivals: list[float], most: int) -> None:
    """A window of a second holds its beginning and not its end."""
    assert busiest(arrivals, 1.0) == most


def test_leaving_joins_every_thread() -> None:
    """Even with a caller that hangs and one that idles on its connection."""
    before = set(threading.enumerate())
    with staging({"routes": {"GET /h": {"flaky": ["hang"]}, **ONE}}) as service:
        port = int(service.url.rsplit(":", 1)[1])
        idle, hung = (http.client.HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(2))
        ask_on(idle, "GET /one")
        hung.request("GET", "/h")
    idle.close()
    hung.close()
    assert set(threading.enumerate()) <= before
