"""A small suite of a consumer, run by a pytest of its own, and which mocks it turns out to rest on."""

import json
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.uses.usage import read_usage
from driftwatch.model.interaction import Interaction
from driftwatch.model.use import UseRecord
from driftwatch.usecases.resolution import Known, Register, resolve
from tests.plugin.running import RECORD, run_pytest

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Run(Struct):
    """What a run left behind."""

    output: str
    record: UseRecord

    @property
    def told(self) -> list[str]:
        """Its own lines below pytest's."""
        return [line for line in self.output.splitlines() if line.startswith("driftwatch: ")]


def run(folder: Path, tests: str, *options: str, servers: str = "", passed: int, code: int = 0) -> Run:
    """Run tests with the recording on. ``servers`` are lines of the ini option, ``code`` is how pytest shall end."""
    (folder / "test_suite.py").write_text(tests)
    lines = "".join(f"    {line}\n" for line in servers.splitlines())
    (folder / "pytest.ini").write_text(f"[pytest]\ndriftwatch_servers =\n{lines}")
    done = run_pytest(folder, RECORD, *options)
    assert done.code == code, done.output
    assert f"{passed} passed" in done.output, done.output
    file = folder / ".driftwatch" / "usage.json"
    file.write_text(json.dumps(done.usage))
    return Run(done.output, read_usage(file))


def mocks_of(folder: Path) -> list[Interaction]:
    """Every mock below a folder, as `driftwatch mocks` tells them."""
    return [reading for reading in FolderSource(folder).read() if isinstance(reading, Interaction)]


def resolved(record: UseRecord, mocks: Path, *, stands: Path | None = None) -> dict[str, set[str]]:
    """By the test's own name, the ids of the mocks it rests on; a mock that is not found is a label in brackets."""
    register = Register((Known.of(one) for one in mocks_of(mocks)), str(mocks))
    uses = resolve(record, register, NOW, str(stands or "")).uses
    return {
        use.test.rpartition("::")[2]: {mock.mock_id if mock.key else f"({mock.label})" for mock in use.mocks}
        for use in uses
        if use.mocks
    }


def ids(mocks: Path) -> dict[str, str]:
    """The id of each mock by the last part of its name, its place, or both."""
    return {f"{one.origin.file}{one.origin.pointer}": one.mock_id for one in mocks_of(mocks)}
