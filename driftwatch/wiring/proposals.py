"""A first config, put together: what an audit does not need, nor the daemon."""

from pathlib import Path

from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.strangers.landmarks import FolderLandmarks
from driftwatch.model.proposal import Proposal
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.proposal import propose


def propose_config(folder: Path) -> Proposal:
    """What a first config could say about a folder of mocks."""
    source = FolderSource(folder, now=SystemClock().now())
    return propose(source, FolderLandmarks(folder), folder.resolve().name)
