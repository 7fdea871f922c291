"""What reality does that no mock shows: each sort is found, with a variant; what a mock shows is not."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest
from msgspec import structs

from driftwatch.model.finding import Category, Direction, Finding, Severity
from driftwatch.model.history import History, KnownValues, digest_of
from driftwatch.model.interaction import Expectation, Interaction, Matcher, MatcherKind, Origin
from driftwatch.model.lifecycle import Life, State
from driftwatch.model.memory import key_of
from driftwatch.model.probe import Observation, Probe
from driftwatch.model.unshown import Endpoint, Gaps, Unshown, by_sort, score_of
from driftwatch.usecases.gaps import Known, gaps_of
from driftwatch.usecases.witness import Witness
from tests.fakes import ScriptedProber, SetClock
from tests.usecases.making import JSON, mock, says

USER: Final = {"id": 42, "name": "Ada", "nick": "ada", "roles": ["admin"], "plan": None}


def text(document: object) -> str:
    """As a body has it."""
    return json.dumps(document)


def user(document: Mapping[str, Any] = USER, number: int = 42, **more: Any) -> Interaction:
    """A mock of one user."""
    return mock(f"/users/{number}", text(document), path_template="/users/{id}", **{"format": "wiremock", **more})


def real(document: object, status: int = 200, *headers: tuple[str, str]) -> Observation:
    """A real answer."""
    return Observation(status, (*JSON, *headers), text(document).encode())


def look(
    mocks: Sequence[Interaction], *samples: Observation, findings: Sequence[Finding] = (), lives: Sequence[Life] = ()
) -> Endpoint:
    """The one endpoint of the mocks, held against these answers."""
    witness = Witness(ScriptedProber(lambda _: tuple(samples)))
    request = structs.replace(mocks[0].request, path_template=mocks[0].request.path_template)
    if samples:
        [*witness.send([Probe("it", request, (), samples=len(samples))])]
    known = Known(
        {"it": [one.of("it") for one in mocks]}, {"it": "http://it"}, findings, lives, witness if samples else None,
        spellable=frozenset({"wiremock"}),
    )  # fmt: skip
    (provider,) = gaps_of(known).providers
    (endpoint,) = provider.endpoints
    return endpoint


def only(endpoint: Endpoint) -> Unshown:
    """The one behaviour that is missing."""
    assert [one.key for one in endpoint.unshown] == [endpoint.unshown[0].key]
    return endpoint.unshown[0]


def shown(one: Unshown) -> Any:
    """The body of the variant."""
    assert one.variant is not None, one.why_not
    return json.loads(one.variant.replies[0].body)


OTHERS: Final = {
    "null": ({**USER, "nick": None}, ("null", "/nick", "")),
    "absence": ({name: value for name, value in USER.items() if name != "nick"}, ("absence", "/nick", "")),
    "an empty list": ({**USER, "roles": []}, ("empty-list", "/roles", "")),
    "a long list": ({**USER, "roles": ["a"] * 12}, ("long-list", "/roles", "")),
    "content": ({**USER, "plan": {"tier": "gold"}}, ("content", "/plan", "")),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_what_bodies_hold(name: str) -> None:
    """A behaviour of a body is found, and shown in a copy of the mock about another record, all else being equal."""
    document, key = OTHERS[name]
    one = only(look([user()], real(USER), real(document)))
    assert one.key == key
    variant = shown(one)
    assert one.variant is not None
    assert one.variant.path == f"/users/{variant['id']}" != "/users/42"
    expected = {**document, "id": variant["id"]}
    if name in ("a long list", "content"):
        assert len(json.dumps(variant)) == pytest.approx(len(json.dumps(expected)), abs=80)
    else:
        assert variant == expected


@pytest.mark.parametrize("name", OTHERS)
def test_what_another_mock_shows_is_no_gap(name: str) -> None:
    """One mock of the endpoint is enough, whichever record it is about."""
    document, _ = OTHERS[name]
    assert look([user(), user(document, 7)], real(USER), real(document)).unshown == ()


@pytest.mark.parametrize(("name", "kind"), [
    ("null", MatcherKind.NULLABLE), ("absence", MatcherKind.OPTIONAL), ("null", MatcherKind.ANY),
    ("absence", MatcherKind.IGNORE), ("null", MatcherKind.DYNAMIC),
])  # fmt: skip
def test_what_an_author_left_open_is_no_gap(name: str, kind: MatcherKind) -> None:
    """A matcher says so."""
    document, _ = OTHERS[name]
    open_ = user(variants=(Expectation(200, JSON, text(USER).encode(), (Matcher("/nick", kind),)),))
    assert look([open_], real(USER), real(document)).unshown == ()


def test_a_member_that_is_never_there_is_for_heal() -> None:
    """The mock is wrong about it, which is another matter than showing too little."""
    document = {name: value for name, value in USER.items() if name != "nick"}
    assert look([user()], real(document), real(document)).unshown == ()


@pytest.mark.parametrize("status", [400, 404, 409, 500, 202])
def test_another_status(status: int) -> None:
    """The service's own answer becomes the variant, with nobody in it."""
    body = {"error": {"code": "nope", "message": "Ada Lovelace is not there"}, "email": "ada@corp.com"}
    one = only(look([user()], real(USER), real(body, status)))
    assert one.key == ("status", "status", str(status))
    assert shown(one)["error"]["code"] == "nope"
    assert one.variant is not None
    assert one.variant.replies[0].status == status
    assert not any(word in str(shown(one)) for word in ("Ada", "Lovelace", "corp"))


def test_a_record_that_is_gone_is_no_gap() -> None:
    """An endpoint that never answered as mocked tells nothing of what else it does."""
    assert look([user()], real({"error": 1}, 404)).unshown == ()


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_of_us_is_no_gap(status: int) -> None:
    """Nor is one for want of credentials; beside a success it is a behaviour."""
    assert look([user(variants=(says(text(USER)), says("{}", status)))], real({}, status)).unshown == ()
    assert only(look([user()], real(USER), real({}, status))).detail == str(status)


def test_another_error_body() -> None:
    """A refusal that is mocked with another body is mocked wrongly for whoever reads it."""
    mocked = user(variants=(says(text(USER)), says('{"message": "x"}', 404)))
    one = only(look([mocked], real(USER), real({"error": {"code": "x"}, "status": 404}, 404)))
    assert one.key == ("error-shape", "", "404")
    assert look([mocked], real(USER), real({"message": "other"}, 404)).unshown == ()


def test_throttling() -> None:
    """A 429 that was seen keeps its Retry-After; one that is only announced gets one."""
    one = only(look([user()], real(USER), real({"e": 1}, 429, ("Retry-After", "7"))))
    assert one.variant is not None
    assert one.variant.replies[0].header("retry-after") == "7"
    announced = only(look([user()], findings=[finding("rate-limit-unmocked", "headers")]))
    assert announced.variant is not None
    assert (announced.variant.replies[0].status, announced.variant.replies[0].header("retry-after")) == (429, "30")


def finding(kind: str, path: str, detail: str = "", **more: Any) -> Finding:
    """One of the user's endpoint."""
    return Finding(
        kind, Category.SCHEMA, Severity.WARNING, Severity.WARNING, path, Direction.REAL_ONLY, "said", "seen", "Do.",
        kind, detail, provider="it", method="GET", path_template="/users/{userId}", mock_id="m", **more,
    )  # fmt: skip


FOUND: Final = {
    "enum-value-added": ("/nick", "enum-value"), "error-in-2xx": ("", "error-shape"),
    "error-shape-changed": ("", "error-shape"), "field-optional": ("/nick", "absence"),
    "happy-path-only": ("mock", "status"), "intermittent-error": ("status", "status"),
    "latency-mock-mismatch": ("latency", "latency-tail"), "latency-timeout-risk": ("latency", "latency-tail"),
    "mock-hides-shape": ("/plan", "content"), "null-unexpected": ("/nick", "null"),
    "pagination-unmocked": ("/next", "further-page"), "permission-view-differs": ("", "identity"),
    "rate-limit-unmocked": ("headers", "rate-limit"), "status-widened": ("status", "status"),
    "variant-unmocked": ("/roles/*", "variant"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FOUND)
def test_what_findings_tell(kind: str) -> None:
    """Each such kind is a behaviour, of this run or remembered; without an answer at hand it says why there is none."""
    path, sort = FOUND[kind]
    now = look([user()], findings=[finding(kind, path, "x")])
    assert by_sort(now) == {sort: 1}
    life = Life(finding(kind, path, "x", last_seen=SetClock().now()), State.OPEN, SetClock().now(), SetClock().now())
    then = only(look([user()], lives=[life]))
    assert (then.sort, then.last_seen) == (sort, SetClock().now())
    assert (then.variant is None) == bool(then.why_not)


@pytest.mark.parametrize(("kind", "sort"), [("field-missing", "absence"), ("field-always-null", "null")])
def test_what_is_wrong_for_some_records_is_a_behaviour(kind: str, sort: str) -> None:
    """Remembered of one of two mocks that were compared; of both it is the mocks that are wrong."""
    mocks = [user(mock_id="a"), user({**USER, "id": 7}, 7, mock_id="b")]
    lives = [
        Life(structs.replace(finding(kind, "/nick"), mock_id=one), State.OPEN, SetClock().now(), SetClock().now())
        for one in ("a", "b")
    ]

    def sorts(*told: Life) -> list[tuple[str, int, int]]:
        known = Known({"it": [one.of("it") for one in mocks]}, {}, lives=told, compared={"it": frozenset("abc")})
        return [(one.sort, one.k, one.n) for provider in gaps_of(known).providers for one in provider.unshown]

    assert sorts(lives[0]) == [(sort, 1, 2)]
    assert sorts(*lives) == []


def test_a_finding_that_ended_tells_nothing() -> None:
    """Nor one that this run tells itself a second time."""
    over = Life(finding("null-unexpected", "/nick"), State.RESOLVED, SetClock().now(), SetClock().now())
    assert look([user()], lives=[over]).unshown == ()
    standing = structs.replace(over, state=State.OPEN)
    assert only(look([user()], findings=[over.finding], lives=[standing])).last_seen is None


def test_a_further_value_is_shown_itself() -> None:
    """A word of an enumeration is the point of the variant; a person's would be replaced."""
    from driftwatch.heal.gaps.findings import digest

    one = look([user()], real({**USER, "nick": "vip_user"}), findings=[
        finding("enum-value-added", "/nick", digest("vip_user")),
    ])  # fmt: skip
    assert shown(only(one))["nick"] == "vip_user"


def test_words_that_are_known_and_never_mocked() -> None:
    """Earlier runs know the set: one word is among this run's answers, of the other a digest is all there is."""
    from driftwatch.heal.gaps.findings import digest

    salt, mocked = b"salt", user({**USER, "nick": "PAID"}).of("it")
    known = KnownValues(frozenset(digest_of(word, salt) for word in ("PAID", "OPEN", "VOID")), 12, salt)
    answers = ScriptedProber(lambda _: (real({**USER, "nick": "OPEN"}),))
    witness = Witness(answers)
    [*witness.send([Probe("it", mocked.request, (), samples=1)])]

    def missing(seen: KnownValues) -> list[Unshown]:
        histories = {key_of(mocked): History(values={"/nick": seen})}
        known = Known({"it": [mocked]}, {}, witness=witness, histories=histories, spellable=frozenset({"wiremock"}))
        return [one for provider in gaps_of(known).providers for one in provider.unshown]

    told = {one.detail: one for one in missing(known)}
    assert told.keys() == {digest("OPEN"), digest_of("VOID", salt)}
    assert shown(told[digest("OPEN")])["nick"] == "OPEN"
    assert told[digest_of("VOID", salt)].variant is None
    assert missing(replace(known, n=9)) == []


def test_a_further_variant_is_added_to_the_list() -> None:
    """With its discriminator, and with nothing of anybody."""
    listed = mock("/cards", '{"items": [{"type": "card", "owner": "x"}]}', format="wiremock")
    found = structs.replace(finding("variant-unmocked", "/items/*", "sepa"), path_template="/cards")
    answer = real({"items": [{"type": "sepa", "owner": "Ada Lovelace", "iban": "DE89370400440532013000"}]})
    one = only(look([listed], answer, findings=[found]))
    items = shown(one)["items"]
    assert [item["type"] for item in items] == ["card", "sepa"]
    assert "Ada" not in str(items)
    assert "DE8937" not in str(items)
    assert one.is_same_request


def test_a_further_page_is_the_service_own() -> None:
    """The page that leads on, with another cursor; a mock that leads on leaves no gap."""
    listed = mock("/cards", '{"items": [{"id": 1}], "next": null}', format="wiremock")
    found = structs.replace(finding("pagination-unmocked", "/next"), path_template="/cards")
    answer = real({"items": [{"id": 7}], "next": "/cards?cursor=abc123def456"})
    one = only(look([listed], answer, findings=[found]))
    assert one.sort == "further-page"
    assert shown(one)["next"].startswith("/cards?cursor=")
    assert "abc123" not in str(shown(one))
    second = mock("/cards", '{"items": [], "next": "/cards?page=2"}', format="wiremock")
    assert look([listed, second], answer, findings=[found]).unshown == ()


def test_an_answer_made_to_exhaust_the_stack_is_no_more_than_words() -> None:
    """It is counted, and its variant is harmless."""
    deep: Any = "x"
    for _ in range(240):
        deep = {"a": deep}
    one = only(look([user()], real(USER), real(deep, 404)))
    assert one.variant is not None
    assert one.variant.replies[0].body.startswith(b"Example text: lorem ipsum")
    assert look([user({**USER, "plan": deep})], real({**USER, "plan": deep}), real(USER)).unshown == ()


def test_variants_ask_for_records_of_their_own() -> None:
    """No two variants of an endpoint answer one request, nor that of a mock."""
    documents = [real(document) for document, _ in OTHERS.values()]
    endpoint = look([user(), user({**USER, "id": 7}, 7)], real(USER), *documents, real({"e": 1}, 404))
    paths = [one.variant.path for one in endpoint.unshown if one.variant is not None]
    assert len(paths) >= 5
    assert len({*paths, "/users/42", "/users/7"}) == len(paths) + 2


def test_the_score_is_the_sum_of_its_names() -> None:
    """Per endpoint, provider and in all."""
    endpoint = look([user()], real(USER), *(real(document) for document, _ in OTHERS.values()))
    assert score_of(endpoint) == sum(by_sort(endpoint).values()) == len(endpoint.unshown) > 0


def test_endpoints_are_told_apart_by_more_than_their_parameters_names() -> None:
    """``/users/{id}`` and ``/users/{userId}`` are one, another method or path is another."""
    mocks = [user(), user(number=7), mock("/users", "[]"), user(method="DELETE")]
    mocks[1] = replace(mocks[1], request=structs.replace(mocks[1].request, path_template="/users/{userId}"))
    gaps = gaps_of(Known({"it": mocks}, {}))
    assert [(one.name, one.mocks) for one in gaps.providers[0].endpoints] == [
        ("GET /users", 1), ("DELETE /users/{id}", 1), ("GET /users/{id}", 2),
    ]  # fmt: skip
    assert (gaps.score, gaps.is_offline) == (0, True)


class Described:
    """A specification of three statuses."""

    statuses = (200, 404, 410)

    def under(self, status: int) -> tuple[Expectation, ...]:
        """Nothing."""
        raise AssertionError(status)


def test_what_is_promised_and_neither_mocked_nor_seen() -> None:
    """Of an operation with a mock the statuses that nobody shows, of others the operation; beside the score."""
    operation = user(specification=Described(), origin=Origin("api.yaml"), format="openapi")
    one = look([user(), operation], real(USER), real({"e": 1}, 404))
    assert [promised.status for promised in one.promised] == [410]
    assert score_of(one) == 1
    gaps: Gaps = gaps_of(Known({"it": [operation]}, {}))
    (alone,) = gaps.providers[0].endpoints
    assert [promised.status for promised in alone.promised] == [None]
    assert gaps.score == 0
