"""In the run itself: a summary, a warning or a failure for tests that rest on drift, by the last audit alone."""

import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.cli.calling import spawn, write_config, write_stub
from tests.plugin.running import INI, Run, run_pytest
from tests.servers import json_answer, serve

ADA: Final = {"id": 1, "name": "Ada", "born": "1815-12-10"}
ROUTES: Final = {
    "/lies": json_answer(json.dumps({"id": 1, "born": "1815-12-10"})),
    "/true": json_answer(json.dumps(ADA)),
}
SUITE: Final = """
import json
from pathlib import Path

import pytest


def read(name):
    return json.loads(Path(__file__).with_name("mocks").joinpath("mappings", f"{name}.json").read_text())


def test_lies():
    assert read("lies")


def test_true():
    assert read("true")


def test_none():
    assert True


@pytest.mark.xfail(strict=True)
def test_expected_to_fail():
    assert not read("lies")


@pytest.mark.xfail(strict=False)
def test_passes_unexpectedly():
    assert read("lies")


def test_red():
    assert not read("lies")


@pytest.mark.parametrize("number", [1, 2])
def test_twice(number):
    assert read("true") and (number == 1 or read("lies"))
"""
OWN: Final = {
    "lies": "passed", "true": "passed", "none": "passed", "red": "failed", "twice[1]": "passed", "twice[2]": "passed",
    "passes_unexpectedly": "passed", "expected_to_fail": "skipped",
}  # fmt: skip
"""What the tests come to by themselves."""
LYING: Final = {"lies", "twice[2]"}
SAYS: Final = (
    "driftwatch: 3 green tests rest on 1 drifted mock. 2 green tests rest on mocks that were verified within 30"
)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite whose mocks were audited once, by a service that is not there any more."""
    folder = tmp_path_factory.mktemp("audited")
    for name in ROUTES:
        write_stub(folder / "mocks", name, ADA)
    (folder / "test_shop.py").write_text(SUITE, encoding="utf-8")
    (folder / "pytest.ini").write_text(f"{INI}driftwatch_report = audit.json\n", encoding="utf-8")
    with serve(ROUTES) as running:
        config = write_config(folder, {"people": {"mocks": "mocks", "target": running.url}})
        audit = ("audit", "--config", config, "--format", "json", "--output", "audit.json")
        assert spawn(*audit, cwd=folder).code == 1
    return folder


@pytest.fixture
def suite(audited: Path, tmp_path: Path) -> Path:
    """The same, with nothing but the report of that audit."""
    folder = tmp_path / "checkout"
    shutil.copytree(audited, folder, ignore=shutil.ignore_patterns("driftwatch.yaml", ".driftwatch"))
    return folder


def failed(run: Run) -> set[str]:
    """The tests that failed, by name."""
    return {name.partition("::test_")[2] for name, told in run.results.items() if told.startswith("[('failure'")}


def outcomes(run: Run) -> dict[str, str]:
    """What the record says of each test."""
    return {name.partition("::test_")[2]: outcome for name, outcome in run.outcomes.items()}


def recorded() -> dict[str, str]:
    """The outcomes of a whole run: of tests that met a mock."""
    return {name: outcome for name, outcome in OWN.items() if name != "none"}


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serially", "by two workers"])
def test_a_summary_follows_the_results(suite: Path, options: tuple[str, ...]) -> None:
    """One line, and where more is told; no test is any other."""
    run = run_pytest(suite, "--driftwatch", *options)
    assert SAYS in run.output
    assert "As of the audit of " in run.output
    assert "`driftwatch tests --usage .driftwatch/usage.json --report audit.json` names them." in run.output
    assert (failed(run), outcomes(run)) == ({"red"}, recorded())
    assert run.results == run_pytest(suite).results


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serially", "by two workers"])
def test_tests_that_rest_on_breaking_drift_fail(suite: Path, options: tuple[str, ...]) -> None:
    """With mock, finding and the way to heal it; the record keeps what they came to by themselves."""
    run = run_pytest(suite, "--driftwatch=fail", *options)
    assert (run.code, failed(run), outcomes(run)) == (1, {"red", *LYING}, recorded())
    told = run.results["test_shop::test_lies"].replace("\\n", "\n")
    assert "This test passes, and rests on what is known to be false (driftwatch):" in told
    assert "GET /lies  mocks/mappings/lies.json:1" in told
    assert "breaking field-missing at /name" in told
    assert "driftwatch heal --finding " in told


def test_milder_drift_fails_no_test(suite: Path) -> None:
    """And is told all the same."""
    report = (suite / "audit.json").read_text(encoding="utf-8")
    (suite / "audit.json").write_text(report.replace('"severity": "breaking"', '"severity": "warning"'))
    run = run_pytest(suite, "--driftwatch=fail")
    assert (failed(run), SAYS in run.output) == ({"red"}, True)


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serially", "by two workers"])
def test_tests_that_rest_on_drift_warn(suite: Path, options: tuple[str, ...]) -> None:
    """By a class of its own, once for each; no test is any other."""
    run = run_pytest(suite, "--driftwatch=warn", *options)
    said = "DriftedMockWarning: the mock of GET /lies in mocks/mappings/lies.json:1 is false: breaking field-missing"
    assert (run.output.count(said), failed(run), outcomes(run)) == (len(LYING), {"red"}, recorded())
    quiet = run_pytest(suite, "--driftwatch=warn", "-W", "ignore::driftwatch.plugin.drifted.DriftedMockWarning")
    assert "DriftedMockWarning" not in quiet.output


def test_warnings_that_are_errors_fail_the_test(suite: Path) -> None:
    """Whoever wants that of every warning wants it of this one, too."""
    run = run_pytest(suite, "--driftwatch=warn", "-W", "error")
    assert (failed(run), outcomes(run)) == ({"red", *LYING}, recorded())


def test_the_store_of_the_config_tells_as_well(audited: Path, tmp_path: Path) -> None:
    """Beside the tests, where no report is named; secrets of the config are not asked for."""
    folder = tmp_path / "shop"
    shutil.copytree(audited, folder)
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    config = json.loads((folder / "driftwatch.yaml").read_text(encoding="utf-8"))
    config["providers"]["people"]["auth"] = {"bearer": "${env:NOBODY_SET_THIS}"}
    (folder / "driftwatch.yaml").write_text(json.dumps(config), encoding="utf-8")
    run = run_pytest(folder, "--driftwatch=fail")
    assert (failed(run), SAYS in run.output) == ({"red", *LYING}, True)


@pytest.mark.parametrize(
    ("mode", "ini", "sentence"),
    [
        ("report", INI, "driftwatch: no audit is known: name the file of `driftwatch audit --format json` in the ini"),
        ("warn", f"{INI}driftwatch_report = none.json\n", "none.json cannot be opened: No such file or directory."),
        ("fail", f"{INI}driftwatch_report = pytest.ini\n", "pytest.ini is not what an audit tells as JSON"),
    ],
    ids=["no audit", "no file", "no report"],
)
def test_without_an_audit_a_run_is_as_it_was(suite: Path, mode: str, ini: str, sentence: str) -> None:
    """One sentence says why nothing is told."""
    (suite / "pytest.ini").write_text(ini, encoding="utf-8")
    run = run_pytest(suite, f"--driftwatch={mode}")
    assert (failed(run), outcomes(run)) == ({"red"}, recorded())
    assert run.output.count(sentence) == 1
    assert "green" not in run.output


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serially", "by two workers"])
@pytest.mark.parametrize(
    ("mode", "tests", "code"),
    [("fail", "test_true", 1), ("warn", "test_true", 0), ("report", "test_true", 0), ("fail", "test_none", 0)],
)
def test_who_asks_for_failures_is_not_green_without_an_audit(
    suite: Path, mode: str, tests: str, code: int, options: tuple[str, ...]
) -> None:
    """No test fails, since of none it is known that it should: the run does, if any of them met a mock."""
    (suite / "audit.json").unlink()
    run = run_pytest(suite, f"--driftwatch={mode}", "-k", tests, *options)
    assert (run.code, failed(run)) == (code, set())
    assert ("no test could be judged, so this run does not pass" in run.output) is bool(code)


HOSTILE: Final = """
@pytest.fixture
def patched(monkeypatch, tmp_path):
    read("lies")
    for name in os.environ:
        monkeypatch.delenv(name)
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    for name in ("builtins.open", "io.open", "pathlib.Path.read_bytes", "driftwatch.transport.clock.datetime"):
        monkeypatch.setattr(name, fail)


def fail(*_, **__):
    raise RuntimeError


def test_0(patched):
    pass

"""


@pytest.mark.parametrize("knowledge", ["report", "store"])
def test_the_first_test_patches_what_is_needed(audited: Path, tmp_path: Path, knowledge: str) -> None:
    """It is judged like any other, and so are all that follow."""
    folder = tmp_path / "checkout"
    shutil.copytree(audited, folder)
    if knowledge == "store":
        (folder / "pytest.ini").write_text(INI, encoding="utf-8")
    text = SUITE.replace("import json\n", "import json, os\n").replace("def test_lies", f"{HOSTILE}def test_lies")
    (folder / "test_shop.py").write_text(text, encoding="utf-8")
    assert failed(run_pytest(folder, "--driftwatch=fail")) == {"red", "0"} | LYING
