"""Edits carried out on plain Python values: what any format must come to, told a second time."""

import json
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from driftwatch.model.edit import Change, Edit, Part, Step
from driftwatch.model.interaction import Expectation, Header

Steps = tuple[Step, ...]


def applied(answer: Expectation, edits: Sequence[Edit]) -> Expectation:
    """The answer after these edits, all of whose places are those of before."""
    for edit in edits:
        if edit.part is Part.STATUS:
            answer = replace(answer, status=int(edit.value))
        elif edit.part is Part.HEADER:
            answer = replace(answer, headers=_headers(answer.headers, edit))
    body = [edit for edit in edits if edit.part is Part.BODY]
    return replace(answer, body=_body(answer.body, body)) if body else answer


def _headers(headers: tuple[Header, ...], edit: Edit) -> tuple[Header, ...]:
    name = edit.name.lower()
    is_there = any(known.lower() == name for known, _ in headers)
    assert is_there is (edit.change is not Change.ADD), edit
    if edit.change is Change.ADD:
        return (*headers, (edit.name, edit.value))
    first = next(place for place, (known, _) in enumerate(headers) if known.lower() == name)
    kept = [pair if pair[0].lower() != name else None for pair in headers]
    if edit.change is Change.SET:
        kept[first] = (edit.name, edit.value)
    return tuple(pair for pair in kept if pair is not None)


def _body(body: bytes | None, edits: Sequence[Edit]) -> bytes:
    whole = next((edit for edit in edits if not edit.steps), None)
    if whole is not None:
        assert len(edits) == 1, edits
        assert (whole.change is Change.SET) is bool(body), whole
        return whole.value.encode() if whole.is_text else json.dumps(json.loads(whole.value)).encode()
    assert len({(edit.steps, edit.change) for edit in edits}) == len(edits), edits
    return json.dumps(_carried_out(json.loads(body or b""), (), edits)).encode()


def _of(edits: Sequence[Edit], steps: Steps, change: Change) -> Edit | None:
    return next((edit for edit in edits if edit.steps == steps and edit.change is change), None)


def _carried_out(value: Any, here: Steps, edits: Sequence[Edit]) -> Any:
    """The value that stood here, with all edits at and below it."""
    edit = _of(edits, here, Change.SET)
    if edit is not None:
        assert not any(len(one.steps) > len(here) and one.steps[: len(here)] == here for one in edits), edits
        return json.loads(edit.value)
    if isinstance(value, dict):
        return _object(value, here, edits)
    return _array(value, here, edits) if isinstance(value, list) else value


def _object(value: dict[str, Any], here: Steps, edits: Sequence[Edit]) -> dict[str, Any]:
    pairs: list[tuple[str, str, Any]] = []  # old name, new name, value
    for name, inner in value.items():
        steps = (*here, name)
        if _of(edits, steps, Change.REMOVE) is None:
            renamed = _of(edits, steps, Change.RENAME)
            pairs.append((name, renamed.name if renamed else name, _carried_out(inner, steps, edits)))
    for edit in edits:
        if edit.change is Change.ADD and edit.steps[:-1] == here:
            name = str(edit.steps[-1])
            places = [place for place, (old, _, _) in enumerate(pairs) if old == edit.after]
            assert edit.after is None or places, edit
            pairs.insert(places[0] + 1 if places else len(pairs), (name, name, json.loads(edit.value)))
    names = [new for _, new, _ in pairs]
    assert len(set(names)) == len(names), names
    return {new: inner for _, new, inner in pairs}


def _array(value: list[Any], here: Steps, edits: Sequence[Edit]) -> list[Any]:
    kept = [
        _carried_out(inner, (*here, place), edits)
        for place, inner in enumerate(value)
        if _of(edits, (*here, place), Change.REMOVE) is None
    ]
    place = len(value)
    while (edit := _of(edits, (*here, place), Change.ADD)) is not None:
        kept.append(json.loads(edit.value))
        place += 1
    return kept
