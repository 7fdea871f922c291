"""``driftwatch tests blind`` where tests hang, crash, write no report or read elsewhere: told, and never green.

The tests are a shell script: it takes names and writes a report, and is done in no time.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch.model.blindness import Sight
from driftwatch.model.reliance import KnownUse, UsedMock
from driftwatch.model.use import Outcome
from driftwatch.ports import Store
from driftwatch.settings.store import place_in
from driftwatch.wiring.memory import store_at
from tests.cli.calling import call, untouched, write_config, write_stub
from tests.scenarios.blind.shop import keys
from tests.scenarios.blind.test_blind import blind
from tests.servers import Server, json_answer, serve

pytestmark = pytest.mark.timeout(240)
RUNNER: Final = """set -f
mocks="$PWD/mocks/mappings"
cases=""
for test in "$@"; do
  fate=""
  case "$test" in
    *hangs*) grep -q customerName "$mocks/order.json" && sleep 60 ;;
    *crashes*) grep -q customerName "$mocks/order.json" && kill -9 $$ ;;
    *skips*) grep -q customerName "$mocks/order.json" && fate="<skipped/>" ;;
    *notices*) grep -q customerName "$mocks/order.json" && fate="<failure message='no name'/>" ;;
    *elsewhere*) ;;
    *) cat "$mocks/order.json" > /dev/null ;;
  esac
  case "$test" in *silent*) ;; *) cases="$cases<testcase classname='T' name='${test#T#}'>$fate</testcase>" ;; esac
done
printf '%s' "<testsuite>$cases</testsuite>" > junit.xml
"""
COMMAND: Final = "sh run.sh {tests}"


@pytest.fixture
def service() -> Iterator[Server]:
    """A renamed member, and one of another type."""
    with serve(json_answer('{"id": 1, "customerName": "Eve", "total": "6"}')) as running:
        yield running


@pytest.fixture
def project(service: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder, no checkout, with one mock and the script."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DRIFTWATCH_STORE", str(tmp_path / "store.db"))
    write_stub(folder / "mocks", "/orders/1", {"id": 1, "customer_name": "Ada", "total": 5}, name="order")
    (folder / "run.sh").write_text(RUNNER, encoding="utf-8")
    with untouched(monkeypatch):
        monkeypatch.setenv("DRIFTWATCH_STORE", str(tmp_path / "store.db"))
        write_config(folder, {"orders": {"mocks": "mocks", "target": service.url}})
        yield folder


def kept(capsys: pytest.CaptureFixture[str], *tests: str) -> Store:
    """The store, which knows that these tests rest on the mock."""
    place = place_in(os.environ, Path.cwd())
    assert place is not None
    store = store_at(place, 90)
    assert store is not None
    key = keys(call(capsys, "mocks", "--format", "json").out)["order"]
    at = datetime(2026, 5, 1, tzinfo=UTC)
    uses = [KnownUse("unit", test, Outcome.PASSED, at, (UsedMock(key, "GET /orders/{id}"),)) for test in tests]
    assert store.keep_uses("unit", uses, is_whole=True) is None
    return store


def verdicts(found: Any) -> dict[tuple[str, str], tuple[str, str]]:
    """By test and path, the verdict and its reason."""
    paths = {one["fingerprint"]: one["path"] for one in found["findings"]}
    return {(one["test"], paths[one["finding"]]): (one["verdict"], one["reason"] or "") for one in found["pairs"]}


NAME, TOTAL = "/customer_name", "/total"


def test_what_does_not_end_is_not_green(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One that hangs, one that takes the whole run with it, one that is skipped: each is told by its own reason.

    The others are not the worse for it, and what was not tried is no part of the score.
    """
    store = kept(capsys, "T#calm", "T#crashes", "T#hangs", "T#notices", "T#silent", "T#skips")
    ran, found = blind(capsys, "--command", COMMAND, "--timeout", "2s")
    told = verdicts(found)
    assert {pair: verdict for pair, (verdict, _) in told.items()} == {
        ("T#calm", NAME): "blind", ("T#calm", TOTAL): "blind",
        ("T#crashes", NAME): "not-tried", ("T#crashes", TOTAL): "blind",
        ("T#hangs", NAME): "not-tried", ("T#hangs", TOTAL): "blind",
        ("T#notices", NAME): "noticed", ("T#notices", TOTAL): "blind",
        ("T#skips", NAME): "not-tried", ("T#skips", TOTAL): "blind",
    }  # fmt: skip
    assert told["T#hangs", NAME][1] == "it did not end within 2 s"
    assert told["T#crashes", NAME][1] == "its run was ended by signal 9"
    assert told["T#skips", NAME][1] == "it is skipped with the drift"
    assert [(one["test"], one["reason"]) for one in found["left_out"]] == [
        ("T#silent", "its run ended with 0, and no report tells of it")
    ]
    assert found["score"] == 6 / 7
    assert not found["is_conclusive"]
    assert ran.code == 1  # a test is blind to breaking drift: that wins over what nobody knows
    assert call(capsys, "tests", "blind", "--command", COMMAND, "--timeout", "2s", "--fail-on", "never").code == 3
    rests = store.blindness()
    assert isinstance(rests, tuple)
    assert {(one.test, one.sight) for one in rests if one.test == "T#notices"} == {
        ("T#notices", Sight.NOTICED), ("T#notices", Sight.BLIND),
    }  # fmt: skip
    assert len(rests) == 10
    assert (project / "junit.xml").exists() is False


def test_the_budget_bounds_it_all(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it does not reach is not tried, and that is said; nothing runs longer."""
    assert project.is_dir()
    kept(capsys, "T#calm", "T#hangs")
    ran, found = blind(capsys, "--command", COMMAND, "--budget", "1500ms")
    assert sum(one["seconds"] for one in found["runs"]) < 10
    assert {one["verdict"] for one in found["pairs"]} <= {"not-tried"}
    reasons = {one["reason"] for one in (*found["pairs"], *found["left_out"])}
    assert "the budget was spent before it was its turn" in reasons
    assert (ran.code, found["score"]) == (3, None)


def test_a_mock_that_is_read_elsewhere(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tests that never open the copied mock cannot be told blind: they may read another one."""
    assert project.is_dir()
    kept(capsys, "T#elsewhere")
    ran, found = blind(capsys, "--command", COMMAND)
    told = verdicts(found)
    if any(verdict == "blind" for verdict, _ in told.values()):
        pytest.skip("this file system is mounted without access times (noatime)")
    assert {reason for _, reason in told.values()} == {
        "no test read mocks/mappings/order.json from the copy of your files: they read it from another place"
    }
    assert (ran.code, found["score"]) == (3, None)


@pytest.mark.parametrize(("command", "words"), [
    ("exit 7", "its run ended with 7, and no report tells of it"),
    ("echo '<!DOCTYPE x><x/>' > junit.xml", "a report of the tests cannot be read"),
])  # fmt: skip
def test_tests_that_do_not_run_at_all(
    command: str, words: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Nothing is concluded, and the last lines that they printed are shown: 3."""
    assert project.is_dir()
    kept(capsys, "T#calm", "T#notices")
    ran = call(capsys, "tests", "blind", "--command", f"echo out of paper; {command}")
    assert ran.code == 3
    assert words in " ".join(ran.out.split())
    assert "out of paper" in ran.out
    assert "Nothing could be tried" in ran.out


def test_without_drift_nothing_is_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mocks that tell the truth: 0, and no run."""
    write_stub(project / "mocks", "/orders/1", {"id": 1, "customerName": "Ada", "total": "5"}, name="order")
    kept(capsys, "T#calm")
    ran, found = blind(capsys, "--command", "touch ran")
    assert (ran.code, found["runs"], found["score"]) == (0, [], None)
    assert found["conclusion"] == "There is no drift that a test rests on: nothing was tried."


def test_a_runner_that_takes_no_names(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It runs everything each time, and what its report tells counts."""
    assert project.is_dir()
    kept(capsys, "T#calm", "T#notices")
    _, found = blind(capsys, "--command", "sh run.sh T#notices T#calm")
    assert {pair: verdict for pair, (verdict, _) in verdicts(found).items()} == {
        ("T#calm", NAME): "blind", ("T#calm", TOTAL): "blind",
        ("T#notices", NAME): "noticed", ("T#notices", TOTAL): "blind",
    }  # fmt: skip


USAGE: Final = [
    (("--budget", "soon"), "--budget soon: write a time with its unit"),
    (("--timeout", "0s"), "--timeout 0s: it must be more than nothing"),
    (("--suite", "other"), "--suite other: there is no test of such a suite; there are unit"),
    (("--command", " "), "--command wants the command that runs the tests"),
    (("--finding", "ffff"), "--finding ffff: no finding of this audit begins so"),
    (("--folder", "absent"), "absent"),
]


@pytest.mark.parametrize(("words", "told"), USAGE, ids=[" ".join(words) for words, _ in USAGE])
def test_what_cannot_be_meant(
    words: tuple[str, ...], told: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Each is told with what would be right: 2."""
    assert project.is_dir()
    kept(capsys, "T#calm")
    ran = call(capsys, "tests", "blind", *words)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_nobody_knows_what_tests_rest_on(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a store nor a record: the remedy is named, and nobody is asked anything."""
    assert project.is_dir()
    ran = call(capsys, "tests", "blind")
    assert (ran.code, ran.out) == (2, "")
    assert "run the tests with `pytest --driftwatch`" in ran.err


def test_a_record_in_place_of_the_store(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a run of the tests wrote is enough."""
    record = {
        "schema": "driftwatch.usage/1", "suite": "unit", "root": str(project), "is_whole": True,
        "uses": [{"test": "T#notices", "outcome": "passed", "touches": [
            {"tool": "wiremock", "file": "mocks/mappings/order.json"}
        ]}],
    }  # fmt: skip
    (project / "usage.json").write_text(json.dumps(record), encoding="utf-8")
    _, found = blind(capsys, "--command", COMMAND, "--usage", "usage.json")
    assert verdicts(found)["T#notices", NAME] == ("noticed", "")
    shown = call(capsys, "tests", "blind", "--command", COMMAND, "--usage", "usage.json").out
    assert "1 of 1 test notices only some of the drift that it rests on." in shown
    markdown = call(capsys, "tests", "blind", "--command", COMMAND, "--usage", "usage.json", "--format", "markdown")
    assert "### breaking: type-changed at `/total`" in markdown.out
    assert "- `T#notices`" in markdown.out


def test_credentials_stay_hidden(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Tests get the environment, and what they print, or are called, of a credential of the config is masked."""
    monkeypatch.setenv("STAGING_TOKEN", "sesame-77-open")
    config = json.loads((project / "driftwatch.yaml").read_text(encoding="utf-8"))
    config["providers"]["orders"]["auth"] = {"bearer": {"token": "${env:STAGING_TOKEN}"}}
    (project / "driftwatch.yaml").write_text(json.dumps(config), encoding="utf-8")
    kept(capsys, "T#calm")
    failing = "<testcase classname='T' name='calm'><failure message='$STAGING_TOKEN'/></testcase>"
    for command in ("echo $STAGING_TOKEN; exit 7", f'echo "{failing}" > junit.xml'):
        for form in ("console", "json", "markdown"):
            ran = call(capsys, "tests", "blind", "--command", command, "--format", form)
            assert ran.code == 3
            assert "sesame" not in ran.out + ran.err
            assert "********" in ran.out.replace("\\", "") or (form != "console" and "exit" in command)
