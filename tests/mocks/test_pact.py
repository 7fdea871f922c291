"""Pact contracts beyond the cases: what the config fills in, dates, paths, and files made to hurt."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.mocks.asking.patterns import matches
from driftwatch.mocks.formats.pact.moments import format_of, regex_of
from driftwatch.mocks.formats.pact.paths import Wildcard, parse_path
from driftwatch.mocks.formats.pact.rules import Kind
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Grade, Interaction, Matcher, MatcherKind, Unreadable

CASES = Path(__file__).parent / "formats" / "pact"
EVERY = Wildcard.EVERY
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 700) | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
PATHS = st.sampled_from(["$", "$.a", "$.a[*]", "$.*", "$[0].b", "$['a.b']", "$.a[*].*", "$[", "column:1", "$.a['", ""])
RULES = st.fixed_dictionaries(
    {},
    optional={
        "match": st.sampled_from([*Kind, "timestamp", "each-key", "unheard-of"]) | JSON,
        "regex": st.sampled_from(["a+", "(", ""]) | JSON,
        "min": JSON,
        "max": JSON,
        "format": st.sampled_from(["yyyy-MM-dd", "q", "'"]) | JSON,
        "rules": JSON,
        "variants": JSON,
        "status": JSON,
        "value": JSON,
    },
)
SECTIONS = st.dictionaries(
    st.sampled_from(["body", "header", "path", "query", "status", "$.body.a", "$.path", "$.header.X"]),
    st.dictionaries(PATHS, RULES | st.fixed_dictionaries({"matchers": st.lists(RULES, max_size=2)}), max_size=2) | JSON,
    max_size=3,
)
HALVES = st.fixed_dictionaries(
    {"matchingRules": SECTIONS},
    optional={
        "path": st.sampled_from(["/a", "a b", "http://h/x?y=1", "/{id}"]) | JSON,
        "query": JSON,
        "headers": JSON,
        "body": JSON | st.fixed_dictionaries({"content": JSON, "encoded": JSON, "contentType": JSON}),
        "generators": st.fixed_dictionaries({"body": st.dictionaries(PATHS, JSON, max_size=2), "path": JSON}),
        "status": st.sampled_from([200, 204, "200", None]),
    },
)


def only(folder: Path, contract: object, **options: object) -> Interaction:
    """The one interaction of a contract."""
    (folder / "contract.json").write_text(json.dumps(contract), encoding="utf-8")
    (reading,) = FolderSource(folder, **options).read()  # type: ignore[arg-type]
    assert isinstance(reading, Interaction)
    return reading


def contract(request: object, response: object, **more: object) -> dict[str, object]:
    """A contract with one interaction."""
    interaction = {"description": "one", "request": request, "response": response, **more}
    return {"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [interaction]}


def test_the_config_supplies_what_a_provider_state_would(tmp_path: Path) -> None:
    """Values of the config stand in path, query, header and body where the state's own would; the grade is exact."""
    request = {
        "method": "PUT",
        "path": "/users/1",
        "query": {"tenant": ["t"]},
        "headers": {"X-Tenant": "t"},
        "body": {"user": {"id": 1, "tenant": "t"}, "keep": 1.5},
        "generators": {
            "path": {"type": "ProviderState", "expression": "/users/${userId}"},
            "query": {"tenant": {"type": "ProviderState", "expression": "${tenant}"}},
            "header": {"X-Tenant": {"type": "ProviderState", "expression": "tenant"}},
            "body": {
                "$.user.id": {"type": "ProviderState", "expression": "userId"},
                "$['user']['tenant']": {"type": "ProviderState", "expression": "${tenant}"},
            },
        },
    }
    variables = {"userId": "42", "tenant": "acme & co"}
    found = only(tmp_path, contract(request, {"status": 200}), variables=variables).request
    assert (found.grade, found.path, found.raw_query) == (Grade.EXACT, "/users/42", "tenant=acme+%26+co")
    assert found.path_template == "/users/{userId}"
    assert ("X-Tenant", "acme & co") in found.headers
    assert json.loads(found.body or b"") == {"user": {"id": 42, "tenant": "acme & co"}, "keep": 1.5}


def test_named_segments_of_a_path_are_filled_from_the_config(tmp_path: Path) -> None:
    """``{id}`` and ``:id`` take the configured value, and keep their names in the template."""
    found = only(tmp_path, contract({"path": "/a/{x}/b/:y"}, {}), variables={"x": "1/2", "y": "3"}).request
    assert (found.grade, found.path, found.path_template) == (Grade.EXACT, "/a/1%2F2/b/3", "/a/{x}/b/{y}")


def test_the_answer_decides_nothing_about_the_identity(tmp_path: Path) -> None:
    """Mending an answer keeps the id of its interaction; another description or state makes another."""
    request = {"method": "GET", "path": "/a"}
    first = only(tmp_path, contract(request, {"status": 200})).mock_id
    assert only(tmp_path, contract(request, {"status": 404, "body": [1]})).mock_id == first
    assert only(tmp_path, contract(request, {"status": 200}, providerState="other")).mock_id != first


def test_a_generator_without_an_example_promises_text(tmp_path: Path) -> None:
    """The library writes null where only a generator was given: that is no promise of null."""
    answer = {
        "body": {"id": None, "n": None},
        "matchingRules": {
            "body": {
                "$.id": {"matchers": [{"match": "regex", "regex": "\\w+"}]},
                "$.n": {"matchers": [{"match": "integer"}]},
            }
        },
        "generators": {"body": {"$.id": {"type": "Uuid"}, "$.n": {"type": "RandomInt"}}},
    }
    (variant,) = only(tmp_path, contract({"path": "/"}, answer)).variants
    assert set(variant.matchers) == {
        Matcher("/id", MatcherKind.REGEX, pattern="\\w+"),
        Matcher("/id", MatcherKind.ANY),
        Matcher("/id", MatcherKind.DYNAMIC, is_text=True),
        Matcher("/n", MatcherKind.INTEGER),
        Matcher("/n", MatcherKind.ANY),
    }


def test_a_class_of_statuses_is_every_registered_one(tmp_path: Path) -> None:
    """The example comes first, then the others that the rule allows."""
    rules = {"status": {"matchers": [{"match": "statusCode", "status": "redirect"}]}}
    statuses = only(tmp_path, contract({"path": "/"}, {"status": 302, "matchingRules": rules})).statuses
    assert statuses == (302, 300, 301, 303, 304, 305, 307, 308)


@pytest.mark.parametrize(
    ("source", "steps"),
    [
        ("$", ()),
        ("$.a.b", ("a", "b")),
        ("$.a[0]['b.c'][*].*", ("a", "0", "b.c", EVERY, EVERY)),
        ("$['*'].x", ("*", "x")),
        ('$["it\'s"]', ("it's",)),
        ("$['it\\'s']", ("it's",)),
        ("$.@id.first-name.a b", ("@id", "first-name", "a b")),
        ("$.a*b", ("a*b",)),
    ],
)
def test_paths_are_taken_apart(source: str, steps: tuple[object, ...]) -> None:
    """Dots, brackets, quotes and wildcards in any mixture."""
    assert parse_path(source) == steps


@pytest.mark.parametrize("source", ["$.a[", "$[']", "$..a", "$.a[x]", "$" + ".a" * 2000])
def test_what_is_no_path_is_refused(source: str) -> None:
    """A path that would be guessed at is none."""
    with pytest.raises(Refusal):
        parse_path(source)


@pytest.mark.parametrize(
    ("kind", "pattern", "name"),
    [
        (Kind.DATE, "", "date"),
        (Kind.DATETIME, "", "date-time"),
        (Kind.TIME, "", "time"),
        (Kind.DATETIME, "yyyy-MM-dd'T'HH:mm:ss.SSSX", "date-time"),
        (Kind.DATETIME, "yyyy-MM-dd HH:mm:ss", "local-date-time"),
        (Kind.DATETIME, "EEE, dd MMM yyyy HH:mm:ss 'GMT'", "http-date"),
        (Kind.DATETIME, "yyyy-MM-dd'T'HH:mm:ss'Z'", ""),
        (Kind.DATE, "dd/MM/yyyy", ""),
        (Kind.DATE, "yyyyMMdd", ""),
    ],
)
def test_patterns_of_dates_are_our_formats_where_we_have_one(kind: Kind, pattern: str, name: str) -> None:
    """What a Java pattern describes bears our name for it, or none."""
    assert format_of(kind, pattern) == name


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss'Z'", "2024-05-01T10:00:00Z", "2024-05-01T10:00:00+02:00"),
        ("dd.MM.yyyy", "31.12.2024", "12.31.2024"),
        ("h 'o''clock' a", "9 o'clock PM", "21 o'clock"),
        ("HH:mm", "23:59", "24:60"),
    ],
)
def test_other_patterns_of_dates_become_regular_expressions(pattern: str, good: str, bad: str) -> None:
    """A pattern takes what Java would write by it."""
    assert matches(regex_of(Kind.DATETIME, pattern), good)
    assert not matches(regex_of(Kind.DATETIME, pattern), bad)


def test_letters_that_are_not_known_make_no_expression() -> None:
    """A pattern of which a part is not understood judges nothing."""
    assert regex_of(Kind.DATE, "YYYY-'W'ww") == ""


def test_a_deep_and_wide_body_is_read_in_one_walk(tmp_path: Path) -> None:
    """Thousands of items under dozens of rules cost thousands of steps, and give a statement a path."""
    item = {f"m{number}": number for number in range(20)}
    rules = {f"$.items[*].m{number}": {"matchers": [{"match": "integer"}]} for number in range(20)}
    answer = {"body": {"items": [item] * 5000}, "matchingRules": {"body": {"$.items": {"min": 1}, **rules}}}
    (variant,) = only(tmp_path, contract({"path": "/"}, answer)).variants
    assert len(variant.matchers) == 21


@settings(max_examples=150, deadline=None)
@given(request=HALVES | JSON, response=HALVES | JSON, is_v4=st.booleans())
def test_whatever_stands_in_an_interaction_it_is_read_or_refused(
    request: object, response: object, is_v4: bool
) -> None:
    """Values of any type in any field cost their interaction a reason at most, and never an exception."""
    more = {"type": "Synchronous/HTTP"} if is_v4 else {}
    with TemporaryDirectory() as folder:
        Path(folder, "contract.json").write_text(json.dumps(contract(request, response, **more)))
        readings = list(FolderSource(Path(folder)).read())
    assert len(readings) == 1
    assert not any("could not be read (" in r.reason for r in readings if isinstance(r, Unreadable))
