"""A real Chromium for tests: opens pages, takes pictures of them and lets axe-core judge them."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.node import ROOT, package_file
from tests.programs import not_run

_SCRIPT: Final = Path(__file__).with_name("browse.mjs")
_NEEDED: Final = (("axe-core", "4.14.1", "axe.min.js"), ("playwright-core", "1.65.1", "index.js"))


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at a page."""

    width: int
    dark: bool = False
    judge: bool = True
    """Whether axe-core judges what is seen; that takes most of the time."""

    @property
    def name(self) -> str:
        """For the picture's file."""
        return f"{self.width}-{'dark' if self.dark else 'light'}"


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of one page."""

    name: str
    look: str
    status: int
    """0 for a file."""
    overflow: int
    """Pixels that the page is wider than the window."""
    scripts: int
    complaints: tuple[str, ...]
    """Errors in the console, dialogs, uncaught exceptions."""
    requests: tuple[str, ...]
    violations: tuple[str, ...]
    """What axe-core says, with the first places."""


def chromium() -> str:
    """The browser's path; skips, loudly, where it or its driver is missing (and fails where CI installed them)."""
    for package, version, file in _NEEDED:
        package_file(package, version, file)
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        not_run("needs Chromium (apt-get install chromium)")
    return found


def look_at(
    pages: dict[str, str], looks: Sequence[Look], folder: Path, user: tuple[str, str] | None = None
) -> list[Sight]:
    """Open every page (name → URL) in every look; pictures lie in ``folder`` as ``NAME-LOOK.png``."""
    order = {
        "chromium": chromium(),
        "folder": str(folder),
        "pages": [{"name": name, "url": url} for name, url in pages.items()],
        "views": [{"name": look.name, "width": look.width, "dark": look.dark, "judge": look.judge} for look in looks],
        "user": {"username": user[0], "password": user[1]} if user is not None else None,
    }
    done = subprocess.run(
        ["node", str(_SCRIPT), str(ROOT / ".tools" / "package.json")],
        input=json.dumps(order), capture_output=True, text=True, timeout=540, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [_sight(json.loads(line)) for line in done.stdout.splitlines()]


def _sight(told: dict[str, object]) -> Sight:
    return Sight(
        str(told["name"]), str(told["view"]), int(str(told["status"])), int(str(told["overflow"])),
        int(str(told["scripts"])), _texts(told["complaints"]), _texts(told["requests"]), _texts(told["violations"]),
    )  # fmt: skip


def _texts(told: object) -> tuple[str, ...]:
    assert isinstance(told, list)
    return tuple(one if isinstance(one, str) else json.dumps(one) for one in told)
