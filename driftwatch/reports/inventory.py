"""The list of mocks for a person: by file, one line an interaction, then what could not be read and what was left."""

from collections import Counter
from itertools import groupby

from driftwatch.model.interaction import Ignored, Interaction
from driftwatch.model.inventory import Inventory, Planned
from driftwatch.reports.page import Page

_ASIDE = 2
_SHOWN = 10


def render(inventory: Inventory, *, colour: bool, width: int, verbose: bool = False) -> str:
    """The whole text, ending in a newline."""
    page = Page(width, colour=colour)
    for file, planned in groupby(inventory.planned, key=lambda one: one.interaction.origin.file):
        rows = list(planned)
        page.heading(file, f"{rows[0].interaction.format}, {_count(len(rows), 'interaction')}")
        for row in rows:
            _put_row(page, row)
    _put_unreadable(page, inventory)
    _put_ignored(page, inventory.ignored, verbose=verbose)
    _put_totals(page, inventory)
    return str(page)


def _put_row(page: Page, row: Planned) -> None:
    interaction = row.interaction
    statuses = ", ".join(map(str, interaction.statuses)) or "no answer"
    request = interaction.request
    page.put(
        f"{request.method} {request.target} → {statuses}", lead=str(interaction.origin.line), margin=_ASIDE, hang=8
    )
    for line in _remarks(interaction):
        page.put(line, margin=8, style="faint")
    if row.decision == "skip":
        page.put(row.reason, lead="not sent:", lead_style="warning", margin=8, hang=18)


def _remarks(interaction: Interaction) -> list[str]:
    remarks = []
    if interaction.name:
        remarks.append(interaction.name)
    if interaction.request.grade != "exact":
        remarks.append(f"request {interaction.request.grade}: {interaction.request.reason}".rstrip(": "))
    if interaction.dynamic:
        remarks.append(f"filled by a template: {', '.join(path or 'the whole answer' for path in interaction.dynamic)}")
    if interaction.recorded_at is not None:
        remarks.append(f"recorded {interaction.recorded_at:%Y-%m-%d} (from {interaction.recorded_from})")
    return [*remarks, *interaction.notes]


def _put_unreadable(page: Page, inventory: Inventory) -> None:
    if inventory.unreadable:
        page.heading("Unreadable", _count(len(inventory.unreadable), "file or stub", "files or stubs"))
    for one in inventory.unreadable:
        where = f"{one.file}:{one.line}{one.pointer and f' {one.pointer}'}"
        page.put(where, margin=_ASIDE, style="breaking", breaks_words=False)
        page.put(one.reason, margin=8)


def _put_ignored(page: Page, ignored: tuple[Ignored, ...], *, verbose: bool) -> None:
    if not ignored:
        return
    page.heading("Ignored", f"{_count(len(ignored), 'file')} that no format claims")
    shown = ignored if verbose else ignored[:_SHOWN]
    for one in shown:
        page.put(f"{one.file}: {one.reason}", margin=_ASIDE, style="faint", breaks_words=False)
    if len(shown) < len(ignored):
        page.put(f"and {len(ignored) - len(shown)} more: --verbose", margin=_ASIDE, style="faint")


def _put_totals(page: Page, inventory: Inventory) -> None:
    page.blank()
    formats = Counter(one.interaction.format for one in inventory.planned)
    sent = sum(one.decision == "send" for one in inventory.planned)
    told = ", ".join(f"{name} {number}" for name, number in sorted(formats.items())) or "none"
    page.put(f"{_count(len(inventory.planned), 'interaction')} ({told}); {sent} would be sent.", style="strong")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
