"""``driftwatch gaps``: what reality does that no mock shows."""

import os
from pathlib import Path

import click

from driftwatch.cli.exits import Exit
from driftwatch.cli.gentle import gentle_end
from driftwatch.cli.logs import start_log
from driftwatch.cli.options import (
    brief_format_option,
    choose_providers,
    config_option,
    load_settings,
    screen,
    verbose_option,
)
from driftwatch.cli.progress import Bar
from driftwatch.mocks.spelling.shelving import clashes, shelve
from driftwatch.model.errors import UsageError
from driftwatch.model.unshown import Gaps
from driftwatch.reports import gaps as told
from driftwatch.reports import gaps_document
from driftwatch.settings.environment import log_settings
from driftwatch.settings.store import place_in
from driftwatch.wiring.gaps import ask, look_back
from driftwatch.wiring.memory import store_at

_SHOWN = 5


@click.command(
    name="gaps",
    epilog="Exit: 0 told, 1 the realism score is above --fail-over, 2 usage or settings, 3 incomplete, 70 our mistake.",
)
@config_option
@click.option("--mocks", type=click.Path(path_type=Path), help="A folder or file of mocks; needs --target, no config.")
@click.option("--target", help="The base URL of the real service; needs --mocks, no config.")
@click.option("--provider", "providers", multiple=True, help="Only this provider of the config; may be repeated.")
@click.option("--offline", is_flag=True, help="Ask nobody: tell what earlier audits found and the store remembers.")
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False),
    help="A folder for the variants as mock files; nothing that is there is replaced.",
)  # fmt: skip
@brief_format_option
@click.option("--fail-over", type=click.IntRange(min=0), metavar="SCORE", help="End with 1 above this realism score.")
@verbose_option
@click.pass_context
def command(
    context: click.Context, config: Path | None, mocks: Path | None, target: str | None, providers: tuple[str, ...],
    offline: bool, output: Path | None, form: str, fail_over: int | None, verbose: bool,
) -> None:  # fmt: skip
    """Tell what the service does that no mock shows, with a mock variant for each, ready to be added.

    \b
    driftwatch gaps --mocks mocks/payments --target https://payments.staging.example.com
    driftwatch gaps --provider payments --output mocks/payments/variants
    driftwatch gaps --offline --format markdown

    Nulls, absences, refusals, other statuses, further values, empty and long lists, further pages, throttling, slow
    answers, variants, other identities. It sends what `driftwatch audit` would send, since no answer of an earlier
    audit is kept. Variants are copies of the mocks beside them with one change, or the service's answers with
    stand-ins for everything secret, personal or alive; --verbose shows them whole.

    The realism score counts one for each such behaviour, by endpoint and provider: 0 is the best. What an OpenAPI
    description promises and nobody mocked or saw is listed beside it, and not counted.
    """
    start_log(log_settings(os.environ))
    settings = load_settings(config, mocks, target)
    chosen = choose_providers(settings, providers)
    store = store_at(place_in(os.environ, Path.cwd()) or settings.store, settings.retention_days)
    if offline:
        found = look_back(settings, chosen, store)
    else:
        with Bar() as bar, gentle_end(settings):
            found = ask(settings, chosen, bar, store)
    if output is not None:
        _shelve(found, output)
    if form == "json":
        text = gaps_document.document(found)
    elif form == "markdown":
        text = told.markdown(found)
    else:
        view = screen(verbose=verbose, to_file=False)
        text = told.render(found, colour=view.colour, width=view.width, verbose=verbose)
    click.echo(text, nl=False)
    context.exit(_exit_of(found, fail_over))


def _exit_of(found: Gaps, fail_over: int | None) -> Exit:
    if fail_over is not None and found.score > fail_over:
        return Exit.FINDINGS
    return Exit.INCOMPLETE if found.is_incomplete else Exit.FINE


def _shelve(found: Gaps, folder: Path) -> None:
    """Write every variant; raises ``UsageError`` if one of the files is there, and then writes none."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--output {folder} is a file: name a folder for the variants")
    files = [
        (folder / file, content)
        for provider in found.providers
        for one in provider.unshown
        for file, content in one.files
    ]  # fmt: skip
    there = clashes([place for place, _ in files])
    if there:
        shown = ", ".join(str(place) for place in there[:_SHOWN])
        more = f" and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
        raise UsageError(f"{shown}{more}: there already, and nothing was written. --output names another folder.")
    shelve(files, may_replace=False)
