"""Laws of the line diff: it leads from one text to the other, by no more lines than must change."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from driftwatch.reports.hunks import Hunk, hunks

LINES = st.lists(st.sampled_from([b"a", b"b", b"  },", b"", b"x\r"]), max_size=25)
TEXTS = st.builds(lambda lines, is_ended: b"\n".join(lines) + b"\n" * is_ended, LINES, st.booleans())


def applied(before: bytes, changes: tuple[Hunk, ...]) -> bytes:
    """What ``patch`` would make of a text, strictly: every line that goes or stays must be there."""
    old = before.splitlines(keepends=True) if b"\r" not in before else list(_split(before))
    new: list[bytes] = []
    at = 0
    for hunk in changes:
        start = hunk.old_start - 1 if hunk.old_count else hunk.old_start
        new += old[at:start]
        at = start
        assert len(new) == (hunk.new_start - 1 if hunk.new_count else hunk.new_start)
        for line in hunk.lines:
            if line.sign != "+":
                assert old[at] == line.content
                at += 1
            if line.sign != "-":
                new.append(line.content)
        assert at == start + hunk.old_count
    return b"".join(new + old[at:])


def _split(text: bytes) -> Iterator[bytes]:
    while text:
        line, end, text = text.partition(b"\n")
        yield line + end


@given(TEXTS, TEXTS)
def test_a_diff_leads_from_one_to_the_other(before: bytes, after: bytes) -> None:
    """Applied to the old text it gives the new one; the same text has none."""
    assert applied(before, hunks(before, after)) == after
    assert applied(before, hunks(before, after, context=0)) == after
    assert hunks(before, before) == ()


@given(TEXTS, TEXTS)
def test_no_more_lines_change_than_must(before: bytes, after: bytes) -> None:
    """Never more than Python's own diff would change."""
    ours = sum(line.sign != " " for hunk in hunks(before, after) for line in hunk.lines)
    old, new = list(_split(before)), list(_split(after))
    theirs = sum(
        b - a + d - c
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
    )
    assert ours <= theirs


def test_very_different_texts_are_one_change() -> None:
    """Where the shortest way would be long, all of it counts as changed, between the first and the last line."""
    before = b"first\n" + b"".join(b"old %d\n" % number for number in range(2000)) + b"last\n"
    after = b"first\n" + b"".join(b"new %d\n" % number for number in range(2000)) + b"last\n"
    (hunk,) = hunks(before, after)
    assert (hunk.head, len(hunk.lines)) == ("@@ -1,2002 +1,2002 @@", 4002)
    assert applied(before, (hunk,)) == after


def test_distant_changes_stand_apart() -> None:
    """Six unchanged lines between two changes join them, seven do not."""
    lines = [b"%d\n" % number for number in range(30)]

    def with_changes(*places: int) -> bytes:
        return b"".join(b"changed\n" if place in places else line for place, line in enumerate(lines))

    assert [hunk.head for hunk in hunks(b"".join(lines), with_changes(5, 12))] == ["@@ -3,14 +3,14 @@"]
    apart = ["@@ -3,7 +3,7 @@", "@@ -11,7 +11,7 @@"]
    assert [hunk.head for hunk in hunks(b"".join(lines), with_changes(5, 13))] == apart
