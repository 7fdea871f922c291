"""An audit that is told to end in the middle of a journey cleans up first, and still ends as it was told."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.servers import Answer, Received, json_answer, serve
from tests.waiting import wait_until

CONFIG = """
providers:
  shop:
    mocks: mocks
    target: {url}
    probing: {{spacing_seconds: 0, declared_safe: [POST /orders, DELETE /orders/*]}}
    journeys:
      - name: order
        set_up:
          - {{request: {{method: POST, path: /orders}}, capture: {{order: $.id}}}}
        steps:
          - request: {{path: /slow}}
        clean_up:
          - request: {{method: DELETE, path: "/orders/{{{{order}}}}"}}
store: none
"""
STUB = '{"request": {"method": "GET", "url": "/health"}, "response": {"status": 200, "jsonBody": {"ok": true}}}'


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_what_was_made_is_deleted(told: signal.Signals, tmp_path: Path) -> None:
    """SIGTERM, as a pipeline sends it, and Ctrl-C alike; SIGTERM is what ended it then."""
    is_over = threading.Event()

    def respond(received: Received) -> Answer:
        if received.path == "/slow":
            is_over.wait(30)
        return json_answer('{"id": 7, "ok": true}', 201 if received.method == "POST" else 200)

    (tmp_path / "mocks").mkdir()
    (tmp_path / "mocks" / "health.json").write_text(STUB, encoding="utf-8")
    with serve(respond) as service:
        (tmp_path / "driftwatch.yaml").write_text(CONFIG.format(url=service.url), encoding="utf-8")
        command = [sys.executable, "-m", "driftwatch", "audit"]
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            wait_until(lambda: any(one.path == "/slow" for one in service.received))
            process.send_signal(told)
            wait_until(lambda: any(one.method == "DELETE" for one in service.received))
        finally:
            is_over.set()
            _, log = process.communicate(timeout=30)
    assert [one.target for one in service.received if one.method == "DELETE"] == ["/orders/7"]
    assert process.returncode == (-signal.SIGTERM if told is signal.SIGTERM else 130), log
