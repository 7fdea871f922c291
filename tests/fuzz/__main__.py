"""``python -m tests.fuzz [SECONDS]``: search for inputs that make a reader raise, guided by what code they reach.

Starts from the cases of all formats. Inputs that reach new code stay in a folder of the machine, so that the next run
goes on there; one that makes a reader raise or hang ends the run and is written to the current folder. Put it into
``corpus/`` under a name that says what it is: ``tests/mocks/test_hostile.py`` reads those at every run.
Needs atheris, which ``make fuzz`` installs.
"""

import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["driftwatch"]):
    from driftwatch.mocks.catalog import FORMATS
    from tests.fuzz.target import check, packed

    LOADED = [entry.load() for entry in FORMATS]

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
CASES = HERE.parent / "mocks" / "formats"
LONGEST = 20_000


def seeds(folder: Path) -> None:
    """Every small case file as an input."""
    for path in sorted(CASES.rglob("*")):
        if path.is_file() and path.name != "expected.json" and path.stat().st_size < LONGEST:
            content = packed(path.suffix, path.read_bytes())
            (folder / sha256(content).hexdigest()[:16]).write_bytes(content)


def main() -> None:
    """Fuzz for so many seconds; libFuzzer ends the process, with an error if an input was found."""
    seconds = next((argument for argument in sys.argv[1:] if argument.isdecimal()), "600")
    with tempfile.TemporaryDirectory() as started:
        seeds(Path(started))
        options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=4000"]
        found = Path(tempfile.gettempdir()) / "driftwatch-fuzz"
        found.mkdir(exist_ok=True)
        atheris.Setup([sys.argv[0], *options, str(found), str(CORPUS), started], check)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
