"""What the spellings share: texts and documents of bodies, stable ids, names of files."""

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import blake2b
from http import HTTPStatus
from math import ceil
from typing import Any, Final
from uuid import UUID

from driftwatch.mocks.asking.requests import encode_query
from driftwatch.mocks.spelling.json_style import Number
from driftwatch.model.interaction import Query
from driftwatch.model.tape import Dialogue, Reply, Tape

_NOT_A_NAME: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME: Final = 60
_NOTHING: Final = object()


def text_of(body: bytes) -> str | None:
    """A body as text; ``None`` if it is none."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def base64_of(body: bytes) -> str:
    """A body as formats hold bytes."""
    return b64encode(body).decode()


def document_of(body: bytes | None) -> object:
    """A JSON body as a value whose fractions keep their spelling; ``None`` where it is none (or ``null``)."""
    found = _parsed(body)
    return None if found is _NOTHING else found


def is_json(body: bytes | None) -> bool:
    """Whether a body is a JSON document."""
    return _parsed(body) is not _NOTHING


def _parsed(body: bytes | None) -> object:
    if not body:
        return _NOTHING
    try:
        found: object = json.loads(body, parse_float=Number, parse_constant=_refuse, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return _NOTHING
    return found


def _refuse(word: str) -> object:
    raise ValueError(word)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member stands there twice")  # only its text can say that
    return found


def target_of(dialogue: Dialogue) -> str:
    """Path and query as they are sent."""
    return f"{dialogue.path}?{encode_query(dialogue.query)}" if dialogue.query else dialogue.path


def url_of(tape: Tape, dialogue: Dialogue) -> str:
    """The whole URL."""
    return tape.base_url + target_of(dialogue)


def by_name(query: Query) -> dict[str, list[str]]:
    """The values of each parameter, in their order."""
    found: dict[str, list[str]] = {}
    for name, value in query:
        found.setdefault(name, []).append(value)
    return found


def headers_by_name(reply: Reply) -> dict[str, list[str]]:
    """The values of each header; names that differ in their case alone are one."""
    spelled: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for name, value in reply.headers:
        found.setdefault(spelled.setdefault(name.lower(), name), []).append(value)
    return found


def delay_of(reply: Reply) -> int | None:
    """How long an answer is held back in whole milliseconds, as all formats want it; ``None``: at no time."""
    return ceil(reply.delay_ms) if reply.delay_ms else None


def reason_of(status: int) -> str:
    """The usual words behind a status (RFC 9110, 15)."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def specific_first(tape: Tape) -> list[Dialogue]:
    """For tools of which the first fitting stub answers: the more a question says, the earlier it is tried."""
    return sorted(tape.dialogues, key=lambda one: (-len(one.query), one.body is None))


def question_of(dialogue: Dialogue) -> str:
    """A dialogue's question in one text: what makes ids that stay the same."""
    return repr((dialogue.method, target_of(dialogue), dialogue.body))


def uuid_of(*parts: object) -> str:
    """An id that is always the same for the same parts (RFC 9562, version 8: of our own making)."""
    digest = bytearray(blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest())
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return str(UUID(bytes=bytes(digest)))


def slug(text: str) -> str:
    """A text as part of a file's name: ``GET /users/{id}`` becomes ``get-users-id``."""
    return _NOT_A_NAME.sub("-", text.lower()).strip("-")[:_LONGEST_NAME].strip("-") or "mock"


def numbered(names: Sequence[str]) -> list[str]:
    """The same names, each once: the second ``a`` is ``a-2``."""
    taken: set[str] = set()
    found = []
    for name in names:
        one, number = name, 1
        while one in taken:
            number += 1
            one = f"{name}-{number}"
        taken.add(one)
        found.append(one)
    return found
