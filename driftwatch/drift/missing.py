"""Whether a 404 is the one that a service has for a missing record, where an audit has asked for one."""

import json
import re
from typing import Final

from driftwatch.drift.content import essence
from driftwatch.drift.difference import Comparison
from driftwatch.model.probe import Observation

_LONGEST: Final = 64 * 1024
"""Bytes that are compared; a 404 is shorter."""
_OWN: Final = re.compile(r"[^\s\"'<>]*driftwatch-[^\s\"'<>]*")
"""The path of an unknown route, which services like to repeat."""
_WORD: Final = re.compile(r"\S{1,120}")
_CODES: Final = frozenset({"code", "error", "error_code", "errorCode", "type", "status"})


def is_as_missing(sample: Observation, comparison: Comparison) -> bool:
    """Whether it says what the service says of a record that surely does not exist, and not of unknown routes.

    What it repeats of the request does not count, nor what differs from one answer to the next, such as a moment.
    """
    known, unknown = comparison.context.missing_record, comparison.context.unknown_route
    if known is None or known.answer.status != sample.status or essence_of(sample) != essence_of(known.answer):
        return False
    missing = _said(known.answer.body, known.path)
    if unknown is not None and unknown.status == sample.status and _said(unknown.body, "") == missing:
        return False
    return _said(sample.body, comparison.claim.request.path) == missing


def essence_of(sample: Observation) -> str:
    """The media type alone."""
    return essence(sample.header("content-type"))


def _said(body: bytes, path: str) -> object:
    """What a body says: of a JSON object its members and its codes, of all else the text."""
    text = body[:_LONGEST].decode("utf-8", "replace").strip()
    if path:
        text = text.replace(path, "{path}")
        record = path.rsplit("/", 1)[-1]
        if record:
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(record)}(?![A-Za-z0-9])", "{record}", text)
    text = _OWN.sub("{path}", text)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(document, dict):
        return text
    return {
        name: value if name in _CODES and (isinstance(value, int) or _is_word(value)) else None
        for name, value in document.items()
    }


def _is_word(value: object) -> bool:
    return isinstance(value, str) and _WORD.fullmatch(value) is not None
