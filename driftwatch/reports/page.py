"""A page for a terminal: lines of a given width with hanging leads and, if wanted, a little colour."""

from typing import Final

from driftwatch.reports.legible import columns, legible, wrap

NARROWEST: Final = 40
"""Columns below which wrapping no longer helps a reader."""

_STYLES: Final = {
    "breaking": "1;31",  # bold red
    "warning": "33",  # yellow
    "info": "36",  # cyan
    "good": "32",  # green
    "removed": "31",  # red
    "added": "32",
    "place": "36",
    "strong": "1",
    "faint": "2",
}
"""Select Graphic Rendition parameters (ECMA-48, 8.3.117), from the eight colours that every theme sets itself."""


class Page:
    """Collects lines. Whatever is put on it is made legible first, so that no caller can forget to."""

    def __init__(self, width: int, *, colour: bool) -> None:
        self._width = max(width, NARROWEST)
        self._colour = colour
        self._lines: list[str] = []

    def blank(self) -> None:
        """One empty line, never two in a row and never at the top."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def heading(self, text: str, beside: str = "") -> None:
        """A strong line over a rule, with something fainter beside it."""
        self.blank()
        title, aside = legible(text), legible(beside)
        if columns(title) + 2 + columns(aside) <= self._width:
            self._lines.append(f"{self._ink(title, 'strong')}  {self._ink(aside, 'faint')}".rstrip(" "))
        else:
            self.put(text, style="strong")
            self.put(beside, style="faint")
        self._lines.append(self._ink("─" * self._width, "faint"))

    def put(
        self, text: str, *, lead: str = "", margin: int = 0, hang: int = 0, style: str = "", lead_style: str = "",
        breaks_words: bool = True,
    ) -> None:  # fmt: skip
        """Put a wrapped text at column ``hang``, with ``lead`` in the room between ``margin`` and there."""
        indent = max(hang, margin)
        start = " " * indent
        if lead:
            shown = legible(lead)
            if columns(shown) >= indent - margin:
                self.put(lead, margin=margin, style=lead_style)
            else:
                gap = " " * (indent - margin - columns(shown))
                start = " " * margin + self._ink(shown, lead_style) + gap
        for line in wrap(legible(text), self._width - indent, breaks_words=breaks_words):
            self._lines.append((start + self._ink(line, style)).rstrip(" "))
            start = " " * indent

    def line(self, text: str, style: str = "") -> None:
        """Put one line as it is, however long: a line of a diff is not to be wrapped."""
        self._lines.append(self._ink(legible(text), style))

    def _ink(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._colour and style and text else text

    def __str__(self) -> str:
        return "\n".join(self._lines).rstrip("\n") + "\n"
