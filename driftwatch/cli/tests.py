"""``driftwatch tests``: which tests rest on which mocks, and what a green one is worth."""

import os
import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from driftwatch.cli.exits import Exit
from driftwatch.cli.options import (
    choose_providers,
    config_option,
    find_config,
    output_option,
    read_config,
    screen,
    verbose_option,
)
from driftwatch.cli.output import check_output, put
from driftwatch.model.errors import SettingsError, UsageError
from driftwatch.model.reliance import Reliance, Trust
from driftwatch.model.use import Outcome
from driftwatch.ports import Store
from driftwatch.reports.reliance import REPORTS, Asked
from driftwatch.settings.store import VARIABLE, named_place, place_in
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.reliance import STALE_AFTER
from driftwatch.wiring.memory import store_at
from driftwatch.wiring.tests import Wanted, find_reliance

NOTHING: Final = "nothing"
FAIL_ON: Final = (*(trust.value for trust in (Trust.DRIFTED, Trust.NEVER, Trust.STALE)), NOTHING)
"""What ``--fail-on`` takes. ``never`` is what nobody ever verified; the word that fails nothing is another one."""
_KEPT: Final = 3650
"""Days: whoever looks at a store forgets nothing."""
_DAYS: Final = re.compile(r"(\d{1,4}) ?([dw]?)\Z")
_SUBCOMMANDS: Final = {
    "blind": ("driftwatch.cli.blind", "Tell which tests cannot notice the drift that was observed."),
    "import": ("driftwatch.cli.tests_import", "Take in which test met which mock, as a run of tests wrote it."),
}


class _Commands(click.Group):
    """Commands by name, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _SUBCOMMANDS:
            return None
        command: click.Command = import_module(_SUBCOMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The help is told from the list, so that it loads no command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in _SUBCOMMANDS.items()])


@click.group(
    name="tests", cls=_Commands, invoke_without_command=True,
    epilog="Exit: 0 fine, 1 green tests rest on what --fail-on names, or worse, 2 usage or settings, 3 no audit known.",
)  # fmt: skip
@config_option
@click.option("--store", "named", metavar="PATH|URL", help=f"The store; else {VARIABLE}, else that of the config.")
@click.option(
    "--usage", "usages", multiple=True, type=click.Path(path_type=Path),
    help="Which test met which mock, as the pytest plugin writes it; else what the store knows. May be repeated.",
)  # fmt: skip
@click.option(
    "--report", type=click.Path(path_type=Path),
    help="The last audit as `driftwatch audit --format json` wrote it, in place of the store.",
)  # fmt: skip
@click.option("--provider", "providers", multiple=True, help="Only mocks of this provider; may be repeated.")
@click.option("--stale-after", metavar="DAYS", help="The age from which on a mock is stale, such as 30d or 8w.")
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), default=Trust.DRIFTED.value, show_default=True,
    help="End with 1 if a green test rests on mocks that drifted; that `never` were verified, or drifted; that are "
    "stale, or worse; or for `nothing`.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(list(REPORTS)), default="console", show_default=True,
              help="How to tell it.")  # fmt: skip
@output_option
@verbose_option
@click.pass_context
def command(
    context: click.Context, config: Path | None, named: str | None, usages: tuple[Path, ...], report: Path | None,
    providers: tuple[str, ...], stale_after: str | None, fail_on: str, form: str, output: Path | None, verbose: bool,
) -> None:  # fmt: skip
    """Tell which tests rest on which mocks, and what green ones are worth. Nobody is asked anything.

    \b
    pytest --driftwatch=record && driftwatch tests import .driftwatch/usage.json
    driftwatch tests
    driftwatch tests --usage usage.json --report audit.json --format markdown
    driftwatch tests --fail-on never --format junit --output driftwatch.xml

    A mock is `verified` if the last audit that could compare it found it true, `stale` if that is long ago, `drifted`
    if it was found false, and `never` verified if no audit compared it, or it changed since. A test is worth what the
    worst of its mocks is worth. Findings that somebody suppressed do not count, and are told.

    With --usage and --report it needs neither a config nor a store.
    """
    if context.invoked_subcommand is not None:
        return
    check_output(output)
    settings = _settings(config, is_needed=not (usages and report))
    now = SystemClock().now()
    stale = _days(stale_after) or (settings.tests.stale_after if settings is not None else STALE_AFTER)
    if settings is not None:
        choose_providers(settings, providers)
    wanted = Wanted(now, settings, usages, report, _store(settings, named), providers, stale)
    found = find_reliance(wanted)
    _check(found, wanted)
    least = None if fail_on == NOTHING else Trust(fail_on)
    asked = Asked(now, stale, least, screen(verbose=verbose, to_file=output is not None))
    put(REPORTS[form](found, asked), output)
    context.exit(exit_of(found, least))


def exit_of(found: Reliance, least: Trust | None) -> Exit:
    """Green tests that rest on what is bad enough win over an audit that nobody made."""
    green = (test for test in found.tests if test.outcome is Outcome.PASSED)
    if least is not None and any(test.trust.rank >= least.rank for test in green):
        return Exit.FINDINGS
    return Exit.FINE if found.as_of is not None else Exit.INCOMPLETE


def _check(found: Reliance, wanted: Wanted) -> None:
    """That nothing was found must not look as if all were well."""
    known = {one.mock.provider for test in found.tests for one in test.mocks}
    if wanted.settings is None:
        known |= {one.mock.provider for one in found.unused}
        for name in wanted.providers:
            if name not in known:
                raise UsageError(f"--provider: there is no provider {name!r} in {wanted.report}")
    if not found.tests and not wanted.usages and not wanted.providers:
        raise UsageError(
            "nobody told which test rests on which mock. Run `pytest --driftwatch=record`, then `driftwatch tests "
            "import .driftwatch/usage.json`, or name the file with --usage"
        )


def _settings(config: Path | None, *, is_needed: bool) -> Settings | None:
    try:
        place = find_config(config)
    except SettingsError:
        if is_needed or config is not None:
            raise
        return None
    return read_config(place)


def _store(settings: Settings | None, named: str | None) -> Store | None:
    place = named_place(named, "--store", Path.cwd()) if named is not None else place_in(os.environ, Path.cwd())
    if place is None and settings is not None:
        place = settings.store
    if place is None or place.place is None:
        return None
    file = place.place.reveal()
    if "://" not in file and not Path(file).exists():
        if named is not None:
            raise UsageError(f"there is no store at {file}: `driftwatch audit` makes it")
        return None
    return store_at(place, _KEPT)


def _days(written: str | None) -> timedelta | None:
    if written is None:
        return None
    found = _DAYS.match(written)
    if found is None or not int(found[1]):
        raise UsageError(f"--stale-after {written}: write days or weeks, such as 30d or 8w")
    return timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
