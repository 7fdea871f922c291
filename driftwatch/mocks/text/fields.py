"""Typed looks into a stranger's document: what a field is, or a refusal that names it and says what was found."""

from collections.abc import Mapping

from driftwatch.mocks.refusal import Refusal, Step

Object = Mapping[str, object]


def describe(value: object) -> str:
    """A value's JSON type in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case bytes():
            return "binary text"
        case list():
            return "a list"
        case _:
            return "an object"


def _wrong(steps: tuple[Step, ...], wanted: str, value: object) -> Refusal:
    name = ".".join(str(step) for step in steps[-2:])
    return Refusal(f"`{name}` must be {wanted}, found {describe(value)}", steps=steps)


def as_object(value: object, *steps: Step) -> Object:
    """An object; ``None`` counts as an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(steps, "an object", value)
    return value


def as_list(value: object, *steps: Step) -> list[object]:
    """A list; ``None`` counts as an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(steps, "a list", value)
    return value


def as_text(value: object, *steps: Step) -> str:
    """Text; numbers and truth values in their JSON spelling. ``None`` and missing is the empty string."""
    if type(value) is str:  # nearly always, and far quicker than the cases below
        return value
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            raise _wrong(steps, "text", value)


def as_whole(value: object, *steps: Step) -> int:
    """A whole number, also written as text; ``None`` is 0."""
    if value is None:
        return 0
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) <= 20 and value.strip().lstrip("+-").isdecimal():
        return int(value)
    raise _wrong(steps, "a whole number", value)


def as_number(value: object, *steps: Step) -> float:
    """A number; ``None`` is 0."""
    if value is None:
        return 0.0
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return float(value)
    raise _wrong(steps, "a number", value)


def as_status(value: object, *steps: Step) -> int:
    """An HTTP status; ``None`` is 0."""
    status = as_whole(value, *steps)
    if status and not 100 <= status <= 999:
        raise Refusal(f"`{'.'.join(map(str, steps[-2:]))}` must be an HTTP status, found {status}", steps=steps)
    return status
