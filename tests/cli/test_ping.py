"""``driftwatch serve --ping``: what a container's health check runs."""

import json
import signal
from pathlib import Path
from typing import Final

import pytest

from driftwatch.cli.exits import Exit
from driftwatch.web.ping import ping
from tests.cli.calling import PATIENCE, Ran, call, spawn, start, stop
from tests.servers import closed_port, json_answer, serve
from tests.waiting import wait_until


def config_at(folder: Path, port: int, **web: object) -> Path:
    """A config whose daemon would listen there and audit nothing for a month."""
    (folder / "mocks").mkdir(exist_ok=True)
    config = folder / "driftwatch.yaml"
    settings: dict[str, object] = {
        "schedule": {"when": "700h", "at_start": False},
        "web": {"port": port, **web},
        "providers": {"payments": {"mocks": "mocks", "target": "http://127.0.0.1:9"}},
    }
    config.write_text(json.dumps(settings), encoding="utf-8")
    return config


def answered(ran: Ran) -> bool:
    """Whether it says that the daemon lives, in one line and with the code for that."""
    assert ran.err == ""
    assert ran.out.count("\n") == 1
    assert ran.code in (Exit.FINE, Exit.FINDINGS)
    return ran.code == Exit.FINE


def test_a_daemon_is_felt_while_it_lives(tmp_path: Path) -> None:
    """Until its end, even while its config has a mistake that it did not have when it was read."""
    port = closed_port()
    config = config_at(tmp_path, port, host="0.0.0.0")
    daemon = start("serve", "--config", config)
    try:
        wait_until(lambda: ping("127.0.0.1", port).is_felt or daemon.poll() is not None)
        config.write_text(config.read_text(encoding="utf-8").replace("700h", "never"), encoding="utf-8")
        ran = spawn("serve", "--ping", environment={"DRIFTWATCH_CONFIG": str(config)})
        assert answered(ran)
        assert ran.out == f"The daemon at http://127.0.0.1:{port}/livez lives.\n"
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=PATIENCE) == 0
    finally:
        stop(daemon)
    ran = spawn("serve", "--ping", "--config", config)
    assert not answered(ran)
    assert ran.out == f"Nothing answers at http://127.0.0.1:{port}: connection refused.\n"


def test_what_a_daemon_says_of_itself_is_fit_for_a_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line that steers nothing, of a length to be read."""
    failed = {"scheduler": {"status": "failed", "reason": "\x1b[2J\n" + "x" * 5000}}
    with serve(json_answer(json.dumps({"status": "failed", "checks": failed}), 503)) as other:
        ran = call(capsys, "serve", "--ping", "--config", config_at(tmp_path, other.port))
    assert not answered(ran)
    assert "\x1b" not in ran.out
    assert len(ran.out) < 700


NOWHERE: Final = {
    "no config": (None, "absent.yaml` does not exist"),
    "a free port": ('{"web": {"port": 0}}', "`web.port` is 0"),
    "a port that is none": ('{"web": {"port": "x"}}', "this does not say where to listen"),
    "no YAML": ("{", "driftwatch.yaml"),
}


@pytest.mark.parametrize(("text", "told"), NOWHERE.values(), ids=NOWHERE)
def test_nobody_can_tell_where_to_ask(
    text: str | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With 1 and not 2, since Docker reserves all others (its reference of HEALTHCHECK)."""
    config = tmp_path / ("absent.yaml" if text is None else "driftwatch.yaml")
    if text is not None:
        config.write_text(text, encoding="utf-8")
    ran = call(capsys, "serve", "--ping", "--config", config)
    assert not answered(ran)
    assert ran.out.startswith("Nobody can tell where the daemon listens: ")
    assert told in ran.out
