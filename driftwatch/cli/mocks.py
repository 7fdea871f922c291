"""``driftwatch mocks``: everything that can be read, and what cannot."""

from pathlib import Path

import click

from driftwatch.cli.exits import Exit
from driftwatch.cli.options import config_option, load_settings, screen, verbose_option
from driftwatch.model.errors import UsageError
from driftwatch.model.policy import ProbingPolicy
from driftwatch.ports import MockSource
from driftwatch.reports import inventory as told
from driftwatch.reports import json as json_report
from driftwatch.usecases.inventory import take_inventory
from driftwatch.wiring.mocks import mocks_of, source_at


@click.command(name="mocks", epilog="Exit codes: 0 everything was read, 2 usage, 3 something could not be read.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@config_option
@click.option("--format", "form", type=click.Choice(["console", "json"]), default="console", show_default=True)
@verbose_option
@click.pass_context
def command(context: click.Context, paths: tuple[Path, ...], config: Path | None, form: str, verbose: bool) -> None:
    """List everything that can be read, and what cannot, with the reason.

    \b
    driftwatch mocks mocks/payments
    driftwatch mocks --format json
    """
    inventory = take_inventory(_sources(paths, config))
    if form == "json":
        text = json_report.mocks(inventory.planned, inventory.unreadable, inventory.ignored)
    else:
        view = screen(verbose=verbose, to_file=False)
        text = told.render(inventory, colour=view.colour, width=view.width, verbose=view.verbose)
    click.echo(text, nl=False)
    context.exit(Exit.INCOMPLETE if inventory.unreadable else Exit.FINE)


def _sources(paths: tuple[Path, ...], config: Path | None) -> list[tuple[MockSource, ProbingPolicy]]:
    """The named places by the default policy, or the config's providers by theirs."""
    if paths and config is not None:
        raise UsageError("name either paths or --config")
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise UsageError(f"there is nothing at {', '.join(missing)}; name folders or files of mocks")
    if paths:
        return [(source_at(path), ProbingPolicy()) for path in paths]
    settings = load_settings(config, None, None)
    return [(mocks_of(settings, name).source, settings.policy_for(name).probing) for name in settings.providers]
