"""Contradictions, put together: folders that no config parts into services."""

from collections.abc import Sequence
from pathlib import Path

from driftwatch.mocks.strangers.landmarks import FolderLandmarks
from driftwatch.model.contradiction import Contradiction
from driftwatch.model.interaction import Interaction
from driftwatch.model.proposal import Proposal
from driftwatch.usecases.contradictions import among
from driftwatch.wiring.mocks import folder_of


def contradictions_at(path: Path, mocks: Sequence[Interaction]) -> tuple[Contradiction, ...]:
    """Those among the mocks of a folder or file."""
    return among(mocks, FolderLandmarks(path if path.is_dir() else path.parent), folder_of(path))


def contradictions_in(folder: Path, proposal: Proposal) -> tuple[Contradiction, ...]:
    """Those among the mocks that a first config would name."""
    mocks = [one.interaction for one in proposal.inventory.planned]
    return among(mocks, FolderLandmarks(folder), "")
