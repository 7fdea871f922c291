"""Random documents for the laws of this room: of any form, and families of documents of one form."""

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from(["id", "type", "kind", "name", "a/b", "~", "*", "", "12", "created_at", "en", "de", "ü"])

TEXTS = st.one_of(
    st.sampled_from([
        "", " ", "new", "2024-05-01", "2024-05-01T10:00:00Z", "2024-05-01T12:00:00+02:00", "2024-05-01 10:00:00",
        "01/05/2024", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "https://example.com/a", "ann@example.com", "1024",
        "1,024", "12,50 €", "x" * 70,
    ]),
    st.text(max_size=8),
)  # fmt: skip

NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([7.0, 2.5, -0.5, 2**31, 2**53, 2**70, 1_714_550_400, 1_714_550_400_123, 1e300]),
    st.floats(allow_nan=False, allow_infinity=False),
)

SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)

DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=20,
)
"""Documents of any form."""


Form = st.SearchStrategy[Any]
"""All documents of one form."""


def _object(members: dict[str, tuple[Form, bool]]) -> Form:
    required = {name: value for name, (value, is_required) in members.items() if is_required}
    optional = {name: value for name, (value, is_required) in members.items() if not is_required}
    return st.fixed_dictionaries(required, optional=optional)


def _objects(inner: st.SearchStrategy[Form]) -> st.SearchStrategy[Form]:
    return st.dictionaries(NAMES, st.tuples(inner, st.booleans()), max_size=4).map(_object)


_FORMS = st.recursive(
    st.sampled_from([
        st.none(), st.booleans(), st.integers(0, 9), NUMBERS, TEXTS, SCALARS, st.just("card"), st.uuids().map(str),
        st.sampled_from(["card", "sepa"]), st.just("2024-05-01T10:00:00Z"),
    ]),
    lambda inner: st.one_of(_objects(inner), inner.map(lambda form: st.lists(form, max_size=3))),
    max_leaves=10,
)  # fmt: skip

FAMILIES = _FORMS.flatmap(lambda form: st.lists(form, min_size=2, max_size=5))
"""Several documents of one form, alike enough for one to be familiar after the others."""
