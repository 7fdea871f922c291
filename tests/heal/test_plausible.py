"""What goes into a mock file holds nobody, no secret and no live id, and is the same in every run."""

import json
import re
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from driftwatch.heal.plausible import Disguise, stand_in
from driftwatch.model.shape import Format
from driftwatch.shapes.formats import PATTERNS, classify, has_zero_offset
from driftwatch.shapes.infer import infer

SEED: Final = "payments"

KEPT: Final = [
    ("/status", "PAID"), ("/status", "Refunded"), ("/state", "in_progress"), ("/type", "order.created"), ("/x", "PAID"),
    ("/x", "in_progress"), ("/x", "inProgress"), ("/state", "InProgress"), ("/currency", "eur"), ("/currency", "EUR"),
    ("/country", "DE"), ("/locale", "en-US"), ("/x", "en-US"), ("/version", "1.2.3"), ("/x", "v1.2.3"), ("/x", "A4"),
    ("/contentType", "application/json"), ("/timezone", "Europe/Berlin"), ("/x", "P1DT12H"), ("/color", "#ff00aa"),
    ("/amount", "12.50"), ("/total", "1,024.00"), ("/price", "12,50 €"), ("/price", "USD 12.50"), ("/count", "1024"),
    ("/amount", 1250), ("/price", 12.5), ("/quantity", 4711), ("/active", True), ("/x", None), ("/x", ""), ("/x", " "),
    ("/order_by", "name"), ("/sortBy", "created"), ("/url", "/users/me/avatar"),
    ("/x", 0), ("/id", 0), ("/x", "***"), ("/token_type", "bearer"), ("/password_changed", True), ("/x", "1e5"),
    ("/members", 12), ("/x", []), ("/x", {}),
]  # fmt: skip

REPLACED: Final = [
    # identifiers: same length, same kinds of signs, the word before them kept
    ("/id", 4711, r"[1-9]\d{3}"), ("/user_id", "4711", r"[1-9]\d{3}"), ("/id", "000123", r"000[1-9]\d\d"),
    ("/id", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}"),
    ("/x", "3F2504E0-4F89-11D3-9A0C-0305E82C3301", r"[0-9A-F]{8}-[0-9A-F]{4}-1[0-9A-F]{3}-9[0-9A-F]{3}-[0-9A-F]{12}"),
    ("/customer", "cus_9fXk2LmQ", r"cus_[0-9A-Za-z]{8}"), ("/x", "ord-77f", r"ord-[0-9a-z]{3}"),
    ("/number", "INV-2024-0017", r"INV-\d{4}-\d{4}"), ("/x", "order-4711", r"[a-z]{5}-\d{4}"),
    ("/order_ref", "order-4711", r"order-\d{4}"),
    ("/x", "da39a3ee5e6b4b0d3255bfef95601890afd80709", r"[0-9a-f]{40}"),
    ("/x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", r"[0-9A-Z]{26}"),
    ("/x", 1234567890123456789, r"\d{19}"), ("/ids/*", 4711, r"\d{4}"), ("/customer", 4711, r"\d{4}"),
    # secrets
    ("/api_key", "sk_live_9aHb8cTk1Lm2Nq3P", r"(example)+[a-z]*"), ("/password", "hunter2", "example"),
    ("/x", "sk_live_9aHb8cTk1Lm2Nq3P", r"[a-z]{24}"),
    ("/x", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", r"eyJ.*\..*\..*"),
    ("/clientSecret", "Tr0ub4dor&3", r"[a-z]{11}"), ("/cvc", 123, r"\d{3}"),
    ("/x", "Zm9v/YmFyK2Jhego9PTEyMzQ1Ng==", r"[a-z]{29}"),
    # people
    ("/email", "ada@corp.com", r"user@example\.com"), ("/x", "ada@corp.com", r"user@example\.com"),
    ("/customer/name", "Ada Lovelace", r"[A-Z][a-z]+ [A-Z][a-z]+"), ("/firstName", "Ada", r"[A-Z][a-z]+"),
    ("/last_name", "Lovelace", r"[A-Z][a-z]+"), ("/username", "ada", r"[a-z]+\.[a-z]+"),
    ("/name", "Ada", r"[A-Z][a-z]+"), ("/assignee", "Ada Lovelace", r"[A-Z][a-z]+ [A-Z][a-z]+"),
    ("/closed_by", "alovelace", r"[A-Z][a-z]+ [A-Z][a-z]+"), ("/billing_first_name", "Ada", r"[A-Z][a-z]+"),
    ("/bank_account_number", "12345678", r"\d{8}"), ("/q", "lovelace", r"[a-z]+"),
    ("/avatar", "https://cdn.corp.com/u/alovelace/me.png", r"https://example\.com/u/[a-z.]+/me\.png"),
    ("/phone", "+1 415 555 2671", r"\+1 202 555 01\d\d"), ("/x", "+49 30 12345678", r"\+\d\d \d\d \d{8}"),
    ("/address/street", "12 Main Street", r"\d+ [A-Z][a-z]+ [A-Z][a-z]+"), ("/city", "Berlin", r"[A-Z][a-z ]+"),
    ("/zip", "10115", r"\d{5}"), ("/zip", "SW1A 1AA", r"[A-Z]{2}\d[A-Z] \d[A-Z]{2}|[A-Z0-9]{4} [A-Z0-9]{3}"),
    ("/date_of_birth", "1815-12-10", "1990-01-15"), ("/ssn", "078-05-1120", r"\d{3}-\d{2}-\d{4}"),
    # accounts and cards
    ("/iban", "DE89370400440532013000", r"DE\d\d0+1"), ("/card_number", "5105 1051 0510 5100", "4242 4242 4242 4242"),
    ("/x", "5105105105105100", "4242424242424242"), ("/last4", "1881", "4242"),
    # places and hosts
    ("/lat", 52.5234, r"51\.4779"), ("/location/coordinates/*", 13.4, r"51\.5"), ("/x", "10.1.2.3", r"192\.0\.2\.1"),
    ("/x", "fe80::1ff:fe23:4567:890a", "2001:db8::1"), ("/x", "00:1b:44:11:3a:b7", r"00:00:5e:00:53:00"),
    ("/x", "pay.corp.internal", r"example\.com"), ("/host", "db-1", r"example\.com"),
    ("/url", "https://ada:pw@pay.corp.internal:8443/v1/orders/4711?token=s3cr3t&page=2#x",
     r"https://example\.com:8443/v1/orders/\d{4}\?token=example&page=2"),
    ("/next", "/v1/orders/4711?user_id=12", r"/v1/orders/\d{4}\?user_id=\d\d"),
    ("/avatar", "https://cdn.corp.com/u/3f2504e0-4f89-41d3-9a0c-0305e82c3301.png", r"https://example\.com/u/[0-9a-f-]{36}\.png"),
    ("/x", "mailto:ada@corp.com", r"mailto:user@example\.com"),
    ("/img", "data:image/png;base64,iVBORw0KGgo=", r"data:image/png;base64,ZX.*"),
    # moments
    ("/created_at", "2025-06-30T12:00:01Z", "2024-01-15T09:30:00Z"),
    ("/x", "2025-06-30T12:00:01.12+02:00", r"2024-01-15T11:30:00\.12\+02:00"),
    ("/x", "2025-06-30", "2024-01-15"), ("/x", "2025-06-30 12:00", "2024-01-15 09:30"),
    ("/x", "30/06/2025", "27/07/2024"),
    ("/x", "Mon, 30 Jun 2025 12:00:01 GMT", "Mon, 15 Jan 2024 09:30:00 GMT"), ("/created", 1751284801, "1705311000"),
    ("/createdAt", 1751284801123, "1705311000000"), ("/expires_at", "2025-06-30T12:00:01Z", "2099-01-15T09:30:00Z"),
    ("/exp", 1751284801, "4072152600"), ("/created", "1751284801", "1705311000"),
    ("/x", "20250630T120001Z", "20240115T093000Z"),
    # text
    ("/note", "Ada called, she wants her money back.", r"Example note: lorem ipsum[a-z ,]{10,30}"),
    ("/title", "Blue Widget", "Example title"), ("/shortDescription", "Blue and round", "Example text"),
    ("/label", "My red hat", "Example label"),
    ("/x", "Berlin", r"[A-Z][a-z]+"), ("/slug", "ada-lovelace", "[a-z]+"), ("/html", "<b>Hello Ada</b>", "[A-Za-z ]+"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), KEPT)
def test_what_is_nobodys_stays(path: str, value: object) -> None:
    """Words that programs choose by, amounts and truth values are written as the service said them."""
    assert stand_in(value, path, SEED) == value


@pytest.mark.parametrize(("path", "value", "form"), REPLACED, ids=[f"{path} {value}" for path, value, _ in REPLACED])
def test_what_is_somebodys_is_replaced_in_kind(path: str, value: object, form: str) -> None:
    """A stand-in is another value of the same type, in the same form; a second time it stays."""
    found = stand_in(value, path, SEED)
    assert found != value
    assert type(found) is type(value)
    assert re.fullmatch(form, str(found)), found
    assert stand_in(found, path, SEED) == found


@pytest.mark.parametrize(("path", "one", "other"), [
    ("/id", "cus_9fXk2LmQ", "cus_1aBc3DeF"), ("/id", 4711, 1234), ("/x", "10.1.2.3", "10.9.9.9"),
    ("/created_at", "2025-06-30T12:00:01Z", "2026-01-01T00:00:00Z"), ("/email", "ada@corp.com", "charles@corp.com"),
    ("/customer/name", "Ada Lovelace", "Charles Babbage"), ("/note", "Ada wants her money.", "Charles has the money"),
    ("/token", "abcdefghijklmnop", "qrstuvwxyzabcdef"),
])  # fmt: skip
def test_live_values_do_not_matter(path: str, one: object, other: object) -> None:
    """Healing twice writes the same file: ids, moments and people of the second run change nothing."""
    assert stand_in(one, path, SEED) == stand_in(other, path, SEED)


def test_places_and_seeds_do_matter() -> None:
    """Identifiers at two places, or of two providers, are not the same ones."""
    found = {stand_in("cus_9fXk2LmQ", path, seed) for path in ("/id", "/parent_id") for seed in ("a", "b")}
    assert len(found) == 4


ORDER: Final[dict[str, object]] = {
    "self": "https://pay.corp.internal/customers/cus_9fXk2LmQ/orders/4711",
    "id": 4711, "customer": {"id": "cus_9fXk2LmQ", "name": "Ada Lovelace", "email": "ada@corp.com", "login": "adalove"},
    "ids": ["4711", "4712"], "headline": "adalove", "note": "Ship to Ada Lovelace", "by_customer": {"cus_9fXk2LmQ": 1},
    "payload": '{"order_id": 4711, "mail": "ada@corp.com"}',
    "events": [
        {"id": 3, "created_at": "2025-06-30T12:00:03Z"}, {"id": 2, "created_at": "2025-06-30T12:00:02Z"},
        {"id": 1, "created_at": "2025-06-30T12:00:01Z"},
    ],
}  # fmt: skip


def test_one_real_value_has_one_stand_in() -> None:
    """Ids stay together in members, keys, paths and JSON inside strings; what names somebody is gone everywhere."""
    disguise = Disguise(SEED)
    found = disguise.value(ORDER)
    assert isinstance(found, dict)
    order, customer = found["id"], found["customer"]["id"]
    assert found["self"] == f"https://example.com/customers/{customer}/orders/{order}"
    assert found["ids"][0] == str(order) != found["ids"][1]
    assert list(found["by_customer"]) == [customer]
    assert json.loads(found["payload"]) == {"order_id": order, "mail": found["customer"]["email"]}
    assert found["headline"] == found["customer"]["login"]
    assert disguise.path("/customers/cus_9fXk2LmQ/orders/4711", "/customers/{id}/orders/{order_id}") == (
        f"/customers/{customer}/orders/{order}"
    )
    assert disguise.query((("customer", "cus_9fXk2LmQ"), ("page", "2"))) == (("customer", customer), ("page", "2"))
    assert len({event["id"] for event in found["events"]}) == 3
    assert not re.search(r"(?i)ada|lovelace|corp|4711|9fXk", json.dumps(found))


def test_moments_keep_their_order() -> None:
    """A list that is sorted by time is sorted by time afterwards."""
    found = stand_in(ORDER, "", SEED)
    assert isinstance(found, dict)
    moments = [event["created_at"] for event in found["events"]]
    assert moments == sorted(moments, reverse=True)
    assert len({*moments}) == 3


def test_an_operator_has_the_last_word() -> None:
    """Names and pointers of the config add secrets, and keep what is to stay."""
    document = {"plan": {"id": "gold_2024a", "grade": "aaa"}, "answers": ["ada", "b"], "code": "X99124"}
    disguise = Disguise(SEED, names=("answers", "/plan/grade"), keeps=("/plan/id", "CODE"))
    assert disguise.value(document) == {
        "plan": {"id": "gold_2024a", "grade": "example"}, "answers": ["example", "example"], "code": "X99124",
    }  # fmt: skip
    assert Disguise(SEED, names=("X-Customer",)).header("x-customer", "adalove") == "example"
    assert Disguise(SEED, keeps=("x-request-id",)).header("X-Request-Id", "abc-123") == "abc-123"


@pytest.mark.parametrize(("name", "text", "expected"), [
    ("Content-Type", "application/json; charset=utf-8", "application/json; charset=utf-8"),
    ("Cache-Control", "max-age=60", "max-age=60"), ("Retry-After", "30", "30"), ("X-RateLimit-Remaining", "17", "17"),
    ("Server", "nginx/1.25.3", "nginx/1.25.3"), ("Authorization", "Bearer abcdefghijkl", "Bearer exampleexamp"),
    ("X-Api-Key", "abcdefgh", "examplee"), ("Cookie", "sid=abcdefgh; b=1", "sid=examplee; b=example"),
    ("Set-Cookie", "sid=abcdefgh; Path=/; HttpOnly; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
     "sid=examplee; Path=/; HttpOnly; Expires=Thu, 15 Jan 2099 09:30:00 GMT"),
    ("Location", "https://pay.corp.internal/orders", "https://example.com/orders"),
    ("Link", '<https://pay.corp.internal/orders?p=2>; rel="next"', '<https://example.com/orders?p=2>; rel="next"'),
    ("Last-Modified", "Mon, 30 Jun 2025 12:00:01 GMT", "Mon, 15 Jan 2024 09:30:00 GMT"),
    ("X-User-Email", "ada@corp.com", "user@example.com"),
    ("WWW-Authenticate", 'Digest realm="shop", nonce="dcd98B7102dd2f0e8b11d0F600bfb0c093"',
     'Digest realm="shop", nonce="exampleexampleexampleexampleexampl"'),
    ("Cache-Control", "max-age=60, stale-while-revalidate=30", "max-age=60, stale-while-revalidate=30"),
    ("Access-Control-Allow-Headers", "X-Requested-With, X-Forwarded-For-Customer-Number-2", None),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains", None),
    ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", None),
    ("Content-Disposition", 'attachment; filename="ada.pdf"', 'attachment; filename="example"'),
])  # fmt: skip
def test_headers(name: str, text: str, expected: str | None) -> None:
    """What frames an answer stays, credentials and live values go."""
    assert Disguise(SEED).header(name, text) == (text if expected is None else expected)


def test_a_query_without_a_name() -> None:
    """What stands there alone is looked at like a value, in texts and in paths; a flag stays."""
    disguise = Disguise(SEED)
    token = "Zq745xK7pLm745vT9wRb"
    assert token not in disguise.header("location", f"/file?{token}")
    assert disguise.header("location", "/file?wsdl&n=2") == "/file?wsdl&n=2"
    (signed, flag) = disguise.query(((token, ""), ("wsdl", "")))
    assert signed[0] != token
    assert flag == ("wsdl", "")


def test_numbers_that_fit_nowhere_end() -> None:
    """An integer of three hundred digits (``1e300``) becomes one that a program can read."""
    found = stand_in(10**300, "/id", SEED)
    assert isinstance(found, int)
    assert len(str(found)) == 40


def test_an_entity_tag_stays_one() -> None:
    """Quotes and the weak sign are the tag's own."""
    found = Disguise(SEED).header("ETag", 'W/"5d8c72a5edda8d6a"')
    assert re.fullmatch(r'W/"[0-9a-f]{16}"', found)
    assert "5d8c72a5edda8d6a" not in found


@pytest.mark.parametrize(("body", "media_type", "expected"), [
    ('{"id": 0, "email": "ada@corp.com"}', "application/json", '{"id": 0, "email": "user@example.com"}'),
    ('{"email":"ada@corp.com"}', "", '{"email":"user@example.com"}'),
    ('{\n  "email": "ada@corp.com"\n}', "application/problem+json", '{\n  "email": "user@example.com"\n}'),
    ('{"email":"a@b.com"}\n{"email":"c@d.com"}', "application/x-ndjson",
     '{"email":"user@example.com"}\n{"email":"user2@example.com"}'),
    ("email=ada%40corp.com&page=2&token=abcdefg", "application/x-www-form-urlencoded",
     "email=user@example.com&page=2&token=example"),
    ("<?xml version='1.0'?><u email=\"a@b.com\" type='x'><status>PAID</status><e>c@d.com</e><!-- Ada --></u>",
     "text/xml",
     "<?xml version='1.0'?><u email=\"user@example.com\" type='x'><status>PAID</status><e>user2@example.com</e></u>"),
    ("Ada Lovelace owes 12", "text/plain", "Example text"), ("", "text/plain", ""), ("  ", "", "  "),
])  # fmt: skip
def test_bodies(body: str, media_type: str, expected: str) -> None:
    """A body keeps its form, and its white space as far as JSON has any."""
    assert Disguise(SEED).text(body, media_type) == expected


@pytest.mark.timeout(20)
@pytest.mark.parametrize("body", [
    "<" * 400_000, "<![CDATA[" * 50_000, "<!--" * 100_000, "<a b=" * 80_000, "<a>" * 20_000, "{" * 100_000,
    '{"a":' * 50_000, "a=%" * 100_000, " " * 400_000 + "<", "<a " + " " * 200_000 + ">", "@" * 300_000, "a-" * 150_000,
    "1" * 300_000, "/" * 300_000, '<a b="' + "&" * 200_000 + '">',
], ids=lambda body: body[:9])  # fmt: skip
def test_bodies_made_to_take_long(body: str) -> None:
    """They take no longer than others of their length."""
    for media_type in ("", "text/html", "application/x-www-form-urlencoded"):
        Disguise(SEED).text(body, media_type)


@pytest.mark.parametrize(("path", "template", "expected"), [
    ("/v1/orders", "/v1/orders", "/v1/orders"), ("/orders/active", "/orders/{status}", "/orders/active"),
    ("/users/Ada%20Lovelace", "/users/{username}", r"/users/[a-z]+\.[a-z]+"),
    ("/orders/3f2504e0-4f89-41d3-9a0c-0305e82c3301", "", r"/orders/[0-9a-f-]{36}"),
    ("/orders/4711", "", r"/orders/\d{4}"),
    ("/e/ada@corp.com/x", "/e/{id}/x", r"/e/user@example\.com/x"), ("/", "", "/"),
    ("/a/2024/1", "/a/{year}/{n}", r"/a/\d{4}/\d"),
])  # fmt: skip
def test_paths(path: str, template: str, expected: str) -> None:
    """Words of a path stay, its open places are replaced."""
    assert re.fullmatch(expected, Disguise(SEED).path(path, template))


def test_what_is_too_deep_is_refused() -> None:
    """A document made to exhaust the stack ends in an error that says so."""
    deep: object = 1
    for _ in range(1_000):
        deep = [deep]
    with pytest.raises(ValueError, match="nested too deeply"):
        stand_in(deep, "", SEED)


NAMES: Final = st.sampled_from([
    "id", "user_id", "name", "email", "status", "created_at", "token", "note", "x", "items", "phone", "address", "url",
    "expires_at", "lat", "count", "code",
])  # fmt: skip
SCALARS: Final = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40)
    | st.sampled_from([value for _, value, _ in REPLACED if not isinstance(value, dict | list)])
)  # fmt: skip
DOCUMENTS: Final = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=12
)


@given(DOCUMENTS)
def test_the_same_comes_out_every_time(document: object) -> None:
    """Two runs write the same, and the types and members of the answer are those of the service."""
    found = stand_in(document, "", SEED)
    assert found == stand_in(document, "", SEED)
    before, after = infer([document], literal=True), infer([found], literal=True)
    assert {path: shape.types for path, shape in before.walk()} == {path: shape.types for path, shape in after.walk()}


@pytest.mark.parametrize("kind", list(PATTERNS))
@given(data=st.data())
def test_formats_are_preserved(kind: Format, data: st.DataObject) -> None:
    """A text of a class is replaced by one of the same class, at any place."""
    text = data.draw(st.from_regex(re.compile(PATTERNS[kind].written, re.ASCII), fullmatch=True))
    assume(classify(text) is kind)
    found = stand_in(text, data.draw(st.sampled_from(["/x", "/id", "/created_at", "/note", "/expires"])), SEED)
    assert isinstance(found, str)
    assert classify(found) is kind, (text, found)
    if kind is Format.DATE_TIME:
        assert has_zero_offset(found) == has_zero_offset(text)


@given(st.sampled_from([path for path, _, _ in REPLACED]), SCALARS)
def test_a_stand_in_stands_in_for_itself(path: str, value: object) -> None:
    """What was replaced once is not replaced again by something else."""
    found = stand_in(value, path, SEED)
    assert stand_in(found, path, SEED) == found


PEOPLE: Final = st.text(st.sampled_from("BCDFGHKLMNPRSTVWZaeiou"), min_size=7, max_size=12).map(str.capitalize)


@given(PEOPLE, PEOPLE, st.from_regex(r"[a-km-z2-9]{24}", fullmatch=True), DOCUMENTS)
def test_planted_people_and_secrets_never_come_out(given_name: str, family: str, secret: str, more: object) -> None:
    """Wherever a person or a secret is repeated, nothing of them is left."""
    assume("example" not in secret)
    assume(not any(name.lower() in json.dumps(more).lower() for name in (given_name, family)))
    document = {
        "greeting": f"Dear {given_name}, thanks", "tag": secret, "label": family,
        "owner": {"name": f"{given_name} {family}"},
        "first_name": given_name, "lastName": family, "password": secret, "email": f"{given_name}.{family}@corp.test",
        "links": [f"https://corp.test/u/{given_name.lower()}?key={secret}"], "slug": f"{given_name}-{family}".lower(),
        "raw": json.dumps({"by": family, "auth": {"token": secret}}), family: {"x": more},
    }  # fmt: skip
    disguise = Disguise(SEED)
    found = disguise.text(json.dumps(document), "application/json") + disguise.header("X-User", given_name)
    found = re.sub(f'"{family}"', "", found, count=1)  # a member's name is no value
    lowered = found.lower()
    assert given_name.lower() not in lowered
    assert family.lower() not in lowered
    assert secret not in found
