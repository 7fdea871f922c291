"""How much the prober adds to a loop around requests, measured side by side in one run.

Run as ``python -m tests.bench.bench_transport``; prints one JSON object per figure. Needs nginx on the PATH (Debian:
``nginx-light`` and ``libnginx-mod-http-echo``), so that the server is not what is measured. The server runs on the
first core, each client in a fresh process on the second; variants alternate, and ratios are taken within a round.
"""

import gc
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from statistics import median

import requests
from requests.adapters import DEFAULT_CA_BUNDLE_PATH

from driftwatch.model.interaction import Request
from driftwatch.model.probe import Evidence, Probe
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.target import Target
from tests.servers import closed_port

ROUNDS = 5
CERTIFICATES = Path(__file__).parent.parent / "transport" / "certificates"
ECHO_MODULE = Path("/usr/lib/nginx/modules/ngx_http_echo_module.so")

NGINX = """
load_module {module};
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000; keepalive_timeout 300s; default_type application/json;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{
    listen 127.0.0.1:{plain}; root {folder};
    location / {{ try_files /page.json =404; }}
    location /slow/ {{ echo_sleep 0.05; echo_exec /page; }}
    location /page {{ try_files /page.json =404; }}
    location /large/ {{ try_files /large.json =404; }}
  }}
  server {{
    listen 127.0.0.1:{tls} ssl; root {folder};
    ssl_certificate {certificates}/good.pem; ssl_certificate_key {certificates}/good.key; ssl_session_cache off;
    ssl_session_tickets off; keepalive_timeout 0;
    location / {{ try_files /page.json =404; }}
  }}
}}
"""


def page(records: int = 8) -> bytes:
    """A page of ten-field records as an API returns them: eight make 2 KB, 800 make 200 KB."""
    record = {
        "id": "6f1f2c1e-0d4b-4a8e-9a9d-2f6b7c8d9e0f", "created_at": "2026-01-02T03:04:05Z", "email": "ada@example.com",
        "name": "Ada", "address": None, "tags": ["a", "b"], "amount": 12.5, "currency": "EUR", "active": True, "n": 7,
    }  # fmt: skip
    return json.dumps({"items": [record] * records, "next": None}).encode()


# Clients. Each runs in a process of its own: ``python -m tests.bench.bench_transport client NAME URL THREADS COUNT``.


def in_threads(threads: int, count: int, make_call: Callable[[], Callable[[str], object]]) -> None:
    """``count`` calls over so many threads, each with its own session, pulling from one queue."""
    ahead: SimpleQueue[str] = SimpleQueue()
    for number in range(count):
        ahead.put(f"/users/{number}")

    def work() -> None:
        call = make_call()
        while True:
            try:
                call(ahead.get_nowait())
            except Empty:
                return

    crew = [threading.Thread(target=work) for _ in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()


def bare(url: str, threads: int, count: int) -> None:
    """``Session.get`` as most people write it."""

    def make_call() -> Callable[[str], object]:
        session = requests.Session()
        return lambda path: session.get(url + path).content

    in_threads(threads, count, make_call)


def prepared(url: str, threads: int, count: int) -> None:
    """The best loop with requests' own means: prepared, no environment, no redirects."""

    def make_call() -> Callable[[str], object]:
        session = requests.Session()
        session.trust_env = False

        def call(path: str) -> object:
            request = requests.Request("GET", url + path).prepare()
            return session.send(request, allow_redirects=False).content

        return call

    in_threads(threads, count, make_call)


def resent(url: str, threads: int, count: int) -> None:
    """The same, each thread sending one request object again and again: nothing is prepared while the clock runs."""

    def make_call() -> Callable[[str], object]:
        session = requests.Session()
        session.trust_env = False
        request = requests.Request("GET", url + "/users/1").prepare()
        return lambda _: session.send(request, allow_redirects=False).content

    in_threads(threads, count, make_call)


def probed(url: str, threads: int, count: int) -> None:
    """The prober, one sample for each probe."""
    quiet()
    target = Target("bench", url, rate=None, concurrency=threads)
    prober = HttpProber({"bench": target}, SystemClock(), run_id="bench", workers=threads)
    probes = (Probe("bench", Request("GET", f"/users/{n}", "/users/{id}"), (), samples=1) for n in range(count))
    answered = sum(isinstance(o, Evidence) and o.samples[0].status == 200 for o in prober.send(probes))
    if answered != count:
        raise RuntimeError(f"{answered} of {count} answered")


def tls_default(url: str, _threads: int, count: int) -> None:
    """A new encrypted connection for each call, requests' own way."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = bundle()
        for _ in range(count):
            session.get(url)


def tls_probed(url: str, _threads: int, count: int) -> None:
    """A new encrypted connection for each probe."""
    quiet()
    target = Target("bench", url, rate=None, concurrency=1, verify=bundle())
    prober = HttpProber({"bench": target}, SystemClock(), run_id="bench")
    probes = (Probe("bench", Request("GET", "/", "/"), (), samples=1) for _ in range(count))
    answered = sum(isinstance(o, Evidence) and o.samples[0].status == 200 for o in prober.send(probes))
    if answered != count:
        raise RuntimeError(f"{answered} of {count} answered")


def quiet() -> None:
    """Logging as in a run: events below ``info`` are not made."""
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))


def bundle() -> str:
    """The public authorities and ours in one file, as a company's image has it."""
    return os.environ["BENCH_BUNDLE"]


CLIENTS = {client.__name__: client for client in (bare, prepared, resent, probed, tls_default, tls_probed)}


def run_client(name: str, url: str, threads: int, count: int) -> None:
    """Measure one client and print wall seconds and CPU seconds.

    What was imported is frozen, as a command freezes it (``driftwatch.cli.loading``): else each client's time would
    hold one look for garbage through all modules of all clients.
    """
    pin(1)
    CLIENTS[name](url, threads, min(count, 20))
    gc.freeze()
    before, start = cpu(), time.perf_counter()
    CLIENTS[name](url, threads, count)
    wall = time.perf_counter() - start
    print(json.dumps({"wall": wall, "cpu": cpu() - before}))  # noqa: T201


def cpu() -> float:
    """CPU seconds of this process, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def pin(core: int) -> None:
    """Stay on one core, where the system has two and can."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > core:
        os.sched_setaffinity(0, {core})


@contextmanager
def nginx() -> Iterator[tuple[str, str]]:
    """A server on the first core; yields its plain and its encrypted URL."""
    with tempfile.TemporaryDirectory() as name:
        folder, plain, tls = Path(name), closed_port(), closed_port()
        folder.chmod(0o755)
        (folder / "page.json").write_bytes(page())
        (folder / "large.json").write_bytes(page(800))
        bundled = Path(DEFAULT_CA_BUNDLE_PATH).read_text() + (CERTIFICATES / "authority.pem").read_text()
        (folder / "bundle.pem").write_text(bundled)
        os.environ["BENCH_BUNDLE"] = str(folder / "bundle.pem")
        config = NGINX.format(folder=folder, plain=plain, tls=tls, certificates=CERTIFICATES, module=ECHO_MODULE)
        (folder / "nginx.conf").write_text(config)
        command = ["nginx", "-p", name, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
        with subprocess.Popen(command, preexec_fn=lambda: pin(0)) as server:  # noqa: PLW1509  no threads run yet
            try:
                await_answer(f"http://127.0.0.1:{plain}/")
                yield f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{tls}"
            finally:
                server.terminate()


def await_answer(url: str) -> None:
    """Ask until the server answers, at most five seconds."""
    for _ in range(100):
        try:
            requests.get(url, timeout=1).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("nginx did not start")


def measure(name: str, url: str, threads: int, count: int) -> dict[str, float]:
    """One client in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.bench_transport", "client", name, url, str(threads), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def report(name: str, ratios: list[float], *, is_higher_better: bool, goal: float) -> None:
    """One figure as a line."""
    best = max(ratios) if is_higher_better else min(ratios)
    figure = {
        "name": name, "ratio_median": round(median(ratios), 3), "ratio_best": round(best, 3),
        "goal": f"{'>=' if is_higher_better else '<='} {goal}", "rounds": len(ratios),
        "python": platform.python_version(), "environment_variables": len(os.environ),
    }  # fmt: skip
    print(json.dumps(figure), flush=True)  # noqa: T201


def main(rounds: int = ROUNDS) -> None:
    """All figures."""
    with nginx() as (url, encrypted):
        for threads in (16, 64):
            runs = [
                {name: measure(name, url, threads, 4000) for name in ("bare", "prepared", "resent", "probed")}
                for _ in range(rounds)
            ]
            for rival, goal in (("bare", 1.1), ("prepared", 0.75), ("resent", 0.75)):
                ratios = [run[rival]["wall"] / run["probed"]["wall"] for run in runs]
                report(f"throughput, probed / {rival}, {threads} threads", ratios, is_higher_better=True, goal=goal)
        for threads, goal in ((64, 0.90), (128, 0.75)):
            count = 60 * threads
            slow = [count / measure("probed", f"{url}/slow", threads, count)["wall"] for _ in range(rounds)]
            ratios = [rate / (threads / 0.05) for rate in slow]
            report(f"throughput at 50 ms / ideal, {threads} threads", ratios, is_higher_better=True, goal=goal)
        pairs = [
            (measure("tls_probed", encrypted, 1, 200), measure("tls_default", encrypted, 1, 50)) for _ in range(rounds)
        ]
        ratios = [(ours["cpu"] / 200) / (theirs["cpu"] / 50) for ours, theirs in pairs]
        report("CPU of a new TLS connection, probed / requests", ratios, is_higher_better=False, goal=0.15)


if __name__ == "__main__":
    if sys.argv[1:2] == ["client"]:
        run_client(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    elif shutil.which("nginx") and ECHO_MODULE.exists():
        main(*map(int, sys.argv[1:2]))
    else:
        sys.exit("nginx with its echo module is not here (Debian: nginx-light, libnginx-mod-http-echo)")
