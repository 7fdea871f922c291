"""A notice as a mail: HTML that needs no style sheet, loads nothing, and is well-formed after every line."""

from html import escape

from driftwatch.model.notice import Notice
from driftwatch.reports.notices.words import Foreign, Level, Line, fitted, lines_of


def render(notice: Notice, limit: int) -> str:
    """At most ``limit`` characters, unless a single line is longer."""
    return fitted([_line(line) for line in lines_of(notice)], limit, lambda number: f"<p>… {number} more lines.</p>")


def _line(line: Line) -> str:
    text = "".join(f"<code>{escape(part)}</code>" if isinstance(part, Foreign) else escape(part) for part in line.parts)
    if line.level is Level.HEADING:
        return f"<p><strong>{text}</strong></p>"
    return f"<p>• {text}</p>" if line.level is Level.ITEM else f"<p>{text}</p>"
