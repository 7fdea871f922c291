"""Schemas at random, each with the documents that satisfy it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from driftwatch.model.shape import DISCRIMINATORS

Schema = dict[str, object]

NAMES: Final = ("id", "name", "created_at", "expires", "en", "de", "items", "value", "404", *DISCRIMINATORS[:2])
_FORMATS: Final = {
    "date-time": ("2024-05-01T10:00:00Z", "2024-05-01T12:00:00.123+02:00", "1999-01-01t00:00:00z"),
    "date": ("2024-05-01", "1900-12-31"),
    "uuid": ("7D5C3A6E-0B1F-4C2D-9E8F-6A5B4C3D2E1F", "00000000-0000-0000-0000-000000000000"),
    "email": ("a@example.org",),
    "password": ("", "2024-05-01"),
}
_WORDS: Final = ("", " ", "a", "cat", "2024-05-01", "1,024", "a@example.org", "x" * 80)
_TEXTS: Final = st.sampled_from(_WORDS) | st.text(max_size=5)
_WHOLE: Final = st.integers(-5, 5) | st.sampled_from([2**31, 2**53 + 1, 1_700_000_000, 1_700_000_000_000])


@dataclass(frozen=True, slots=True)
class Contract:
    """A schema and what satisfies it."""

    schema: Schema
    documents: st.SearchStrategy[object]


def _scalars() -> st.SearchStrategy[Contract]:
    words = st.lists(st.sampled_from(["a", "b", "2024-05-01", "1024"]), min_size=1, max_size=3, unique=True)
    formats = st.sampled_from(sorted(_FORMATS))
    return st.one_of(
        st.just(Contract({"type": "string"}, _TEXTS)),
        st.just(Contract({"type": "integer"}, _WHOLE)),
        st.just(Contract({"type": "number"}, _WHOLE | st.floats(-10, 10))),
        st.just(Contract({"type": "boolean"}, st.booleans())),
        st.just(Contract({}, _TEXTS | _WHOLE | st.none() | st.just([]) | st.just({"a": [1]}))),
        st.just(Contract({"type": "object"}, st.dictionaries(_TEXTS, _TEXTS | _WHOLE | st.none(), max_size=2))),
        st.just(Contract({"type": "integer", "minimum": 3, "maximum": 9}, st.integers(3, 9))),
        st.just(Contract({"type": "string", "pattern": "^[0-9]{4}$"}, st.sampled_from(["1024", "0000"]))),
        words.map(lambda kept: Contract({"type": "string", "enum": kept}, st.sampled_from(kept))),
        words.map(lambda kept: Contract({"enum": [*kept, 7, None]}, st.sampled_from([*kept, 7, None]))),
        formats.map(lambda name: Contract({"type": "string", "format": name}, st.sampled_from(_FORMATS[name]))),
    )


def _lists(inner: Contract, least: int) -> Contract:
    return Contract(
        {"type": "array", "items": inner.schema, "minItems": least},
        st.lists(inner.documents, min_size=least, max_size=3),
    )


def _objects(members: dict[str, Contract], must: set[str]) -> Contract:
    schema: Schema = {
        "type": "object",
        "properties": {name: member.schema for name, member in members.items()},
        "required": sorted(must & members.keys()),
    }
    always = {name: member.documents for name, member in members.items() if name in must}
    sometimes = {name: member.documents for name, member in members.items() if name not in must}
    return Contract(schema, st.fixed_dictionaries(always, optional=sometimes).map(dict))


def _maps(inner: Contract) -> Contract:
    keys = st.sampled_from(["a", "404", "de", "usr_12", "type"])
    return Contract(
        {"type": "object", "additionalProperties": inner.schema}, st.dictionaries(keys, inner.documents, max_size=3)
    )


def _either(one: Contract, other: Contract) -> Contract:
    return Contract({"anyOf": [one.schema, other.schema]}, one.documents | other.documents)


def _nullable(inner: Contract) -> Contract:
    return Contract({"anyOf": [inner.schema, {"type": "null"}]}, inner.documents | st.none())


def _variant(word: str, inner: Contract) -> Contract:
    kind = Contract({"const": word}, st.just(word))
    return _objects({"type": kind, f"of_{word}": inner, "note": _NOTE}, {"type", f"of_{word}"})


_NOTE: Final = Contract({"type": "string"}, st.just("n"))


def _grown(inner: st.SearchStrategy[Contract]) -> st.SearchStrategy[Contract]:
    members = st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=4)
    return st.one_of(
        st.builds(_lists, inner, st.integers(0, 1)),
        st.builds(_objects, members, st.sets(st.sampled_from(NAMES))),
        st.builds(_maps, inner),
        st.builds(_either, inner, inner),
        st.builds(_nullable, inner),
        st.builds(lambda one, other: _either(_variant("card", one), _variant("bank", other)), inner, inner),
    )


def contracts() -> st.SearchStrategy[Contract]:
    """Contracts of whole answers: objects, and lists that are never empty."""
    inner = st.recursive(_scalars(), _grown, max_leaves=6)
    members = st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=4)
    whole: Callable[..., Contract] = _objects
    return st.one_of(st.builds(whole, members, st.sets(st.sampled_from(NAMES))), st.builds(_lists, inner, st.just(1)))
