"""What several processes make of one audit, and what an audit ten times as large takes of memory.

Run as ``python -m tests.bench.bench_shards``; prints one JSON object per figure. Needs nginx on the PATH (any build)
and PostgreSQL. The mocks are WireMock stubs, a hundred in a file, no two alike; each is asked once. Processes are what
a user starts (``driftwatch audit --shard i/n``), from their first instruction to the summary of the whole run; server
and database share the machine with them. Memory is the largest resident set of a process (``getrusage``).
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.bench_transport import await_answer
from tests.postgres import Cluster, binaries, cluster
from tests.servers import closed_port

SHARED = 20_000
SMALL, LARGE = 10_000, 100_000
TOLD = '{"id":1,"name":"item 1","tags":["a","b"],"owner":{"id":7,"email":"a@example.com"},"price":12.5}'
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000; keepalive_timeout 300s; default_type application/json;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{
    listen 127.0.0.1:{port};
    location /items/ {{ return 200 '{told}'; }}
    location / {{ return 404 '{{"error":"unknown"}}'; }}
  }}
}}
"""


@contextmanager
def nginx() -> Iterator[str]:
    """A server that has one answer for every item; yields its URL."""
    with tempfile.TemporaryDirectory() as name:
        port = closed_port()
        Path(name).chmod(0o755)
        config = Path(name) / "nginx.conf"
        config.write_text(NGINX.format(folder=name, port=port, told=TOLD))
        with subprocess.Popen(["nginx", "-p", name, "-c", str(config), "-e", f"{name}/error.log"]) as server:
            try:
                url = f"http://127.0.0.1:{port}"
                await_answer(f"{url}/items/0")
                yield url
            finally:
                server.terminate()


def write(folder: Path, interactions: int, url: str) -> Path:
    """So many mocks and a config for them."""
    mocks = folder / "mocks"
    mocks.mkdir(parents=True)
    for first in range(0, interactions, 100):
        stubs = [_stub(number) for number in range(first, first + 100)]
        (mocks / f"{first:06d}.json").write_text(json.dumps({"mappings": stubs}))
    config = folder / "driftwatch.yaml"
    probing = {"samples": 1, "rate": 10_000, "concurrency": 8, "budget": 10 * LARGE}
    provider = {"mocks": str(mocks), "target": url, "probing": probing}
    config.write_text(json.dumps({"providers": {"items": provider}}))
    return config


def _stub(number: int) -> object:
    body = json.loads(TOLD) | {"id": number, "name": f"item {number}"}
    return {"request": {"method": "GET", "url": f"/items/{number}"}, "response": {"status": 200, "jsonBody": body}}


def run(config: Path, store: str, shards: int) -> tuple[float, list[float]]:
    """Seconds of a run by so many processes, and the megabytes that each of them took."""
    began = time.perf_counter()
    started = [_start(config, store, index, shards) for index in range(shards)]
    megabytes = []
    for process in started:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"a process ended with {process.returncode}")
        megabytes.append(usage.ru_maxrss / 1024)
    return time.perf_counter() - began, megabytes


def _start(config: Path, store: str, index: int, shards: int) -> "subprocess.Popen[bytes]":
    command: Sequence[str] = [
        sys.executable, "-m", "driftwatch", "audit", "--config", str(config), "--fail-on", "never", "--output",
        f"{config.parent}/report-{index}.txt", "--shard", f"{index}/{shards}", "--run", f"of-{shards}",
    ]  # fmt: skip
    environment = os.environ | {"DRIFTWATCH_STORE": store, "DRIFTWATCH_LOG_LEVEL": "error"}
    return subprocess.Popen(command, env=environment)


def speed(url: str, postgres: Cluster) -> None:
    """One, two and four processes at the same mocks, each number with a new database."""
    with tempfile.TemporaryDirectory() as name:
        config = write(Path(name), SHARED, url)
        alone = 0.0
        for shards in (1, 2, 4):
            seconds, megabytes = run(config, postgres.new_database(), shards)
            rate = SHARED / seconds
            alone = alone or rate
            _tell(
                f"interactions per second of {shards} processes / of one, {SHARED:,} interactions", rate / alone,
                {1: 1.0, 2: 1.3, 4: 1.3}[shards], is_least=True, interactions_per_second=round(rate),
                megabytes=[round(each) for each in megabytes],
            )  # fmt: skip


def memory(url: str) -> None:
    """One process without a store, at ten times the mocks."""
    with tempfile.TemporaryDirectory() as name:
        took = {}
        for interactions in (SMALL, LARGE):
            config = write(Path(name) / f"{interactions}", interactions, url)
            _, (took[interactions],) = run(config, "none", 1)
    _tell(
        f"memory of an audit of {LARGE:,} interactions / of {SMALL:,}", took[LARGE] / took[SMALL], 2.0,
        megabytes=[round(each) for each in took.values()],
    )  # fmt: skip


def _tell(what: str, ratio: float, bound: float, *, is_least: bool = False, **more: object) -> None:
    goal = {"name": f"SHARDS: {what}", "goal": f"{'>=' if is_least else '<='} {bound}"}
    print(json.dumps({**goal, "ratio": round(ratio, 2), **more, "python": platform.python_version()}), flush=True)  # noqa: T201


def main() -> None:
    """Measure and tell."""
    found = binaries()
    if shutil.which("nginx") is None or found is None:
        sys.exit("nginx or PostgreSQL is not here (Debian: nginx-light, postgresql)")
    with nginx() as url, cluster(found) as postgres:
        memory(url)
        speed(url, postgres)


if __name__ == "__main__":
    main()
