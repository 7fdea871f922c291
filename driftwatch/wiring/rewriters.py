"""The way back into mock files, put together."""

from driftwatch.mocks.rewriting.rewriter import Rewriter
from driftwatch.settings.tree import Settings
from driftwatch.wiring.mocks import mocks_of


def rewriter_of(settings: Settings, name: str) -> Rewriter:
    """The rewriter of one provider's mocks as they are now."""
    return Rewriter(mocks_of(settings, name).source)
