"""What no mock shows, told: every sort has words, foreign texts are harmless, the sums are right."""

import pytest
from markdown_it import MarkdownIt

from driftwatch.model.interaction import Origin
from driftwatch.model.unshown import Endpoint, Gaps, Promised, ProviderGaps, Sort, Unshown
from driftwatch.reports.gaps import heading_of, markdown, render

EVIL = "/a\x1b[31m\u202e`<script>` [x](http://evil.example) ![y](http://evil.example)"


def gaps(*unshown: Unshown, promised: tuple[Promised, ...] = ()) -> Gaps:
    """One endpoint."""
    endpoint = Endpoint("GET", "/users/{id}", 1, 3, unshown, promised)
    return Gaps((ProviderGaps("people", "http://p", (endpoint, Endpoint("GET", "/quiet", 1, 1))),), is_offline=False)


@pytest.mark.parametrize("sort", Sort)
def test_every_sort_has_words(sort: Sort) -> None:
    """With the place, where it is one."""
    told = heading_of(Unshown(sort, "/nick"))
    assert told.endswith(" at /nick")
    assert not told.startswith(" ")


@pytest.mark.parametrize("tell", [lambda found: render(found, colour=False, width=100, verbose=True), markdown])
def test_foreign_texts_do_no_harm(tell: object) -> None:
    """Neither a terminal nor a page is led astray by a member's name, a file's name or a body."""
    one = Unshown(
        Sort.NULL, EVIL, EVIL, EVIL, EVIL, files=((EVIL, f"{EVIL}\n```\nx".encode()),), why_not=EVIL, advice=EVIL
    )
    text = tell(gaps(one, promised=(Promised(Origin(EVIL), 410),)))  # type: ignore[operator]
    assert "\x1b" not in text
    assert "\u202e" not in text
    if tell is markdown:
        page = MarkdownIt().render(text)
        assert "<script" not in page
        assert "<a " not in page
        assert "<img" not in page


def test_sums() -> None:
    """Per endpoint, provider and in all; what is promised is told and not counted."""
    text = render(
        gaps(Unshown(Sort.NULL, "/a"), Unshown(Sort.NULL, "/b"), Unshown(Sort.STATUS, "status", "404"),
             promised=(Promised(Origin("api.yaml", line=3), 410), Promised(Origin("api.yaml")))),
        colour=False, width=100,
    )  # fmt: skip
    assert "people  realism score 3 = 2 null + 1 status" in text
    assert "  GET /users/{id}  3\n" in text
    assert "410: promised at api.yaml:3, neither mocked nor seen" in text
    assert "the operation: promised at api.yaml:1" in text
    assert "2 promised and neither mocked nor seen: no part of the score" in text
    assert "1 endpoint without a gap that anybody saw." in text
    assert text.endswith("Realism score 3 in 2 endpoints, 0 requests sent.\n")
