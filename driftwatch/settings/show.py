"""Settings as text: with references in place of secrets, so that it may be printed, logged and hashed."""

import hashlib
import json
import re
from typing import Any, Final

from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.sections import Section
from driftwatch.settings.tree import SETTINGS, Settings

_BARE_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def show(settings: Settings) -> str:
    """All settings, defaults included, as YAML that loads again.

    References stand as written; sizes are in bytes, durations in seconds.
    """
    return "\n".join(_lines(SETTINGS.show(settings), "")) + "\n"


def shown_provider(provider: ProviderSettings) -> dict[str, Any]:
    """One provider, to tell whether it is as it was."""
    return Section(ProviderSettings).show(provider)  # type: ignore[no-any-return]


def digest(settings: Settings) -> str:
    """Twelve hexadecimal digits that change when a setting does, and not when a secret is rotated."""
    return hashlib.sha256(show(settings).encode("utf-8")).hexdigest()[:12]


def _lines(section: dict[str, Any], indent: str) -> list[str]:
    lines = []
    for name, value in section.items():
        key = name if _BARE_KEY.fullmatch(name) else quoted(name)
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_lines(value, indent + "  ")]
        else:
            lines.append(f"{indent}{key}: {quoted(value)}")
    return lines


def quoted(value: object) -> str:
    """A value in JSON, which is YAML as long as no invisible character stands bare."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in text)
