"""What reports call tests: held against what pytest itself writes, in each of its import modes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from driftwatch.checkout.junit import LONGEST, read_reports
from driftwatch.checkout.naming import file_of, holders_of, names_of

ODD: Final = """\
import unittest

import pytest

ODD = ["a::b", "c[d]", "e/f", "g.py", "h i", "-q", "j\\nk", "\\x07", "\\u00e9", "", "::", "]", "x" * 400]


@pytest.mark.parametrize("mark", ODD)
def test_odd(mark):
    pass


class TestOuter:
    class TestInner:
        @pytest.mark.parametrize("a", [1, 2])
        @pytest.mark.parametrize("b", ["x", "y"])
        def test_in(self, a, b):
            pass


class Old(unittest.TestCase):
    def test_old(self):
        pass
"""
FILES: Final = {
    "test_top.py": ODD, "deep/er/test_deep.py": ODD, "in.dots/test_dots.py": "def test_it(): pass\n",
    "test_[1].py": "import pytest\n@pytest.mark.parametrize('x', ['y::z'])\ndef test_it(x): pass\n",
}  # fmt: skip


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_every_node_id_is_found_in_the_report(mode: str, tmp_path: Path) -> None:
    """Each node id that pytest tells leads to one case of the report that it writes, and all cases are led to."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    report = tmp_path / "report.xml"
    options = ["-p", "no:cacheprovider", f"--import-mode={mode}", f"--rootdir={tmp_path}"]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONUTF8": "1"}
    told = [
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *options, *more, "."],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=True,
        ).stdout
        for more in (["--collect-only"], [f"--junitxml={report}"])
    ]  # fmt: skip
    ids = [line for line in told[0].splitlines() if "::" in line]
    assert len(ids) == 2 * (13 + 4 + 1) + 2
    written = {test.name for test in read_reports([report])}
    led = {names_of(test)[0] for test in ids}
    assert led == written


@pytest.mark.parametrize(("test", "names"), [
    ("tests/test_a.py::test_b", ("tests.test_a::test_b",)),
    ("tests/test_a.py::TestC::test_b[d::e]", ("tests.test_a.TestC::test_b[d::e]",)),
    ("a[1].py::test_b", ("a[1]::test_b", "a[1].py::test_b")),
    ("com.acme.OrdersTest#pays", ("com.acme.OrdersTest::pays", "com.acme.OrdersTest::pays()")),
    ("com.acme.OrdersTest#pays()", ("com.acme.OrdersTest::pays()", "com.acme.OrdersTest::pays")),
    ("orders › pays", ("orders › pays",)),
])  # fmt: skip
def test_names(test: str, names: tuple[str, ...]) -> None:
    """The surest first; what is no name of pytest's or JUnit's stays as it is."""
    assert names_of(test)[: len(names)] == names


def test_files_and_classes_that_hold_a_test() -> None:
    """These are told of instead where they cannot be loaded."""
    assert holders_of("tests/test_a.py::TestC::TestD::test_b[x::y]") == (
        "tests.test_a", "tests.test_a::TestC", "tests.test_a.TestC::TestD",
    )  # fmt: skip
    assert holders_of("com.acme.OrdersTest#pays") == ()
    assert [file_of(test) for test in ("a/b.py::c", "specs/x.yaml::case", "a::b", "A#b")] == [
        "a/b.py", "specs/x.yaml", "", "",
    ]  # fmt: skip


def test_a_very_long_name_is_cut_as_reports_are_read() -> None:
    """No longer than what the reader of reports keeps."""
    assert {len(name) for name in names_of(f"a.py::test_{'x' * 1000}")} == {LONGEST}
