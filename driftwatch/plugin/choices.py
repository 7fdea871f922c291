"""What the options of one run come to."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec import Struct

from driftwatch.model.errors import SettingsError
from driftwatch.plugin.address import absolute
from driftwatch.reports.legible import legible
from driftwatch.settings.find import VARIABLE, find_config
from driftwatch.settings.opening import read_document
from driftwatch.settings.paths import WrittenPath

_USAGE: Final = ".driftwatch/usage.json"
_WORKER: Final = "driftwatch_mocks"
"""The key under which a worker of xdist is told the folders of mocks, so that it need not read the config, too."""


class Choices(Struct, frozen=True):
    """Options, ini options and environment, looked up."""

    mode: str
    """One of ``MODES``, and not ``off``."""
    root: Path
    """pytest's rootdir."""
    usage: Path
    suite: str
    mocks: tuple[Path, ...]
    """Folders of mocks, and single files."""
    servers: tuple[str, ...]
    is_reading: bool
    report: Path | None
    config: Path | None
    """The driftwatch config, if one is found."""
    trouble: str
    """What is wrong with the config, where it should have said what the mocks are."""
    is_worker: bool
    """This is a process of xdist that runs tests for another one."""
    is_controller: bool
    """Workers of xdist run the tests, and this process none."""

    @property
    def is_telling(self) -> bool:
        """Whether this is the process that writes the file and talks to people."""
        return not self.is_worker


def choices_of(config: pytest.Config, mode: str) -> Choices:
    """What applies to this run. Paths in ini options start at rootdir."""
    root = config.rootpath
    sent: dict[str, Any] | None = getattr(config, "workerinput", None)
    found, trouble = _config(root)
    written = config.getini("driftwatch_mocks")
    mocks: tuple[Path, ...] = ()
    if sent is not None and _WORKER in sent:
        mocks = tuple(map(Path, sent[_WORKER]))
    elif written:
        trouble = ""
        mocks = tuple(path for one in written for path in WrittenPath.of(one, root).expand())
    elif found:
        try:
            mocks = tuple(_configured(found))
        except SettingsError as error:
            trouble = first_mistake(error)
    report = config.getini("driftwatch_report")
    asked_to_read = config.getoption("driftwatch_reads")
    return Choices(
        mode=mode,
        root=root,
        usage=Path(absolute(root / (config.getini("driftwatch_usage") or _USAGE))),
        suite=config.getini("driftwatch_suite") or _project(root) or root.name or "tests",
        mocks=mocks,
        servers=tuple(config.getini("driftwatch_servers")),
        is_reading=bool(config.getini("driftwatch_reads") if asked_to_read is None else asked_to_read),
        report=root / report if report else None,
        config=found,
        trouble=trouble,
        is_worker=sent is not None,
        is_controller=sent is None and _is_distributed(config),
    )


def for_worker(choices: Choices) -> dict[str, object]:
    """What a worker of xdist is told beside the options that it gets anyway."""
    return {_WORKER: [str(path) for path in choices.mocks]}


def _is_distributed(config: pytest.Config) -> bool:
    return config.getoption("dist", "no") != "no" and bool(config.getoption("tx", None))


def first_mistake(error: SettingsError) -> str:
    """One sentence of what is wrong with a config."""
    return legible(str(error.mistakes[0]).partition("\n")[0])


def _config(root: Path) -> tuple[Path | None, str]:
    try:
        return find_config(None, os.environ, root), ""
    except SettingsError as error:
        return None, first_mistake(error) if os.environ.get(VARIABLE) else ""


def _configured(config: Path) -> Iterator[Path]:
    """Where the mocks of all providers are. No other setting is looked at: its secrets need not be at hand here."""
    plain = read_document(config, config.name).root.plain
    providers = plain.get("providers") if isinstance(plain, dict) else None
    for provider in providers.values() if isinstance(providers, dict) else ():
        written = provider.get("mocks") if isinstance(provider, dict) else None
        for one in written if isinstance(written, list) else [written]:
            if isinstance(one, str) and one:
                yield from WrittenPath.of(one, config.parent.absolute()).expand()


def _project(root: Path) -> str:
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    except (OSError, ValueError):
        return ""
    name = project.get("name") if isinstance(project, dict) else None
    return name if isinstance(name, str) else ""
