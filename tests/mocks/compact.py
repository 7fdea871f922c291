"""Readings in a few words, so that an expected one can be written and reviewed by hand."""

from driftwatch.model.interaction import Expectation, Ignored, Interaction, Matcher, MatcherKind, Reading, Unreadable


def compact(reading: Reading) -> dict[str, object]:
    """A reading without what is empty or usual."""
    match reading:
        case Interaction():
            return _interaction(reading)
        case Unreadable():
            place = f"{reading.file}:{reading.line}{' ' if reading.pointer else ''}{reading.pointer}"
            return _filled({"unreadable": place, "format": reading.format, "reason": reading.reason})
        case Ignored():
            return {"ignored": reading.file, "reason": reading.reason}


def _interaction(interaction: Interaction) -> dict[str, object]:
    origin, request = interaction.origin, interaction.request
    return _filled({
        "at": f"{origin.file}:{origin.line}{' ' if origin.pointer else ''}{origin.pointer}",
        "id": interaction.mock_id,
        "name": interaction.name,
        "consumer": interaction.consumer,
        "group": "" if interaction.group in (interaction.mock_id, origin.file) else interaction.group,
        "request": f"{request.method} {request.target}",
        "template": "" if request.path_template == request.path else request.path_template,
        "headers": dict(request.headers),
        "body": _text(request.body),
        "grade": request.grade.value,
        "reason": request.reason,
        "answers": [_expectation(variant) for variant in interaction.variants],
        "recorded": interaction.recorded_at and f"{interaction.recorded_at.isoformat()} ({interaction.recorded_from})",
        "incomparable": interaction.incomparable,
        "shadowed_by": interaction.shadowed_by,
        "notes": list(interaction.notes),
    })  # fmt: skip


def _expectation(expectation: Expectation) -> dict[str, object]:
    return _filled({
        "status": expectation.status,
        "headers": [list(header) for header in expectation.headers],
        "body": _text(expectation.body),
        "dynamic": {m.path: "text" if m.is_text else "anything" for m in expectation.matchers if _is_dynamic(m)},
        "matchers": [_statement(m) for m in expectation.matchers if not _is_dynamic(m)],
        "delay_ms": expectation.delay_ms,
        "fault": expectation.fault,
        "note": expectation.note,
        "body_file": expectation.body_file,
    })  # fmt: skip


def _is_dynamic(matcher: Matcher) -> bool:
    return matcher.kind is MatcherKind.DYNAMIC


def _statement(matcher: Matcher) -> str:
    """A statement in a line: its path, its kind and what it asks for."""
    values = f" {matcher.values!r}" if matcher.values else ""
    bounds = f" {matcher.minimum}..{matcher.maximum}" if (matcher.minimum, matcher.maximum) != (None, None) else ""
    order = f" by {matcher.by}{' descending' if matcher.descending else ''}" if matcher.by else ""
    asked = f"{values}{matcher.pattern and f' {matcher.pattern}'}{bounds}{order}"
    return f"{matcher.path or '(all)'} {matcher.kind.value}{asked}"


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", "backslashreplace")


def _filled(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value or (name == "body" and value == "")}
