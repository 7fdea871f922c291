"""A notice in the little Markdown that chats share: bold headings, lists, code.

Foreign texts stand in code spans, the one place where every dialect (CommonMark, Slack's mrkdwn, Discord) reads
nothing; what would end the span, or is read before spans are, is replaced.
"""

from typing import Final

from driftwatch.model.notice import Notice
from driftwatch.reports.notices.text import harmless
from driftwatch.reports.notices.words import Foreign, Level, Line, fitted, lines_of

_MARKS: Final = {Level.HEADING: "", Level.PLAIN: "", Level.ITEM: "- "}


def render(notice: Notice, limit: int) -> str:
    """At most ``limit`` characters."""
    return fitted([_line(line) for line in lines_of(notice)], limit, lambda number: f"… {number} more lines.")


def _line(line: Line) -> str:
    parts = (f"`{harmless(part)}`" if isinstance(part, Foreign) else part for part in line.parts)
    return _MARKS[line.level] + "".join(parts)
