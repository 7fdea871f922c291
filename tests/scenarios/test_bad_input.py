"""Bad files through the whole command: each lies beside a good mock and costs itself and nothing else.

What holds for all: the good mock is verified, the planted one is caught, the report says what is wrong and where, and
the run ends as incomplete. Bad services are in ``test_bad_services.py``.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.calling import PATIENCE, Ran, call, plain_environment, untouched, write_config, write_stub
from tests.servers import json_answer, serve

MIB: Final = 1024 * 1024


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with untouched(monkeypatch):
        yield


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """A service that answers what the good mock says."""
    with serve({"/good": json_answer('{"ok": false}')}) as running:
        yield running.url


@pytest.fixture
def mocks(tmp_path: Path) -> Path:
    """A folder with the good mock."""
    folder = tmp_path / "mocks"
    write_stub(folder, "/good", {"ok": True})
    return folder


def audit_folder(capsys: pytest.CaptureFixture[str], mocks: Path, url: str) -> tuple[Ran, dict[str, Any]]:
    """One audit of the folder; the report as a document."""
    config = write_config(mocks.parent, {"it": {"mocks": mocks.name, "target": url}})
    ran = call(capsys, "audit", "--config", config, "--format", "json")
    return ran, json.loads(ran.out)


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    """Each interaction's verdict by its path."""
    return {
        one["path_template"]: one["verdict"] for provider in report["providers"] for one in provider["interactions"]
    }


def unreadable(report: dict[str, Any]) -> list[tuple[str, int, str]]:
    """File name, line and reason of what could not be read."""
    gaps = [gap for gap in report["gaps"] if "verdict" not in gap]
    return [(Path(gap["file"]).name, gap["line"], gap["reason"]) for gap in gaps]


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file, where it lies, and what is said of it."""

    name: str
    content: bytes | Callable[[], bytes]
    line: int
    reason: str

    def __str__(self) -> str:
        return self.reason

    def write(self, folder: Path) -> None:
        """Put it into the folder."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content if isinstance(self.content, bytes) else self.content())


STUB: Final = """\
{
  "request": {"method": "GET", "url": "/bad"},
  "response": {
    "status": 200,
    "body": "caf\N{LATIN SMALL LETTER E WITH ACUTE}"
  }
}
"""
CASSETTE: Final = """\
version: 1
interactions:
- request: {method: GET, uri: 'http://api.example.com/bad', body: null, headers: {}}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: 'x'}}
"""
ALIASES: Final = CASSETTE + "bomb:\n" + "- &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"- &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)  # fmt: skip
DEEP_STUB: Final = STUB.replace(
    '"body": "caf\N{LATIN SMALL LETTER E WITH ACUTE}"', f'"jsonBody": {"[" * 10_000}{"]" * 10_000}'
)
DEEP_CASSETTE: Final = f"{CASSETTE}deep: {'[' * 10_000}{']' * 10_000}\n"

BAD_FILES: Final = [
    BadFile("mappings/bad.json", STUB[:80].encode(), 4, "expected ',' or '}', found the end of the file"),
    BadFile("mappings/empty.json", b"", 1, "found the end of the file"),
    BadFile("flat/bad.json", STUB[:80].encode(), 4, "expected ',' or '}', found the end of the file"),
    BadFile("mappings/bad.json", STUB.encode("latin-1"), 5, "not UTF-8"),
    BadFile("mappings/bad.json", STUB.encode("utf-16-le"), 1, "not UTF-8: it holds zero bytes"),
    BadFile("flat/bad.json", STUB.encode("utf-16-be"), 1, "not UTF-8: it holds zero bytes"),
    BadFile("mappings/bad.json", DEEP_STUB.encode(), 5, "nested deeper than"),
    BadFile("bad.yaml", DEEP_CASSETTE.encode(), 5, "nested deeper than"),
    BadFile("bad.yaml", ALIASES.encode(), 12, "aliases"),
    BadFile("bad.yaml", CASSETTE.replace("'x'", "'x").encode(), 5, "YAML"),
    BadFile("bad.yaml", CASSETTE.replace("'x'", "'caf\xe9'").encode("latin-1"), 4, "not UTF-8"),
]


@pytest.mark.parametrize("bad", BAD_FILES, ids=str)
def test_a_bad_file(bad: BadFile, mocks: Path, service: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is named with the line and the reason, in JSON and on the screen; its neighbour is verified."""
    bad.write(mocks)
    ran, report = audit_folder(capsys, mocks, service)
    assert ran.code == 3
    ((name, line, reason),) = unreadable(report)
    assert (name, line) == (Path(bad.name).name, bad.line)
    assert bad.reason in reason
    assert verdicts(report) == {"/good": "verified"}
    assert report["canary"] == {"planted": 1, "caught": 1}
    told = call(capsys, "audit", "--config", mocks.parent / "driftwatch.yaml").out
    assert f"{bad.name}:{bad.line}" in told
    assert "1 file could not be read: the audit is incomplete" in " ".join(told.split())


_MEASURED: Final = """\
import resource, sys
from driftwatch.cli.main import run
code = run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)  # Linux counts in KiB
sys.exit(code)
"""
LARGE: Final = 50 * MIB
_ROOM: Final = 800
"""MiB for the whole process, which reads both files one after the other."""


def _large_stub(folder: Path) -> None:
    entry = json.dumps({"id": 1, "at": "2026-01-01T00:00:00Z", "text": "x" * 2000})
    body = ",".join([entry] * (LARGE // len(entry)))
    stub = '{"request": {"method": "GET", "url": "/large"}, "response": {"status": 200, "jsonBody": [%s]}}'
    (folder / "mappings" / "large.json").write_text(stub % body)


def _large_cassette(folder: Path) -> None:
    entry = CASSETTE.partition("\n- ")[2].replace("'x'", "'" + "x" * MIB + "'")
    with (folder / "large.yaml").open("w") as stream:
        stream.write("version: 1\ninteractions:\n")
        for number in range(LARGE // MIB):
            stream.write("- " + entry.replace("/bad", f"/recorded/{number}"))


def test_large_files(mocks: Path, service: str) -> None:
    """Fifty megabytes of stub and as much of cassette are read and judged within memory that a small pod has."""
    _large_stub(mocks)
    _large_cassette(mocks)
    config = write_config(mocks.parent, {"it": {"mocks": "mocks", "target": service}}, samples=1, concurrency=8)
    ended = subprocess.run(
        [sys.executable, "-c", _MEASURED, "audit", "--config", str(config), "--format", "json"],
        check=False, capture_output=True, text=True, timeout=PATIENCE,
        env=plain_environment(DRIFTWATCH_LOG_LEVEL="error"),
    )  # fmt: skip
    assert ended.returncode == 1, ended.stderr
    found = verdicts(json.loads(ended.stdout))
    assert found.pop("/good") == "verified"
    assert set(found.values()) == {"drifted"}  # no such routes
    assert json.loads(ended.stdout)["totals"]["interactions"] == 1 + 1 + LARGE // MIB
    assert int(ended.stderr) < _ROOM


def test_a_file_beyond_the_limit(mocks: Path, service: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is larger than the operator allows is refused unread, and named."""
    _large_cassette(mocks)
    config = write_config(mocks.parent, {"it": {"mocks": "mocks", "target": service}})
    config.write_text(config.read_text().replace("{", '{"limits": {"file_size": "1MiB"}, ', 1))
    ran = call(capsys, "audit", "--config", config, "--format", "json")
    assert ran.code == 3
    assert unreadable(json.loads(ran.out)) == [
        ("large.yaml", 1, "larger than 1,048,576 bytes (`limits.file_size` of the config allows more)")
    ]
    assert verdicts(json.loads(ran.out)) == {"/good": "verified"}


TAGS: Final = (
    "!!python/object/apply:os.system ['touch {canary}']",
    "!!python/object/new:os.system ['touch {canary}']",
    "!!python/object/apply:subprocess.run [['touch', '{canary}']]",
    "!!python/name:os.system ''",
    "!!python/module:antigravity ''",
)


@pytest.mark.parametrize("tag", TAGS)
def test_a_cassette_with_objects_of_python(
    tag: str, mocks: Path, service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is executed, whatever the tag asks for; the neighbour is verified and the audit does not crash."""
    canary = tmp_path / "executed"
    (mocks / "bad.yaml").write_text(CASSETTE.replace("'x'", tag.replace("{canary}", str(canary))))
    ran, report = audit_folder(capsys, mocks, service)
    assert not canary.exists()
    assert "antigravity" not in sys.modules
    assert ran.code in (1, 3)
    assert verdicts(report)["/good"] == "verified"


SECRET: Final = "hunter2-outside-of-the-folder"


def _escape_by_name(_: Path) -> str:
    return "../../outside.json"


def _escape_by_absolute_name(mocks: Path) -> str:
    return str(mocks.parent / "outside.json")


def _escape_by_link(mocks: Path) -> str:
    (mocks / "__files" / "link.json").symlink_to(mocks.parent / "outside.json")
    return "link.json"


def _escape_by_linked_folder(mocks: Path) -> str:
    (mocks / "__files" / "linked").symlink_to(mocks.parent)
    return "linked/outside.json"


@pytest.mark.parametrize(
    "escape", [_escape_by_name, _escape_by_absolute_name, _escape_by_link, _escape_by_linked_folder]
)
def test_a_body_file_outside_of_the_folder(
    escape: Callable[[Path], str], mocks: Path, service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not opened, the stub is named, and nothing of the file is anywhere in the report or the log."""
    (mocks.parent / "outside.json").write_text(json.dumps({"secret": SECRET}))
    (mocks / "__files").mkdir()
    write_stub(mocks, "/bad", bodyFileName=escape(mocks), jsonBody=None)
    ran, report = audit_folder(capsys, mocks, service)
    assert ran.code == 3
    ((name, _, reason),) = unreadable(report)
    assert name == "bad.json"
    assert "__files" in reason
    assert SECRET not in ran.out + ran.err
    assert verdicts(report) == {"/good": "verified"}


def _loop(mocks: Path) -> None:
    (mocks / "mappings" / "loop").symlink_to(mocks, target_is_directory=True)


def _link_to_itself(mocks: Path) -> None:
    (mocks / "itself.json").symlink_to("itself.json")


def _link_to_nothing(mocks: Path) -> None:
    (mocks / "nothing.json").symlink_to("absent.json")


def _fifo(mocks: Path) -> None:
    os.mkfifo(mocks / "mappings" / "pipe.json")


def _fifo_as_body(mocks: Path) -> None:
    (mocks / "__files").mkdir()
    os.mkfifo(mocks / "__files" / "pipe.json")
    write_stub(mocks, "/bad", bodyFileName="pipe.json", jsonBody=None)


def _device(mocks: Path) -> None:
    (mocks / "zero.json").symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("trap", "code", "name"),
    [
        (_loop, 0, ""),
        (_fifo, 0, ""),
        (_device, 0, ""),
        (_link_to_itself, 3, "itself.json"),
        (_link_to_nothing, 3, "nothing.json"),
        (_fifo_as_body, 3, "bad.json"),
    ],
)
def test_traps_in_the_folder(
    trap: Callable[[Path], None],
    code: int,
    name: str,
    mocks: Path,
    service: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is no regular file below the folder neither hangs nor repeats an audit; a link to nothing is told."""
    trap(mocks)
    ran, report = audit_folder(capsys, mocks, service)
    assert ran.code == code
    assert [file for file, _, _ in unreadable(report)] == ([name] if name else [])
    assert verdicts(report) == {"/good": "verified"}
    assert report["totals"]["interactions"] == 1


def test_a_file_whose_format_is_unknown(mocks: Path, service: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a file cannot even be opened, the screen gives the reason and no empty format before it."""
    _link_to_nothing(mocks)
    config = write_config(mocks.parent, {"it": {"mocks": "mocks", "target": service}})
    told = [line.strip() for line in call(capsys, "audit", "--config", config).out.splitlines()]
    assert "cannot be opened: No such file or directory" in told


@pytest.mark.skipif(os.geteuid() == 0, reason="NOT RUN: root may read everything")
@pytest.mark.parametrize("place", ["mappings/bad.json", "closed"])
def test_what_may_not_be_read(place: str, mocks: Path, service: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A file or folder without permission is named with the reason."""
    closed = mocks / place
    closed.mkdir() if place == "closed" else closed.write_text(STUB)
    closed.chmod(0)
    try:
        ran, report = audit_folder(capsys, mocks, service)
    finally:
        closed.chmod(0o700)
    assert ran.code == 3
    ((name, _, reason),) = unreadable(report)
    assert name == closed.name
    assert "Permission denied" in reason
    assert verdicts(report) == {"/good": "verified"}
