"""Which config is meant when nobody names one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from driftwatch.model.errors import Mistake, SettingsError

VARIABLE: Final = "DRIFTWATCH_CONFIG"
NAMES: Final = ("driftwatch.yaml", "driftwatch.yml")

SMALLEST_CONFIG: Final = """\
providers:
  payments:
    mocks: mocks/payments
    target: https://payments.staging.example.com
"""

SMALLEST: Final = f"The smallest config that works:\n\n{SMALLEST_CONFIG}"


def find_config(explicit: Path | None, environment: Mapping[str, str], cwd: Path) -> Path:
    """The config to load: the one named by ``--config``, by DRIFTWATCH_CONFIG, or ``driftwatch.yaml`` in ``cwd``.

    Raises ``SettingsError`` if none is there, with where it was looked for and the smallest config that works.
    """
    if explicit is not None:
        return _existing(cwd / explicit, "--config")
    if named := environment.get(VARIABLE, ""):
        return _existing(cwd / named, VARIABLE)
    for name in NAMES:
        if (cwd / name).is_file():
            return cwd / name
    looked = ", ".join(f"`{name}`" for name in NAMES)
    raise SettingsError([
        Mistake(
            str(cwd), f"there is no config: --config and {VARIABLE} name none, and {looked} are not here",
            f"`driftwatch init DIR` writes one from your mocks. {SMALLEST}",
        )
    ])  # fmt: skip


def _existing(path: Path, source: str) -> Path:
    if path.exists() and not path.is_dir():
        return path
    state = "is a folder" if path.exists() else "does not exist"
    remedy = f"Name a file there, or leave {source} out to use `{NAMES[0]}` of the folder you are in."
    raise SettingsError([Mistake(source, f"`{path}` {state}", remedy)])
