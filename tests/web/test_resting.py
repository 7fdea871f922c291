"""Tests that rest on mocks stand beside the mock and the finding, as the store knows them."""

from typing import Final

import html5lib

from driftwatch.model.latest import Latest
from driftwatch.model.memory import StoreError
from driftwatch.model.reliance import KnownUse
from driftwatch.store.memory import MemoryStore
from tests.reports.samples import drift_in_two_providers
from tests.web.world import MISSING, World, remembering, with_tests

NAMES: Final = ("t.py::one", "t.py::<script>alert(1)</script>", "t.py::red")


def a_world() -> World:
    """Three tests on every mock, of which one is red."""
    summary = drift_in_two_providers()
    store = remembering(summary)
    return World(Latest.of(with_tests(summary, store, *NAMES)), store=store)


def test_a_provider_tells_what_green_tests_rest_on() -> None:
    """How many of each trust, and beside each mock their names, whatever a stranger calls a test."""
    answer = a_world().client().get("/providers/payments")
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert "Green tests that rest on it" in answer.text
    for tag in ("1 verified", "2 never", "2 drifted"):
        assert f">{tag}</span>" in answer.text
    assert '<summary class="small">3 tests</summary>' in answer.text
    assert "<script>" not in answer.text
    assert "t.py::red" in answer.text


def test_a_finding_tells_which_green_tests_cannot_be_believed() -> None:
    """A red one tells no lie."""
    text = a_world().client().get(f"/findings/{MISSING}").text
    assert "2 green tests that cannot be believed" in text
    assert "t.py::one" in text
    assert "t.py::red" not in text


def test_without_tests_the_pages_are_as_they_were() -> None:
    """Nobody told of any, or the store is in trouble."""
    summary = drift_in_two_providers()
    for store in (remembering(summary), Troubled(), None):
        client = World(Latest.of(summary), store=store).client()
        assert "tests</summary>" not in client.get("/providers/payments").text
        assert "cannot be believed" not in client.get(f"/findings/{MISSING}").text


class Troubled(MemoryStore):
    """It cannot be asked for uses."""

    def uses(self) -> tuple[KnownUse, ...]:
        """Never."""
        return StoreError("here", "it is locked", "Try again.")  # type: ignore[return-value]  # as a database does


def test_what_runs_tell_anew_is_shown_soon() -> None:
    """Within half a minute; until then nobody asks the store for every page."""
    world = a_world()
    client = world.client()
    assert "t.py::one" in client.get("/providers/payments").text
    assert world.store is not None
    world.store.keep_uses("shop", [], is_whole=True)
    assert "t.py::one" in client.get("/providers/payments").text
    world.clock.go_on(31)
    assert "t.py::one" not in client.get("/providers/payments").text
