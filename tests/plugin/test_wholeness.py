"""A run tells whether it was one of all tests, and one of some tells of each that ran."""

from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.plugin.running import RECORD, run_pytest, write

SUITE: Final = {
    "mocks/one.json": "{}",
    "tests/test_a.py": (
        "import pathlib\n"
        "import pytest\n"
        "def test_reads(): pathlib.Path('mocks/one.json').read_text()\n"
        "@pytest.mark.slow\n"
        "def test_nothing(): pass\n"
    ),
    "tests/test_b.py": "def test_b(): pass\n",
}
INI: Final = "[pytest]\ndriftwatch_mocks = mocks\nmarkers = slow\n"
READS: Final = "tests/test_a.py::test_reads"
REST: Final = ("tests/test_a.py::test_nothing", "tests/test_b.py::test_b")


class Case(NamedTuple):
    """A way to run, and which tests the record names."""

    options: tuple[str, ...]
    is_whole: bool
    tests: tuple[str, ...]
    ini: str = ""
    more: str = ""
    """One more test module."""


CASES: Final = {
    "all": Case((), True, (READS,)),
    "by two workers": Case(("-n", "2"), True, (READS,)),
    "the folder of all tests": Case(("tests",), True, (READS,), "testpaths = tests\n"),
    "the root": Case((".",), True, (READS,)),
    "one module": Case(("tests/test_a.py",), False, (READS, REST[0]), "testpaths = tests\n"),
    "a folder that need not be all": Case(("tests",), False, (READS, *REST)),
    "one test": Case((READS,), False, (READS,)),
    "-k": Case(("-k", "nothing"), False, (REST[0],)),
    "-m, by two workers": Case(("-m", "not slow", "-n", "2"), False, (READS, REST[1])),
    "--deselect": Case(("--deselect", READS), False, REST),
    "--ignore": Case(("--ignore", "tests/test_b.py"), False, (READS, REST[0])),
    "--lf": Case(("-p", "cacheprovider", "--lf"), False, (READS, *REST)),
    "-x, and one fails": Case(
        ("-x",), False, (READS, REST[0], "tests/test_aa.py::test_fails"), "", "def test_fails(): assert False\n"
    ),
    "one fails": Case((), True, (READS,), "", "def test_fails(): assert False\n"),
    "one cannot be imported": Case(
        ("--continue-on-collection-errors",), False, (READS, *REST), "", "raise ImportError\n"
    ),
    "pytest.exit": Case((), False, (READS, REST[0]), "", "import pytest\ndef test_ends(): pytest.exit('enough')\n"),
    "one is skipped as a whole": Case(
        (), True, (READS,), "", "import pytest\npytest.skip('not here', allow_module_level=True)\n"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_whole_or_not(case: Case, tmp_path: Path) -> None:
    """Whole only if nothing was left out, whoever left it out."""
    more = {"tests/test_aa.py": case.more} if case.more else {}
    suite = write(tmp_path, {**SUITE, **more, "pytest.ini": INI + case.ini})
    run = run_pytest(suite, RECORD, *case.options)
    assert run.usage is not None, run.output
    assert run.usage["is_whole"] is case.is_whole, run.output
    assert set(run.touches) == set(case.tests)
    assert run.touches.get(READS) == (["file mocks/one.json"] if READS in case.tests else None)


def test_looking_at_tests_is_no_run(tmp_path: Path) -> None:
    """``--collect-only`` leaves the file of the last run as it is."""
    suite = write(tmp_path, SUITE)
    run = run_pytest(suite, RECORD, "--collect-only", plugins=("driftwatch",))
    assert run.code == 0
    assert run.usage is None


def test_from_a_folder_below(tmp_path: Path) -> None:
    """Run from there, pytest takes what is in that folder, and that is not all."""
    write(tmp_path, {**SUITE, "pytest.ini": INI})
    run = run_pytest(tmp_path / "tests", RECORD, "--rootdir", str(tmp_path), plugins=("driftwatch",))
    assert '"is_whole":false' in (tmp_path / ".driftwatch/usage.json").read_text(encoding="utf-8"), run.output
