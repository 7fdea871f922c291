"""An answer → the values that a step captures of it. The answer is a stranger's: small, plain values or none."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from driftwatch.model.journey import Capture, Source, Value
from driftwatch.model.json_path import JsonPathError, parse
from driftwatch.model.probe import Observation
from driftwatch.probes.documents import NO_DOCUMENT, document_of

_LONGEST: Final = 8192
"""Characters of a value: tokens are long, and a header must still hold one."""
_LARGEST: Final = 10**100
_LOOKED_THROUGH: Final = 256 * 1024
"""Characters that a regular expression is searched in: both it and the text may be made to take for ever."""


class CaptureError(ValueError):
    """A value is not there. The message says which and where, and shows nothing of the answer."""


def captured(captures: Sequence[Capture], answer: Observation) -> Mapping[str, Value]:
    """The values by name. Raises ``CaptureError`` for the first that is not there."""
    return {capture.name: _plain(capture, _value(capture, answer)) for capture in captures}


def _value(capture: Capture, answer: Observation) -> object:
    match capture.source:
        case Source.JSON:
            value = _selected(capture, answer)
        case Source.HEADER:
            value = answer.header(capture.path)
        case Source.COOKIE:
            value = _cookie(capture.path, answer)
        case Source.TEXT:
            value = answer.body.decode("utf-8", "replace")
    if value is None:
        raise CaptureError(f"the answer has no value for `{capture.name}` at {place(capture)}")
    return value


def place(capture: Capture) -> str:
    """Where a value is looked for, for a reader."""
    return {Source.TEXT: "its body", Source.JSON: f"`{capture.path}`"}.get(
        capture.source, f"{capture.source} `{capture.path}`"
    )


def _selected(capture: Capture, answer: Observation) -> object:
    document = document_of(answer.body)
    if document is NO_DOCUMENT:
        raise CaptureError(f"the answer is not JSON, so `{capture.name}` is not at {place(capture)}")
    try:
        found = parse(capture.path).select(document)
    except JsonPathError as error:
        raise CaptureError(f"`{capture.name}`: {error}") from error
    return found[0] if found else None


def _cookie(name: str, answer: Observation) -> str | None:
    for header, value in answer.headers:
        pair = value.partition(";")[0].partition("=")
        if header.lower() == "set-cookie" and pair[0].strip() == name:
            return pair[2].strip().strip('"')
    return None


def _plain(capture: Capture, value: object) -> Value:
    if not isinstance(value, str | int | float) or (isinstance(value, int) and abs(value) > _LARGEST):
        raise CaptureError(f"`{capture.name}` is no single value at {place(capture)}")
    if capture.pattern:
        text = value if isinstance(value, str) else str(value)
        found = re.search(capture.pattern, text[:_LOOKED_THROUGH])
        if found is None:
            raise CaptureError(f"`{capture.name}`: nothing at {place(capture)} matches its regular expression")
        value = found[1] if found.re.groups else found[0]
        if value is None:
            raise CaptureError(f"`{capture.name}`: the group of its regular expression is empty at {place(capture)}")
    if isinstance(value, str) and not 0 < len(value) <= _LONGEST:
        raise CaptureError(f"`{capture.name}` is {'too long' if value else 'empty'} at {place(capture)}")
    return value
