"""Tests by name, in a scratch copy: real runs of pytest and of small scripts."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from driftwatch.checkout.scratch import Original
from driftwatch.checkout.stage import Stage
from driftwatch.checkout.tryout import Tryout, root_of_tests
from driftwatch.model.edit import Draft
from driftwatch.model.errors import UsageError
from driftwatch.model.rehearsal import Trial

BEFORE: Final = b'{"name": "Ada"}'
AFTER: Final = b'{"fullName": "Ada"}'
PYTEST: Final = f"{sys.executable} -m pytest -q -p no:cacheprovider {{tests}}"
SCRIPT: Final = """set -f
for test in {tests}; do
  fate=""; case "$(cat mock.json)" in *fullName*) fate="<failure message='no name'/>";; esac
  cases="$cases<testcase classname='A' name='${test#A#}'>$fate</testcase>"
done
printf '%s' "<testsuite>$cases</testsuite>" > junit.xml"""
"""A runner that takes names and writes a report."""


@contextmanager
def tried(folder: Path, command: str, *, more: Mapping[str, str] = {}, where: Path | None = None) -> Iterator[Tryout]:
    """A place for a project's tests, with one mock."""
    (folder / "mock.json").write_bytes(BEFORE)
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **more}
    draft = Draft("mock.json", str(folder / "mock.json"), BEFORE, AFTER)
    with TemporaryDirectory() as place:
        stage = Stage(Original.around(folder), environment, lambda text: text, Path(place).resolve())
        yield Tryout.at(stage, command, where or folder, [draft])


def fates(trial: Trial) -> dict[str, str]:
    """By test."""
    return {test: found.fate.value for test, found in trial.fates.items()}


MODULES: Final = {
    "tests/test_a.py": "from pathlib import Path\n\n"
    "def test_it():\n    assert b'name' in Path('mock.json').read_bytes()\n",
    "tests/test_b.py": "from pathlib import Path\nassert b'name' in Path('mock.json').read_bytes()\n\n"
    "class TestC:\n    def test_it(self):\n        pass\n\n\ndef test_other():\n    pass\n",
    "tests/test_c.py": "def test_calm():\n    pass\n",
}  # fmt: skip


def test_pytest_is_asked_for_these_tests_alone(tmp_path: Path) -> None:
    """By node id, from the root that these are relative to, whatever the team's options are; a prefix, a maximum."""
    for name, text in MODULES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "tests/pytest.ini").write_text("[pytest]\naddopts = -x --junitprefix=odd\n", encoding="utf-8")
    tests = ["tests/test_a.py::test_it", "tests/test_b.py::TestC::test_it", "tests/test_c.py::test_calm"]
    with tried(tmp_path, PYTEST) as runner:
        calm = runner.run(tests, (), 60)
        assert fates(calm) == dict.fromkeys(tests, "passed")
        assert calm.read in (None, {str(tmp_path / "mock.json")})
        drifted = runner.run(tests, runner.drafts, 60)
        # a file that does not load fails its tests, and pytest runs none of the others that were named
        assert fates(drifted) == {tests[1]: "failed"}
        rest = runner.run([tests[0], tests[2]], runner.drafts, 60)
        assert fates(rest) == {tests[0]: "failed", tests[2]: "passed"}
    assert (tmp_path / "mock.json").read_bytes() == BEFORE
    assert not list(tmp_path.rglob("__pycache__"))


def test_a_runner_of_another_kind(tmp_path: Path) -> None:
    """It is given names as it wants them, and its report is found where it writes it."""
    with tried(tmp_path, SCRIPT) as runner:
        assert fates(runner.run(["A#b", "A#c d"], (), 30)) == {"A#b": "passed", "A#c d": "passed"}
        assert fates(runner.run(["A#b"], runner.drafts, 30)) == {"A#b": "failed"}


@pytest.mark.parametrize(("command", "told"), [
    ("echo {tests}", "A#b A#$c"), ("echo {tests:,}", "A#b,A#$c"), ("echo none", "none"),
])  # fmt: skip
def test_names_in_a_command(command: str, told: str, tmp_path: Path) -> None:
    """Quoted, with blanks or commas between; a command that takes none runs everything."""
    with tried(tmp_path, command) as runner:
        trial = runner.run(["A#b", "A#$c"], (), 30)
        assert trial.performance.words == told
        assert runner.is_selective == ("{tests" in command)
        assert fates(trial) == {}


def test_a_test_that_hangs_or_is_killed_has_no_fate(tmp_path: Path) -> None:
    """Neither green nor red: nobody knows."""
    for command, code in (("sleep 60", None), ("kill -9 $$", 137)):
        with tried(tmp_path, command) as runner:
            trial = runner.run(["A#b"], (), 0.5)
            assert (trial.performance.code, trial.fates) == (code, {})


def test_whoever_reads_the_mock_is_noticed(tmp_path: Path) -> None:
    """Where the file system tells, a mock that nobody opened is told from one that was."""
    for command, is_read in (("cat mock.json", True), ("true", False)):
        with tried(tmp_path, command) as runner:
            read = runner.run(["A#b"], (), 30).read
            if read is None:
                pytest.skip("this file system is mounted without access times (noatime)")
            assert bool(read) is is_read


@pytest.mark.parametrize(("test", "why"), [
    ("tests/test_a.py::test_it", ""),
    ("tests/test_z.py::test_it", "there is no file tests/test_z.py any more"),
    ("../x.py::test_it", "its file lies outside of the folder"),
    ("/x.py::test_it", "its file lies outside of the folder"),
    ("-p evil", "its name would be taken for an option"),
    ("@file", "its name would be taken for an option"),
    ("A#b\nc", "its name would be taken for an option"),
    ("com.acme.OrdersTest#pays", ""),
])  # fmt: skip
def test_what_cannot_be_run_by_name(test: str, why: str, tmp_path: Path) -> None:
    """Names come out of files that strangers may have written."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text("", encoding="utf-8")
    with tried(tmp_path, "x {tests}") as runner:
        assert runner.why_not(test).startswith(why)
        assert bool(runner.why_not(test)) == bool(why)


def test_tests_that_a_report_calls_the_same_are_run_apart(tmp_path: Path) -> None:
    """``a/b.py::C::t`` and ``a/b/C.py::t`` are one name in JUnit's XML; so are too many for one command two parts."""
    same = ["a/b.py::C::t", "a/b/C.py::t", "a/d.py::t"]
    many = [f"a.py::test_{number:06}{'x' * 200}" for number in range(1000)]
    with tried(tmp_path, "x {tests}") as runner:
        assert list(runner.parted(same)) == [(same[0],), (same[1], same[2])]
        parts = list(runner.parted(many))
        assert [test for part in parts for test in part] == many
        assert len(parts) == 3
    with tried(tmp_path, "x") as runner:
        assert list(runner.parted(same)) == [tuple(same)]


def test_where_node_ids_begin(tmp_path: Path) -> None:
    """The folder one is in, or the next above that has the files; other runners' tests run where one is."""
    (tmp_path / "sub/tests").mkdir(parents=True)
    (tmp_path / "sub/tests/test_a.py").write_text("", encoding="utf-8")
    here = tmp_path / "sub/tests"
    assert root_of_tests(["tests/test_a.py::t"], here, tmp_path) == tmp_path / "sub"
    assert root_of_tests(["sub/tests/test_a.py::t"], here, tmp_path) == tmp_path
    assert root_of_tests(["A#b"], here, tmp_path) == here
    with pytest.raises(UsageError, match="--folder names the root directory of pytest"):
        root_of_tests(["tests/test_z.py::t"], here, tmp_path)
