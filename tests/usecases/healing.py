"""One provider and all that it takes to heal its mocks, for the tests of healing."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec.structs import replace

from driftwatch.model.healing import Healing, ProviderHealing, Selection
from driftwatch.model.interaction import Interaction
from driftwatch.model.policy import Policy, ProbingPolicy
from driftwatch.model.probe import Unreachable
from driftwatch.model.suppression import Suppression
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.heal import EVERYTHING, heal
from tests.fakes import ListedMocks, NotedProgress, ScriptedProber, SetClock
from tests.usecases.making import RUN, mock, sample, service
from tests.usecases.rewriting import PlainRewriter

DRIFTED: Final = sample('{"id": 7, "userName": "Bob", "tier": "gold"}')
MOCKED: Final = '{"id": 1, "user_name": "Ada", "old": 1}'
POLICY: Final = Policy(ProbingPolicy(samples=2, spacing=0))


@dataclass(slots=True)
class Ward:
    """One provider and all that it takes to heal its mocks."""

    mocks: list[Interaction]
    answers: dict[str, Any]
    policy: Policy = POLICY
    clock: SetClock = field(default_factory=SetClock)
    progress: NotedProgress = field(default_factory=NotedProgress)
    rewriter: PlainRewriter = field(init=False)
    prober: ScriptedProber = field(init=False)
    more: dict[str, Any] = field(default_factory=dict)
    suppressions: tuple[Suppression, ...] = ()

    def __post_init__(self) -> None:
        """The mocks are known to the rewriter as well."""
        self.rewriter = PlainRewriter(self.mocks)
        moment = self.clock.now()
        dated = {
            name: tuple(replace(one, at=one.at or moment) for one in (came if isinstance(came, tuple) else (came,) * 2))
            if not isinstance(came, Unreachable)
            else came
            for name, came in self.answers.items()
        }
        self.prober = ScriptedProber(service(**dated))

    @property
    def provider(self) -> Provider:
        """As an audit wants it."""
        return Provider("shop", "http://shop", ListedMocks(tuple(self.mocks)), self.policy, **self.more)

    def heal(self, selection: Selection = EVERYTHING) -> ProviderHealing:
        """All of it."""
        (only,) = self.healing(selection).providers
        return only

    def healing(self, selection: Selection = EVERYTHING) -> Healing:
        """All of it, with the audit."""
        run = replace(RUN, suppressions=self.suppressions)
        return heal([self.provider], {"shop": self.rewriter}, self.prober, self.clock, run, self.progress, selection)

    def body(self, healing: ProviderHealing, mock_id: str) -> Any:
        """The document of a mock that was healed."""
        return json.loads(self.rewriter.healed(healing.drafts)[mock_id].body or b"")


def kinds(told: Iterable[Any]) -> list[str]:
    """The kinds of findings, healed or left, sorted."""
    return sorted(one.finding.kind for one in told)


def a_ward(answer: Any = DRIFTED, body: str = MOCKED, **more: Any) -> Ward:
    """One mock and one answer."""
    return Ward([mock("/users", body, **more)], {"users": answer})


def reasons(healing: ProviderHealing) -> set[str]:
    """Why findings are left."""
    return {one.reason for one in healing.left}
