"""What goes wrong, in workers and in our own code, costs a test nothing and is told."""

import json
import os
from pathlib import Path
from typing import Final

import pytest

from driftwatch.mocks.uses.usage import read_usage
from tests.plugin.running import RECORD, run_pytest, write

CRASH: Final = """\
import os, pathlib
import pytest

@pytest.mark.parametrize("number", range(12))
def test_reads(number):
    pathlib.Path("mocks/one.json").read_text()
    if number == 5:
        os._exit(1)
"""


def test_a_worker_crashes(tmp_path: Path) -> None:
    """Nothing is lost but what the crashed test met; it has failed, and the run was not one of all tests."""
    suite = write(tmp_path, {"mocks/one.json": "{}", "test_it.py": CRASH})
    run = run_pytest(suite, RECORD, "-n", "2")
    assert "crashed" in run.output
    names = {f"test_it.py::test_reads[{number}]" for number in range(12)}
    assert {name for name, outcome in run.outcomes.items() if outcome == "passed"} == names - {
        "test_it.py::test_reads[5]"
    }
    assert set(map(tuple, run.touches.values())) <= {("file mocks/one.json",), ()}
    assert run.usage is not None
    assert run.usage["is_whole"] is False


GROUPS: Final = """\
import os, pathlib
import pytest

@pytest.mark.xdist_group("g@h")
@pytest.mark.parametrize("name", ["a@b", "c"])
def test_grouped(name):
    pathlib.Path("mocks/one.json").read_text()

@pytest.mark.parametrize("name", ["a@b"])
def test_alone(name):
    pathlib.Path("mocks/one.json").read_text()
"""


def test_groups_are_no_part_of_a_name(tmp_path: Path) -> None:
    """``--dist loadgroup`` appends them to node ids."""
    suite = write(tmp_path, {"mocks/one.json": "{}", "test_it.py": GROUPS})
    run = run_pytest(suite, RECORD, "-n", "2", "--dist", "loadgroup")
    names = {"test_it.py::test_grouped[c]", "test_it.py::test_alone[a@b]", "test_it.py::test_grouped[a@b]"}
    assert set(run.touches) == names, run.output


STRANGE: Final = {
    "vcr/__init__.py": "",
    "vcr/cassette.py": "class Cassette:\n    def play_response(self, request): return 'answer of ' + request\n",
    "test_it.py": (
        "from vcr.cassette import Cassette\n"
        "def test_one(): assert Cassette().play_response('s3cret') == 'answer of s3cret'\n"
        "def test_two(): assert Cassette().play_response('s3cret') == 'answer of s3cret'\n"
    ),
}


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serially", "by two workers"])
def test_a_library_that_is_not_what_we_know(options: tuple[str, ...], tmp_path: Path) -> None:
    """Its tests pass. What is not known of it is told once, and no value of it; of no mock it is said to be unused."""
    run = run_pytest(write(tmp_path, STRANGE), RECORD, "-W", "error", *options, environment={"PYTHONPATH": "."})
    assert run.code == 0, run.output
    told = [line for line in run.output.splitlines() if line.startswith("driftwatch: ")]
    assert sorted(told) == sorted(set(told))
    assert "driftwatch: vcr.cassette Cassette has no `_load` that is known" in told
    assert any("AttributeError at driftwatch/plugin/libraries/vcr.py" in line for line in told)
    assert "s3cret" not in run.output
    assert run.usage is not None
    assert run.usage["is_whole"] is False


def test_the_start_fails(tmp_path: Path) -> None:
    """The run goes on without us."""
    broken = "import driftwatch.plugin.choices as choices\ndel choices.choices_of\n"
    suite = write(tmp_path, {"conftest.py": broken, "test_it.py": "def test_it(): pass\n"})
    run = run_pytest(suite, RECORD, plugins=("driftwatch",))
    assert run.code == 0, run.output
    assert "driftwatch: nothing was recorded: ImportError at driftwatch/plugin/" in run.output


MONKEY: Final = """\
import responses, requests

def test_somebody_replaces_ours(monkeypatch):
    monkeypatch.setattr(responses.RequestsMock, "_find_match", lambda self, request: (None, []))

def test_and_puts_it_back():
    with responses.RequestsMock() as mocks:
        mocks.get("https://example.com/", body="x")
        assert requests.get("https://example.com/", timeout=1).text == "x"

def test_and_replaces_it_for_good():
    original = responses.RequestsMock._find_match
    responses.RequestsMock._find_match = lambda self, request: original(self, request)
"""


def test_others_replace_the_same(tmp_path: Path) -> None:
    """Ours goes on while it is there, and does not take away what came later."""
    after = "def pytest_unconfigure(config): config.add_cleanup(after)\ndef after():\n    import responses\n"
    after += "    print('STAYS', responses.RequestsMock._find_match.__name__)\n"
    run = run_pytest(write(tmp_path, {"test_it.py": MONKEY, "conftest.py": after}), RECORD, plugins=("driftwatch",))
    assert run.touches == {"test_it.py::test_and_puts_it_back": ["responses GET https://example.com/"]}
    assert "STAYS <lambda>" in run.output


ODD: Final = """\
import os
from pathlib import Path
import pytest

def test_a_name_that_is_no_utf_8():
    os.listdir("mocks")
    (file,) = [os.path.join("mocks", name) for name in os.listdir("mocks") if name.startswith("bad")]
    with open(file) as stream:
        stream.read()

@pytest.mark.parametrize("url", ["https://ann:s3cret@example.com?token=s3cret"])
def test_a_secret_in_a_name(url, driftwatch):
    driftwatch.note("ours", file=Path("mocks/one.json"), method=None)
    driftwatch.note("ours")
    driftwatch.note("ours", name="x" * 5000)

@pytest.mark.parametrize("url", [pytest.param(1, id="y" * 5000)])
def test_a_long_name(url):
    Path("mocks/one.json").read_text()
"""


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serially", "by two workers"])
def test_names_that_could_not_be_kept(options: tuple[str, ...], tmp_path: Path) -> None:
    """Each is kept as one that can be: no worker ends, no record is lost, and its reader takes it."""
    suite = write(tmp_path, {"mocks/one.json": "{}", "test_it.py": ODD})
    (suite / "mocks" / os.fsdecode(b"bad\xff.json")).write_text("{}", encoding="utf-8")
    run = run_pytest(suite, RECORD, *options)
    assert run.code == 0, run.output
    (suite / "again.json").write_text(json.dumps(run.usage), encoding="utf-8")
    uses = {use.test.partition("::test_")[2][:20]: use.touches for use in read_usage(suite / "again.json").uses}
    assert {test: [(one.tool, one.file) for one in touches] for test, touches in uses.items()} == {
        "a_name_that_is_no_ut": [("file", r"mocks/bad\udcff.json")],
        "a_secret_in_a_name[h": [("ours", "mocks/one.json")],
        "a_long_name[yyyyyyyy": [("file", "mocks/one.json")],
    }
    assert "s3cret" not in json.dumps(run.usage)
    assert "driftwatch: `driftwatch.note` was told of no mock: give it a file" in run.output
    assert "driftwatch: `driftwatch.note` was told more than 4,000 characters of a mock" in run.output


COUNTING: Final = """\
import json, pathlib
from unittest import mock
import requests, responses

BODY = {"id": 1, "note": "long enough"}

def test_it_counts():
    json.loads(pathlib.Path("mocks/one.json").read_text())
    with mock.patch.object(pathlib.Path, "read_bytes") as read, mock.patch.object(pathlib.Path, "stat") as stat:
        with responses.RequestsMock() as mocks:
            mocks.get("https://example.com/", json=BODY)
            assert requests.get("https://example.com/", timeout=1).json() == BODY
    assert (read.call_count, stat.call_count) == (0, 0)
"""


def test_a_test_counts_what_is_read(tmp_path: Path) -> None:
    """What we read is not counted, and what the test has put in the place of reading is not asked."""
    suite = write(tmp_path, {"mocks/one.json": '{"id": 1, "note": "long enough"}', "test_it.py": COUNTING})
    run = run_pytest(suite, RECORD, plugins=("driftwatch",))
    assert run.code == 0, run.output
    assert run.touches == {"test_it.py::test_it_counts": ["responses GET https://example.com/ mocks/one.json"]}


@pytest.mark.parametrize(
    ("files", "variables", "told"),
    [
        ({"driftwatch.yaml": "a: ["}, {}, "driftwatch.yaml:"),
        ({}, {"DRIFTWATCH_CONFIG": "none.yaml"}, "DRIFTWATCH_CONFIG: `"),
    ],
    ids=["broken", "not there"],
)
def test_a_config_that_says_nothing(
    files: dict[str, str], variables: dict[str, str], told: str, tmp_path: Path
) -> None:
    """Where it should have said what the mocks are, that is told; where the ini file says it, all goes on."""
    plain = {"mocks/one.json": "{}", "test_it.py": "def test_it(): open('mocks/one.json').close()\n", **files}
    suite = write(tmp_path, {**plain, "pytest.ini": "[pytest]\n"})
    run = run_pytest(suite, RECORD, plugins=("driftwatch",), environment=variables)
    assert (run.code, run.touches) == (0, {"test_it.py::test_it": []})
    assert f"driftwatch: files that tests open are not noted: {told}" in run.output.replace(f"{suite}/", "")
    assert run.usage is not None
    assert run.usage["is_whole"] is False
    run = run_pytest(write(suite, plain), RECORD, plugins=("driftwatch",), environment=variables)
    assert (len(run.touches), "driftwatch: " in run.output) == (1, False)
