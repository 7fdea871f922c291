"""What a terminal gets and nobody else: colours, a width of its own, a progress bar that is wiped."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from driftwatch.cli.progress import WIPE, Bar
from tests.cli.calling import Terminal, call, spawn, spawn_on, write_config, write_stub
from tests.servers import Answer, hangs, json_answer, misbehave, serve

SGR: Final = re.compile(r"\x1b\[[0-9;]*m")
"""A change of colour or weight (ECMA-48, 8.3.117)."""
ESCAPE: Final = "\x1b"


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """A config with one drifted mock, and its service."""
    write_stub(tmp_path / "mocks", "/it", {"ok": True})
    with serve({"/it": json_answer('{"ok": "yes"}')}) as running:
        yield write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}})


def test_a_terminal_has_colours_and_a_bar(config: Path) -> None:
    """The report is coloured; the bar counts on standard error up to the end and is then wiped."""
    ran = spawn_on(Terminal(), "audit", "--config", config)
    assert ran.code == 1
    assert SGR.search(ran.out)
    assert "1 of 3 questions asked" in ran.err
    assert "3 of 3 questions asked" in ran.err
    assert ran.err.endswith(WIPE)
    assert "questions asked" not in ran.out


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_a_terminal_without_colours(config: Path, environment: dict[str, str]) -> None:
    """Whoever wants no colours, or cannot show them, gets no escape sequence at all."""
    ran = spawn_on(Terminal(), "audit", "--config", config, environment=environment)
    assert ran.code == 1
    assert ESCAPE not in ran.out + ran.err
    assert "breaking" in ran.out


def test_an_empty_no_color_counts_as_unset(config: Path) -> None:
    """The convention (no-color.org) asks for a value that is not empty."""
    assert SGR.search(spawn_on(Terminal(), "audit", "--config", config, environment={"NO_COLOR": ""}).out)


def test_elsewhere_is_neither_colour_nor_bar(config: Path) -> None:
    """Into a pipe goes plain text, and standard error holds nothing but events."""
    ran = spawn("audit", "--config", config)
    assert ESCAPE not in ran.out + ran.err
    assert {event["event"] for event in ran.events} == {"audit.started", "store.recorded", "audit.finished"}


@pytest.mark.parametrize("columns", [50, 80, 200])
def test_the_report_fits_the_terminal(columns: int, config: Path) -> None:
    """No line but a file name's is wider than the terminal, nor than a person reads."""
    ran = spawn_on(Terminal(columns), "audit", "--config", config)
    lines = [SGR.sub("", line) for line in ran.out.splitlines()]
    wide = [line for line in lines if len(line) > min(columns, 120)]
    assert [line for line in wide if "it.json" not in line] == []


def test_a_narrow_terminal_has_no_bar(config: Path) -> None:
    """A bar that would wrap could not be wiped."""
    assert "questions asked" not in spawn_on(Terminal(50), "audit", "--config", config).err


def test_a_warning_does_not_run_into_the_bar(tmp_path: Path) -> None:
    """On a terminal an event begins at the left edge, whatever the bar has drawn there; what is normal is not told."""
    write_stub(tmp_path / "mocks", "/it", {"ok": True})
    with misbehave(hangs) as running:
        config = write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}}, timeout={"read": 0.1})
        ran = spawn_on(Terminal(), "audit", "--config", config)
    shown = SGR.sub("", ran.err)
    before = [part.rpartition("\r")[2] for part in shown.split("probe.failed")[:-1]]
    assert before
    assert [text for text in before if "questions asked" in text] == []
    assert "audit.started" not in shown


def test_a_bar_without_work_draws_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing planned, nothing shown, nothing to wipe."""
    with Bar(is_shown=True) as bar:
        bar.planned(0)
    assert capsys.readouterr().err == ""


def test_a_bar_never_exceeds_its_room(capsys: pytest.CaptureFixture[str]) -> None:
    """However large the numbers, what is drawn can be wiped."""
    with Bar(is_shown=True) as bar:
        bar.planned(10**12)
        bar.advanced()
    drawn = capsys.readouterr().err
    assert max(map(len, drawn.split("\r"))) <= len(WIPE) - 2


NASTY: Final = "\x1b]0;owned\x07\x1b[2J\x9b31m"


def test_a_hostile_service_cannot_write_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters in mocks and answers are shown as text, on standard output and in the log."""
    write_stub(tmp_path / "mocks", "/it", {NASTY: 1, "ok": NASTY}, name="it")
    answer = Answer(200, (("Content-Type", "application/json"), ("X-Odd", "\x9b31m")), b'{"ok": "\\u001b[2J"}')
    with serve({"/it": answer}) as running:
        config = write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}})
        ran = call(capsys, "audit", "--config", config, "--verbose")
    assert ran.code == 1
    assert [char for char in ran.out + ran.err if not char.isprintable() and char != "\n"] == []
