"""How long a start takes: G14, G15, G16, each as CPU over that of ``import requests`` in the same round.

Run as ``python -m tests.bench.bench_start``; prints one JSON object per figure. CPU and not time, of a process and all
its children, the least and the median of many rounds: what other processes do meanwhile can only add to it. Commands
are called by the script that pip installs, in an environment without development tools and with compiled bytecode if
``BENCH_PYTHON`` names one, as ``python -m tests.bench`` sees to it; an image has both.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from tests.servers import json_answer, serve

PYTHON: Final = os.environ.get("BENCH_PYTHON", sys.executable)
DRIFTWATCH: Final = str(Path(PYTHON).with_name("driftwatch"))
ROUNDS: Final = 25
READY: Final = b'"daemon.started"'
BODY: Final = {
    "id": 1, "name": "Ada", "born": "1815-12-10", "mail": "ada@example.com", "tags": ["a", "b"],
    "address": {"city": "London", "lines": ["12 St James's Square"]}, "seen_at": "2026-05-01T12:00:00Z",
}  # fmt: skip


def report(goal: str, what: str, ours: list[float], floor: list[float], bound: float) -> None:
    """One figure as a line: the medians of both sides, and the least of both."""
    figure = {
        "goal": goal, "what": f"{what} CPU / import requests", "bound": bound,
        "ratio_median": round(median(ours) / median(floor), 3), "ratio_least": round(min(ours) / min(floor), 3),
        "least_ms": round(min(ours) * 1000, 1), "rounds": len(ours), "python": platform.python_version(),
    }  # fmt: skip
    print(json.dumps(figure), flush=True)  # noqa: T201


def spent() -> float:
    """CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_of(call: Callable[[], object]) -> float:
    """CPU seconds of the children that a call starts and awaits."""
    before = spent()
    call()
    return spent() - before


def ran(*command: str) -> None:
    """Run a command to its end; what it prints is read by nobody."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def served(config: Path) -> None:
    """Run the daemon until its port is open and its schedule armed, and not a moment longer."""
    environment = {**os.environ, "DRIFTWATCH_LOG_FORMAT": "json", "DRIFTWATCH_LOG_LEVEL": "info"}
    command = [DRIFTWATCH, "serve", "--config", str(config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stderr is not None
        if not any(READY in line for line in process.stderr):
            raise RuntimeError("the daemon ended before it was ready")
        process.kill()


@contextmanager
def a_folder() -> Iterator[tuple[Path, str]]:
    """One mock, a config that names it, and the service that it is true of."""
    answer, missing = json_answer(json.dumps(BODY)), json_answer("{}", 404)
    with (
        tempfile.TemporaryDirectory() as name,
        serve(lambda request: answer if request.path == "/users/1" else missing) as staging,
    ):
        folder = Path(name)
        (folder / "mocks").mkdir()
        response = {"status": 200, "headers": {"Content-Type": "application/json"}, "jsonBody": BODY}
        stub = {"request": {"method": "GET", "url": "/users/1"}, "response": response}
        (folder / "mocks" / "one.json").write_text(json.dumps(stub), encoding="utf-8")
        config = {
            "providers": {"users": {"mocks": "mocks", "target": staging.url}}, "store": "none", "web": {"port": 0},
            "schedule": {"when": "1h", "at_start": False}, "daemon": {"reload": 0},
        }  # fmt: skip
        (folder / "driftwatch.yaml").write_text(json.dumps(config), encoding="utf-8")
        yield folder, staging.url


def main(rounds: int = ROUNDS) -> None:
    """All figures; the first round warms the caches of the system and does not count."""
    with a_folder() as (folder, url):
        calls: dict[str, Callable[[], object]] = {
            "floor": lambda: ran(PYTHON, "-c", "import requests"),
            "version": lambda: ran(DRIFTWATCH, "--version"),
            "audit": lambda: ran(DRIFTWATCH, "audit", "--mocks", str(folder / "mocks"), "--target", url),
            "daemon": lambda: served(folder / "driftwatch.yaml"),
        }
        runs = [{which: cpu_of(call) for which, call in calls.items()} for _ in range(rounds + 1)][1:]
    sides = {which: [run[which] for run in runs] for which in calls}
    report("G14", "--version", sides["version"], sides["floor"], 0.5)
    report("G15", "one-shot audit of one mock", sides["audit"], sides["floor"], 2.2)
    report("G16", "daemon ready", sides["daemon"], sides["floor"], 4)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
