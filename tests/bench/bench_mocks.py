"""What reading mocks costs beside plainly decoding the same bytes (G21), and what it leaves in memory (G11).

Run as ``python -m tests.bench.bench_mocks``; prints one JSON object per figure. Every measurement is a process of its
own, both sides take turns, the least CPU seconds count. Stubs hold orders of about 1 KB, cassettes exchanges of about
1.6 KB with some twenty items: few distinct shapes, which is how many one service's mocks have; their number is printed.
Memory is what the process has grown by, readers included that were not imported before.
"""

import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

ROUNDS = 3
STUBS_IN_A_FILE = 10
STUB_FILES = 1000
EXCHANGES = {"yaml": 48_000, "json": 48_000}
"""About 75 MB each."""
SEED = 21
PAGE = os.sysconf("SC_PAGE_SIZE")


def order(dice: random.Random, number: int, items: int) -> dict[str, object]:
    """One answer's document."""
    return {
        "id": f"ord_{number:06d}",
        "status": dice.choice(["open", "paid", "shipped"]),
        "total": {"amount": dice.randint(1, 99_999) / 100, "currency": "EUR"},
        "customer": {"id": number * 7, "name": f"Customer {number}", "email": f"c{number}@example.com", "note": None},
        "items": [
            {"sku": f"S{dice.randint(1, 999):03d}", "qty": dice.randint(1, 9), "price": dice.randint(1, 9999) / 100}
            for _ in range(items)
        ],
        "created_at": f"2026-0{dice.randint(1, 9)}-11T10:00:00Z",
    }


def write_stubs(folder: Path, dice: random.Random) -> None:
    """WireMock's stubs: half with the body as JSON, half as text, as recorders write it."""
    for file in range(STUB_FILES):
        stubs = []
        for number in range(file * STUBS_IN_A_FILE, (file + 1) * STUBS_IN_A_FILE):
            document = order(dice, number, dice.randint(4, 12))
            body = {"jsonBody": document} if number % 2 else {"body": json.dumps(document)}
            asked = {"method": "GET", "urlPath": f"/r{file}/orders/{number}"}
            answer = {"status": 200, "headers": {"Content-Type": "application/json"}, **body}
            stubs.append({"id": f"{number:08d}-aaaa-bbbb-cccc-dddddddddddd", "request": asked, "response": answer})
        (folder / f"stubs-{file:04d}.json").write_text(json.dumps({"mappings": stubs}, indent=2), encoding="utf-8")


def exchange(dice: random.Random, number: int) -> dict[str, object]:
    """One interaction as VCR.py stores it."""
    sent = {"Accept": ["*/*"], "User-Agent": ["python-requests/2.32.5"]}
    got = {"Content-Type": ["application/json"], "Date": ["Mon, 02 Mar 2026 10:00:00 GMT"], "Server": ["nginx"]}
    uri = f"https://api.example.com/orders/{number}?expand=items"
    return {
        "request": {"body": None, "headers": sent, "method": "GET", "uri": uri},
        "response": {
            "body": {"string": json.dumps(order(dice, number, dice.randint(8, 30)))},
            "headers": got,
            "status": {"code": 200, "message": "OK"},
        },
    }


def form(value: object) -> object:
    """A document without its values: names and types, of a list those that its items have."""
    if isinstance(value, dict):
        return frozenset((name, form(member)) for name, member in value.items())
    if isinstance(value, list):
        return "list", frozenset(map(form, value))
    return type(value).__name__


def distinct_forms(exchanges: int) -> int:
    """How many distinct shapes the answers of a cassette have."""
    dice = random.Random(SEED)
    return len({form(order(dice, number, dice.randint(8, 30))) for number in range(exchanges)})


def write_cassette(folder: Path, dice: random.Random, suffix: str) -> None:
    """One cassette; the YAML is dumped in pieces, as one piece would take gigabytes."""
    numbers = range(EXCHANGES[suffix])
    with (folder / f"cassette.{suffix}").open("w", encoding="utf-8") as stream:
        if suffix == "json":
            json.dump({"version": 1, "interactions": [exchange(dice, number) for number in numbers]}, stream)
            return
        stream.write("interactions:\n")
        for start in range(0, len(numbers), 1000):
            stream.write(yaml.dump([exchange(dice, n) for n in numbers[start : start + 1000]], Dumper=yaml.CDumper))
        stream.write("version: 1\n")


def decode(folder: Path) -> None:
    """The same bytes by the libraries alone."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".json":
            json.loads(path.read_bytes())
        else:
            yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # noqa: TID251 - what is compared


def measure(folder: Path, side: str) -> None:
    """The child: print the CPU seconds of one side, and for ours what stays in memory."""
    from driftwatch.mocks.source import FolderSource
    from driftwatch.model.interaction import Interaction, gather

    before, started = _resident(), time.process_time()
    readings = list(FolderSource(folder).read()) if side == "ours" else []
    if side == "plain":
        decode(folder)
    figures = {"cpu": time.process_time() - started, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
    figures["grown"] = _resident() - before
    figures["readings"] = len(readings)
    claims = list(gather(one for one in readings if isinstance(one, Interaction)))
    figures["gathered"] = _resident() - before
    figures["claims"] = len(claims)
    sys.stdout.write(json.dumps(figures))


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE


def sides(folder: Path) -> Iterator[dict[str, dict[str, float]]]:
    """Both sides, one after the other, several times."""
    python = os.environ.get("BENCH_PYTHON", sys.executable)
    for _ in range(ROUNDS):
        found = {}
        for side in ("plain", "ours"):
            command = [python, "-m", "tests.bench.bench_mocks", side, str(folder)]
            found[side] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        yield found


def figure(name: str, what: str, ratio: float, bound: float) -> None:
    """One figure with its goal."""
    line({"goal": name, "what": what, "ratio": round(ratio, 3), "bound": bound, "met": ratio <= bound})


def line(found: dict[str, object]) -> None:
    """A figure, shown as it comes."""
    sys.stdout.write(json.dumps({**found, "python": platform.python_version()}) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print every figure with its bound."""
    for name, bound in (("stubs", 3.0), ("json", 3.0), ("yaml", 1.3)):
        with tempfile.TemporaryDirectory() as place:
            folder, dice = Path(place), random.Random(SEED)
            if name == "stubs":
                write_stubs(folder, dice)
            else:
                write_cassette(folder, dice, name)
            size = sum(path.stat().st_size for path in folder.iterdir())
            rounds = list(sides(folder))
            cost = [min(one[side]["cpu"] for one in rounds) for side in ("ours", "plain")]
            label = "10,000 stubs in 1,000 files" if name == "stubs" else f"one {name.upper()} cassette of 75 MB"
            figure(
                "G21", f"reading {label} / {'C loader' if name == 'yaml' else 'json.loads'}", cost[0] / cost[1], bound
            )
            if name != "stubs":
                ours = [one["ours"] for one in rounds]
                shapes = distinct_forms(EXCHANGES[name])
                held = f"{label}, {shapes} distinct shape{'s' * (shapes != 1)}"
                figure("G11", f"memory grown / bytes of {held}", min(one["grown"] for one in ours) / size, 0.30)
                for what, key in (("memory grown, claims gathered too,", "gathered"), ("peak memory", "peak")):
                    ratio = round(min(one[key] for one in ours) / size, 3)
                    line({"name": f"{what} / bytes of {label}", "goal": "-", "ratio": ratio})


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(Path(sys.argv[2]), sys.argv[1])
    else:
        main()
