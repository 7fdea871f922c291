"""The last word on every provider, in every store there is."""

from datetime import timedelta

from msgspec.structs import replace

from driftwatch.model.summary import Summary
from driftwatch.ports import Store
from tests.reports.samples import a_provider, a_summary, an_interaction, verified
from tests.store.making import NOW, given, keep


def _run(name: str, *providers: str) -> Summary:
    about = (a_provider(verified(an_interaction(provider=each)), name=each) for each in providers)
    return replace(a_summary(*about), run_id=name)


def _told(store: Store, after: int = 0) -> list[tuple[str, str]]:
    found = given(store.snapshots(after))
    assert [one.number for one in found] == sorted({one.number for one in found})
    return [(one.summary.providers[0].name, one.summary.run_id) for one in found]


def test_nothing_is_shown_of_a_new_store(store: Store) -> None:
    """Nobody has said anything yet."""
    assert _told(store) == []


def test_the_last_word_on_each_provider_is_shown(store: Store) -> None:
    """Whichever run it is from."""
    given(store.show(_run("first", "orders", "payments"), NOW))
    given(store.show(_run("second", "payments"), NOW))
    assert _told(store) == [("orders", "first"), ("payments", "second")]


def test_only_what_is_new_is_shown(store: Store) -> None:
    """Whoever looks again and again says what he knows."""
    given(store.show(_run("first", "orders", "payments"), NOW))
    known = max(one.number for one in given(store.snapshots(0)))
    assert _told(store, known) == []
    given(store.show(_run("second", "orders"), NOW))
    assert _told(store, known) == [("orders", "second")]


def test_the_last_word_is_forgotten_in_the_end(store: Store) -> None:
    """A provider that no run was about for as long as runs are kept is gone."""
    given(store.show(_run("first", "orders"), NOW))
    given(store.show(_run("first", "payments"), NOW + timedelta(days=50)))
    keep(store, 55)
    assert _told(store) == [("payments", "first")]
