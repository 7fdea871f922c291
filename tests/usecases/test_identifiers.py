"""What may stay of a question: identifiers that staging must be asked by, and never a secret or a person."""

import json
from typing import Any, Final

import pytest

from driftwatch.model.traffic import Heard, Medium
from driftwatch.usecases.identifiers import Keeper, Keeping

JWT: Final = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


def asked(path: str = "/", body: Any = None, **query: str) -> Heard:
    """A question with its answer."""
    return Heard(Medium.HAR, "", "GET", path, tuple(query.items()), 200, body=json.dumps(body).encode())


STAYS: Final = ("48213", "7", "0f8fad5b-d9cb-469f-a165-70867728950e", "ord_77a9", "507f1f77bcf86cd799439011")
GOES: Final = ("ada@corp.example", "ada%40corp.example", "sk_live_51Habcdefghijk0", JWT, "4111111111111111")


@pytest.mark.parametrize("value", STAYS)
@pytest.mark.parametrize("keeping", [Keeping.IDENTIFIERS, Keeping.QUESTIONS])
def test_identifiers_stay(value: str, keeping: Keeping) -> None:
    """Numbers, UUIDs and the like, in paths and in queries; nothing does unless that is wanted."""
    keeper = Keeper(keeping)
    assert keeper.path(f"/users/{value}/home", "/users/other/home") == f"/users/{value}/home"
    assert keeper.query((("user_id", value),), (("user_id", "x"),)) == (("user_id", value),)
    assert Keeper(Keeping.NOTHING).path(f"/users/{value}", "/users/other") == "/users/other"
    assert keeper.identifiers([asked(f"/users/{value}")]) == {value}


@pytest.mark.parametrize("value", GOES)
@pytest.mark.parametrize("keeping", [Keeping.IDENTIFIERS, Keeping.QUESTIONS])
def test_secrets_and_persons_go(value: str, keeping: Keeping) -> None:
    """Whatever looks like a credential, an address or a card, however it is encoded."""
    keeper = Keeper(keeping)
    assert keeper.path(f"/users/{value}", "/users/other") == "/users/other"
    assert keeper.identifiers([asked(f"/users/{value}")]) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [("pin", "1234"), ("ssn", "123456789"), ("first_name", "Ada"), ("phone", "491701234567"), ("q", "Ada Lovelace")],
)
def test_names_decide_in_queries(name: str, value: str) -> None:
    """A number under the name of a secret or of something personal is no identifier."""
    keeper = Keeper(Keeping.QUESTIONS)
    assert keeper.query(((name, value),), ((name, "x"),)) == ((name, "x"),)
    assert keeper.identifiers([asked(**{name: value})]) == set()


def test_words_of_a_team_s_own_questions_stay() -> None:
    """What a mock asks by was written into a file already; of a recording only identifiers are."""
    real, other = (("sort", "by price"), ("filter", "blue shoes")), (("sort", "sample"), ("filter", "sample"))
    assert Keeper(Keeping.QUESTIONS).query(real, other) == real
    assert Keeper(Keeping.IDENTIFIERS).query(real, other) == other


def test_an_answer_may_say_that_it_is_more_than_that() -> None:
    """A number of a path that an answer calls a PIN or a passport's is replaced in bodies."""
    keeper = Keeper(Keeping.IDENTIFIERS)
    body = {"persons": [{"id": 48213, "passport": "77123456"}], "pin": 1234}
    heard = [asked("/persons/48213", body), asked("/persons/77123456", body), asked("/x/1234", body)]
    assert keeper.identifiers(heard) == {"48213"}
