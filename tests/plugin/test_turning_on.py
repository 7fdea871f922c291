"""How the plugin is asked for, what it does where it is not, and what it leaves behind."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.plugin.running import INI, RECORD, run_pytest, write

READS: Final = {
    "mocks/one.json": "{}",
    "test_it.py": "import pathlib\ndef test_reads(): pathlib.Path('mocks/one.json').read_text()\n",
}
ON: Final = "driftwatch_mocks = mocks\ndriftwatch = record\n"
VARIABLE: Final = "DRIFTWATCH_PYTEST"
ONE: Final = ("driftwatch",)


@pytest.mark.parametrize(
    ("options", "ini", "variables", "is_on"),
    [
        ((), "", {}, False),
        ((RECORD,), "", {}, True),
        ((), "driftwatch = record\n", {}, True),
        ((), "", {VARIABLE: "record"}, True),
        ((), "driftwatch = record\n", {VARIABLE: "off"}, False),
        (("--driftwatch=off",), "driftwatch = record\n", {VARIABLE: "record"}, False),
        (("--driftwatch", "record"), "driftwatch = off\n", {}, True),
    ],
)
def test_who_asks(
    options: tuple[str, ...], ini: str, variables: Mapping[str, str], is_on: bool, tmp_path: Path
) -> None:
    """The option goes before the variable, and that before the ini option."""
    suite = write(tmp_path, {**READS, "pytest.ini": INI + ini})
    run = run_pytest(suite, *options, environment=variables, plugins=ONE)
    assert run.code == 0, run.output
    assert (run.usage is not None) is is_on


def test_a_run_within_a_test_is_not_meant(tmp_path: Path) -> None:
    """The variable reaches runs that tests start; those print and write what they always did."""
    suite = write(tmp_path, READS)
    run = run_pytest(
        suite, environment={VARIABLE: "record", "PYTEST_CURRENT_TEST": "test_x.py::test (call)"}, plugins=ONE
    )
    assert run.code == 0, run.output
    assert run.usage is None


@pytest.mark.parametrize(
    ("options", "ini", "variables", "named"),
    [
        (("--driftwatch", "tests"), "", {}, "argument --driftwatch: `tests` is none of its modes: write one of off,"),
        ((), "driftwatch = yes\n", {}, "the ini option `driftwatch`: `yes` is none of its modes"),
        ((), "", {VARIABLE: "1"}, f"the variable {VARIABLE}: `1` is none of its modes"),
    ],
)
def test_no_mode(options: tuple[str, ...], ini: str, variables: Mapping[str, str], named: str, tmp_path: Path) -> None:
    """Where it was written, what was found, and what would be right."""
    suite = write(tmp_path, {**READS, "pytest.ini": INI + ini})
    run = run_pytest(suite, *options, environment=variables, plugins=ONE)
    assert run.code == 4
    assert named in run.output


OFF: Final = """\
import sys
import pytest

def test_nothing_is_there(driftwatch):
    driftwatch.server("wiremock", "http://127.0.0.1:1")
    driftwatch.note("ours", name="x")
    assert [name for name in sys.modules if name.startswith("driftwatch.") and name != "driftwatch.plugin"] == []
    assert "msgspec" not in sys.modules
    assert not any(type(finder).__module__.startswith("driftwatch") for finder in sys.meta_path)

@pytest.mark.driftwatch_plain
def test_the_mark_is_known():
    pass
"""


def test_off_nothing_of_ours_is_loaded(tmp_path: Path) -> None:
    """But the file with the options; the fixture takes everything and does nothing."""
    run = run_pytest(write(tmp_path, {"test_it.py": OFF}), "--strict-markers", plugins=ONE)
    assert run.code == 0, run.output
    assert not (tmp_path / ".driftwatch").exists()


NOTES: Final = """\
import pytest

@pytest.fixture(scope="module")
def server(driftwatch):
    driftwatch.note("ours", name="shared")

def test_first(server, driftwatch):
    driftwatch.note("ours", file="a.json", pointer="/0", method="get", url="https://ann:s3cret@example.com/x?k=s3cret#f")

def test_second(server):
    pass
"""


def test_tests_tell_of_mocks_of_their_own(tmp_path: Path) -> None:
    """By the fixture, also from one of a wider scope; no user info and no query is kept."""
    run = run_pytest(write(tmp_path, {"test_it.py": NOTES}), RECORD, plugins=ONE)
    assert run.touches == {
        "test_it.py::test_first": ["ours shared", "ours GET https://example.com/x a.json#/0"],
        "test_it.py::test_second": ["ours shared"],
    }


def test_the_file(tmp_path: Path) -> None:
    """Its form, where it stands, and that nobody has to keep it out of a repository."""
    suite = write(tmp_path, {**READS, "pyproject.toml": '[project]\nname = "orders"\n'})
    run = run_pytest(suite, RECORD, plugins=ONE)
    assert run.usage is not None
    assert run.usage.pop("finished_at").endswith("Z")
    assert run.usage.pop("made_by").startswith("driftwatch ")
    touch = {"tool": "file", "file": "mocks/one.json"}
    assert run.usage == {
        "schema": "driftwatch.usage/1", "suite": "orders", "root": "..", "is_whole": True, "is_watching_reads": False,
        "uses": [{"test": "test_it.py::test_reads", "outcome": "passed", "touches": [touch]}],
    }  # fmt: skip
    assert [path.name for path in (tmp_path / ".driftwatch").iterdir()] == [".gitignore"]


def test_the_file_elsewhere(tmp_path: Path) -> None:
    """Where it is wanted, by the name that is wanted, for mocks that the driftwatch config names."""
    ini = "[pytest]\ndriftwatch_usage = ../out/of/here.json\ndriftwatch_suite = mine\n"
    config = "providers:\n  a: {mocks: [mocks/*.json, gone], target: '${env:MISSING}'}\n"
    suite = write(tmp_path / "suite", {**READS, "pytest.ini": ini, "driftwatch.yaml": config})
    run = run_pytest(suite, RECORD, plugins=ONE)
    record = json.loads((tmp_path / "out/of/here.json").read_text(encoding="utf-8"))
    assert (record["suite"], record["root"]) == ("mine", str(suite)), run.output
    assert record["uses"][0]["touches"] == [{"tool": "file", "file": "mocks/one.json"}]
    assert [path.name for path in (tmp_path / "out/of").iterdir()] == ["here.json"]


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """Is told, and fails nothing."""
    suite = write(tmp_path, {**READS, "pytest.ini": INI + "driftwatch_usage = test_it.py/usage.json\n"})
    run = run_pytest(suite, RECORD, "-W", "error", plugins=ONE)
    assert run.code == 0
    assert "driftwatch: " in run.output
    assert "usage.json was not written: not a directory" in run.output


PATCHED: Final = """\
import inspect, sys
import vcr.cassette, requests_mock.adapter, responses, respx

def test_patched():
    assert str(inspect.signature(vcr.cassette.Cassette.play_response)) == "(self, request)"
    assert vcr.cassette.Cassette.play_response.__qualname__ == "Cassette.play_response"
    assert vcr.cassette.Cassette.play_response.__module__ == "vcr.cassette"
    assert type(vcr.cassette.__loader__).__module__ == type(vcr.cassette.__spec__.loader).__module__
    assert not type(vcr.cassette.__loader__).__module__.startswith("driftwatch")
    import driftwatch.plugin.libraries.vcr
    assert "driftwatch.plugin.libraries.pytest_httpx" not in sys.modules
    assert _add().__func__ is responses.RequestsMock._add_from_file

def _add():
    return responses._add_from_file
"""
AFTER: Final = """\
import sys

def pytest_unconfigure(config):
    config.add_cleanup(after)

def after():
    import vcr.cassette, requests_mock.adapter, responses, respx
    functions = [
        vcr.cassette.Cassette.play_response, vcr.cassette.Cassette._load, vcr.cassette.Cassette.append,
        requests_mock.adapter.Adapter.send, responses.RequestsMock._find_match, responses._add_from_file,
        responses.RequestsMock._add_from_file, respx.router.Router.record,
    ]
    print("PUT BACK", [one.__name__ for one in functions if hasattr(one, "__wrapped__")], len(functions))
    print("FINDERS", [type(one).__module__ for one in sys.meta_path if "driftwatch" in type(one).__module__])
"""


def test_what_is_replaced_is_put_back(tmp_path: Path) -> None:
    """Meanwhile it has the name, module and signature of what it stands for, and so does the module's loader."""
    run = run_pytest(write(tmp_path, {"test_it.py": PATCHED, "conftest.py": AFTER}), RECORD, plugins=ONE)
    assert run.code == 0, run.output
    assert "PUT BACK [] 8" in run.output
    assert "FINDERS []" in run.output
