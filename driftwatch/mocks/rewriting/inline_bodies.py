"""The bytes that a tool sends of a body that stands in its file as values, so that a length beside it can be right."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting.intended import applied, value_of
from driftwatch.mocks.text.nodes import Node, to_value
from driftwatch.model.edit import Change, Edit

_dumped: Final[Callable[..., str]] = partial(json.dumps, ensure_ascii=False, default=str)
_SPELLINGS: Final[tuple[Callable[[object], str], ...]] = (
    partial(_dumped, separators=(",", ":")),  # most tools
    _dumped,  # Python
    partial(_dumped, indent=2),
    partial(_dumped, indent=4),  # Mountebank
)


def sent(node: Node, edits: Sequence[Edit], told: str) -> tuple[bytes, bytes]:
    """The body before and after, in the spelling that has the length that the file tells. Raises ``Refusal``."""
    old = to_value(node)
    spelling = next((one for one in _SPELLINGS if told == str(len(_bytes(one(old))))), _SPELLINGS[0])
    whole = next((edit for edit in edits if not edit.steps), None)
    if whole is not None and (whole.is_text or whole.change is Change.REMOVE):
        return _bytes(spelling(old)), _bytes(whole.value)
    try:
        new = value_of(whole.value) if whole is not None else applied(old, edits)
    except (LookupError, TypeError) as error:
        raise Refusal("the place of the change is not there any more") from error
    return _bytes(spelling(old)), _bytes(spelling(new))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
