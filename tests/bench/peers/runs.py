"""Each peer's passes over a service of its own, until it has seen as many answers as all shall see."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.bench.accuracy.endpoints import Label, Mode, endpoints
from tests.bench.bench_labelled import Service
from tests.bench.peers.peer import Bench, LeftOutError, Outcome, Peer
from tests.servers import serve

PASSES: Final = 3
ANSWERS: Final = 15
"""What three audits see of an endpoint; who asks less in a pass gets more passes for it."""


@dataclass(slots=True)
class Score:
    """What one peer said of every endpoint, pass by pass."""

    passes: list[Mapping[str, Outcome]] = field(default_factory=list)
    asked: list[Mapping[str, int]] = field(default_factory=list)
    """By pass: how often each endpoint was asked."""

    @property
    def answers(self) -> int:
        """How many answers of an endpoint it has seen, of the endpoint it asked least."""
        return min(sum(one[path] for one in self.asked) for path in self.asked[0]) if self.asked else 0

    def said(self, outcome: Outcome, passes: int | None = None) -> set[str]:
        """The endpoints of which it said so at least once in the first so many passes, or in all."""
        return {path for one in self.passes[:passes] for path, said in one.items() if said is outcome}

    def told(self, passes: int | None = None) -> set[str]:
        """The endpoints it told of, but never by an alarm."""
        return self.said(Outcome.NOTE, passes) - self.said(Outcome.ALARM, passes)

    def unchecked(self) -> set[str]:
        """Where the first pass found nothing out."""
        return self.said(Outcome.UNCHECKED, 1)


@dataclass(frozen=True, slots=True)
class Column:
    """One peer in the table: with what can be inferred from the mocks, and with what a careful author adds."""

    title: str
    plain: Score
    careful: Score | None


@cache
def labels() -> Mapping[str, Label]:
    """Every endpoint with its label, in a fixed order."""
    return {one.path: one.label for one in endpoints()}


def paths_of(mode: Mode) -> set[str]:
    """The endpoints of a mode."""
    return {path for path, label in labels().items() if label.mode is mode}


def score(peer: Peer, *, careful: bool) -> Score:
    """All its passes; raises ``LeftOutError`` when it does not work here."""
    known = {one.path: one for one in endpoints()}
    service, kept = Service(known), Score()
    with tempfile.TemporaryDirectory() as place, serve(service) as server:
        bench = Bench(tuple(known.values()), server.url, Path(place), careful=careful)
        with peer.start(bench) as one_pass:
            while len(kept.passes) < PASSES or kept.answers < ANSWERS:
                before = Counter(service.calls)
                said = one_pass()
                asked = {path: service.calls[path] - before[path] for path in known}
                if not any(asked.values()):
                    raise LeftOutError("asked the service nothing")
                kept.asked.append(asked)
                kept.passes.append({path: _sure(said.get(path), asked[path]) for path in known})
    return kept


def _sure(said: Outcome | None, asked: int) -> Outcome:
    """Nothing is clean that was not asked."""
    if said is None or (said is Outcome.CLEAN and not asked):
        return Outcome.UNCHECKED
    return said


def columns(peers: Iterable[Peer]) -> Iterator[Column | str]:
    """Every peer's column as it comes, or why there is none."""
    for peer in peers:
        try:
            title = f"{peer.name} {peer.version()}"
            plain = score(peer, careful=False)
            careful = score(peer, careful=True) if peer.has_document else None
        except (LeftOutError, OSError, ValueError, KeyError, pytest.skip.Exception, pytest.fail.Exception) as error:
            reason = error if isinstance(error, LeftOutError) else f"{type(error).__name__}: {error}"
            yield f"{peer.name} is left out: {reason}"
        else:
            yield Column(title, plain, careful)
