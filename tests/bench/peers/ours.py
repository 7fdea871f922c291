"""driftwatch itself: an audit of the mocks in seven formats, five questions an endpoint.

A finding of ``warning`` or ``breaking`` is an alarm, ``info`` a note, of whatever kind: the same measure as for the
others, looser than that of ``bench_labelled``, where kind and path must be right.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from driftwatch import __version__
from driftwatch.model.summary import Result
from driftwatch.wiring.audits import run_audit
from tests.bench.accuracy.formats import write
from tests.bench.bench_labelled import settings
from tests.bench.peers.peer import Bench, Outcome, Pass, Peer
from tests.watchers import Silence


def outcome(result: Result) -> Outcome:
    """What an audit says of one endpoint."""
    if any(one.is_alarm for one in result.findings):
        return Outcome.ALARM
    if result.findings:
        return Outcome.NOTE
    return Outcome.CLEAN if result.verdict.is_answer else Outcome.UNCHECKED


@contextmanager
def _start(bench: Bench) -> Iterator[Pass]:
    mocks = bench.folder / "mocks"
    write(mocks, bench.endpoints)

    def one_pass() -> dict[str, Outcome]:
        summary = run_audit(settings(mocks, bench.url), Silence())
        return {one.interaction.request.path: outcome(one) for one in summary.results}

    yield one_pass


PEER: Final = Peer("driftwatch", lambda: __version__, _start, has_document=False)
