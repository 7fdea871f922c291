"""What a first config could say about a folder: read, look for landmarks, group; nothing is sent or written."""

from collections import Counter
from itertools import chain

from driftwatch.model.interaction import Interaction
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.proposal import Proposal, ProposedProvider
from driftwatch.ports import Landmarks, MockSource
from driftwatch.usecases.grouping import MockFile, beside, counted_hosts, cover, group
from driftwatch.usecases.inventory import take_inventory


def propose(source: MockSource, landmarks: Landmarks, folder: str) -> Proposal:
    """Everything a source holds, and the providers that its mocks seem to imitate, by name.

    ``folder`` is the name of the folder itself, for mocks that nothing else names.
    """
    inventory = take_inventory([(source, ProbingPolicy())])
    interactions = [one.interaction for one in inventory.planned]
    formats = {one.origin.file: one.format for one in interactions}
    files = [MockFile(file, landmarks.of(file, name)) for file, name in sorted(formats.items())]
    providers = group(files, folder)
    places = cover(files, providers)
    return Proposal(
        inventory,
        tuple(
            _provider(name, own, [one for one in files if providers[one.file] == name], interactions)
            for name, own in places.items()
        ),
        beside((one.file for one in inventory.unreadable), chain.from_iterable(places.values())),
    )


def _provider(
    name: str, places: tuple[str, ...], files: list[MockFile], interactions: list[Interaction]
) -> ProposedProvider:
    own = {one.file for one in files}
    formats = Counter(one.format for one in interactions if one.origin.file in own)
    return ProposedProvider(name, places, len(files), tuple(sorted(formats.items())), counted_hosts(files))
