"""A guard into a config that people wrote by hand: a few lines are added, and no other byte changes."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from driftwatch.model.errors import UsageError
from driftwatch.model.guard import Guard
from driftwatch.settings.in_place import change
from driftwatch.settings.show import quoted

_SECTION: Final = "guards"
_BARE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]*[A-Za-z0-9.]")


def entry(guard: Guard, margin: str = "  ") -> str:
    """The lines of a guard, as they stand below ``guards:``."""
    inner = margin * 2
    told = {"provider": guard.provider, "mock": guard.file, "id": guard.mock_id, "sentence": guard.sentence}
    lines = [f"{margin}{_scalar(guard.name)}:", *(f"{inner}{key}: {_scalar(one)}" for key, one in told.items() if one)]
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    """Bare where that means the same text, as people write it."""
    return text if _BARE.fullmatch(text) and yaml.safe_load(text) == text else quoted(text)


def snippet(guard: Guard) -> str:
    """What a person would write by hand."""
    return f"{_SECTION}:\n{entry(guard)}"


def with_guard(text: str, guard: Guard) -> str | None:
    """The config with one more guard; ``None`` where it is not written in a way in which lines can be added.

    Raises ``UsageError`` if there is a guard of that name.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        before: Any = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return None
    if not isinstance(root, yaml.MappingNode) or root.flow_style or not isinstance(before, dict):
        return None
    known = before.get(_SECTION)
    if isinstance(known, Mapping) and guard.name in known:
        raise UsageError(f"there is a guard {guard.name!r} in the config already: give this one another name")
    end = "\r\n" if "\r\n" in text else "\n"
    pairs = [(key, value) for key, value in root.value if key.value == _SECTION]
    if not pairs:
        gap = "" if text.endswith(("\n\n", "\n\r\n")) else end if text.endswith("\n") else end * 2
        made = text + gap + snippet(guard).replace("\n", end)
    else:
        placed = _below(text, pairs[0][1], guard, end)
        if placed is None:
            return None
        made = placed
    return made if _is_all_that_changed(before, made, guard) else None


def _below(text: str, section: yaml.Node, guard: Guard, end: str) -> str | None:
    """Behind the last guard, with the indentation of the first."""
    if not isinstance(section, yaml.MappingNode) or section.flow_style or not section.value:
        return None
    first, last = section.value[0][0], section.value[-1][1]
    lines = text.splitlines(keepends=True)
    line = last.end_mark.line if last.end_mark.column == 0 else last.end_mark.line + 1
    while line > 0 and (not lines[line - 1].strip() or lines[line - 1].lstrip().startswith("#")):
        line -= 1  # blank lines and comments before the next section are the next section's
    before, after = "".join(lines[:line]), "".join(lines[line:])
    if before and not before.endswith("\n"):
        before += end
    return before + entry(guard, " " * first.start_mark.column).replace("\n", end) + after


def _is_all_that_changed(before: dict[str, Any], made: str, guard: Guard) -> bool:
    try:
        after: Any = yaml.safe_load(made)
    except (yaml.YAMLError, ValueError):
        return False
    if not isinstance(after, dict) or not isinstance(after.get(_SECTION), dict):
        return False
    others = {name: one for name, one in after[_SECTION].items() if name != guard.name}
    rest = {name: one for name, one in after.items() if name != _SECTION}
    was = {name: one for name, one in before.items() if name != _SECTION}
    return rest == was and others == (before.get(_SECTION) or {}) and guard.name in after[_SECTION]


def add(config: Path, guard: Guard) -> bool:
    """Write it into the config; whether that could be done. Raises ``UsageError`` if there is one of that name."""
    return change(config, lambda text: with_guard(text, guard))
