"""``--fail-within``: findings elsewhere are told and fail nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.cli.calling import call, write_config, write_stub
from tests.servers import json_answer, serve

ROUTES: Final = {
    "/true": json_answer('{"ok": true}'), "/false": json_answer('{"renamed": true}'),
    "/aged": json_answer('{"ok": true, "more": 1}'),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two folders of mocks: one has drifted, the other is true but for a harmless addition."""
    write_stub(tmp_path / "mocks/old", "/false", {"ok": True})
    write_stub(tmp_path / "mocks/new", "/true", {"ok": True})
    write_stub(tmp_path / "mocks/new", "/aged", {"ok": True})
    (tmp_path / "mocks/README.md").write_text("# Mocks\n")
    (tmp_path / "link").symlink_to("mocks/old")
    with serve(ROUTES) as running:
        providers = {name: {"mocks": f"mocks/{name}", "target": running.url} for name in ("old", "new")}
        write_config(tmp_path, providers)
        monkeypatch.chdir(tmp_path)
        yield


ROWS: Final = [
    ("", 1),
    ("mocks/old", 1),
    ("mocks/old/mappings/false.json", 1),
    ("link", 1),
    (".", 1),
    ("mocks/new", 0),
    ("mocks/new mocks/old", 1),
    ("mocks/new/mappings/true.json", 0),
    ("mocks/README.md", 3),
    ("mocks/README.md mocks/new", 0),
]


@pytest.mark.parametrize(("places", "code"), ROWS, ids=[places or "everywhere" for places, _ in ROWS])
def test_where_findings_count(places: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """1 for a finding there, 0 without one, 3 where no mock lies at all; the report is whole all the same."""
    ran = call(capsys, "audit", *(word for place in places.split() for word in ("--fail-within", place)))
    assert ran.code == code
    assert "field-missing" in ran.out
    assert ("no mock lies within" in ran.err) == (code == 3)


def test_the_severity_still_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """Both options hold at once."""
    place = ("--fail-within", "mocks/new")
    assert call(capsys, "audit", *place, "--fail-on", "info").code == 1
    assert call(capsys, "audit", *place, "--fail-on", "never").code == 0


def test_gaps_count_wherever_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be checked elsewhere still makes a run incomplete."""
    write_stub(tmp_path / "mocks/old", "/proxied", proxyBaseUrl="http://127.0.0.1")
    assert call(capsys, "audit", "--fail-within", "mocks/new").code == 3


def test_a_place_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt folder must not let everything pass."""
    ran = call(capsys, "audit", "--fail-within", "mocks/nwe")
    assert (ran.code, ran.out) == (2, "")
    assert "mocks/nwe is not there" in ran.err
