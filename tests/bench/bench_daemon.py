"""What the daemon costs beside its audits, each figure a ratio of two things measured in one run.

Run as ``python -m tests.bench.bench_daemon``; prints one JSON object per figure. ``soak`` as argument makes 1,000 runs
of it instead of 200.
"""

import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from driftwatch.daemon.board import Board
from driftwatch.daemon.timetable import Timetable
from driftwatch.model.cadence import Cadence
from driftwatch.model.finding import Category, Direction, Finding, Severity
from driftwatch.model.interaction import Expectation, Interaction, Origin, Request
from driftwatch.model.score import Score
from driftwatch.model.summary import Canary, ProviderSummary, Result, Summary, Verdict
from driftwatch.transport.clock import SystemClock
from driftwatch.web.app import Shown, make_app
from driftwatch.web.exposition import Exposition
from driftwatch.web.guard import Guard
from driftwatch.web.server import Place, Server

PYTHON = os.environ.get("BENCH_PYTHON", sys.executable)
INTERACTIONS, FINDINGS, PROVIDERS = 10_000, 2_000, 10
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def report(goal: str, what: str, ratio: float, bound: float, **more: object) -> None:
    """One figure as a line."""
    figure = {"goal": goal, "what": what, "ratio": round(ratio, 3), "bound": bound, **more}
    print(json.dumps({**figure, "python": platform.python_version()}), flush=True)  # noqa: T201


def a_summary(provider: str, interactions: int, findings: int) -> Summary:
    """One provider's run: as many operations as interactions, findings spread over them."""
    results = []
    for number in range(interactions):
        request = Request("GET", f"/v1/things/{number}", f"/v1/things/{number}/{{id}}")
        origin = Origin(f"mappings/{number}.json", "", 1)
        stub = Interaction(
            mock_id=f"m{number}", format="wiremock", origin=origin, request=request, variants=(Expectation(200),),
            group=f"m{number}", provider=provider,
        )  # fmt: skip
        mine = [_finding(stub, path) for path in range(findings // interactions + (number < findings % interactions))]
        verdict = Verdict.DRIFTED if mine else Verdict.VERIFIED
        results.append(Result(stub, verdict, findings=tuple(mine), score=Score(80.0 if mine else 100.0), samples=3))
    return Summary(
        f"{provider:.12}", NOW, 5.0, "0.1.0", "0" * 12,
        (ProviderSummary(provider, "http://127.0.0.1", tuple(results)),), canary=Canary(1, 1),
    )  # fmt: skip


def _finding(stub: Interaction, number: int) -> Finding:
    return Finding(
        kind="field-missing", category=Category.SCHEMA, severity=Severity.BREAKING, default_severity=Severity.BREAKING,
        path=f"/field-{number}", direction=Direction.MOCK_ONLY, claim="string", observed="nothing", hint="Remove it.",
        family="presence", provider=stub.provider, method="GET", path_template=stub.request.path_template,
        mock_id=stub.mock_id, origin=stub.origin, first_seen=NOW,
    )  # fmt: skip


@contextmanager
def a_full_server() -> Iterator[tuple[Board, str]]:
    """A server that shows all of it."""
    board = Board("0.1.0")
    names = [f"provider-{number}" for number in range(PROVIDERS)]
    board.configure(dict.fromkeys(names, 60.0), 1000, NOW)
    for name in names:
        board.ended(name, a_summary(name, INTERACTIONS // PROVIDERS, FINDINGS // PROVIDERS), None)
    shown = Shown("0.1.0", Exposition(board), tuple, tuple)
    with Server(make_app(shown, Guard(dict)), Place("127.0.0.1", 0)) as server:
        yield board, f"{server.url}/metrics"


def scrape(url: str) -> tuple[float, int]:
    """Seconds and bytes of one scrape, as Prometheus makes it."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    start = time.perf_counter()
    with urllib.request.urlopen(request, timeout=20) as answer:
        size = len(answer.read())
    return time.perf_counter() - start, size


def scraping() -> None:
    """G19: a scrape of 10,000 interactions and 2,000 findings, and what scraping each second takes from other work."""
    with a_full_server() as (_, url):
        first, size = scrape(url)
        times = [scrape(url)[0] for _ in range(200)]
        plain = urllib.request.Request(url)
        with urllib.request.urlopen(plain, timeout=20) as answer:
            text = answer.read()
        series = sum(not line.startswith(b"#") for line in text.splitlines())
        p95 = quantiles(times, n=20)[-1]
        report(
            "G19", "p95 of a scrape over its median", p95 / median(times), 3.0, series=series, bytes=len(text),
            bytes_packed=size, first_ms=round(first * 1000, 1), median_ms=round(median(times) * 1000, 1),
            p95_ms=round(p95 * 1000, 1),
        )  # fmt: skip
        ratios = []
        for _ in range(5):
            alone = work_done(lambda: None)
            ratios.append(work_done(lambda: scrape(url)) / alone)
        told = "G19: work done while scraped each second over work done alone"
        print(json.dumps({"name": told, "ratio": round(median(ratios), 3), "goal": ">= 0.95"}), flush=True)  # noqa: T201


def work_done(each_second: Callable[[], object], seconds: float = 4.0) -> int:
    """How often an audit's kind of work was done in Python while something else happens each second."""
    document = json.dumps([{"id": number, "name": "Ada", "tags": ["a", "b"]} for number in range(200)])
    stopping = threading.Event()

    def disturb() -> None:
        while not stopping.wait(1.0):
            each_second()

    thread = threading.Thread(target=disturb)
    thread.start()
    count, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        json.loads(document)
        count += 1
    stopping.set()
    thread.join()
    return count


def idle() -> None:
    """G24: the share of a core that a thousand providers at a minute each take when their audits are nothing."""
    board = Board("0.1.0")
    names = [f"provider-{number}" for number in range(1000)]
    board.configure(dict.fromkeys(names, 60.0), 1000, NOW)
    done: list[str] = []
    timetable = Timetable(done.append, board, SystemClock(), 4)
    timetable.plan(dict.fromkeys(names, Cadence(timedelta(minutes=1))), frozenset())
    timetable.start()
    time.sleep(2)
    before, start, ran = cpu(), time.perf_counter(), len(done)
    time.sleep(20)
    share = (cpu() - before) / (time.perf_counter() - start)
    timetable.stop()
    report("G24", "share of a core, 1,000 idle providers at 60 s", share, 0.01, runs=len(done) - ran)


def cpu() -> float:
    """CPU seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


CONFIG = {
    "probing": {"samples": 2, "spacing_seconds": 0, "rate": 10_000, "concurrency": 4},
    "schedule": {"when": "1s"}, "daemon": {"reload": 0}, "web": {"port": 0}, "store": "none",
}  # fmt: skip


@contextmanager
def a_daemon(folder: Path, staging: str, **more: object) -> Iterator["subprocess.Popen[str]"]:
    """A process that audits ten mocks each second."""
    mappings = folder / "mocks" / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    for number in range(10):
        body = {"id": number, "name": "Ada", "tags": ["a", "b"]}
        stub = {"request": {"method": "GET", "url": f"/{number}"}, "response": {"status": 200, "jsonBody": body}}
        (mappings / f"{number}.json").write_text(json.dumps(stub))
    providers = {"payments": {"mocks": "mocks", "target": staging}}
    (folder / "driftwatch.yaml").write_text(json.dumps({**CONFIG, "providers": providers, **more}))
    command = [PYTHON, "-m", "driftwatch", "serve", "--config", str(folder / "driftwatch.yaml")]
    environment = {**os.environ, "DRIFTWATCH_LOG_FORMAT": "json", "DRIFTWATCH_LOG_LEVEL": "info"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def await_event(process: "subprocess.Popen[str]", name: str) -> dict[str, object]:
    """The next event of that name."""
    assert process.stderr is not None
    for line in process.stderr:
        event: dict[str, object] = json.loads(line)
        if event["event"] == name:
            return event
    raise RuntimeError(f"it ended before {name}")


def soak(runs: int) -> None:
    """G13: memory after many audits over memory after 20."""
    from tests.servers import json_answer, serve

    answer = json_answer('{"id": 7, "name": "Ada", "tags": ["a", "b"]}')
    missing = json_answer("{}", 404)
    with (
        serve(lambda request: answer if request.path[1:].isdigit() else missing) as staging,
        tempfile.TemporaryDirectory() as folder,
        a_daemon(Path(folder), staging.url) as process,
    ):
        for _ in range(20):
            await_event(process, "audit.finished")
        before = resident(process.pid)
        for _ in range(runs - 20):
            await_event(process, "audit.finished")
        after = resident(process.pid)
    report("G13", f"memory after {runs} audits over memory after 20", after / before, 1.05, kib=after)


def resident(pid: int) -> int:
    """KiB of memory that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def main() -> None:
    """All figures."""
    scraping()
    idle()
    soak(1000 if "soak" in sys.argv[1:] else 200)


if __name__ == "__main__":
    main()
