"""Which test rests on which mocks, and what it notices, on a connection whose transaction is somebody else's."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec
import sqlalchemy as sa

from driftwatch.model.blindness import Sighting
from driftwatch.model.reliance import KnownUse
from driftwatch.store.recording import lock, put
from driftwatch.store.rows import ascii_json
from driftwatch.store.tables import SIGHTINGS, USES

T = TypeVar("T")

_LOCK: Final = "the uses of mocks by tests"
_AT_ONCE: Final = 500
"""Rows of one statement: databases bound the variables of each."""


def keep_uses(connection: sa.Connection, suite: str, uses: Sequence[KnownUse], *, is_whole: bool) -> None:
    """See ``ports.Store``. What names the same test twice counts as it was last told."""
    lock(connection, [_LOCK])
    mine = digest_of(suite)
    if is_whole:
        connection.execute(USES.delete().where(USES.c.suite == mine))
    told = {digest_of(use.test): use for use in uses}
    gone = [] if is_whole else [test for test, use in told.items() if not use.mocks]
    for begin in range(0, len(gone), _AT_ONCE):
        tests = gone[begin : begin + _AT_ONCE]
        connection.execute(USES.delete().where(USES.c.suite == mine, USES.c.test.in_(tests)))
    rows = [
        {"suite": mine, "test": test, "at": use.at, "use": ascii_json(use)} for test, use in told.items() if use.mocks
    ]
    if rows:
        put(connection, USES, rows)


def uses(connection: sa.Connection) -> tuple[KnownUse, ...]:
    """All of them, by suite and test."""
    found = (_noun(text, KnownUse) for text in connection.execute(sa.select(USES.c.use)).scalars())
    return tuple(sorted(found, key=lambda use: (use.suite, use.test)))


def keep_blindness(connection: sa.Connection, sightings: Sequence[Sighting]) -> None:
    """See ``ports.Store``."""
    lock(connection, [_LOCK])
    told = {_name_of(one): one for one in sightings}
    if not all(one.is_tried for one in told.values()):
        tried = {_name_of(one) for one in blindness(connection) if one.is_tried}
        told = {name: one for name, one in told.items() if one.is_tried or name not in tried}
    rows = [
        {
            "suite": digest_of(one.suite), "test": digest_of(one.test), "fingerprint": one.fingerprint, "at": one.at,
            "sighting": ascii_json(one),
        }
        for one in told.values()
    ]  # fmt: skip
    if rows:
        put(connection, SIGHTINGS, rows)


def blindness(connection: sa.Connection) -> tuple[Sighting, ...]:
    """All of it, by suite, test and finding."""
    found = (_noun(text, Sighting) for text in connection.execute(sa.select(SIGHTINGS.c.sighting)).scalars())
    return tuple(sorted(found, key=lambda one: (one.suite, one.test, one.fingerprint)))


def digest_of(name: str) -> str:
    """What a name of any length and any characters is looked up by."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _name_of(one: Sighting) -> tuple[str, str, str]:
    return one.suite, one.test, one.fingerprint


def _noun(text: str, form: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=form)
    except msgspec.DecodeError:  # half a character, of which the quick decoder knows nothing
        return msgspec.convert(json.loads(text), form)
