"""How close audits come to what they were told: to the ideal wall time (G3), and never above the rate (G23).

Run as ``python -m tests.bench.bench_asking``; prints one JSON object per figure. The server is some asyncio in a
process and on a core of its own; it takes 50 ms for each answer and writes down when each request arrived. It waits by
``select``, which counts in microseconds: ``epoll`` counts in whole milliseconds and rounds up, and up to 2 % of the
figure would be the server's. Clients run in fresh processes on the other core: the whole use case
(``bench_audit.audited``), and the prober alone.

G3 is wall time over requests × latency ÷ concurrency; what is judged costs CPU beside it. G23 is the most requests that
arrived in any one second, over the configured rate, at a service that behaves and at one that cuts every seventh
request, whose kept connections are then stale: what counts is what the server saw.
"""

import asyncio
import json
import re
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from driftwatch.model.policy import Policy, ProbingPolicy
from driftwatch.transport.canary import loopback_answer
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.host import Commons
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.target import Target
from driftwatch.usecases import canary
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import audit
from tests.bench import bench_transport as rivals
from tests.bench.bench_audit import Claimed, audited, audited_thrice
from tests.staging import busiest
from tests.watchers import Silence

ROUNDS: Final = 5
REQUESTS: Final = 2001
"""Two thousand, and a number that can be asked thrice each."""
WORKERS: Final = 64
LATENCY: Final = 0.05
RATES: Final = (10, 50, 200)
SECONDS: Final = 4
"""How long a rate is kept up for: several windows of a second."""
CUT_EVERY: Final = 7
ASKING: Final = {
    "plain": "a bare client, which is what this machine can do",
    "probed": "asked alone",
    "audited_thrice": "a whole audit, each mock asked three times",
    "audited": "a whole audit, each mock asked once",
}
COMMONS: Final = Commons()
"""What the warm-up and the run share, as all audits of a process do."""
_REQUEST: Final = re.compile(rb"(GET|HEAD) (\S+) HTTP/1\.1\r\n(?:[^\r\n]+\r\n)*\r\n")


class _Unhurried(asyncio.Protocol):
    """Answers each request after the latency, on its connection, and writes down when it came."""

    def __init__(self, page: bytes, arrivals: list[float], latency: float, cut_every: int) -> None:
        self._page, self._arrivals, self._latency, self._cut_every = page, arrivals, latency, cut_every
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self._buffer += data
        while found := _REQUEST.match(self._buffer):
            self._buffer = self._buffer[found.end() :]
            self._arrivals.append(now)
            if self._cut_every and len(self._arrivals) % self._cut_every == 0:
                self._transport.abort()
            else:
                asyncio.get_running_loop().call_later(self._latency, self._answer)

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(self._page)


async def _serve(latency: float, cut_every: int) -> None:
    """Tell the port, answer until standard input ends, tell the arrivals."""
    body = rivals.page()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    arrivals: list[float] = []
    loop = asyncio.get_running_loop()
    make = lambda: _Unhurried(head.encode() + body, arrivals, latency, cut_every)  # noqa: E731  a factory
    server = await loop.create_server(make, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await loop.run_in_executor(None, sys.stdin.read)
    print(json.dumps(arrivals), flush=True)  # noqa: T201
    server.close()


@contextmanager
def unhurried(latency: float, cut_every: int = 0) -> Iterator[tuple[str, list[float]]]:
    """The server in a process of its own: its URL, and afterwards when requests arrived."""
    command = [sys.executable, "-m", "tests.bench.bench_asking", "server", str(latency), str(cut_every)]
    arrivals: list[float] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}", arrivals
        arrivals += json.loads(process.communicate()[0])


def plain(url: str, threads: int, count: int) -> None:
    """As many connections, each of which asks and reads and does nothing else."""
    ahead = iter(range(count))

    async def ask(host: str, port: int) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for number in ahead:
            writer.write(b"GET /users/%d HTTP/1.1\r\nHost: %s\r\n\r\n" % (number, host.encode()))
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.rpartition(b":")[2]))
        writer.close()

    async def all_of_them() -> None:
        parts = urlsplit(url)
        await asyncio.gather(*(ask(parts.hostname or "", parts.port or 0) for _ in range(threads)))

    asyncio.run(all_of_them())


def paced(url: str, threads: int, count: int) -> None:
    """A whole audit of so many mocks, ``threads`` requests a second, with as many in flight as it likes."""
    rivals.quiet()
    target = Target("bench", url, rate=float(threads), concurrency=WORKERS, patience=0.0)
    with loopback_answer(*canary.ANSWER) as planted:
        targets = {"bench": target, canary.PROVIDER: Target(canary.PROVIDER, planted, rate=None)}
        prober = HttpProber(targets, SystemClock(), run_id="bench", workers=WORKERS, commons=COMMONS)
        policy = Policy(ProbingPolicy(samples=1, spacing=0))
        audit([Provider("bench", url, Claimed(count), policy)], prober, SystemClock(), Run("bench", "0", ""), Silence())


def measure(name: str, url: str, threads: int, count: int) -> dict[str, float]:
    """One client in a fresh process on the second core."""
    command = [sys.executable, "-m", "tests.bench.bench_asking", "client", name, url, str(threads), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def wall_over_ideal(rounds: int) -> None:
    """G3."""
    with unhurried(LATENCY) as (url, _):
        runs = [{name: measure(name, url, WORKERS, REQUESTS)["wall"] for name in ASKING} for _ in range(rounds)]
    for name, words in ASKING.items():
        ratios = [run[name] / (REQUESTS * LATENCY / WORKERS) for run in runs]
        figure = f"G3: wall time of 2,000 requests at 50 ms / ideal, {WORKERS} workers, {words}"
        rivals.report(figure, ratios, is_higher_better=False, goal=1.1)


def rate_over_configured() -> None:
    """G23, the worst of all rates: a bound that nothing may pass."""
    for words, cut_every in (("", 0), (f", every {CUT_EVERY}th request cut", CUT_EVERY)):
        ratios = []
        for rate in RATES:
            with unhurried(0.005, cut_every) as (url, arrivals):
                measure("paced", url, rate, rate * SECONDS)
            ratios.append(busiest(arrivals, 1.0) / rate)
        name = f"G23: most arrivals in any second / configured rate{words}"
        rivals.report(name, [max(ratios)], is_higher_better=False, goal=1)


def main(rounds: int = ROUNDS) -> None:
    """Both."""
    wall_over_ideal(rounds)
    rate_over_configured()


if __name__ == "__main__":
    for client in (plain, audited, audited_thrice, paced):
        rivals.CLIENTS[client.__name__] = client
    if sys.argv[1:2] == ["client"]:
        rivals.run_client(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    elif sys.argv[1:2] == ["server"]:
        rivals.pin(0)
        with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selectors.SelectSelector())) as runner:
            runner.run(_serve(float(sys.argv[2]), int(sys.argv[3])))
    else:
        main(*map(int, sys.argv[1:2]))
