"""Documents, answers and records for the laws."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from driftwatch.model.interaction import Expectation
from driftwatch.model.probe import Failure, Observation
from tests.drift.making import JSON, written

Document = object
Record = dict[str, object]

NASTY_NAMES: Final = ("", "*", "a/b", "c~d", "~1", "名前", "größe", "1", "22", "EUR", "USD", "GBP", "de", "fr", "usr_1")
NAMES: Final = st.sampled_from([
    "id", "name", "type", "kind", "items", "user_name", "userName", "next", "has_more", "error", "code", "ok",
    *NASTY_NAMES,
])  # fmt: skip
IDENTIFIERS: Final = st.integers(0, 40).map(lambda n: str(uuid.UUID(int=n)))
DAYS: Final = st.integers(0, 40).map(
    lambda n: (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=n)).date().isoformat()
)
TEXTS: Final = st.one_of(
    st.text(max_size=6), IDENTIFIERS, DAYS,
    st.sampled_from(["", " ", "12.50", "1,024", "ann@example.org", "https://example.org/a", "2024-05-01T10:00:00Z"]),
)  # fmt: skip
NUMBERS: Final = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([7, 7.0, 7.5, 1e300]),
)
SCALARS: Final = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
DOCUMENTS: Final = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=14,
)
"""Any JSON, with the names and values that part readers from each other."""

_WORDS: Final = ("alpha", "bravo", "carol", "delta", "erika", "frank")
_ANCHORS: Final = st.fixed_dictionaries({"anchor": st.just(1), "label": st.just("x")})


def _records(inner: st.SearchStrategy[object]) -> st.SearchStrategy[Record]:
    members = st.dictionaries(st.sampled_from(_WORDS), inner, max_size=4)
    return st.builds(lambda one, other: {**one, **other}, members, _ANCHORS)


def _trees(items: int) -> st.SearchStrategy[Record]:
    leaves = st.sampled_from([0, 7, "text", True, 0.5, None, "2024-05-01"])
    return _records(
        st.recursive(
            leaves,
            lambda inner: st.one_of(_records(inner), st.lists(_records(inner), min_size=1, max_size=items)),
            max_leaves=8,
        )
    )


RECORDS: Final = _trees(items=2)
"""Objects whose names are names: never a map, never variants, never empty."""
PLAIN_RECORDS: Final = _trees(items=1)
"""The same without siblings in lists, so that every member is required."""

_STATUSES: Final = st.sampled_from(
    [200, 201, 202, 204, 301, 302, 304, 400, 401, 403, 404, 409, 422, 429, 500, 501, 503]
)
_TYPES: Final = st.sampled_from([
    (), JSON, (("content-type", "application/problem+json; charset=utf-8"),), (("Content-Type", "text/html"),),
    (("Content-Type", "text/csv; charset=utf-8"),), (("Content-Type", "text/csv; charset=latin1"),),
])  # fmt: skip
_FURTHER: Final = st.lists(
    st.sampled_from([
        ("ETag", "a"), ("Location", "/login"), ("location", "/a"), ("X-RateLimit-Limit", "4"), ("Link", ""),
        ("Link", "</p2>; rel=next"), ("Cache-Control", "no-store"), ("cache-control", "max-age=60"), ("Sunset", "soon"),
        ("Sunset", "Wed, 31 Dec 2025 23:59:59 GMT"), ("Deprecation", "true"), ("deprecation", "?0"), ("Allow", "GET"),
        ("Allow", "PUT, GET"), ("WWW-Authenticate", 'Basic realm="a, b"'), ("WWW-Authenticate", "Bearer"),
        ("Content-Disposition", "inline"), ("Content-Language", "en, de"), ("Content-Language", ""),
    ]),
    max_size=3,
).map(tuple)  # fmt: skip
_HEADERS: Final = st.builds(lambda media_type, further: media_type + further, _TYPES, _FURTHER)
_BODIES: Final = st.one_of(
    DOCUMENTS.map(written),
    st.sampled_from([b"", b" \n", b"<h1>hello</h1>", b'{"id": ', b"\xff\xfe", b"NaN", b'{"id": 1, "id": 2}']),
)

VARIANTS: Final = st.builds(Expectation, status=_STATUSES, headers=_HEADERS, body=st.one_of(st.none(), _BODIES))
"""Any mocked answer."""

SAMPLES: Final = st.one_of(
    st.builds(Observation, status=_STATUSES, headers=_HEADERS, body=_BODIES, credentials_sent=st.booleans(),
              is_truncated=st.sampled_from([False, False, False, True]), identity=st.sampled_from(["", "", "a", "b"]),
              elapsed_ms=st.sampled_from([None, 5.0, 900.0, 2000.0]), size=st.sampled_from([None, None, 0, 2**22])),
    st.builds(Observation, failure=st.sampled_from(Failure)),
)  # fmt: skip
"""Anything that may come back."""


def echo(variant: Expectation) -> Observation:
    """A service that answers exactly as this variant says."""
    return Observation(variant.status, variant.headers, variant.body or b"")
