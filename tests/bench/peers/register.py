"""The peers, in the order of the table; ours first."""

from typing import Final

from tests.bench.peers import dredd, mockserver, ours, pact, prism, schemathesis
from tests.bench.peers.peer import Peer

PEERS: Final[tuple[Peer, ...]] = (
    ours.PEER,
    schemathesis.PEER,
    prism.PEER,
    dredd.PEER,
    pact.PEER,
    mockserver.PEER,
)
