"""``driftwatch mocks``: everything that can be read, and what cannot."""

from collections import defaultdict
from pathlib import Path

import click
from msgspec import Struct

from driftwatch.cli.exits import Exit
from driftwatch.cli.options import config_option, load_settings, screen, verbose_option
from driftwatch.model.contradiction import Contradiction
from driftwatch.model.errors import UsageError
from driftwatch.model.interaction import Interaction
from driftwatch.model.policy import ProbingPolicy
from driftwatch.reports import contradictions as disputed
from driftwatch.reports import inventory as told
from driftwatch.reports import json as json_report
from driftwatch.reports.digest import count
from driftwatch.usecases.contradictions import Attentive, find_contradictions
from driftwatch.usecases.inventory import take_inventory
from driftwatch.wiring.contradictions import contradictions_at
from driftwatch.wiring.mocks import mocks_of, source_at


@click.command(
    name="mocks",
    epilog="Exit codes: 0 everything was read, 1 --contradictions found some, 2 usage, 3 something could not be read.",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@config_option
@click.option(
    "--contradictions", "is_disputed", is_flag=True, help="Tell instead which mocks contradict each other; asks nobody."
)
@click.option("--format", "form", type=click.Choice(["console", "json"]), default="console", show_default=True)
@verbose_option
@click.pass_context
def command(
    context: click.Context, paths: tuple[Path, ...], config: Path | None, is_disputed: bool, form: str, verbose: bool
) -> None:
    """List everything that can be read, and what cannot, with the reason.

    \b
    driftwatch mocks mocks/payments
    driftwatch mocks --format json
    driftwatch mocks --contradictions mocks

    Mocks contradict each other where one request gets different statuses, or one place of an operation's answers
    different types, members or spellings of a word, and no tool serves them in turn.
    """
    services = _services(paths, config)
    inventory = take_inventory([(one.source, one.policy) for one in services])
    found = _contradictions(services) if is_disputed or form != "json" else ()
    view = screen(verbose=verbose, to_file=False)
    if is_disputed and form == "json":
        text = disputed.document(found)
    elif is_disputed:
        text = disputed.render(found, colour=view.colour, width=view.width, verbose=view.verbose)
        if unread := {one.file for one in inventory.unreadable}:
            text += f"{count(len(unread), 'file')} could not be read: `driftwatch mocks` tells why.\n"
    elif form == "json":
        text = json_report.mocks(inventory.planned, inventory.unreadable, inventory.ignored)
    else:
        text = told.render(inventory, colour=view.colour, width=view.width, verbose=view.verbose)
        text += disputed.remark(found, "--contradictions", width=view.width)
    click.echo(text, nl=False)
    if is_disputed and found:
        context.exit(Exit.FINDINGS)
    context.exit(Exit.INCOMPLETE if inventory.unreadable else Exit.FINE)


class _Service(Struct, frozen=True):
    """Mocks that one place of the config, or of the command line, names."""

    source: Attentive
    policy: ProbingPolicy
    path: Path | None = None
    target: str = ""


def _contradictions(services: list[_Service]) -> tuple[Contradiction, ...]:
    """Providers that share a target are one service."""
    by_target: dict[str, list[Interaction]] = defaultdict(list)
    for one in services:
        if one.path is None:
            by_target[one.target] += one.source.mocks
    parted = (contradictions_at(one.path, one.source.mocks) for one in services if one.path is not None)
    return (*find_contradictions(by_target.values()), *(found for each in parted for found in each))


def _services(paths: tuple[Path, ...], config: Path | None) -> list[_Service]:
    """The named places by the default policy, or the config's providers by theirs."""
    if paths and config is not None:
        raise UsageError("name either paths or --config")
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise UsageError(f"there is nothing at {', '.join(missing)}; name folders or files of mocks")
    if paths:
        return [_Service(Attentive(source_at(path)), ProbingPolicy(), path=path) for path in paths]
    settings = load_settings(config, None, None)
    return [
        _Service(
            Attentive(mocks_of(settings, name).source, name),
            settings.policy_for(name).probing,
            target=settings.providers[name].target,
        )
        for name in settings.providers
    ]
