"""Who may acknowledge a finding from its page: a user, by our form, and nobody else."""

import re
from datetime import timedelta

import html5lib
import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from driftwatch.model.lifecycle import Change
from driftwatch.model.password import hash_password
from driftwatch.store.memory import MemoryStore
from tests.reports.samples import STARTED, drift_in_two_providers
from tests.web.world import ANN, MISSING, PASSWORD, USERS, World, remembering

_ACK = f"/findings/{MISSING}/acknowledge"


def _fields(client: TestClient) -> dict[str, str]:
    text = client.get(f"/findings/{MISSING}", auth=ANN).text
    token = re.search(r'name="token" value="(\w{64})"', text)
    assert token is not None
    return {"token": token[1], "reason": "ticket 12", "until": f"{STARTED.date() + timedelta(days=3)}"}


def _changes(world: World) -> list[tuple[Change, str]]:
    assert world.store is not None
    events = world.store.events(MISSING)
    assert isinstance(events, tuple)
    return [(event.change, event.owner) for event in events if event.change is not Change.NEW]


@pytest.fixture
def guarded() -> World:
    """A world with users."""
    world = World(store=remembering(drift_in_two_providers()))
    world.users = USERS
    return world


def test_a_user_acknowledges_by_the_form(guarded: World) -> None:
    """The decision stands under the name that came in, with its reason and its end; the page shows it."""
    client = guarded.client()
    answer = client.post(_ACK, data=_fields(client) | {"owner": "eve"}, auth=ANN)
    assert (answer.status_code, answer.headers["location"]) == (303, f"../{MISSING}")
    assert _changes(guarded) == [(Change.ACKNOWLEDGED, "ann")]
    text = client.get(f"/findings/{MISSING}", auth=ANN).text
    assert "Acknowledged by ann until" in text
    assert "ticket 12" in text
    assert '<span class="tag mild">acknowledged</span>' in text
    listed = client.get("/findings?state=acknowledged", auth=ANN).text
    assert re.findall(r'id="finding-(\w+)"', listed) == [MISSING]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_without_users_nobody_acknowledges(method: str) -> None:
    """No form, and no such route, whatever the request brings along."""
    world = World(store=remembering(drift_in_two_providers()))
    answer = world.client().request(method, _ACK, data={"token": "x"}, auth=ANN)
    assert answer.status_code == 404
    assert _changes(world) == []


def test_a_stranger_does_not_come_in(guarded: World) -> None:
    """Without the password there is neither page nor form."""
    client = guarded.client()
    assert client.get(f"/findings/{MISSING}").status_code == 401
    assert client.post(_ACK, data=_fields(client), auth=("ann", "guessed")).status_code == 401
    assert _changes(guarded) == []


@pytest.mark.parametrize(
    ("changes", "headers", "status"),
    [
        ({"token": ""}, {}, 403),
        ({"token": "0" * 64}, {}, 403),
        ({"token": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")}, {}, 403),
        ({}, {"sec-fetch-site": "cross-site"}, 403),
        ({}, {"sec-fetch-site": "same-site"}, 403),
        ({}, {"content-type": "text/plain"}, 400),
        ({f"field-{number}": "x" for number in range(20)}, {}, 400),
        ({"reason": "x" * 20_000}, {}, 413),
        ({"reason": " "}, {}, 409),
        ({"reason": "hidden \u202e"}, {}, 409),
        ({"until": "tomorrow"}, {}, 409),
        ({"until": "2020-01-01"}, {}, 409),
        ({"until": "2027-01-01"}, {}, 409),
    ],
)  # fmt: skip
def test_what_is_not_our_form_changes_nothing(
    guarded: World, changes: dict[str, str], headers: dict[str, str], status: int
) -> None:
    """No token, a forged one, another site, another form, a reason or a day that cannot be meant."""
    client = guarded.client()
    answer = client.post(_ACK, data=_fields(client) | changes, headers=headers, auth=ANN)
    assert answer.status_code == status
    assert _changes(guarded) == []
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert "--" not in answer.text.split("<main", 1)[1]


def test_a_token_is_for_one_user_and_one_finding(guarded: World) -> None:
    """It opens no other finding, nobody else may use it, and it is void when the password is another one."""
    guarded.users = USERS | {"bob": USERS["ann"]}
    client = guarded.client()
    fields = _fields(client)
    summary = drift_in_two_providers()
    other = next(one for one in summary.findings if one.fingerprint != MISSING).fingerprint
    assert client.post(f"/findings/{other}/acknowledge", data=fields, auth=ANN).status_code == 403
    assert client.post(_ACK, data=fields, auth=("bob", PASSWORD)).status_code == 403
    guarded.users = {"ann": hash_password(PASSWORD, b"another salt")}
    assert client.post(_ACK, data=fields, auth=ANN).status_code == 403
    assert _changes(guarded) == []


def test_a_form_of_one_replica_may_go_to_another(guarded: World) -> None:
    """Behind one address nobody knows which of them is asked next."""
    assert guarded.client().post(_ACK, data=_fields(guarded.client()), auth=ANN).status_code == 303
    assert _changes(guarded) == [(Change.ACKNOWLEDGED, "ann")]


def test_the_route_only_takes_forms(guarded: World) -> None:
    """Reading it is refused with the method that it takes."""
    answer = guarded.client().get(_ACK, auth=ANN)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_a_finding_that_is_over_has_no_form(guarded: World) -> None:
    """What does not hold any more cannot be acknowledged."""
    life = next(life for life in guarded.store.lives() if life.fingerprint == MISSING)  # type: ignore[union-attr]
    assert isinstance(guarded.store, MemoryStore)
    client = guarded.client()
    fields = _fields(client)
    guarded.store._lives[MISSING] = replace(life, state=type(life.state).RESOLVED)
    assert '<form class="decide"' not in client.get(f"/findings/{MISSING}", auth=ANN).text
    assert client.post(_ACK, data=fields, auth=ANN).status_code == 409
