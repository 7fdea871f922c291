"""What the pytest plugin costs: a suite of 1,000 tests with it and without it, side by side, in one run.

Run as ``python -m tests.bench.bench_plugin``; prints one JSON object per figure. Each test meets a mock through one of
the libraries that the plugin knows, as suites do. What is looked for is a few percent, and the CPU of a run wanders by
more on a machine that others share. So instructions are counted, by Valgrind (3.19), which come out the same each time.
Where there is none, CPU it is, both runs of a pair side by side, and the ratio is the median over all pairs;
``--pairs N`` makes N of each figure.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

TESTS, MODULES = 1000, 20
PAIRS: Final = 7
_COUNTING: Final = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_COUNTED: Final = re.compile(rb"I +refs: +([\d,]+)")
FIGURES: Final = (
    ("recording", ("--driftwatch=record",)),
    ("recording and watching what is read", ("--driftwatch=record", "--driftwatch-reads")),
)
_INI: Final = "[pytest]\ndriftwatch_mocks = mocks\naddopts = -p no:cacheprovider -p no:randomly\n"
_BODY: Final = {
    "id": 7, "state": "paid", "total": {"amount": "12.50", "currency": "EUR"}, "at": "2026-05-01T12:00:00Z",
    "lines": [{"sku": f"A-{number}", "count": number, "price": {"amount": "1.25"}} for number in range(8)],
}  # fmt: skip
_HEAD: Final = """\
import json
from pathlib import Path

import httpx
import pytest
import requests
import responses
import respx

MOCKS = Path(__file__).parent.parent / "mocks"
BASE = "https://orders.example.com"


def total(answer):
    return sum(float(line["price"]["amount"]) * line["count"] for line in answer["lines"])


def load(name):
    return json.loads((MOCKS / name).read_text())


@pytest.fixture(scope="module")
def client():
    with httpx.Client() as one:
        yield one
"""
_KINDS: Final = (
    """
@responses.activate
def test_responses_{n}():
    responses.get(f"{{BASE}}/orders/{n}", json={body})
    assert total(requests.get(f"{{BASE}}/orders/{n}", timeout=1).json()) == 35.0
""",
    """
def test_requests_mock_{n}(requests_mock):
    requests_mock.get(f"{{BASE}}/orders/{n}", json=load("{file}")["response"]["jsonBody"])
    assert total(requests.get(f"{{BASE}}/orders/{n}", timeout=1).json()) == 35.0
""",
    """
@respx.mock
def test_respx_{n}(client):
    respx.get(f"{{BASE}}/orders/{n}").respond(json={body})
    assert total(client.get(f"{{BASE}}/orders/{n}").json()) == 35.0
""",
    """
def test_pytest_httpx_{n}(httpx_mock, client):
    httpx_mock.add_response(url=f"{{BASE}}/orders/{n}", json=load("{file}")["response"]["jsonBody"])
    assert total(client.get(f"{{BASE}}/orders/{n}").json()) == 35.0
""",
    """
@pytest.mark.default_cassette("orders.yaml")
@pytest.mark.vcr
def test_recording_{n}():
    assert total(requests.get(f"{{BASE}}/orders/{last}", timeout=1).json()) == 35.0
""",
    """
@pytest.mark.parametrize("name", ["{file}"])
def test_file_{n}(name):
    assert total(load(name)["response"]["jsonBody"]) == 35.0
""",
)
_EXCHANGE: Final = """\
- request: {{method: GET, uri: 'https://orders.example.com/orders/{n}', body: null, headers: {{}}}}
  response:
    status: {{code: 200, message: OK}}
    headers: {{Content-Type: [application/json]}}
    body: {{string: '{body}'}}
"""


def build(folder: Path) -> None:
    """The suite: modules with tests of all kinds in turn, the mocks they load, the cassettes they play."""
    (folder / "pytest.ini").write_text(_INI, encoding="utf-8")
    (folder / "mocks").mkdir()
    (folder / "tests").mkdir()
    for number in range(50):
        stub = {"request": {"method": "GET", "url": f"/orders/{number}"}, "response": {"jsonBody": _BODY}}
        (folder / "mocks" / f"order-{number}.json").write_text(json.dumps(stub, indent=2), encoding="utf-8")
    exchanges = "".join(_EXCHANGE.format(n=number, body=json.dumps(_BODY)) for number in range(5))
    each = TESTS // MODULES
    for module in range(MODULES):
        tests = (
            _KINDS[number % len(_KINDS)].format(n=number, body=_BODY, file=f"order-{number}.json", last=number % 5)
            for number in range(each)
        )
        (folder / "tests" / f"test_orders_{module}.py").write_text(_HEAD + "".join(tests), encoding="utf-8")
        cassettes = folder / "tests" / "cassettes" / f"test_orders_{module}"
        cassettes.mkdir(parents=True)
        (cassettes / "orders.yaml").write_text(f"version: 1\ninteractions:\n{exchanges}", encoding="utf-8")


def cpu_of(folder: Path, *runs: Sequence[str]) -> list[float]:
    """CPU seconds of runs of the suite, each with its options, side by side; all tests of all of them must pass."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DRIFTWATCH_"))}
    started = []
    for number, options in enumerate(runs):
        output = (folder / f"output-{number}.txt").open("w+b")
        command = [sys.executable, "-m", "pytest", "-q", *options]
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, env=environment)
        started.append((process, output))
    spent = []
    for process, output in started:
        with output:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            if f"{TESTS} passed".encode() not in (told := output.read()):
                raise RuntimeError(told[-2000:].decode(errors="replace"))
            spent.append(used.ru_utime + used.ru_stime)
    return spent


def instructions_of(folder: Path, options: Sequence[str]) -> int:
    """Instructions of a run of the suite; all its tests must pass."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DRIFTWATCH_"))}
    command = [*_COUNTING, sys.executable, "-m", "pytest", "-q", *options]
    done = subprocess.run(
        command, cwd=folder, env={**environment, "PYTHONHASHSEED": "0"}, capture_output=True, check=False
    )  # fmt: skip
    counted = _COUNTED.search(done.stderr)
    if f"{TESTS} passed".encode() not in done.stdout or counted is None:
        raise RuntimeError((done.stdout + done.stderr)[-2000:].decode(errors="replace"))
    return int(counted[1].replace(b",", b""))


def pair(folder: Path, options: Sequence[str], *, is_first: bool) -> tuple[float, float]:
    """CPU with the plugin and without it, side by side: whatever slows the machine slows both."""
    spent = cpu_of(folder, options, ()) if is_first else cpu_of(folder, (), options)[::-1]
    return spent[0], spent[1]


def main() -> None:
    """Print all figures."""
    pairs = int(sys.argv[sys.argv.index("--pairs") + 1]) if "--pairs" in sys.argv else PAIRS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder)
        cpu_of(folder, ())  # bytecode is written once, and not on anybody's account
        if shutil.which(_COUNTING[0]):
            without = instructions_of(folder, ())
            for what, options in FIGURES:
                show(what, {"ratio": round(instructions_of(folder, options) / without, 3), "instructions": without})
            return
        for what, options in FIGURES:
            took = [pair(folder, options, is_first=bool(number % 2)) for number in range(pairs)]
            show(what, {
                "ratio_median": round(median(ours / theirs for ours, theirs in took), 3),
                "ratio_least": round(min(ours for ours, _ in took) / min(theirs for _, theirs in took), 3),
                "least_s": round(min(theirs for _, theirs in took), 2), "pairs": pairs,
            })  # fmt: skip


def show(what: str, figures: Mapping[str, float]) -> None:
    """Print one figure."""
    name = f"pytest plugin, a suite of {TESTS:,} tests: {what} / without the plugin"
    print(json.dumps({"name": name, "goal": "<= 1.03", **figures, "python": platform.python_version()}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
