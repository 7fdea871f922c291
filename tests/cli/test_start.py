"""What a start loads: a job's pod starts cold, and pays for every module that its command has no use for."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.cli.calling import PATIENCE, plain_environment
from tests.servers import json_answer, serve

BODY: Final = {"id": 1, "name": "Ada", "born": "1815-12-10"}
READY: Final = "daemon.started"
"""The event after which a daemon is ready: its port is open and its schedule armed."""
NOT_ONE_FORMAT: Final = "driftwatch.mocks.formats"
_MODULE: Final = re.compile(r"import time: +\d+ \| +\d+ \| +(\S+)")


@dataclass(frozen=True, slots=True)
class Start:
    """One way to start, and what comes of it."""

    words: tuple[str, ...]
    needs: tuple[str, ...]
    """Loaded, or the test would see nothing."""
    spares: tuple[str, ...]
    """Packages and modules of which nothing is loaded."""
    code: int | None = 0
    """``None``: it runs on."""


_SELDOM: Final = ("alembic", "apprise", "cryptography", "driftwatch.checkout", "driftwatch.heal",
                  "driftwatch.model.incident", "driftwatch.wiring.incidents", "driftwatch.mocks.homes",
                  "driftwatch.mocks.rewriting", "driftwatch.store.database",
                  "driftwatch.usecases.heal", "jinja2", "regex", "sqlalchemy", "sqlite3", "statistics", "xml",
                  "zoneinfo")  # fmt: skip
"""Not what structlog loads where rich is installed, as in development."""
_SERVING: Final = ("apscheduler", "driftwatch.daemon", "driftwatch.web", "prometheus_client", "starlette", "uvicorn")
_MISTAKEN: Final = ("jsonschema", "referencing")
_CONFIG: Final = (*_MISTAKEN, "yaml")
_ASKING: Final = ("driftwatch.transport.prober", "requests", "urllib3")

STARTS: Final = {
    "the version": Start(
        ("--version",),
        ("driftwatch",),
        ("asyncio", "click", "dataclasses", "driftwatch.cli", "driftwatch.model", "msgspec", "typing"),
    ),
    "the help": Start(
        ("--help",),
        ("click", "driftwatch.cli.main"),
        (*_SELDOM, *_SERVING, *_CONFIG, *_ASKING, "asyncio", "driftwatch.drift", "driftwatch.mocks", "genson",
         "structlog"),
    ),
    "a page of a kind": Start(
        ("explain", "field-missing"),
        ("driftwatch.drift.catalog",),
        (*_SELDOM, *_SERVING, *_CONFIG, *_ASKING, "asyncio", "driftwatch.mocks", "genson", "structlog"),
    ),
    "what can be read": Start(
        ("mocks", "mocks"),
        ("driftwatch.mocks.formats.wiremock",),
        (*_SELDOM, *_SERVING, *_CONFIG, *_ASKING, "asyncio", "genson", "structlog"),
    ),
    "one audit of a folder": Start(
        ("audit", "--mocks", "mocks", "--target", "{url}"),
        ("driftwatch.mocks.formats.wiremock", "driftwatch.transport.prober", "requests", "structlog"),
        (*_SELDOM, *_SERVING, *_CONFIG, "driftwatch.cluster", "driftwatch.mocks.strangers.reasons",
         "driftwatch.mocks.text.yaml_text", "driftwatch.notify", "driftwatch.reports.html", "driftwatch.store"),
    ),
    "one audit with a config": Start(
        ("audit", "--config", "driftwatch.yaml"),
        ("driftwatch.settings.load", "requests", "yaml"),
        (*_SELDOM, *_SERVING, *_MISTAKEN, "driftwatch.cluster", "driftwatch.notify"),
    ),
    "the daemon": Start(
        ("serve", "--config", "driftwatch.yaml"),
        ("apscheduler", "driftwatch.web.server", "prometheus_client", "uvicorn"),
        ("alembic", "apprise", "driftwatch.cluster", "driftwatch.mocks", "driftwatch.store.database", "genson",
         "jinja2", "regex", "sqlalchemy", "sqlite3", *_MISTAKEN, *_ASKING),
        code=None,
    ),
    "a question to the daemon": Start(
        ("serve", "--ping", "--config", "driftwatch.yaml"),
        ("driftwatch.web.ping", "yaml"),
        ("alembic", "apprise", "apscheduler", "asyncio", "sqlalchemy", "starlette", "structlog", "uvicorn",
         *_MISTAKEN, *_ASKING),
        code=1,
    ),
}  # fmt: skip


@contextmanager
def a_folder(folder: Path) -> Iterator[str]:
    """One mock, a config that names it and rests nothing, and the service that it is true of; its URL."""
    (folder / "mocks").mkdir()
    stub = {"request": {"method": "GET", "url": "/users/1"}, "response": {"status": 200, "jsonBody": BODY}}
    (folder / "mocks" / "one.json").write_text(json.dumps(stub), encoding="utf-8")
    answer = json_answer(json.dumps(BODY))
    missing = json_answer("{}", 404)
    with serve(lambda request: answer if request.path == "/users/1" else missing) as staging:
        config = {
            "providers": {"users": {"mocks": "mocks", "target": staging.url}}, "store": "none",
            "probing": {"samples": 1}, "schedule": {"when": "1h", "at_start": False}, "web": {"port": 0},
        }  # fmt: skip
        (folder / "driftwatch.yaml").write_text(json.dumps(config), encoding="utf-8")
        yield staging.url


def loaded(start: Start, url: str, folder: Path) -> frozenset[str]:
    """All modules that a start asked for, until it has ended or is ready (``-X importtime``, Python's own account)."""
    words = [word.format(url=url) for word in start.words]
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "driftwatch", *words], cwd=folder, text=True,
        env=plain_environment(DRIFTWATCH_LOG_FORMAT="json"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    names = set()
    with process:
        assert process.stderr is not None
        for line in process.stderr:
            if READY in line:
                break
            if found := _MODULE.match(line):
                names.add(found[1])
        if start.code is None:
            process.terminate()
        process.communicate(timeout=PATIENCE)
    assert process.returncode == (start.code or 0)
    return frozenset(names)


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_nothing_is_loaded_before_it_is_needed(start: Start, tmp_path: Path) -> None:
    """What is needed is there, and nothing of what the list spares."""
    with a_folder(tmp_path) as url:
        names = loaded(start, url, tmp_path)
    packages = names | {name.rpartition(".")[0] for name in names} | {name.partition(".")[0] for name in names}
    assert set(start.needs) <= packages
    assert [name for name in sorted(names) if any(f"{name}.".startswith(f"{spared}.") for spared in start.spares)] == []


def test_one_format_is_loaded_for_mocks_of_one(tmp_path: Path) -> None:
    """The others are known by their names and words alone."""
    with a_folder(tmp_path) as url:
        names = loaded(STARTS["one audit of a folder"], url, tmp_path)
    formats = {name.split(".")[3] for name in names if name.startswith(f"{NOT_ONE_FORMAT}.")}
    assert formats == {"wiremock"}
