"""Answers on the shelf read as if they had never been packed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.mocks.answers import shelf
from driftwatch.mocks.answers.shelf import Shelf
from driftwatch.model.interaction import Expectation, Matcher, MatcherKind

MATCHERS = st.builds(
    Matcher, st.just("/a"), st.sampled_from(MatcherKind), st.tuples(st.none() | st.integers() | st.floats() | st.text())
)
ANSWERS = st.builds(
    Expectation,
    st.integers(100, 599),
    st.lists(st.tuples(st.text(), st.text())).map(tuple),
    st.none() | st.binary(),
    st.lists(MATCHERS).map(tuple),
)


@given(st.lists(st.lists(ANSWERS, max_size=3).map(tuple), max_size=8), st.integers(0, 40))
def test_what_comes_out_is_what_went_in(many: list[tuple[Expectation, ...]], unpacked: int) -> None:
    """Whatever the answers hold, and wherever a block ends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "_BLOCK", 20)
        shelves = Shelf(unpacked)
        kept = [shelves.keep(answers) for answers in many]
    # repr, since a number that is none equals nothing, not even itself
    assert [repr(list(answers)) for answers in kept] == [repr(list(answers)) for answers in many]
    assert [len(answers) for answers in kept] == [len(answers) for answers in many]


def test_a_few_stay_as_they_are() -> None:
    """Below the limit nothing is packed, and what has no body never is."""
    few, bodiless = (Expectation(200, body=b"x"),), (Expectation(204),)
    shelves = Shelf(1)
    assert shelves.keep(few) is few
    assert shelves.keep(bodiless) is bodiless
    assert shelves.keep(few) is not few
    assert shelves.keep(few) == few
