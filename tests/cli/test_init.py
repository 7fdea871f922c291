"""``driftwatch init``: from a folder of mocks to a config that needs nothing but its targets."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from driftwatch.settings.load import load
from driftwatch.settings.target import PLACEHOLDER
from tests.cli.calling import Ran, call, spawn, write_stub
from tests.cli.team import GOLD, lay_out
from tests.conftest import ROOT
from tests.servers import json_answer, serve

CASES: Final = ROOT / "tests/mocks/formats"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A team's repository, which is the current folder."""
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _filled(config: Path, target: str = "https://staging.example.com") -> Path:
    config.write_text(config.read_text(encoding="utf-8").replace(PLACEHOLDER, target), encoding="utf-8")
    return config


def test_the_whole_output(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a new user sees and gets is what was read in review."""
    ran = call(capsys, "init", "mocks")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (GOLD / "init.txt").read_text(encoding="utf-8")
    assert (project / "driftwatch.yaml").read_bytes() == (GOLD / "init.yaml").read_bytes()


def test_the_config_loads_once_its_targets_are_filled_in(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else is missing, and each provider reads what was counted for it."""
    call(capsys, "init", "mocks")
    settings = load(_filled(project / "driftwatch.yaml"), {})
    assert list(settings.providers) == [
        "api.github.example",
        "api.mail.example-8443",
        "orders",
        "payments-api",
        "stock",
    ]
    assert call(capsys, "config", "check").code == 0
    assert (
        call(capsys, "mocks").out.splitlines()[-1] == "6 interactions (pact 2, vcrpy 2, wiremock 2); 5 would be sent."
    )


def test_what_is_commented_out_is_valid(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever removes the comment signs before the settings gets settings."""
    call(capsys, "init", "mocks")
    text = _filled(project / "driftwatch.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^( *)# ( *[a-z_]+:.*)$", r"\1\2", text)
    config = project / "uncommented.yaml"
    config.write_text(text, encoding="utf-8")
    names = re.findall(r"\$\{env:(\w+)\}", text)
    settings = load(config, dict.fromkeys(names, "secret"))
    assert len(names) == len(settings.providers) == 5
    assert settings.probing.rate == 10


def test_an_unfilled_target_is_told_kindly(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every placeholder is named with its line and with what belongs there; nothing else is complained of."""
    call(capsys, "init", "mocks")
    ran = call(capsys, "config", "check")
    assert ran.code == 2
    told = ran.err.splitlines()
    assert len(told) == 5
    for line in told:
        assert re.search(r"driftwatch\.yaml:\d+ providers\S+\.target: the target is still to be filled in\. Put", line)
    assert str(project) in told[0]


@pytest.mark.usefixtures("project")
def test_no_audit_goes_to_the_placeholder(capsys: pytest.CaptureFixture[str]) -> None:
    """A config that was only written sends nothing."""
    call(capsys, "init", "mocks")
    ran = call(capsys, "audit")
    assert (ran.code, ran.out) == (2, "")


def test_no_address_or_secret_of_a_mock_is_active(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A host stands in comments alone (and in names), without user info and query."""
    call(capsys, "init", "mocks")
    text = (project / "driftwatch.yaml").read_text(encoding="utf-8")
    assert "hunter2" not in text
    assert "# The mocks name api.mail.example:8443" in text
    assert set(re.findall(r"(?m)^ *target: (.*)$", text)) == {PLACEHOLDER}


def test_an_audit_by_the_written_config(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The road that is told ends where it should: with an audit."""
    call(capsys, "init", "mocks/orders")
    with serve({"/orders/7": json_answer('{"id": 7}')}) as running:
        _filled(project / "driftwatch.yaml", running.url)
        ran = call(capsys, "audit", "--format", "json")
    assert '"verified": 1' in ran.out


def test_a_config_is_never_overwritten(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless ``--force`` says so; under either name, also where it is a link that leads nowhere."""
    config = project / "driftwatch.yaml"
    config.write_text("mine")
    ran = call(capsys, "init", "mocks")
    assert (ran.code, ran.out, config.read_text()) == (2, "", "mine")
    assert "--force replaces it" in ran.err
    assert call(capsys, "init", "mocks", "--force").code == 0
    assert "mine" not in config.read_text()
    config.unlink()
    config.symlink_to("nowhere.yaml")
    assert call(capsys, "init", "mocks").code == 2
    assert not (project / "nowhere.yaml").exists()
    config.rename(project / "driftwatch.yml")
    ran = call(capsys, "init", "mocks", "--force")
    assert (ran.code, config.exists()) == (2, False)
    assert "driftwatch.yml" in ran.err


def test_a_dry_run_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The config alone goes to standard output, so that it can be piped, whatever stands in the folder."""
    (project / "driftwatch.yaml").write_text("mine")
    ran = call(capsys, "init", "mocks", "--dry-run")
    assert (ran.code, (project / "driftwatch.yaml").read_text()) == (0, "mine")
    assert ran.out.startswith("# What driftwatch found in `mocks`")
    assert ran.err.startswith("Recognised")
    (project / "piped.yaml").write_text(ran.out, encoding="utf-8")
    assert len(load(_filled(project / "piped.yaml"), {}).providers) == 5


def test_a_config_elsewhere_leads_back_to_the_mocks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Paths start at the config's folder, and the commands that are told name it."""
    (project / "my config").mkdir()
    ran = call(capsys, "init", "mocks", "--output", "my config/audit.yaml")
    assert "driftwatch audit --config 'my config/audit.yaml'" in ran.out
    settings = load(_filled(project / "my config/audit.yaml"), {})
    assert [path.written for path in settings.providers["orders"].mocks] == ["../mocks/orders"]


def test_the_current_folder_is_looked_through_by_default(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name the folder one stands in is meant."""
    assert call(capsys, "init").code == 0
    settings = load(_filled(project / "driftwatch.yaml"), {})
    assert settings.providers["orders"].mocks[0].written == "mocks/orders"


def test_a_mock_that_cannot_be_read_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The config is written all the same, and the exit code says that something is left to mend."""
    (project / "mocks/orders/mappings/torn.json").write_text('{\n"request": {\n')
    ran = call(capsys, "init", "mocks")
    assert ran.code == 3
    assert "orders/mappings/torn.json:3" in ran.out
    assert (project / "driftwatch.yaml").exists()


def test_a_mock_that_no_place_holds_is_named_in_the_config(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where only single files are listed, an audit would not miss a torn one."""
    for name in ("torn", "torn\n  evil: true"):
        shutil.copyfile(CASES / "pact/cut-file-is-refused/web-users.json", project / f"mocks/pacts/{name}.json")
    assert call(capsys, "init", "mocks").code == 3
    text = (project / "driftwatch.yaml").read_text(encoding="utf-8")
    assert "# Could not be read, and belongs to no provider below" in text
    assert "#     `mocks/pacts/torn.json`\n" in text
    assert len(load(_filled(project / "driftwatch.yaml"), {}).providers) == 5


def test_a_folder_without_mocks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No config is written that could not work; what was found is told, and what to do."""
    ran = call(capsys, "init", "mocks/tools")
    assert (ran.code, (project / "driftwatch.yaml").exists()) == (3, False)
    assert "packages and their versions" in ran.out
    assert "driftwatch init DIR" in ran.out


@pytest.mark.parametrize(("folder", "told"), [("absent", "does not exist"), ("mocks/handlers.ts", "is a file")])
def test_what_is_no_folder(folder: str, told: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written, and the message says what was meant."""
    ran = call(capsys, "init", folder)
    assert (ran.code, ran.out, (project / "driftwatch.yaml").exists()) == (2, "", False)
    assert told in ran.err


def test_a_place_that_cannot_be_written_is_told_first(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not after the work."""
    ran = call(capsys, "init", "mocks", "--output", "absent/driftwatch.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "absent" in ran.err
    assert project.is_dir()


NAMES: Final = (
    "[glob]*",
    "true",
    "007",
    "a: b",
    "#c",
    "new\nline",
    "\x1b[31mred",
    "ünï-日本",
    "--help",
    "quote'\"`$(x)",
    "-",
    "~",
)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_folders_of_any_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a disk allows becomes a config that loads and names the very folder."""
    for folder in (name, "plain"):
        write_stub(tmp_path / "mocks" / folder, "/it", {"ok": True})
    monkeypatch.chdir(tmp_path)
    ran = call(capsys, "init", "mocks")
    assert (ran.code, ran.err) == (0, "")
    assert [char for char in ran.out if not char.isprintable() and char != "\n"] == []
    settings = load(_filled(tmp_path / "driftwatch.yaml"), {})
    found = {path for provider in settings.providers.values() for place in provider.mocks for path in place.expand()}
    assert found == {tmp_path / "mocks" / name, tmp_path / "mocks/plain"}


def test_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are escaped, and lead to the folder again."""
    odd = os.fsdecode(b"caf\xe9")
    for folder in (odd, "plain"):
        write_stub(tmp_path / "mocks" / folder, "/it", {"ok": True})
    ran = spawn("init", "mocks", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    settings = load(_filled(tmp_path / "driftwatch.yaml"), {})
    assert {place.path.name for provider in settings.providers.values() for place in provider.mocks} == {odd, "plain"}


def test_every_format_finds_its_way_into_a_config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All cases of all formats together: the written config reads just what the folder holds."""
    shutil.copytree(CASES, tmp_path / "mocks")
    assert call(capsys, "init", tmp_path / "mocks", "--output", tmp_path / "driftwatch.yaml").code == 3
    whole = _places(call(capsys, "mocks", tmp_path / "mocks", "--format", "json"))
    config = _filled(tmp_path / "driftwatch.yaml")
    assert _places(call(capsys, "mocks", "--config", config, "--format", "json")) == whole
    assert len(whole) > 100


def _places(ran: Ran) -> list[tuple[str, str, str]]:
    interactions = json.loads(ran.out)["interactions"]
    return sorted((one["format"], one["origin"]["file"], one["origin"]["pointer"]) for one in interactions)
