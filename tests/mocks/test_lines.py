"""Lines and columns, asked for in any order."""

from hypothesis import given
from hypothesis import strategies as st

from driftwatch.mocks.text import lines
from driftwatch.mocks.text.lines import Lines


@given(
    text=st.text(st.sampled_from("a\n\r é\u2028"), max_size=60),
    asked=st.lists(st.integers(0, 60), max_size=12),
    finds_all=st.booleans(),
)
def test_places_are_those_of_counting_from_the_start(text: str, asked: list[int], finds_all: bool) -> None:
    """Only a line feed ends a line, and neither the order of questions nor finding all at once changes an answer."""
    found = Lines(text)
    if finds_all:
        found.find()
    for offset in (min(one, len(text)) for one in asked):
        before = text[:offset]
        assert found.place(offset) == (before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


@given(text=st.text(st.sampled_from("a\n\r é"), max_size=40))
def test_a_line_begins_where_its_first_character_is(text: str) -> None:
    """And one that is not there at the end."""
    found, parts = Lines(text), text.split("\n")
    starts = [found.start(line) for line in range(1, len(parts) + 1)]
    assert starts == [sum(len(part) + 1 for part in parts[:at]) for at in range(len(parts))]
    assert found.start(len(parts) + 1) == len(text)


def test_lines_end_across_the_stretches_in_which_they_are_found() -> None:
    """Where one stretch ends and the next begins, no line is lost and none is cut."""
    text = "abc\n" * (lines._STRETCH // 4) + "x" * lines._STRETCH + "\nlast"
    assert [end for end in Lines(text).find() if text[end - 1] != "\n"] == []
    assert len(Lines(text).find()) == text.count("\n")
