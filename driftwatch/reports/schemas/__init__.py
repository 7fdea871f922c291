"""JSON Schemas (2020-12) of the interfaces that others build on, shipped with the package."""

import json
from importlib import resources
from typing import Any, Final

INTERFACES: Final = (
    "blind-1", "compare-1", "contradictions-1", "deploy-1", "findings-1", "gaps-1", "heal-1", "history-1",
    "incidents-1", "mocks-1", "record-1", "report-1", "requests-1", "review-1", "tests-1", "usage-1",
)  # fmt: skip
"""Names of the interfaces, in alphabetical order; the number is the version."""


def interface_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one of ``INTERFACES``; ``KeyError`` if there is no interface of that name."""
    if name not in INTERFACES:
        raise KeyError(f"there is no interface {name!r}; there are {', '.join(INTERFACES)}")
    schema: dict[str, Any] = json.loads(resources.files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return schema
