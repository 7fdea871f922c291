"""Requests as Postman's files spell them, before any variable is filled in; both generations lead here."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object

_LONGEST_URL: Final = 64 * 1024
"""Characters; servers take some eight thousand."""
_MOST: Final = 10_000
"""Entries of one list."""
_REQUIRED: Final = "(Required)"
"""How the converter from OpenAPI begins the description of a parameter that must be there (openapi-to-postmanv2)."""


class Pair(Struct, frozen=True):
    """A header, a query parameter, a form field or a variable that is not switched off."""

    name: str
    value: str | None = ""
    """``None``: the name stands alone, without ``=``."""
    is_required: bool = False
    is_file: bool = False
    """A field of a form that holds a file."""
    is_secret: bool = False
    """A variable whose author marked it as one."""


class Body(Struct, frozen=True):
    """A request's body."""

    text: str = ""
    fields: tuple[Pair, ...] = ()
    media_type: str = ""
    """What Postman sends it as, unless a header says otherwise."""
    problem: str = ""
    """Why it cannot be sent."""


class Spelled(Struct, frozen=True):
    """A request with everything that is still open in it."""

    method: str
    url: str
    """Without query and fragment."""
    query: tuple[Pair, ...] = ()
    path_variables: Mapping[str, str] = field(default_factory=dict)
    """Values of ``:name`` in the path; empty ones are left out."""
    headers: tuple[Pair, ...] = ()
    body: Body | None = None


def read_pairs(value: object, document: Document, *steps: Step) -> tuple[Pair, ...]:
    """A list of entries with ``key`` and ``value``, a map, or lines of ``Name: value``. Raises ``Refusal``."""
    return tuple(_pairs(value, document, *steps))


def _pairs(value: object, document: Document, *steps: Step) -> Iterator[Pair]:
    if isinstance(value, list | dict) and len(value) > _MOST:
        raise Refusal(f"`{steps[-1]}` has more than {_MOST:,} entries", steps=steps)
    match value:
        case None:
            return
        case str():
            yield from filter(None, map(_line, value.splitlines()[:_MOST]))
        case dict():
            for name, shown in value.items():
                yield Pair(name, _value(shown, document, *steps, name))
        case list():
            for index, one in enumerate(value):
                pair = _line(one) if isinstance(one, str) else _entry(one, document, *steps, index)
                if pair is not None:
                    yield pair
        case _:
            raise Refusal(f"`{steps[-1]}` must be a list or an object", steps=steps)


def _line(line: str) -> Pair | None:
    name, colon, value = line.partition(":")
    return Pair(name.strip(), value.strip()) if colon and name.strip() else None


def _entry(one: object, document: Document, *steps: Step) -> Pair | None:
    """One entry; ``None`` if it is switched off or has no name."""
    fields = as_object(one, *steps)
    if fields.get("disabled") is True or fields.get("enabled") is False:
        return None
    key = next((name for name in ("key", "id", "name") if fields.get(name) is not None), "")
    if not key:
        return None
    value = fields.get("value")
    return Pair(
        document.spelled(fields[key], *steps, key),
        None if value is None else _value(value, document, *steps, "value"),
        is_required=_description(fields).startswith(_REQUIRED),
        is_file=fields.get("type") == "file",
        is_secret=fields.get("type") == "secret" or fields.get("secret") is True,
    )


def _value(value: object, document: Document, *steps: Step) -> str:
    """A value as text; a variable may hold a whole document."""
    return document.json(*steps) if isinstance(value, dict | list) else document.spelled(value, *steps)


def _description(fields: Object) -> str:
    found = fields.get("description")
    if isinstance(found, dict):
        found = found.get("content")
    return found if isinstance(found, str) else ""


def read_values(value: object, document: Document, *steps: Step) -> dict[str, str]:
    """Entries as a map, the last of each name, without those that have no value. Raises ``Refusal``."""
    return {pair.name: pair.value for pair in read_pairs(value, document, *steps) if pair.value}


def split_query(url: str) -> tuple[str, tuple[Pair, ...]]:
    """An URL's text before its query, and the pairs of the query; a fragment is dropped.

    Signs inside of ``{{…}}`` count as well: no variable with such a name was seen. Raises ``Refusal``.
    """
    if len(url) > _LONGEST_URL:
        raise Refusal(f"an URL of more than {_LONGEST_URL:,} characters")
    whole = url.strip().partition("#")[0]
    before, _, query = whole.partition("?")
    return before, tuple(_query_pair(part) for part in query.split("&") if part)


def _query_pair(part: str) -> Pair:
    name, equals, value = part.partition("=")
    return Pair(name, value if equals else None)
