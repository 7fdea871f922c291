"""What the README must say because the code does: ``python -m tests.house.readme`` writes its tables anew."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from driftwatch.cli.demo import PROVIDERS
from driftwatch.demo.staging import staging
from driftwatch.drift.catalog import KINDS
from driftwatch.mocks.catalog import FORMATS
from driftwatch.reports.metrics import METRICS
from driftwatch.reports.own import LATENCY, LATENCY_HELP, OWN
from tests.house import consumer

README: Final = Path(__file__).resolve().parents[2] / "README.md"
_INCIDENTS: Final = Path(__file__).resolve().parent / "incidents"
_CONSOLE: Final = re.compile(r"```console\n\$ (?P<command>.*)\n(?P<output>(?:.*\n)*?)```")
_VARYING: Final = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"in \d+\.\d s"), "in SECONDS s"),
    (re.compile(r"of the audit of \d{4}-\d\d-\d\d \d\d:\d\d"), "of the audit of DATE"),
)
"""What no two runs share, and how the README writes it."""
ELIDED: Final = "…"


def formats_table() -> str:
    """Every format with the first sentence of its module."""
    known = [entry.load() for entry in FORMATS]
    rows = [f"| `{one.NAME}` | {_first_line(one.__doc__)} |" for one in known]
    return "\n".join(["| format | what is read |", "| --- | --- |", *rows])


def kinds_table() -> str:
    """Every kind with its default severity and its title."""
    rows = [f"| `{kind.id}` | {kind.severity} | {kind.title} |" for kind in KINDS.values()]
    return "\n".join(["| kind | severity | |", "| --- | --- | --- |", *rows])


def metrics_table() -> str:
    """Every metric with its labels and its help: what audits found, then what the process knows of itself."""
    latency = (LATENCY, ("provider",), LATENCY_HELP)
    own = sorted([*((one.name, one.labels, one.help) for one in OWN), latency])
    rows = [
        f"| `{name}` | {', '.join(f'`{label}`' for label in labels)} | {words} |"
        for name, labels, words in [*((one.name, one.labels, one.help) for one in METRICS), *own]
    ]
    return "\n".join(["| metric | labels | |", "| --- | --- | --- |", *rows])


TABLES: Final = {"formats": formats_table, "kinds": kinds_table, "metrics": metrics_table}


def with_tables(text: str) -> str:
    """The README with each table as the code would have it."""
    for name, table in TABLES.items():
        begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        before, rest = text.split(begin, 1)
        _, after = rest.split(end, 1)
        text = f"{before}{begin}\n{table()}\n{end}{after}"
    return text


def consoles(text: str) -> list[tuple[str, list[str]]]:
    """Each command the README shows with the lines it shows of its output."""
    return [(found["command"], found["output"].splitlines()) for found in _CONSOLE.finditer(text)]


@contextmanager
def demonstration(folder: Path) -> Iterator[Path]:
    """A folder with the mocks of ``driftwatch demo`` and a config for its staging service, which runs meanwhile.

    Beside them are incidents that keep what audits knew, since nothing is remembered there, and tests of a consumer.
    """
    with as_file(files("driftwatch.demo") / "mocks") as mocks, staging() as url:
        shutil.copytree(mocks, folder / "mocks", dirs_exist_ok=True)
        shutil.copytree(_INCIDENTS, folder / "incidents", dirs_exist_ok=True)
        consumer.lay_out(folder)
        providers = {name: {"mocks": f"mocks/{name}", "target": f"{url}/{name}"} for name in PROVIDERS}
        config = {"providers": providers, "probing": {"spacing_seconds": 0, "rate": 1000}, "store": "none"}
        (folder / "driftwatch.yaml").write_text(json.dumps(config), encoding="utf-8")
        yield folder


def usage_example(text: str) -> str:
    """The record of uses that the README shows for writers in other languages."""
    return next(block for block in text.split("```json\n")[1:] if "driftwatch.usage/1" in block).partition("```")[0]


def settled(output: str) -> list[str]:
    """A program's output as the README writes it: without what no two runs share."""
    for varying, word in _VARYING:
        output = varying.sub(word, output)
    return [line.rstrip() for line in output.splitlines()]


def first_difference(shown: list[str], printed: list[str]) -> str:
    """The first line that is shown and not printed in its place; a line of dots stands for any number of lines."""
    position, may_skip = 0, False
    for line in shown:
        if line == ELIDED:
            may_skip = True
            continue
        while may_skip and position < len(printed) and printed[position] != line:
            position += 1
        if position >= len(printed) or printed[position] != line:
            return line
        position, may_skip = position + 1, False
    return "" if may_skip or position == len(printed) else f"nothing after: {printed[position]}"


def _first_line(docstring: str | None) -> str:
    return (docstring or "").strip().splitlines()[0].rstrip(".:").replace("``", "`")


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
