"""Which values of a question may stay as they are: what staging is asked by, since it would know no other.

An identifier that a team's own mocks ask for is no news to anybody. What looks like a credential or like somebody's
address, number or name stays no identifier, wherever it stands.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, Final
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from driftwatch.heal.stand_ins.looks import Look, look
from driftwatch.heal.stand_ins.naming import Meaning, meaning
from driftwatch.model.interaction import Query
from driftwatch.model.route import has_parameter, path_template
from driftwatch.model.shape import ITEM, join
from driftwatch.model.traffic import Heard

_SENSITIVE_LOOKS: Final = frozenset({Look.EMAIL, Look.TOKEN, Look.IP, Look.MAC, Look.IBAN, Look.CARD, Look.PHONE})
_IDENTIFYING: Final = frozenset({Meaning.IDENTIFIER, Meaning.OTHER, Meaning.WORD, Meaning.TIME, Meaning.EXPIRY})
_PEOPLE: Final = frozenset({Meaning.PERSON, Meaning.NAME, Meaning.USER_NAME, Meaning.COMPANY})
"""Under whose names a number is an identifier and a text is somebody."""


class Keeping(Enum):
    """How much of a question stays as it was asked."""

    NOTHING = "nothing"
    IDENTIFIERS = "identifiers"
    QUESTIONS = "questions"
    """All of it but what is sensitive: somebody wrote it into a mock already."""


class Keeper(Struct, frozen=True):
    """What stays in paths and queries."""

    keeping: Keeping

    def path(self, real: str, disguised: str) -> str:
        """The path with every part that may stay in its own place."""
        pairs = zip(real.split("/"), disguised.split("/"), strict=True)
        return "/".join(one if self._stays(unquote(one), "") else other for one, other in pairs)

    def query(self, real: Query, disguised: Query) -> Query:
        """The same of a query."""
        return tuple(
            one if self._stays(one[1], join("", one[0])) else other for one, other in zip(real, disguised, strict=True)
        )

    def _stays(self, value: str, place: str) -> bool:
        if self.keeping is Keeping.NOTHING or is_sensitive(value, place):
            return False
        return self.keeping is Keeping.QUESTIONS or is_identifier(value)

    def identifiers(self, heard: Iterable[Heard]) -> set[str]:
        """The identifiers of all these questions that stay, but for those that an answer says to be more than that."""
        if self.keeping is Keeping.NOTHING:
            return set()
        every = tuple(heard)
        found = {value for one in every for value, place in _values(one) if _is_plain(value, place)}
        for one in every:
            for body in (one.body, one.request_body):
                found.difference_update(_more_than_that(body or b"", found))
        return found


def _values(heard: Heard) -> Iterator[tuple[str, str]]:
    yield from ((unquote(part), "") for part in heard.path.split("/"))
    yield from ((value, join("", name)) for name, value in heard.query)


def _is_plain(value: str, place: str) -> bool:
    return is_identifier(value) and not is_sensitive(value, place)


def is_identifier(value: str) -> bool:
    """Whether a value looks like what records are known by."""
    return has_parameter(path_template(value)) and "/" not in value


def is_sensitive(value: str, place: str) -> bool:
    """Whether a value looks like a credential or like something of a person, or stands where one does."""
    if not value:
        return False
    if look(value) in _SENSITIVE_LOOKS:
        return True
    sense = meaning(place) if place else Meaning.OTHER
    return not (sense in _IDENTIFYING or (sense in _PEOPLE and (value.isdecimal() or look(value) is Look.UUID)))


def _more_than_that(body: bytes, identifiers: set[str]) -> set[str]:
    """Those that stand in a document where a secret or something of a person does."""
    try:
        document = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return set()
    found: set[str] = set()
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(join(place, name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{place}/{ITEM}", inner) for inner in value]
        elif str(value) in identifiers and is_sensitive(str(value), place):
            found.add(str(value))
    return found


def are_replaced(real: Sequence[Heard], paths: Sequence[str], queries: Sequence[Query]) -> bool:
    """Whether an identifier of a question is another one by now."""
    for one, path, query in zip(real, paths, queries, strict=True):
        parts = zip(one.path.split("/"), path.split("/"), strict=True)
        pairs = zip(one.query, query, strict=True)
        if any(was != now and is_identifier(unquote(was)) for was, now in parts):
            return True
        if any(was != now and is_identifier(was[1]) for was, now in pairs):
            return True
    return False
