"""Mocks that contradict each other: for a person, and as the ``driftwatch.contradictions/1`` document."""

from collections.abc import Sequence

from driftwatch.model.contradiction import Contradiction, Disagreement, Saying
from driftwatch.reports.digest import count
from driftwatch.reports.json import encoded
from driftwatch.reports.page import Page

_ASIDE = 2
_HANG = 6
_SHOWN = 3
_WORDS = {
    Disagreement.STATUS: "different statuses for one request",
    Disagreement.TYPE: "different types at {path}",
    Disagreement.FIELD: "{path} is there and is not there",
    Disagreement.SPELLING: "one word in different spellings at {path}",
}


def render(found: Sequence[Contradiction], *, colour: bool, width: int, verbose: bool = False) -> str:
    """The whole text, ending in a newline."""
    page = Page(width, colour=colour)
    operation = ""
    for one in found:
        name = f"{one.method} {one.path_template}"
        if name != operation:
            page.heading(name, one.provider)
            operation = name
        page.put(_WORDS[one.disagreement].format(path=one.path or "the root"), lead="-", margin=_ASIDE, hang=_ASIDE + 2)
        for saying in one.sayings:
            _put_saying(page, saying, verbose=verbose)
    page.blank()
    page.put(conclusion(found), style="strong")
    return str(page)


def _put_saying(page: Page, saying: Saying, *, verbose: bool) -> None:
    shown = saying.origins if verbose else saying.origins[:_SHOWN]
    page.put(saying.says, margin=_HANG, style="warning")
    for origin in shown:
        page.put(str(origin), margin=_HANG + 2, style="faint", breaks_words=False)
    if len(shown) < len(saying.origins):
        page.put(f"and {len(saying.origins) - len(shown)} more: --verbose", margin=_HANG + 2, style="faint")


def conclusion(found: Sequence[Contradiction]) -> str:
    """The last line."""
    if not found:
        return "No mock contradicts another."
    return f"{count(len(found), 'contradiction')}: of these mocks one at least is wrong, whatever the service does."


def remark(found: Sequence[Contradiction], command: str, *, width: int) -> str:
    """A sentence below other output, ending in a newline; empty where there is nothing to say."""
    if not found:
        return ""
    page = Page(width, colour=False)
    page.put(f"{count(len(found), 'contradiction')} among them: {command} shows what is mocked in different ways.")
    return str(page)


def document(found: Sequence[Contradiction]) -> str:
    """The ``driftwatch.contradictions/1`` document, indented, ending in a newline."""
    return encoded(
        {
            "schema": "driftwatch.contradictions/1",
            "contradictions": [
                {
                    "disagreement": str(one.disagreement),
                    "provider": one.provider,
                    "method": one.method,
                    "path_template": one.path_template,
                    "path": one.path,
                    "sayings": [
                        {
                            "says": saying.says,
                            "origins": [
                                {"file": origin.file, "pointer": origin.pointer, "line": origin.line}
                                for origin in saying.origins
                            ],
                        }
                        for saying in one.sayings
                    ],
                }
                for one in found
            ],
        },
        indent=2,
    )
