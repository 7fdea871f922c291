"""A process that audits again and again, to be killed at any moment: ``python -m tests.store.crashing PLACE``."""

import sys
from typing import Final

from msgspec.structs import replace

from driftwatch.model.memory import Remembered
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation, Probe
from driftwatch.store.database import DatabaseStore
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.canary import ANSWER
from driftwatch.usecases.canary import PROVIDER as CANARY
from driftwatch.usecases.remember import remember
from tests.drift.making import a_request, an_interaction, delivery, promise
from tests.fakes import ListedMocks, NotedProgress, ScriptedProber

MOCKS: Final = 60
_MOCKS: Final = tuple(
    an_interaction(
        promise({"id": 1, "state": "PAID", "rate": 0.5}), request=a_request(path=f"/v1/{number}"),
        mock_id=f"stub-{number}", provider="",
    )
    for number in range(MOCKS)
)  # fmt: skip


def audit_once(store: DatabaseStore, name: str) -> Remembered:
    """A real audit of mocks of which every third lies, without a network."""
    clock = SystemClock()

    def asked(probe: Probe) -> Observation:
        if probe.provider == CANARY:
            status, headers, body = ANSWER
            return Observation(status, headers, body, at=clock.now())
        number = int(probe.request.path.rpartition("/")[2]) if probe.claims else 0
        document = {"id": 2, "rate": 0.25} if number % 3 else {"id": 2, "state": "VOID", "rate": 0.25}
        return replace(delivery(document), at=clock.now(), elapsed_ms=7.0)

    provider = Provider("payments", "https://x", ListedMocks(_MOCKS), Policy())
    run = Run(name, "0.1.0", "abc")
    return remember(store, [provider], ScriptedProber(asked), clock, run, NotedProgress())


def main(place: str, name: str) -> None:
    """Audit until somebody ends it; a line after each run."""
    store, number = DatabaseStore.at(place), 0
    while True:
        came = audit_once(store, f"{name}-{number}")
        assert came.trouble is None, str(came.trouble)
        sys.stdout.write(f"{name}-{number}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
