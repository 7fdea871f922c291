"""The fast path: what is familiar, and what is not."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.drift.body import compare_shapes
from driftwatch.drift.terms import Terms
from driftwatch.model.shape import Format, Shape
from driftwatch.shapes.depth import DEPTH_LIMIT
from driftwatch.shapes.infer import infer
from driftwatch.shapes.walk import compile_walk
from tests.shapes.documents import DOCUMENTS, FAMILIES

CARD = {"type": "card", "last4": "4242"}
SEPA = {"type": "sepa", "iban": "DE89"}
MANY = {str(number): number for number in range(40)}


def is_familiar(mocks: list[object], document: object, *loose: str) -> bool:
    """Whether a walk against the mocks' shape finds nothing new."""
    return compile_walk(infer(mocks, literal=True), loose)(document)


CASES: list[tuple[str, list[object], object, bool]] = [
    ("equal", [{"a": 1}], {"a": 2}, True),
    ("other order", [{"a": 1, "b": "x"}], {"b": "y", "a": 2}, True),
    ("member gone", [{"a": 1, "b": 1}], {"a": 1}, False),
    ("member new", [{"a": 1}], {"a": 1, "b": 1}, False),
    ("optional member gone", [{"a": 1, "b": 1}, {"a": 1}], {"a": 1}, True),
    ("other type", [{"a": 1}], {"a": "1"}, False),
    ("boolean is no number", [1], True, False),
    ("number is no boolean", [True], 1, False),
    ("null new", [{"a": 1}], {"a": None}, False),
    ("null known", [{"a": 1}, {"a": None}], {"a": None}, True),
    ("null only, content new", [{"a": None}], {"a": {"b": 1}}, False),
    ("null only, null again", [{"a": None}], {"a": None}, True),
    ("variants show both types", [1, "x"], "y", True),
    ("whole float", [7], 10.0, True),
    ("fraction new", [7], 7.5, False),
    ("fraction by literal", [7.0], 7.5, True),
    ("whole where fractions are", [7.5], 8, True),
    ("int32 left", [7], 2**31, False),
    ("int32 left below", [7], -(2**31) - 1, False),
    ("int32 kept", [7], 2**31 - 1, True),
    ("wide already", [2**31], 2**45, True),
    ("int53 left", [2**31], 2**53, False),
    ("wider already", [2**53], 2**60, True),
    ("seconds to milliseconds", [1_714_550_400], 1_714_550_400_123, False),
    ("milliseconds to seconds", [1_714_550_400_123], 1_714_550_400, False),
    ("milliseconds to microseconds", [1_714_550_400_123], 1_714_550_400_123_000, False),
    ("late seconds to milliseconds", [2_500_000_000], 1_714_550_400_123, False),
    ("milliseconds stay", [1_714_550_400_123], 1_814_550_400_123, True),
    ("no time at all", [1_714_550_400_123], 5, True),
    ("both units mocked", [1_714_550_400, 1_714_550_400_123], 1_714_550_400, True),
    ("text is free", ["paid"], "2024-05-01", True),
    ("text may be blank", ["paid"], "", True),
    ("blank only", [""], "x", True),
    ("date-time again", ["2024-05-01T10:00:00Z"], "2024-05-02T11:00:00.5z", True),
    ("offset lost", ["2024-05-01T10:00:00Z"], "2024-05-01 10:00:00", False),
    ("offset new", ["2024-05-01T10:00:00Z"], "2024-05-01T10:00:00+02:00", False),
    ("offset known", ["2024-05-01T10:00:00+01:00"], "2024-05-01T10:00:00+02:00", True),
    ("offset new among classes", ["2024-05-01T10:00:00Z", "x"], "2024-05-01T10:00:00+02:00", False),
    ("classes mixed", ["2024-05-01T10:00:00Z", "x"], "y", True),
    ("date to date-time", ["2024-05-01"], "2024-05-01T00:00:00Z", False),
    ("blank where strict", ["2024-05-01"], "", False),
    ("spaces where strict", ["2024-05-01"], " ", False),
    ("blank known where strict", ["2024-05-01", ""], " ", True),
    ("blank where null is known", ["2024-05-01", None], "", True),
    ("blank where two classes are strict", ["2024-05-01", "10:00:00"], "", False),
    ("uuid to id", ["3f2504e0-4f89-41d3-9a0c-0305e82c3301"], "usr_1", False),
    ("uuid upper case", ["3f2504e0-4f89-41d3-9a0c-0305e82c3301"], "3F2504E0-4F89-11D3-9A0C-0305E82C3301", True),
    ("e-mail to text", ["ann@example.org"], "ann", False),
    ("uri to path", ["https://example.com/a"], "/a", False),
    ("numeric text grows letters", ["94107"], "SW1A 1AA", True),
    ("numeric text restyled", ["1024"], "1,024", False),
    ("numeric text again", ["1024"], "77.5", True),
    ("items alike", [[1]], [2, 3], True),
    ("empty array new", [[1]], [], False),
    ("empty array known", [[1], []], [], True),
    ("array only empty, content new", [[]], [1], False),
    ("array only empty", [[]], [], True),
    ("one item strange", [[1]], [2, "x"], False),
    ("one of many lacks a member", [[{"a": 1}]], [{"a": 1}, {}], False),
    ("object only empty, content new", [{"m": {}}], {"m": {"a": 1}}, False),
    ("object only empty", [{"m": {}}], {"m": {}}, True),
    ("variant known", [[CARD, SEPA]], [SEPA, SEPA], True),
    ("variant unknown", [[CARD]], [{"type": "cash", "last4": "4242"}], False),
    ("variant of another's members", [[CARD, SEPA]], [{"type": "card", "iban": "DE89"}], False),
    ("variant without discriminator", [[CARD]], [{"last4": "4242"}], False),
    ("variant by list", [[CARD]], [{"type": ["card"], "last4": "4242"}], False),
    ("map by digits", [{"1": "a", "2": "b"}], {"7": "c"}, True),
    ("map, other values", [{"1": "a", "2": "b"}], {"7": 7}, False),
    ("map, other keys", [{"1": "a", "2": "b"}], {"x": "c"}, False),
    ("map and record in one list", [[{"1": {"a": 1}}]], [{"7": {"a": 2}}, {"1": {"a": 3}}, {"x": {"a": 1}}], False),
    ("known names too few for a class", [{"en": "a"}, {"de": "b"}], {"en": "c"}, True),
    ("too few names for a class", [{"en": "a", "de": "b"}], {"en": "c"}, False),
    ("map emptied", [{"1": "a", "2": "b"}], {}, False),
    ("map of two types is a record", [{"1": "a", "2": 2}], {"7": "c"}, False),
    ("collapsed map", [MANY], {"x": 1}, True),
    ("collapsed map, other values", [MANY], {"x": "1"}, False),
    ("collapsed map emptied", [MANY], {}, False),
    ("collapsed map empty as known", [MANY, {}], {}, True),
    ("language tags", [{"en": "a", "de": "b"}], {"fr": "c", "pt-BR": "d"}, True),
    ("nothing known", [], 1, False),
    ("page goes on", [{"has_more": False}], {"has_more": True}, False),
    ("page ends", [{"has_more": True}], {"has_more": False}, True),
    ("page ends as mocked", [{"has_more": False}], {"has_more": False}, True),
    ("page goes on as one mocked", [{"hasNext": True}, {"hasNext": False}], {"hasNext": True}, True),
    ("token filled", [{"nextPageToken": ""}], {"nextPageToken": "abc"}, False),
    ("token blank", [{"nextPageToken": ""}, {"nextPageToken": "a"}], {"nextPageToken": ""}, True),
    ("offset filled", [{"next_offset": 0}], {"next_offset": 5}, False),
    ("flag of another name", [{"is_new": False}], {"is_new": True}, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("mocks", "document", "familiar"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_is_familiar(mocks: list[object], document: object, familiar: bool) -> None:
    """A walk says of each of these what a comparison would."""
    assert is_familiar(mocks, document) is familiar
    assert is_familiar([{"deep": [mock]} for mock in mocks], {"deep": [document]}) is familiar


@pytest.mark.parametrize(
    ("loose", "document", "familiar"),
    [
        ("/a", {"a": "x", "l": [{"b": 1}]}, True),
        ("/a", {"l": [{"b": 1}]}, False),
        ("/l/*/b", {"a": 1, "l": [{"b": "x"}]}, True),
        ("/l/*", {"a": 1, "l": ["x", 2, None]}, True),
        ("/l", {"a": 1, "l": None}, True),
        ("/l/*/new", {"a": 1, "l": [{"b": 1, "new": 7}]}, True),
        ("/x~1y", {"a": 1, "l": [{"b": 1}], "x/y": 7}, True),
        ("", 7, True),
        ("/b", {"a": "x", "l": [{"b": 1}]}, False),
        ("/more", {"a": 1, "l": [{"b": 1}], "more": True}, True),
    ],
)
def test_loose_paths_are_not_looked_at(loose: str, document: object, familiar: bool) -> None:
    """At and below a path that the author loosened anything goes, but what is promised must be there."""
    assert is_familiar([{"a": 1, "l": [{"b": 1}]}], document, loose) is familiar


@given(st.one_of(st.lists(DOCUMENTS, min_size=1, max_size=4), FAMILIES))
def test_what_was_inferred_is_familiar(documents: list[object]) -> None:
    """A mock's own documents have nothing new in them."""
    walk = compile_walk(infer(documents, literal=True))
    assert all(map(walk, documents))


@given(FAMILIES)
def test_a_comparison_finds_nothing_in_what_is_familiar(documents: list[object]) -> None:
    """The promise of the fast path: where it says familiar, inference and comparison have nothing to say."""
    mocks, document = documents[1:], documents[0]
    promised = infer(mocks, literal=True)
    if compile_walk(promised)(document):
        delivered = infer([document], literal=False)
        assert list(compare_shapes(promised, delivered, Terms())) == []
        assert list(news(promised, delivered)) == []


def news(promised: Shape, delivered: Shape, path: str = "") -> Iterator[tuple[str, str]]:
    """The facts of one document that the mock's shape does not hold, found without walk and without comparison."""
    if promised.is_collapsed or delivered.is_collapsed or not promised.members.keys() >= delivered.members.keys():
        return
    yield from ((path, new) for new, is_new in _news_here(promised, delivered).items() if is_new)
    for name, member in promised.members.items():
        if name in delivered.members:
            yield from news(member.shape, delivered.members[name].shape, f"{path}/{name}")
        elif promised.is_required(name) and delivered.objects:
            yield f"{path}/{name}", "absence"
    if promised.items and delivered.items:
        yield from news(promised.items, delivered.items, f"{path}/*")


def _news_here(promised: Shape, delivered: Shape) -> dict[str, bool]:
    ours, theirs = promised.numbers, delivered.numbers
    return {
        "null": delivered.nulls > 0 == promised.nulls,
        "type": not delivered.families <= promised.families,
        "fraction": bool(ours and theirs and theirs.fractions > 0 == ours.fractions),
        "width": bool(ours and theirs)
        and any(widest(promised) <= w < widest(delivered) for w in (2**31 - 1, 2**53 - 1)),
        "offset": delivered.offset > 0 == promised.offset and Format.DATE_TIME in promised.formats,
    }


def widest(shape: Shape) -> float:
    """The number farthest from zero."""
    return max(abs(shape.numbers.minimum), abs(shape.numbers.maximum)) if shape.numbers else 0


@pytest.mark.parametrize(
    "wrap",
    [
        lambda inner: {"7": inner},
        lambda inner: {"a": inner},
        lambda inner: [{"type": "t", "a": inner}],
        lambda inner: [{"type": "t", "7": inner}, {"type": "u", "7": inner}],
        lambda inner: {"1": inner, "2": inner},
    ],
)
def test_depth_does_not_multiply(wrap: Callable[[object], object]) -> None:
    """However maps, records and variants stand in each other, a place is looked at once."""
    mock: object = 1
    other: object = "x"
    for _ in range(12):
        mock, other = wrap(mock), wrap(other)
    walk = compile_walk(infer([mock], literal=True))
    assert walk(mock)
    assert not walk(other)


@pytest.mark.parametrize(
    ("wrap", "is_sure"),
    [
        (lambda inner: {"7": inner}, True),
        (lambda inner: [inner], True),
        (lambda inner: {"type": "t", "a": inner}, False),
    ],
)
def test_deep_documents_are_walked(wrap: Callable[[object], object], is_sure: bool) -> None:
    """Documents as deep as may be are walked in linear time; what Python's stack cannot hold is strange, no error."""
    mock: object = 1
    other: object = "x"
    for _ in range(DEPTH_LIMIT):
        mock, other = wrap(mock), wrap(other)
    walk = compile_walk(infer([mock], literal=True))
    assert walk(mock) or not is_sure
    assert not walk(other)
