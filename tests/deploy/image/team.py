"""A team's config and mocks as a pod would have them mounted, beside a stand-in of its staging service."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.cli.calling import QUICK, write_stub
from tests.servers import json_answer

STAGING: Final = {"/payments/7": json_answer('{"id": 7, "state": "paid"}'), "/payments/8": json_answer('{"id": "8"}')}
"""The first is what its mock says; of the second, a number has become a text."""


def furnish(folder: Path, target: str, **settings: object) -> list[str]:
    """Write config and mocks; the options that mount both for reading."""
    (folder / "config").mkdir(exist_ok=True)
    write_stub(folder / "mocks", "/payments/7", {"id": 7, "state": "paid"})
    write_stub(folder / "mocks", "/payments/8", {"id": 8})
    write_config(folder, target, settings)
    return [f"--volume={folder}/config:/etc/driftwatch:ro", f"--volume={folder}/mocks:/mocks:ro"]


def write_config(folder: Path, target: str, settings: Mapping[str, object]) -> None:
    """The config alone."""
    (folder / "config" / "driftwatch.yaml").write_text(
        json.dumps(
            {
                "probing": QUICK,
                "schedule": {"when": "700h"},
                "daemon": {"grace": "5s", "reload": "0s"},
                "providers": {"payments": {"mocks": "/mocks", "target": target}},
                **settings,
            }
        ),
        encoding="utf-8",
    )
