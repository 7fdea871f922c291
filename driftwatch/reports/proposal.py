"""What a folder holds and which providers a first config names, for a person."""

from driftwatch.model.proposal import Proposal, ProposedProvider
from driftwatch.reports.digest import count
from driftwatch.reports.page import Page
from driftwatch.reports.tally import ASIDE, put_formats, put_ignored, put_unreadable

_SHOWN = 3


def render(proposal: Proposal, *, colour: bool, width: int, verbose: bool = False) -> str:
    """The whole text, ending in a newline."""
    page = Page(width, colour=colour)
    put_formats(page, proposal.inventory.planned)
    put_unreadable(page, proposal.inventory.unreadable)
    put_ignored(page, proposal.inventory.ignored, verbose=verbose)
    if proposal.providers:
        page.heading("Providers", "the services that these mocks seem to imitate")
        hang = min(ASIDE + max(len(one.name) for one in proposal.providers) + 2, width // 2)
        for provider in proposal.providers:
            _put_provider(page, provider, hang, verbose=verbose)
    return str(page)


def _put_provider(page: Page, provider: ProposedProvider, hang: int, *, verbose: bool) -> None:
    formats = ", ".join(f"{name} {number}" for name, number in provider.formats)
    told = f"{count(provider.interactions, 'interaction')} ({formats})"
    page.put(told, lead=provider.name, lead_style="strong", margin=ASIDE, hang=hang)
    shown = provider.mocks if verbose else provider.mocks[:_SHOWN]
    for path in shown:
        page.put(path or "the folder itself", margin=hang, style="faint", breaks_words=False)
    if len(shown) < len(provider.mocks):
        page.put(f"and {len(provider.mocks) - len(shown)} more: --verbose", margin=hang, style="faint")
