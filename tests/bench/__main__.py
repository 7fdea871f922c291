"""All benchmarks, one after the other: ``python -m tests.bench``; with ``--readme`` their table goes into the README.

A figure is a ratio of two things measured side by side in one run, or a share of the judged examples. Those that need
nginx are left out, with a word, where it is not installed.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
MODULES = (
    "bench_start",
    "bench_audit",
    "bench_transport",
    "bench_asking",
    "bench_shapes",
    "bench_mocks",
    "bench_healing",
    "bench_store",
    "bench_accuracy",
    "bench_labelled",
    "bench_daemon",
    "bench_shards",
    "bench_plugin",
)
BEGIN, END = "<!-- begin: benchmarks -->", "<!-- end: benchmarks -->"


def figures(module: str, python: str) -> Iterator[dict[str, object]]:
    """The figures of one module as they come, also shown as they come."""
    command = [sys.executable, "-m", f"tests.bench.{module}"]
    environment = {**os.environ, "BENCH_PYTHON": python}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)  # noqa: T201
            if line.startswith("{"):
                yield json.loads(line)


def as_users_have_it(folder: str) -> str:
    """A Python with driftwatch, compiled as pip does it, and the locked runtime dependencies.

    Nothing else: structlog imports more where development tools are.
    """
    venv.create(folder, with_pip=True)
    python = str(Path(folder) / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements.txt")], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", str(ROOT)], check=True)
    return python


def row(figure: dict[str, object]) -> str:
    """One figure as a line of the table: what, the median or only ratio, the goal."""
    name = figure.get("name") or f"{figure['goal']}: {figure['what']}"
    ratio = figure.get("ratio_median", figure.get("ratio"))
    goal = figure["goal"] if "name" in figure else f"<= {figure['bound']}"
    return f"| {name} | {ratio} | {goal} |"


def main() -> None:
    """Run all; exit 0 whatever they say: a benchmark tells, it does not judge."""
    with tempfile.TemporaryDirectory() as folder:
        python = as_users_have_it(folder)
        rows = [row(figure) for module in MODULES for figure in figures(module, python)]
    if "--readme" in sys.argv[1:] and rows:
        table = "\n".join(["| figure | ratio | goal |", "| --- | --- | --- |", *rows])
        before, rest = README.read_text(encoding="utf-8").split(BEGIN, 1)
        _, after = rest.split(END, 1)
        README.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
