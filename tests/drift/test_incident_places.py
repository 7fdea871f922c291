"""Which findings are about an incident: its endpoint however it is written, and its place, above it and below."""

from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from driftwatch.drift.incident_places import distance, relation

CASES: Final[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("incident_places.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("written", "template", "far"), CASES["paths"], ids=str)
def test_a_path_is_near_the_templates_it_means(written: str, template: str, far: int | None) -> None:
    """Names of parameters, a slash at the end and the target's base path count for nothing."""
    assert distance(written, template, "/api") == far


@pytest.mark.parametrize(("place", "path", "kind", "how"), CASES["places"], ids=str)
def test_a_finding_is_about_a_place(place: str, path: str, kind: str, how: str | None) -> None:
    """At it, above it if it says that all below is another, below it."""
    found = relation(place, path, kind)
    assert (None if found is None else found.value) == how


def test_a_stranger_s_path_costs_no_time() -> None:
    """Hundreds of open places in one segment are compared in one step."""
    assert distance(f"/{'{a}' * 160}", f"/{'x' * 480}") == 1
    assert distance(f"/{'{a}-' * 120}", f"/{'-' * 480}y") is None
