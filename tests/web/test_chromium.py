"""What people see: every page in a real browser, by light and by dark, on a telephone and on a desk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from driftwatch.model.latest import Latest
from driftwatch.model.memory import StoreError
from driftwatch.reports.catalog import Options, report
from driftwatch.usecases.findings import Reasons, acknowledge
from driftwatch.web.server import Place, Server
from tests.browsers import Look, Sight, look_at
from tests.reports.samples import STARTED, SUMMARIES, drift_in_two_providers
from tests.web.test_pages import tags_everywhere
from tests.web.world import PASSWORD, USERS, World, remembering, with_tests

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

LOOKS: Final = (Look(360), Look(360, dark=True, judge=False), Look(1440, judge=False), Look(1440, dark=True))
_FINDING: Final = next(one for one in drift_in_two_providers().findings if one.kind == "field-missing").fingerprint
_PATHS: Final = {
    "providers": "/", "provider": "/providers/payments",
    "chosen": "/providers/payments?verdict=drifted&severity=warning",
    "unknown": "/providers/never-audited", "findings": "/findings", "finding": f"/findings/{_FINDING}",
    "runs": "/runs", "kinds": "/kinds", "kind": "/kinds/field-missing", "config": "/config", "health": "/health",
}  # fmt: skip
_REPORTS: Final = ("drift-in-two-providers", "hostile-text", "suppressed")


@pytest.fixture(scope="module")
def sights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Sight]]:
    """Every page and every report in every look, as an acknowledging user sees them."""
    summary = drift_in_two_providers()
    store = remembering(summary)
    why = Reasons("ann", "ticket 12", STARTED.date() + timedelta(days=9))
    assert not isinstance(store.decide(_FINDING, lambda life: acknowledge(life, why, STARTED)), StoreError | None)
    names = [f"tests/test_{name}.py::test_it[{name}]" for name in ("a", "a_name_that_goes_on_and_on" * 4, "c")]
    summary = with_tests(summary, store, *names)
    world = World(Latest.of(summary), store=store, users=USERS)
    folder = tmp_path_factory.mktemp("pictures")
    with Server(world.app(), Place("127.0.0.1", 0)) as server:
        pages = {name: server.url + path for name, path in _PATHS.items()} | _reports(folder)
        yield look_at(pages, LOOKS, folder, ("ann", PASSWORD))


def _reports(folder: Path) -> dict[str, str]:
    made = {name: SUMMARIES[name]() for name in _REPORTS} | {"tags": tags_everywhere()}
    for name, summary in made.items():
        (folder / f"{name}.html").write_text(report("html").render(summary, Options()), encoding="utf-8")
    return {f"report-{name}": (folder / f"{name}.html").as_uri() for name in made}


def test_everything_was_seen(sights: list[Sight]) -> None:
    """No page got lost on the way."""
    assert len(sights) == len(LOOKS) * (len(_PATHS) + len(_REPORTS) + 1)
    assert {sight.status for sight in sights} <= {0, 200}


def test_axe_has_no_objection(sights: list[Sight]) -> None:
    """Contrast, names, order of headings, landmarks, tables: nothing that axe-core 4.14 knows of is violated."""
    assert [(sight.name, sight.look, sight.violations) for sight in sights if sight.violations] == []


def test_nothing_is_wider_than_the_window(sights: list[Sight]) -> None:
    """At 360 pixels, too, one reads without moving the page sideways."""
    assert [(sight.name, sight.look, sight.overflow) for sight in sights if sight.overflow] == []


def test_the_browser_has_nothing_to_complain_of(sights: list[Sight]) -> None:
    """No script is there to run, no policy is violated, no dialog opens, nothing is missing."""
    assert [(sight.name, sight.complaints) for sight in sights if sight.complaints or sight.scripts] == []


def test_nothing_is_loaded_from_elsewhere(sights: list[Sight]) -> None:
    """A page needs itself, its style and its icon; a report nothing but itself."""
    for sight in sights:
        assert len(sight.requests) == (1 if sight.name.startswith("report-") else 3), sight
        assert all(one.startswith(("http://127.0.0.1:", "file:")) for one in sight.requests)


def test_axe_would_object(tmp_path: Path) -> None:
    """The judge is awake: a page with faults has violations, is too wide, and its script is noticed."""
    bad = tmp_path / "bad.html"
    bad.write_text('<html><script>alert(1)</script><div style="width:900px"><img src="x.png"><input></div></html>')
    (sight,) = look_at({"bad": bad.as_uri()}, [Look(360)], tmp_path)
    assert len(sight.violations) >= 3
    assert sight.overflow > 0
    assert sight.scripts == 1
    assert any("alert" in one or "dialog" in one for one in sight.complaints)
    assert (tmp_path / "bad-360-light.png").stat().st_size > 1000
