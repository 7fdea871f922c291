"""What a whole audit costs beside a loop around requests: G1, G2, G3; of large answers (G4), with a log (G20).

Run as ``python -m tests.bench.bench_audit``; prints one JSON object per figure. Needs nginx like ``bench_transport``,
whose server, rivals and method it uses. The audit is the real use case: every answer is sent for, led through the
gates, compared with its claim and judged, and ends in a result; the mocks' shapes are known from an earlier pass, as in
a service that runs for days, and each is asked once a pass.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import requests

from driftwatch.cli.logs import start_log
from driftwatch.model.interaction import Expectation, Interaction, Origin, Reading, Request
from driftwatch.model.policy import Policy, ProbingPolicy
from driftwatch.model.summary import Verdict
from driftwatch.settings.environment import LogSettings
from driftwatch.transport.canary import loopback_answer
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.target import Target
from driftwatch.usecases import canary
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import audit
from tests.bench import bench_transport as rivals
from tests.watchers import Silence

ROUNDS = 5
CALLS = 4200
LARGE = 800
"""Records of a page of 200 KB."""
THRICE = ("prepared_thrice", "audited_thrice")
JSON_TYPE = (("Content-Type", "application/json"),)


class Claimed:
    """So many mocks of one page, each asked by a path of its own."""

    def __init__(self, count: int, prefix: str = "", records: int = 8) -> None:
        answer = Expectation(200, JSON_TYPE, rivals.page(records))
        self._interactions = [
            Interaction(
                str(number), "bench", Origin("bench"), Request("GET", f"{prefix}/users/{number}", "/users/{id}"),
                (answer,), group=str(number), provider="bench",
            )
            for number in range(count)
        ]  # fmt: skip

    def read(self) -> Iterator[Reading]:
        """All of them."""
        return iter(self._interactions)


def audited(
    url: str, threads: int, count: int, samples: int = 1, log: Callable[[], None] = rivals.quiet, records: int = 8
) -> None:
    """A whole audit with ``count`` requests: so many mocks, one sample each."""
    log()
    mocks = count // samples
    target = Target("bench", url, rate=None, concurrency=threads)
    policy = Policy(ProbingPolicy(samples=samples, spacing=0))
    with loopback_answer(*canary.ANSWER) as planted:
        targets = {"bench": target, canary.PROVIDER: Target(canary.PROVIDER, planted, rate=None)}
        prober = HttpProber(targets, SystemClock(), run_id="bench", workers=threads)
        provider = Provider("bench", url, Claimed(mocks, records=records), policy)
        summary = audit([provider], prober, SystemClock(), Run("bench", "0", ""), Silence())
    verified = summary.verdicts[Verdict.VERIFIED]
    if verified != mocks or not summary.canary.is_alive:
        raise RuntimeError(f"{verified} of {mocks} verified")


def audited_thrice(url: str, threads: int, count: int) -> None:
    """The same number of requests as an audit sends them unless told otherwise: three for each mock."""
    audited(url, threads, count, samples=3)


def audited_large(url: str, threads: int, count: int) -> None:
    """The same with answers of 200 KB."""
    audited(url, threads, count, records=LARGE)


def audited_and_told(url: str, threads: int, count: int) -> None:
    """The same with the log of a service, one JSON object a line on standard error."""
    audited(url, threads, count, log=lambda: start_log(LogSettings("info", "json")))


def audited_unheard(url: str, threads: int, count: int) -> None:
    """The same without a log."""
    audited(url, threads, count, log=lambda: start_log(LogSettings("error", "json")))


def prepared_thrice(url: str, threads: int, count: int) -> None:
    """The best loop for that: each request prepared once and sent three times, no environment, no redirects."""

    def make_call() -> Callable[[str], object]:
        session = requests.Session()
        session.trust_env = False

        def call(path: str) -> object:
            request = requests.Request("GET", url + path).prepare()
            return [session.send(request, allow_redirects=False).content for _ in range(3)]

        return call

    rivals.in_threads(threads, count // 3, make_call)


def measure(name: str, url: str, threads: int, count: int) -> dict[str, float]:
    """One client in a fresh process on the second core."""
    command = [sys.executable, "-m", "tests.bench.bench_audit", "client", name, url, str(threads), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def throughput(url: str, rounds: int) -> None:
    """G1 and G2: whole audits over loops around requests, no latency."""
    for threads in (16, 64):
        runs = [
            {name: measure(name, url, threads, CALLS) for name in ("bare", "prepared", "audited", *THRICE)}
            for _ in range(rounds)
        ]
        for figure, rival, ours, goal in (
            ("G1: audit throughput / bare loop", "bare", "audited", 1.1),
            ("G2: audit throughput / prepared loop", "prepared", "audited", 0.75),
            ("G2: the same, each request sent three times", *THRICE, 0.75),
        ):
            ratios = [run[rival]["wall"] / run[ours]["wall"] for run in runs]
            name = f"{figure}, {threads} threads"
            rivals.report(name, ratios, is_higher_better=True, goal=goal)


def latency(url: str, rounds: int) -> None:
    """G3: whole audits against a server that takes 50 ms, over what so many threads could do at best."""
    for threads, goal in ((64, 0.90), (128, 0.75)):
        count = 60 * threads
        rates = [count / measure("audited", f"{url}/slow", threads, count)["wall"] for _ in range(rounds)]
        ratios = [rate / (threads / 0.05) for rate in rates]
        rivals.report(
            f"G3: audit throughput at 50 ms / ideal, {threads} threads", ratios, is_higher_better=True, goal=goal
        )


def large(url: str, rounds: int) -> None:
    """G4: the CPU of auditing answers of 200 KB over that of getting them."""
    runs = [{name: measure(name, f"{url}/large", 16, 400) for name in ("audited_large", "bare")} for _ in range(rounds)]
    ratios = [run["audited_large"]["cpu"] / run["bare"]["cpu"] for run in runs]
    rivals.report("G4: CPU of an audit / bare requests, answers of 200 KB", ratios, is_higher_better=False, goal=5)


def logging(url: str, rounds: int) -> None:
    """G20: whole audits with a log over those without."""
    runs = [
        {name: measure(name, url, 16, CALLS) for name in ("audited_and_told", "audited_unheard")} for _ in range(rounds)
    ]
    ratios = [run["audited_unheard"]["wall"] / run["audited_and_told"]["wall"] for run in runs]
    rivals.report("G20: audit throughput with a JSON log / without", ratios, is_higher_better=True, goal=0.97)


def main(rounds: int = ROUNDS) -> None:
    """All figures."""
    with rivals.nginx() as (url, _):
        throughput(url, rounds)
        latency(url, rounds)
        large(url, rounds)
        logging(url, rounds)


if __name__ == "__main__":
    for client in (audited, audited_thrice, audited_large, audited_and_told, audited_unheard, prepared_thrice):
        rivals.CLIENTS[client.__name__] = client
    if sys.argv[1:2] == ["client"]:
        rivals.run_client(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    elif shutil.which("nginx") and rivals.ECHO_MODULE.exists():
        main(*map(int, sys.argv[1:2]))
    else:
        sys.exit("nginx with its echo module is not here (Debian: nginx-light, libnginx-mod-http-echo)")
