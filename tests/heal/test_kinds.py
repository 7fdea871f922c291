"""The table of remedies is whole: every kind of drift says how it is healed, or why it is not."""

from driftwatch.drift.catalog import KINDS as CATALOGUE
from driftwatch.heal.kinds import KINDS
from driftwatch.heal.mending import MENDED


def test_every_kind_has_a_remedy_or_a_reason() -> None:
    """The table has the kinds of the catalogue, in its order, and no others."""
    assert list(KINDS) == list(CATALOGUE)


def test_every_remedy_has_a_way() -> None:
    """What is called healable is mended, and nothing else is."""
    assert frozenset(kind for kind, remedy in KINDS.items() if remedy.is_healable) == MENDED


def test_words_end_a_sentence() -> None:
    """Reasons are shown behind a colon: they are never empty and have no full stop."""
    assert all(remedy.words and not remedy.words.endswith(".") for remedy in KINDS.values())


def test_what_tells_of_the_audit_is_never_healed() -> None:
    """Kinds that describe the audit rest on no mock, but for a body that the mock itself broke."""
    health = {kind for kind, one in CATALOGUE.items() if one.is_health}
    assert {kind for kind in health if KINDS[kind].is_healable} == {"unverifiable"}
