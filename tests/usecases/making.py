"""Mocks, answers and whole audits in a few words, for the tests of the use cases."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec.structs import replace

from driftwatch.model.interaction import Expectation, Interaction, Origin, Reading, Request
from driftwatch.model.policy import Policy, ProbingPolicy
from driftwatch.model.probe import Observation, Probe, Purpose, Unreachable
from driftwatch.model.summary import Result, Summary, Verdict
from driftwatch.usecases import canary
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import audit
from tests.fakes import Answer, ListedMocks, NotedProgress, ScriptedProber, SetClock

JSON: Final = (("Content-Type", "application/json"),)
RUN: Final = Run("run-1", "0.0", "digest")


_ASKED: Final = ("method", "path_template", "headers", "grade", "reason")


def mock(path: str, body: str = '{"ok": true}', **more: Any) -> Interaction:
    """A mock of GET ``path`` that answers 200 with JSON; ``more`` replaces fields of the interaction or its request."""
    asked = {name: more.pop(name) for name in _ASKED if name in more}
    request = replace(Request("GET", path, path), **asked)
    origin = Origin(f"mocks{path}.json")
    return dataclasses.replace(Interaction(path, "fake", origin, request, (says(body),), group=path), **more)


def says(body: str, status: int = 200) -> Expectation:
    """A mocked answer."""
    return Expectation(status, JSON, body.encode())


def sample(body: str = '{"ok": true}', status: int = 200) -> Observation:
    """A real answer."""
    return Observation(status, JSON, body.encode())


NOT_FOUND: Final = sample('{"error": "no such route"}', 404)
TRUE: Final = sample()
DRIFTED: Final = sample('{"ok": "yes"}')


def service(**answers: Observation | Unreachable | tuple[Observation, ...]) -> Answer:
    """Answers by the path's name, 404 elsewhere, and the canary's own answer to the canary."""

    def answer(probe: Probe) -> Observation | tuple[Observation, ...] | Unreachable:
        if probe.provider == canary.PROVIDER:
            status, headers, body = canary.ANSWER
            return Observation(status, headers, body)
        came = answers.get(probe.request.path.strip("/"), NOT_FOUND)
        return replace(came, probe=probe) if isinstance(came, Unreachable) else came

    return answer


def refused(reason: str, *, is_policy: bool = False) -> Unreachable:
    """What a prober says of a probe it did not send."""
    return Unreachable(Probe("", Request("GET", "/", "/"), ()), reason, is_policy)


@dataclass(slots=True)
class Desk:
    """One audit, and all that took part in it."""

    prober: ScriptedProber
    policy: Policy = field(default_factory=lambda: Policy(ProbingPolicy(samples=2, spacing=0)))
    clock: SetClock = field(default_factory=SetClock)
    progress: NotedProgress = field(default_factory=NotedProgress)

    def audit(self, **mocks: Iterable[Reading]) -> Summary:
        """Audit providers by their names."""
        providers = [
            Provider(name, f"http://{name}", ListedMocks(tuple(readings)), self.policy)
            for name, readings in mocks.items()
        ]
        return audit(providers, self.prober, self.clock, RUN, self.progress)

    @property
    def asked(self) -> list[str]:
        """The paths of the providers' own questions, in order."""
        return [
            probe.request.path
            for probe in self.prober.sent
            if probe.provider != canary.PROVIDER and probe.purpose is Purpose.CLAIM
        ]


def verdicts(summary: Summary, provider: int = 0) -> list[tuple[str, Verdict]]:
    """Each interaction's id and verdict, in the order of the summary."""
    return [(result.interaction.mock_id, result.verdict) for result in summary.providers[provider].results]


def only(summary: Summary) -> Result:
    """The one result."""
    (result,) = summary.results
    return result
