"""A page hangs its leads, keeps its width and colours only what it is asked to."""

from driftwatch.reports.page import NARROWEST, Page


def test_a_lead_stands_beside_the_first_line_only() -> None:
    """Text wraps under itself, not under its lead."""
    page = Page(40, colour=False)
    page.put("one two three four five six seven eight", lead="says", margin=2, hang=10)
    assert str(page) == "  says    one two three four five six\n          seven eight\n"


def test_a_lead_too_wide_for_its_room_stands_above() -> None:
    """Nothing is cut and the text keeps its column."""
    page = Page(40, colour=False)
    page.put("text", lead="a-very-long-name", hang=6)
    assert str(page) == "a-very-long-name\n      text\n"


def test_each_line_ends_the_colour_it_began() -> None:
    """A wrapped text never colours what stands beside it."""
    page = Page(40, colour=True)
    page.put("x" * 41, style="breaking")
    assert str(page) == "\x1b[1;31m" + "x" * 40 + "\x1b[0m\n\x1b[1;31mx\x1b[0m\n"


def test_without_colour_there_is_no_escape() -> None:
    """The same text without colour is plain."""
    page = Page(80, colour=False)
    page.heading("payments", beside="https://example.com")
    page.put("text", lead="breaking", lead_style="breaking", hang=10, style="strong")
    assert "\x1b" not in str(page)


def test_foreign_escapes_do_not_reach_the_page() -> None:
    """Text, lead and heading are made legible, with colours or without."""
    page = Page(80, colour=False)
    page.heading("\x1b[2J", beside="\x1b[3J")
    page.put("\x1b[4J", lead="\x1b[5J", hang=20)
    assert "\x1b" not in str(page)
    assert all(f"\\x1b[{n}J" in str(page) for n in (2, 3, 4, 5))


def test_a_page_is_never_narrower_than_words_need() -> None:
    """A terminal that says it has one column still gets lines to read."""
    page = Page(1, colour=False)
    page.heading("x")
    assert str(page) == f"x\n{'─' * NARROWEST}\n"


def test_blank_lines_neither_double_nor_lead() -> None:
    """Sections may each ask for air without making holes."""
    page = Page(80, colour=False)
    page.blank()
    page.put("a")
    page.blank()
    page.blank()
    page.put("b")
    page.blank()
    assert str(page) == "a\n\nb\n"
