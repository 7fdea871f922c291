"""Options that several commands share, and what they lead to."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from driftwatch.cli.exits import FAIL_ON
from driftwatch.model.errors import Mistake, SettingsError, UsageError
from driftwatch.reports.catalog import REPORTS, Options
from driftwatch.reports.lexicon import Entry, Lexicon

if TYPE_CHECKING:
    from driftwatch.settings.tree import Settings  # all settings, which --help and --ping do not need

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

config_option: Decorator = click.option(
    "--config", type=click.Path(path_type=Path), help="The config; else DRIFTWATCH_CONFIG, else ./driftwatch.yaml."
)
format_option: Decorator = click.option(
    "--format", "form", type=click.Choice([report.name for report in REPORTS]), default="console", show_default=True,
    help="How to tell it.",
)  # fmt: skip
brief_format_option: Decorator = click.option(
    "--format", "form", type=click.Choice(["console", "json", "markdown"]), default="console", show_default=True,
    help="How to tell it.",
)  # fmt: skip
output_option: Decorator = click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write there, whole or not at all."
)
report_option: Decorator = click.option(
    "--report", "reports", multiple=True, metavar="FORMAT=FILE",
    help="Tell it in another format as well, from the same audit; may be repeated.",
)  # fmt: skip
fail_on_option: Decorator = click.option(
    "--fail-on", type=click.Choice(FAIL_ON), help="The lowest severity that ends with 1; breaking if not set."
)
fail_within_option: Decorator = click.option(
    "--fail-within", type=click.Path(path_type=Path), multiple=True,
    help="Only findings about mocks in this file or folder end with 1; all are told. May be repeated.",
)  # fmt: skip
verbose_option: Decorator = click.option("--verbose", "-v", is_flag=True, help="Leave nothing out.")


def load_settings(config: Path | None, mocks: Path | None, target: str | None) -> "Settings":
    """The settings of a config, or of one folder and one URL given as options."""
    if mocks is not None and target is not None:
        from driftwatch.settings.single import single_provider  # noqa: PLC0415 - needs no config machinery

        if config is not None:
            raise UsageError("--config and --mocks with --target say the same twice: leave one out")
        return single_provider(mocks, target)
    if mocks is not None or target is not None:
        given, missing = ("--mocks", "--target URL") if mocks is not None else ("--target", "--mocks DIR")
        raise UsageError(f"{given} needs {missing} beside it; or leave both out and use a config")
    return read_config(find_config(config))


def find_config(config: Path | None) -> Path:
    """The config that is meant; ``SettingsError`` if there is none."""
    from driftwatch.settings.find import find_config as find  # noqa: PLC0415 - only a config needs it

    return find(config, os.environ, Path.cwd())


def read_config(config: Path) -> "Settings":
    """The settings of a config; ``SettingsError`` with every mistake."""
    from driftwatch.drift.catalog import KINDS  # noqa: PLC0415 - only a config needs it
    from driftwatch.settings.load import load  # noqa: PLC0415
    from driftwatch.transport.clock import SystemClock  # noqa: PLC0415

    return load(config, os.environ, KINDS, SystemClock().now().date())


def choose_providers(settings: "Settings", names: tuple[str, ...]) -> tuple[str, ...]:
    """The named providers; ``SettingsError`` with the nearest guess for one that is not in the config."""
    from driftwatch.settings.words import guess  # noqa: PLC0415

    unknown = [name for name in names if name not in settings.providers]
    if unknown:
        raise SettingsError(
            Mistake("--provider", f"there is no provider {name!r}", guess(name, settings.providers)) for name in unknown
        )
    return names or tuple(settings.providers)


def screen(*, verbose: bool, to_file: bool) -> Options:
    """What the reader's screen allows."""
    is_terminal = sys.stdout.isatty() and not to_file
    width = min(shutil.get_terminal_size((100, 24)).columns, 120) if is_terminal else 100
    return Options(colour=is_terminal and has_colours(os.environ), width=width, verbose=verbose)


def lexicon() -> Lexicon:
    """The pages of all kinds, for reports that carry them with them."""
    from driftwatch.drift.catalog import KINDS, PAGES  # noqa: PLC0415 - sixty modules, which an audit has loaded anyway

    return {kind.id: Entry(kind.category, kind.severity, PAGES[kind.id]) for kind in KINDS.values()}


def has_colours(environment: Mapping[str, str]) -> bool:
    """Whether a terminal may be coloured: it can be, and nobody asked for none (no-color.org)."""
    return not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
