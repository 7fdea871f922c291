"""What an answer must read like after its edits, and whether it does."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

from driftwatch.mocks.text import json_text, tolerant_json
from driftwatch.mocks.text.nodes import to_value
from driftwatch.model.edit import Change, Edit, Part, Step
from driftwatch.model.interaction import Expectation

_FOLLOWING: Final = frozenset(["content-length", "content-md5", "digest", "content-digest", "repr-digest"])
"""Headers that follow the body."""
_DEPTH: Final = 200


def differs(before: Expectation, edits: Sequence[Edit], after: Expectation) -> str:
    """Why ``after`` is not ``before`` with these edits made; empty if it is."""
    status = next((edit.value for edit in edits if edit.part is Part.STATUS), str(before.status))
    if str(after.status) != status:
        return f"its status reads {after.status} and not {status}"
    return _header_differs(before, edits, after) or _body_differs(before, edits, after)


def _header_differs(before: Expectation, edits: Sequence[Edit], after: Expectation) -> str:
    of_headers = [edit for edit in edits if edit.part is Part.HEADER]
    touched = {edit.name.lower() for edit in of_headers}
    for edit in of_headers:
        values = [value for name, value in after.headers if name.lower() == edit.name.lower()]
        is_right = not values if edit.change is Change.REMOVE else edit.value in values
        if not is_right:
            return f"its header {edit.name} does not read as intended"
    is_new = any(edit.part is Part.BODY and not edit.steps for edit in edits)
    free = touched | _FOLLOWING | ({"content-type"} if is_new and before.header("content-type") is None else set())
    if _others(before, free) != _others(after, free):
        return "other headers would change"
    return ""


def _others(answer: Expectation, touched: set[str] | frozenset[str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.headers if name.lower() not in touched]


def _body_differs(before: Expectation, edits: Sequence[Edit], after: Expectation) -> str:
    of_body = [edit for edit in edits if edit.part is Part.BODY]
    if not of_body:
        # under some statuses there is no body, whatever is stored
        is_hidden = before.status != after.status and None in (before.body, after.body)
        return "" if before.body == after.body or is_hidden else "its body would change"
    whole = next((edit for edit in of_body if not edit.steps), None)
    if whole is not None and whole.change is Change.REMOVE:
        return "" if not after.body else "its body is still there"
    if whole is not None and whole.is_text:
        is_right = (after.body or b"").decode("utf-8", "replace") == whole.value
        return "" if is_right else "its body does not read as intended"
    try:
        wanted = value_of(whole.value) if whole is not None else _made_in(_decoded(before.body), of_body)
        return "" if is_same(wanted, _decoded(after.body)) else "its body does not read as intended"
    except (ValueError, LookupError, TypeError, RecursionError):
        return "its body does not read as JSON"


def _decoded(body: bytes | None) -> object:
    text = (body or b"").decode("utf-8-sig")
    try:
        return json_text.decode(text)
    except ValueError:
        return to_value(tolerant_json.parse(text, _DEPTH))


def value_of(source: str) -> object:
    """The plain value of JSON text."""
    return json_text.decode(source)


def is_same(one: object, other: object) -> bool:
    """Equal, and numbers spelled alike: 1 is not 1.0, and not true."""
    if one != other:
        return False
    is_alike = json_text.encode(one) == json_text.encode(other)  # their members mostly come in one order
    return is_alike or json_text.encode(_sorted(one)) == json_text.encode(_sorted(other))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def applied(value: object, edits: Sequence[Edit]) -> object:
    """A plain value with edits made, whose places are those before any of them. Raises ``LookupError``."""
    return _made_in(deepcopy(value), edits)


def _made_in(value: object, edits: Sequence[Edit]) -> object:
    """The same in the value itself."""
    root: list[Any] = [value]
    places = [(_at(root[0], edit.steps[:-1]), edit) for edit in edits]
    removed: list[tuple[Any, Step]] = []
    for container, edit in places:
        step: Any = edit.steps[-1]
        if edit.change is Change.SET:
            container[step] = value_of(edit.value)
        elif edit.change is Change.ADD and isinstance(container, list):
            container.append(value_of(edit.value))
        elif edit.change is Change.ADD:
            container[step] = value_of(edit.value)
        elif edit.change is Change.REMOVE:
            removed.append((container, step))
    for container, step in sorted(removed, key=lambda one: one[1] if isinstance(one[1], int) else -1, reverse=True):
        del container[step]
    for container, edit in places:
        if edit.change is Change.RENAME:
            container[edit.name] = container.pop(edit.steps[-1])
    return root[0]


def _at(value: Any, steps: Sequence[Step]) -> Any:
    for step in steps:
        value = value[step]
    return value
