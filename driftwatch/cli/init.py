"""``driftwatch init``: look through a folder and write a first config."""

import os
import shlex
from pathlib import Path
from typing import Final

import click

from driftwatch.cli.exits import Exit
from driftwatch.cli.options import screen, verbose_option
from driftwatch.cli.output import check_output, put
from driftwatch.model.errors import UsageError
from driftwatch.model.proposal import Proposal
from driftwatch.reports import proposal as told
from driftwatch.reports.contradictions import remark
from driftwatch.settings.find import NAMES, VARIABLE
from driftwatch.settings.first_config import first_config
from driftwatch.wiring.contradictions import contradictions_in
from driftwatch.wiring.proposals import propose_config

_DEFAULT: Final = Path(NAMES[0])
_NO_MOCKS: Final = """
No config was written: there is no mock here that driftwatch can read. Name the folder your mocks are in:
  driftwatch init DIR"""


@click.command(
    name="init",
    epilog="Exit: 0 written and all mocks were read, 2 usage (a config is there already), "
    "3 some mock could not be read, or there is none.",
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), default=_DEFAULT, show_default=True,
    help="Where the config goes.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace a config that is there already.")
@click.option("--dry-run", is_flag=True, help="Write nothing: print the config, and what was found on standard error.")
@verbose_option
@click.pass_context
def command(context: click.Context, folder: Path, output: Path, force: bool, dry_run: bool, verbose: bool) -> None:
    """Look through a folder, say which mocks it holds, and write a commented config.

    \b
    driftwatch init mocks
    driftwatch init mocks --dry-run
    """
    _check_folder(folder)
    if not dry_run:
        _check_place(output, force=force)
    proposal = propose_config(folder)
    view = screen(verbose=verbose, to_file=dry_run)
    click.echo(told.render(proposal, colour=view.colour, width=view.width, verbose=view.verbose), nl=False, err=dry_run)
    disputed = contradictions_in(folder, proposal)
    shown = remark(disputed, f"driftwatch mocks --contradictions {shlex.quote(str(folder))}", width=view.width)
    click.echo(shown, nl=False, err=dry_run)
    if not proposal.providers:
        click.echo(_NO_MOCKS, err=dry_run)
        context.exit(Exit.INCOMPLETE)
    below = Path(os.path.relpath(folder.resolve(), output.parent.resolve())).as_posix()
    text = first_config(proposal, "" if below == "." else below, str(folder))
    put(text, None if dry_run else output)
    if not dry_run:
        click.echo(_next_steps(proposal, folder, output))
    context.exit(Exit.INCOMPLETE if proposal.inventory.unreadable else Exit.FINE)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        state = "is a file" if folder.exists() else "does not exist"
        raise UsageError(f"{folder} {state}; name the folder that your mocks are in")


def _check_place(output: Path, *, force: bool) -> None:
    """Complain before the work is done; raises ``UsageError``."""
    if os.path.lexists(output) and not force:
        remedy = "--force replaces it, --output names another, --dry-run only prints the config"
        raise UsageError(f"{output} is there already and stays as it is: {remedy}")
    for name in NAMES:
        other = output.with_name(name)
        if output.name in NAMES and other != output and os.path.lexists(other):
            raise UsageError(f"{other} is there already, and only one of the two would be read: remove it first")
    check_output(output)


def _next_steps(proposal: Proposal, folder: Path, output: Path) -> str:
    is_found = output.resolve() == _DEFAULT.resolve() and not os.environ.get(VARIABLE)
    named = "" if is_found else f" --config {shlex.quote(str(output))}"
    number = len(proposal.providers)
    steps = (
        (f"driftwatch mocks {shlex.quote(str(folder))}", "every mock, and whether it would be sent"),
        (f"driftwatch config check{named}", f"after you have filled in each `target` in {output}"),
        (f"driftwatch audit{named}", "asks the services, and reports where the mocks are wrong"),
    )
    told_steps = "\n".join(f"  {step}\n      {purpose}" for step, purpose in steps)
    return f"\nWrote {output} with {number} provider{'' if number == 1 else 's'}.\n\nWhat to do next\n{told_steps}"
