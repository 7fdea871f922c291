"""Every kind of drift is a page, a rule and a file of cases; the register, the folder and the semantics agree."""

import re
from pathlib import Path
from typing import Final

import pytest

from driftwatch.drift.aggregation import GATES
from driftwatch.drift.catalog import IN_TURN, KINDS, PAGES, RULES
from driftwatch.drift.difference import Aspect
from driftwatch.drift.rule import Rule
from driftwatch.model.finding import Direction, Severity
from driftwatch.reports.digest import AUDIT_KINDS, STATIC_KINDS
from tests.conftest import ROOT

SECTIONS: Final = ("What it finds", "Why it matters", "Example", "Not when", "What to do", "Since")
MODULES: Final = {path.stem: path for path in (ROOT / "driftwatch/drift/rules").glob("*.py") if path.stem != "__init__"}
CASES: Final = {path.stem for path in (ROOT / "tests/drift/rules").iterdir()}
BY_ID: Final = {rule.KIND.id: rule for rule in RULES}

PAIRS: Final = (
    ("field-optional", "field-missing"), ("null-unexpected", "field-always-null"), ("status-widened", "status-changed"),
    ("type-widened", "type-changed"),
)  # fmt: skip
"""Occasionally and always: two kinds of one finding (drift semantics, P4)."""


def _section(page: str, title: str) -> str:
    """The indented text below a section's title."""
    found = re.search(rf"^{title}:?\n((?:    .+\n|\n)+)", page, re.MULTILINE)
    return found[1].strip() if found else ""


@pytest.mark.parametrize("rule", RULES, ids=list(BY_ID))
def test_a_rule_is_its_page(rule: Rule) -> None:
    """All sections are there in their order, each with text, and the page says since when."""
    page = PAGES[rule.KIND.id]
    places = [page.find(f"\n{section}") for section in SECTIONS]
    assert -1 not in places
    assert places == sorted(places)
    for section in SECTIONS[:-1]:
        assert _section(page, section), section
    assert re.search(r"^Since \d+\.\d+\.\d+$", page, re.MULTILINE)


@pytest.mark.parametrize("rule", RULES, ids=list(BY_ID))
def test_the_heading_is_the_title(rule: Rule) -> None:
    """What ``explain`` prints first and what reports say are the same words."""
    heading = (rule.__doc__ or "").splitlines()[0]
    assert heading.lower() == f"{rule.KIND.title}.".lower()


def test_a_file_is_named_by_its_kind() -> None:
    """``field-missing`` stands in ``field_missing.py``."""
    for rule in RULES:
        assert getattr(rule, "__name__", "").rsplit(".", 1)[-1] == rule.KIND.id.replace("-", "_")
        assert callable(rule.find)


def test_the_catalogue_is_complete_and_in_order() -> None:
    """Every module of the folder has its line, in alphabetical order, and every rule has its turn."""
    assert [rule.KIND.id for rule in RULES] == sorted(name.replace("_", "-") for name in MODULES)
    assert len(KINDS) == len(RULES) == len(IN_TURN)
    assert set(map(id, IN_TURN)) == set(map(id, RULES))


def test_every_kind_has_cases_and_every_case_a_kind() -> None:
    """One file of cases for each kind, and no other file among them."""
    assert set(KINDS) == CASES


@pytest.mark.parametrize("aspect", Aspect)
def test_every_difference_has_a_rule_that_asks_for_it(aspect: Aspect) -> None:
    """An aspect that no rule names would be found and never told."""
    word = re.compile(rf"\bAspect\.{aspect.name}\b")
    assert any(word.search(path.read_text(encoding="utf-8")) for path in MODULES.values())


def test_aspects_are_kinds_unless_they_are_gaps() -> None:
    """The value of an aspect is the kind that names it when nobody knows better; what is no kind is a gap."""
    gaps = {aspect for aspect in Aspect if aspect.value not in KINDS}
    source = MODULES["unverifiable"].read_text(encoding="utf-8")
    assert all(f"Aspect.{aspect.name}:" in source for aspect in gaps)


@pytest.mark.parametrize(("sometimes", "always"), PAIRS)
def test_kinds_of_one_pair_are_one_family(sometimes: str, always: str) -> None:
    """So growing evidence changes one finding; only the four pairs share a family."""
    assert KINDS[sometimes].family == KINDS[always].family != ""
    assert KINDS[sometimes].severity <= KINDS[always].severity


def test_no_other_kinds_share_a_family() -> None:
    """A family of three, or a pair that is none, would melt findings that have nothing to do with each other."""
    paired = {kind for pair in PAIRS for kind in pair}
    assert {kind.id for kind in KINDS.values() if kind.family} == paired
    assert not {kind.family for kind in KINDS.values()} & KINDS.keys()
    assert len({KINDS[sometimes].family for sometimes, _ in PAIRS}) == len(PAIRS)


def test_kinds_that_are_named_apart_are_what_they_are_named_for() -> None:
    """Reports and aggregation cannot see the register, or name kinds one by one: their lists say what it says."""
    assert {kind.id for kind in KINDS.values() if kind.is_static} == STATIC_KINDS
    assert {kind.id for kind in KINDS.values() if kind.is_health} >= AUDIT_KINDS
    assert KINDS.keys() >= GATES
    assert {"access-denied", "service-unavailable"} <= GATES


_LETTERS: Final = {"B": Severity.BREAKING, "W": Severity.WARNING, "I": Severity.INFO}
_ARROWS: Final = {"M": Direction.MOCK_ONLY, "R": Direction.REAL_ONLY, "C": Direction.CHANGED}


@pytest.mark.shared
def test_kinds_stand_where_the_semantics_put_them(shared: Path) -> None:
    """Category, severity and direction of each kind are those of the design's summary table (2.2)."""
    text = (shared / "design/drift-semantics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \(\d+\) \| (.+) \|$", text, re.MULTILINE)
    listed = {}
    for category, cell in rows:
        for kind, severities, arrow in re.findall(r"([a-z0-9-]+) ([BWI](?:/[BWI])?)(?:·([MRC]))?(?:,|$)", cell):
            listed[kind] = (category, {_LETTERS[letter] for letter in severities.split("/")}, _ARROWS.get(arrow))
    assert len(listed) == 68
    for kind in KINDS.values():
        category, severities, direction = listed[kind.id]
        assert kind.category.value == category, kind.id
        assert kind.severity in severities, kind.id
        assert direction in (None, kind.direction), kind.id
