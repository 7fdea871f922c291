"""Traces of a hand or a tool that took a secret out of a recording, and left a word in its place."""

import re
from typing import Final

_IN_VALUE: Final = re.compile(r"(?i)<[a-z][a-z0-9_ -]+>|\*{3,}|\bx{4,}\b|redacted|scrubbed|filtered|dummy|\{\{.*\}\}")
_IN_TEXT: Final = re.compile(r"<[A-Z][A-Z0-9_]+>|%3C[A-Z][A-Z0-9_]+%3E|\*{3,}|%2A%2A%2A|\bX{4,}\b|REDACTED")


def is_scrubbed(value: str) -> bool:
    """Whether a header's or a credential's value is a stand-in: ``<TOKEN>``, ``REDACTED``, ``****``, ``dummy``."""
    return _IN_VALUE.search(value) is not None


def placeholder(text: str) -> str:
    """The first stand-in in an URL or a body, or the empty string: only what nobody writes by chance."""
    match = _IN_TEXT.search(text)
    return match.group().replace("%3C", "<").replace("%3E", ">") if match else ""
