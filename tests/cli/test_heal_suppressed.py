"""What somebody does not want to be told of is not healed either, unless it is named; wherever they said so."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch.transport.clock import SystemClock
from tests.cli.calling import call, write_config, write_stub
from tests.servers import json_answer, serve

WHY: Final = ("--owner", "ann", "--reason", "ticket 12")
Hide = Callable[[Path, dict[str, Any], pytest.CaptureFixture[str]], None]


def _tomorrow() -> str:
    return str((SystemClock().now() + timedelta(days=1)).date())


def _at_the_terminal(config: Path, finding: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "audit", "--config", config)
    told = ("--config", config, *WHY, "--until", _tomorrow())
    assert call(capsys, "findings", "suppress", finding["fingerprint"], *told).code == 0


def _in_the_config(config: Path, finding: dict[str, Any], _: pytest.CaptureFixture[str]) -> None:
    settings = json.loads(config.read_text(encoding="utf-8"))
    wish = {"fingerprint": finding["fingerprint"], "owner": "ann", "reason": "ticket 12", "until": _tomorrow()}
    config.write_text(json.dumps({**settings, "suppressions": [wish]}), encoding="utf-8")


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """A mock with two lies."""
    write_stub(tmp_path / "mocks", "/orders/1", {"id": 1, "total": 10, "note": "x"})
    with serve({"/orders/1": json_answer('{"id": 2, "total": "10.5"}')}) as running:
        yield write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}})


def _healed(config: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[set[str], set[str]]:
    told = json.loads(call(capsys, "heal", "--config", config, "--format", "json", *more).out)
    return {one["kind"] for one in told["healed"]}, {one["kind"] for one in told["left"]}


@pytest.mark.parametrize("hide", [_at_the_terminal, _in_the_config])
def test_what_is_suppressed_is_healed_only_by_name(
    hide: Hide, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A decision made at a terminal reaches healing as one of the config does."""
    told = json.loads(call(capsys, "heal", "--config", config, "--format", "json").out)["healed"]
    assert {one["kind"] for one in told} == {"field-missing", "type-changed"}
    hide(config, next(one for one in told if one["kind"] == "field-missing"), capsys)
    assert _healed(config, capsys) == ({"type-changed"}, set())
    assert _healed(config, capsys, "--kind", "field-missing") == (set(), set())
    name = next(one["fingerprint"] for one in told if one["kind"] == "field-missing")
    assert _healed(config, capsys, "--finding", name) == ({"field-missing"}, set())
