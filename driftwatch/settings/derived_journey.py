"""A derived journey as YAML that a config reads, with what a person has to do before it goes."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from driftwatch.model.journey import Ask, Derived, Step
from driftwatch.settings.show import quoted
from driftwatch.settings.steps import CaptureForm

_HEAD: Final = """\
# A journey as it was recorded in {source}; written by `driftwatch journey`, yours from now on.
# Save it as a file and name that below the provider: `journeys: FILE`. Its `mocks` must hold these mocks.
"""
_UNSAFE: Final = """\
#
# These requests may change the service. Without your written consent to each of them (`probing.consent`, or
# `probing.declared_safe` where one only reads) the journey is not taken:
"""
_MISSING: Final = """\
#
# Recorded credentials are not written down. Give these a value in the provider's `variables`:
"""
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def derived_yaml(derived: Derived, source: str) -> str:
    """The whole file: a list of one journey. ``source`` is what it was recorded in."""
    head = _HEAD.format(source=json.dumps(source, ensure_ascii=True).strip('"'))
    if derived.unsafe:
        head += _UNSAFE + "".join(f"#   {_in_line(operation)}\n" for operation in derived.unsafe)
    if derived.missing:
        head += _MISSING + "".join(f"#   {_in_line(name)}\n" for name in derived.missing)
    journey = derived.journey
    written: dict[str, Any] = {"name": journey.name, "steps": [_step(one) for one in journey.steps]}
    if journey.clean_up:
        written["clean_up"] = [_step(one) for one in journey.clean_up]
    return head + "\n".join(_lines([written], "")) + "\n"


def _in_line(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def _step(step: Step) -> dict[str, Any]:
    capture = {one.name: CaptureForm().show(one) for one in step.captures}
    parts = {"mock": step.mock, "request": _request(step.ask), "capture": capture}
    return {name: part for name, part in parts.items() if part}


def _request(ask: Ask) -> dict[str, Any]:
    body = json.loads(ask.body) if ask.body is not None and ask.is_json else None
    parts = {"path": ask.path, "query": dict(ask.query or ()), "headers": dict(ask.headers), "json": body}
    return {name: part for name, part in parts.items() if part}


def _lines(node: Any, indent: str) -> Iterator[str]:
    """Block style; scalars and what is empty as JSON, which is YAML."""
    match node:
        case dict() if node:
            for name, part in node.items():
                key = name if _PLAIN.fullmatch(name) else quoted(name)
                yield from _entry(f"{indent}{key}:", part, indent)
        case list() if node:
            for part in node:
                first, *rest = _lines(part, f"{indent}  ")
                yield f"{indent}- {first.strip()}"
                yield from rest
        case _:
            yield f"{indent}{quoted(node)}"


def _entry(key: str, part: Any, indent: str) -> Iterator[str]:
    if isinstance(part, dict | list) and part:
        yield key
        yield from _lines(part, f"{indent}  ")
    else:
        yield f"{key} {quoted(part)}"
