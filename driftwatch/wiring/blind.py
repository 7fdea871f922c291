"""Blind tests, put together: mocks that were audited, tests that rest on them, a place where these run."""

import importlib.util
import os
import shlex
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.checkout.rehearsal import check_inside
from driftwatch.checkout.scratch import Original
from driftwatch.checkout.stage import Stage
from driftwatch.checkout.tryout import Tryout, root_of_tests
from driftwatch.model.blind import Blindness
from driftwatch.model.healing import Healing, Selection
from driftwatch.model.reliance import KnownUse
from driftwatch.ports import Progress
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.blind import Doses, doses_of, find_blind
from driftwatch.usecases.blind_runs import Limits
from driftwatch.wiring.healing import Patient

_UNCHANGED: Final = {"PYTHONDONTWRITEBYTECODE": "1"}
"""Folders of dependencies are linked, and Python would write its caches into them."""


class Theatre(Struct, frozen=True):
    """How and where the tests run."""

    command: str
    """Empty for pytest."""
    here: Path
    """Where the user stands."""
    folder: Path | None
    """Where the tests run; ``None`` looks for it."""
    limits: Limits
    reports: tuple[str, ...]
    environment: Mapping[str, str]
    mask: Callable[[str], str]


def find_out(
    patient: Patient, selection: Selection, uses: Sequence[KnownUse], theatre: Theatre, healing: Progress,
    running: Progress,
) -> Blindness:  # fmt: skip
    """Apply what ``selection`` takes to copies, run the tests that rest on it, and tell who notices what.

    Raises ``UsageError`` where the tests cannot be run at all.
    """

    def cure(fingerprints: Collection[str]) -> Healing:
        return patient.cure(healing, replace(selection, fingerprints=tuple(sorted(fingerprints))))

    doses = doses_of(patient.cure(healing, selection), uses, cure)
    is_incomplete = patient.summary.is_incomplete()
    if not doses.findings:
        return Blindness((), (), doses.left, unused=doses.unused, is_incomplete=is_incomplete)
    original = Original.around(theatre.folder or theatre.here)
    check_inside(original, doses.drafts)
    with tempfile.TemporaryDirectory(prefix="driftwatch-", ignore_cleanup_errors=True) as place:
        stage = Stage(
            original, {**theatre.environment, **_UNCHANGED}, theatre.mask, Path(place).resolve(), theatre.reports
        )  # fmt: skip
        folder = theatre.folder or root_of_tests(list(_names(doses)), theatre.here, original.root)
        runner = Tryout.at(stage, theatre.command or pytest_command(), folder, doses.drafts)
        return find_blind(doses, runner, cure, SystemClock(), theatre.limits, running, is_incomplete)


def pytest_command() -> str:
    """Pytest of the Python that runs us, if it has one, as in a team's own environment; else that of the ``PATH``."""
    if importlib.util.find_spec("pytest") is not None:
        return f"{shlex.quote(sys.executable)} -m pytest -v {{tests}}"
    return "pytest -v {tests}"


def environment_of_tests() -> Mapping[str, str]:
    """What the tests see: what we see."""
    return dict(os.environ)


def _names(doses: Doses) -> Iterable[str]:
    return dict.fromkeys(use.test for uses in doses.tests.values() for use in uses)
