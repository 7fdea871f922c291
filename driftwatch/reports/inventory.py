"""The list of mocks for a person: by file, one line an interaction, then what could not be read and what was left."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from driftwatch.model.interaction import Interaction
from driftwatch.model.inventory import Inventory, Planned
from driftwatch.reports.digest import count
from driftwatch.reports.page import Page
from driftwatch.reports.tally import ASIDE, put_ignored, put_unreadable


def render(inventory: Inventory, *, colour: bool, width: int, verbose: bool = False) -> str:
    """The whole text, ending in a newline."""
    page = Page(width, colour=colour)
    for file, planned in groupby(inventory.planned, key=lambda one: one.interaction.origin.file):
        rows = list(planned)
        page.heading(file, f"{rows[0].interaction.format}, {count(len(rows), 'interaction')}")
        for row in rows:
            _put_row(page, row)
    put_unreadable(page, inventory.unreadable)
    put_ignored(page, inventory.ignored, verbose=verbose)
    _put_skipped(page, inventory.planned)
    _put_totals(page, inventory)
    return str(page)


def _put_row(page: Page, row: Planned) -> None:
    interaction = row.interaction
    statuses = ", ".join(map(str, interaction.statuses)) or "no answer"
    request = interaction.request
    page.put(f"{request.method} {request.target} → {statuses}", lead=str(interaction.origin.line), margin=ASIDE, hang=8)
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


def _put_skipped(page: Page, planned: Sequence[Planned]) -> None:
    """Why interactions would not be sent, each reason once: the list above may be long."""
    reasons = Counter(one.reason for one in planned if one.decision == "skip")
    if not reasons:
        return
    page.heading("Not sent", count(reasons.total(), "interaction"))
    hang = ASIDE + len(str(max(reasons.values()))) + 2
    for reason, number in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])):
        page.put(reason, lead=str(number), margin=ASIDE, hang=hang)


def _put_totals(page: Page, inventory: Inventory) -> None:
    page.blank()
    formats = Counter(one.interaction.format for one in inventory.planned)
    sent = sum(one.decision == "send" for one in inventory.planned)
    told = ", ".join(f"{name} {number}" for name, number in sorted(formats.items())) or "none"
    page.put(f"{count(len(inventory.planned), 'interaction')} ({told}); {sent} would be sent.", style="strong")
