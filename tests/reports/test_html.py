"""What the templates are filled with: trends, marks between two sides, pages of lists; and the report as one file."""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.drift.catalog import KINDS, PAGES
from driftwatch.model.summary import Summary
from driftwatch.reports import html
from driftwatch.reports.html.kind import parts
from driftwatch.reports.html.listing import Row, Wish, pick
from driftwatch.reports.html.sides import pieces
from driftwatch.reports.html.sparkline import HEIGHT, WIDTH, sparkline
from driftwatch.reports.html.words import number, percent, seconds
from driftwatch.reports.percent import encoded
from tests.reports.samples import SUMMARIES, canary_missed, drift_in_two_providers, suppressed, three_hundred_findings
from tests.reports.strategies import SUMMARIES as ANY_SUMMARY


@pytest.mark.parametrize("make", SUMMARIES.values(), ids=list(SUMMARIES))
def test_a_report_is_one_valid_file(make: Callable[[], Summary]) -> None:
    """A strict parser takes it; it has no script and no address but its own anchors, each of which leads somewhere."""
    text = html.render(make())
    html5lib.HTMLParser(strict=True).parse(text)
    assert not re.search(r"<script|<link|<img|<iframe|<base|\sstyle=|\son\w+=|url\(|@import", text)
    addresses = re.findall(r"""\b(?:href|src|action)=["']([^"']*)""", text)
    assert all(address.startswith("#") for address in addresses)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert {address[1:] for address in addresses} <= set(ids)


def test_the_policy_names_the_very_style() -> None:
    """Its digest is that of what stands between the tags, so a browser uses it and nothing else."""
    text = html.render(drift_in_two_providers())
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert style is not None
    assert policy is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy[1].replace("&#39;", "'")
    assert policy[1].startswith("default-src 'none'")


@settings(max_examples=40, deadline=None)
@given(ANY_SUMMARY)
def test_any_summary_is_legible_and_valid(summary: Summary) -> None:
    """Whatever strangers write, lines are printable and the parser has nothing to forgive."""
    text = html.render(summary)
    assert all(line.isprintable() for line in text.split("\n"))
    html5lib.HTMLParser(strict=True).parse(text)


def test_a_report_tells_what_the_console_tells() -> None:
    """Both sides, place, how often, what it explains, how the sides stand; gaps, files, suppressions, the canary."""
    text = html.render(drift_in_two_providers())
    for words in (
        "string (email)", "mappings/charge.json:3", "0 of 3 observations; the true share is at most 63 %",
        "field-added · /contact", "the service moved (openapi.yaml:12)", "staging is ahead", "the list came back empty",
        "mappings/broken.json:7", "a string is not closed", "README.md", "8 of 12 interactions", "<del>user_name</del>",
        "<ins>userName</ins>",
    ):  # fmt: skip
        assert words in text, words
    assert "team-checkout: The reader is released in June." in html.render(suppressed())
    assert "It ended with 2026-03-31" in html.render(suppressed())
    assert "MISSED" in html.render(canary_missed())
    assert html.render(three_hundred_findings()).count("<article") == 300


@pytest.mark.parametrize(
    ("mock", "real", "marked", "other"),
    [
        ("user_name, string", "userName, string", ["user_name"], ["userName"]),
        ("number", "number, or absent", [], [", or absent"]),
        ("string (email)", "nothing", [], []),
        ("same", "same", [], []),
        ("", "", [], []),
        ("x " * 5000, "y " * 5000, [], []),
    ],
)
def test_what_differs_is_marked(mock: str, real: str, marked: list[str], other: list[str]) -> None:
    """The words that the other side lacks; nothing where nearly all differs, or is too long to be read at a glance."""
    for one, two, expected in ((mock, real, marked), (real, mock, other)):
        found = pieces(one, two)
        assert "".join(piece.text for piece in found) == one
        assert [piece.text for piece in found if piece.differs] in (expected, [])


@given(st.lists(st.none() | st.floats(0, 100), max_size=40))
def test_a_trend_stays_in_its_picture(values: Sequence[float | None]) -> None:
    """Every point lies inside, and every known value is drawn or lies on a line."""
    drawn = sparkline(values)
    if drawn is None:
        assert all(value is None for value in values)
        return
    points = [point.split(",") for line in drawn.lines for point in line.split()] + [list(dot) for dot in drawn.dots]
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in points)
    assert len(points) >= sum(value is not None for value in values)


def test_a_trend_is_told_in_words() -> None:
    """From where to where, over how many runs, and what is missing; never rounded up."""
    made = [sparkline(values) for values in ([99.9], [90.0, None, 80.5], [70.0, 70.9])]
    assert [one.words for one in made if one is not None] == [
        "fidelity in the only run: 99 throughout",
        "fidelity in the last 3 runs: from 90 to 80; nothing compared in 1",
        "fidelity in the last 2 runs: 70 throughout",
    ]


ROWS = [
    Row(number, {"parity": frozenset({"even" if number % 2 == 0 else "odd"})}, f"row {number}") for number in range(25)
]


def test_pages_cover_the_list_once() -> None:
    """Ten, ten, five; a number beyond the end means the last page."""
    pages = [pick(ROWS, Wish(page=page), ["parity"], size=10) for page in (1, 2, 3, 99)]
    assert [row for page in pages[:3] for row in page.rows] == list(range(25))
    assert pages[3] == pick(ROWS, Wish(page=99), ["parity"], size=10)
    assert (pages[3].number, pages[3].pages) == (3, 3)


def test_counts_leave_their_own_choice_aside() -> None:
    """One sees what another choice would show."""
    page = pick(ROWS, Wish({"parity": "odd", "text": "row 1"}), ["parity"])
    assert page.counts == {"parity": {"even": 5, "odd": 7}}
    assert (page.found, page.total) == (7, 25)


def test_a_wish_keeps_what_is_asked_and_drops_the_rest() -> None:
    """Unknown names, empty values and strange page numbers are none; what is left survives a change of page."""
    wish = Wish.of([("text", " a&b "), ("kind", ""), ("evil", "x"), ("page", "²")], ["text", "kind"])
    assert (wish.chosen, wish.page) == ({"text": "a&b"}, 1)
    assert wish.but(page=2, kind="x y") == "?text=a%26b&page=2&kind=x%20y"
    assert wish.but(text="") == "?"


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_of_a_kind_has_its_sections(kind: str) -> None:
    """Titles in their order, each with text, and no mark-up left over."""
    found = parts(PAGES[kind])
    titles = [part.title for part in found if part.title]
    assert titles[:3] == ["What it finds", "Why it matters", "Example"]
    assert titles[-1] == "What to do"
    assert not any("``" in span.text for part in found for span in part.spans)


def test_numbers_flatter_nobody() -> None:
    """Rounded down, in units of the right size, and a dash for none."""
    assert (number(99.99), number(None), percent(0.999)) == ("99", "–", "99 %")
    assert [seconds(each) for each in (0.04, 119, 600, 86_400)] == ["0.0 s", "119.0 s", "10 min", "24.0 h"]


@pytest.mark.parametrize(("text", "segment"), [("a b/ä", "a%20b%2F%C3%A4"), ("\ud800", "%3F"), ("~._-", "~._-")])
def test_any_text_fits_into_a_url(text: str, segment: str) -> None:
    """As RFC 3986 has it."""
    assert encoded(text) == segment
