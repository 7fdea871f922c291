"""A notice as short plain text, for channels without markup. Some of them see markup nevertheless: see ``harmless``."""

from typing import Final

from driftwatch.model.notice import Notice
from driftwatch.reports.notices.words import Foreign, Level, Line, fitted, lines_of

_ZERO: Final = "\u200b"
_HARMLESS: Final = str.maketrans({"<": "‹", ">": "›", "@": f"@{_ZERO}", "`": "'"})
_MARKS: Final = {Level.HEADING: "", Level.PLAIN: "", Level.ITEM: "• "}


def render(notice: Notice, limit: int) -> str:
    """At most ``limit`` characters."""
    return fitted([_line(line) for line in lines_of(notice)], limit, lambda number: f"… {number} more lines.")


def _line(line: Line) -> str:
    parts = (harmless(part) if isinstance(part, Foreign) else part for part in line.parts)
    return _MARKS[line.level] + "".join(parts)


def harmless(text: str) -> str:
    """A legible text that calls nobody and leads nowhere.

    Chats look for markup in everything they get: ``@everyone`` and ``<!channel>`` wake people, and a URL in a path is
    made a link that a stranger chose.
    """
    return text.translate(_HARMLESS).replace("://", f":{_ZERO}//")
