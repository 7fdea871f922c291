"""``driftwatch audit``: one pass over everything."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from msgspec.structs import replace

from driftwatch.cli.delivery import Delivery
from driftwatch.cli.editions import editions, publish
from driftwatch.cli.exits import Exit, Within, exit_of, threshold
from driftwatch.cli.gentle import gentle_end
from driftwatch.cli.logs import start_log
from driftwatch.cli.options import (
    choose_providers,
    config_option,
    fail_on_option,
    fail_within_option,
    format_option,
    lexicon,
    load_settings,
    output_option,
    report_option,
    screen,
    verbose_option,
)
from driftwatch.cli.output import check_output, put
from driftwatch.cli.progress import Bar
from driftwatch.cli.sharding import run_name, shard_from
from driftwatch.model.errors import UsageError
from driftwatch.model.memory import Remembered
from driftwatch.model.share import Idle
from driftwatch.reports.catalog import report
from driftwatch.settings.environment import log_settings
from driftwatch.settings.store import StorePlace, place_in
from driftwatch.settings.tree import Settings
from driftwatch.wiring.audits import run_remembered, run_share
from driftwatch.wiring.memory import store_at

_DELIVERY: Final = 15.0
"""Seconds that notices get; what is not delivered then waits for the next run."""


@click.command(name="audit", epilog="Exit: 0 fine, 1 findings, 2 usage or settings, 3 incomplete, 70 our mistake.")
@config_option
@click.option("--mocks", type=click.Path(path_type=Path), help="A folder or file of mocks; needs --target, no config.")
@click.option("--target", help="The base URL of the real service; needs --mocks, no config.")
@click.option("--provider", "providers", multiple=True, help="Only this provider of the config; may be repeated.")
@format_option
@output_option
@report_option
@fail_on_option
@fail_within_option
@verbose_option
@click.option(
    "--shard", metavar="I/N", help="Take one of N shares of the work, from 0/N on; `auto` in a Kubernetes Indexed Job."
)
@click.option(
    "--run", "run", envvar="DRIFTWATCH_RUN", metavar="NAME",
    help="What all shards call the run they share, such as the Job's name; else DRIFTWATCH_RUN.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Send nothing: print every request that would be sent, as curl.")
@click.option("--no-notices", is_flag=True, help="Tell nobody, whatever `notify` says; for an audit of a pull request.")
@click.option("--push-gateway", metavar="URL", help="Take the metrics of this run to a Prometheus Pushgateway.")
@click.option(
    "--textfile",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the metrics of this run there, whole or not at all; the name ends in .prom.",
)
@click.option(
    "--serve-until-scraped",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Then serve the metrics as `web` says until they are scraped once, or so long.",
)
@click.pass_context
def command(
    context: click.Context,
    config: Path | None,
    mocks: Path | None,
    target: str | None,
    providers: tuple[str, ...],
    form: str,
    output: Path | None,
    reports: tuple[str, ...],
    fail_on: str | None,
    fail_within: tuple[Path, ...],
    verbose: bool,
    shard: str | None,
    run: str | None,
    dry_run: bool,
    no_notices: bool,
    push_gateway: str | None,
    textfile: Path | None,
    serve_until_scraped: float | None,
) -> None:
    """Ask the real services what the mocks claim, once, and report where they part.

    \b
    driftwatch audit --mocks mocks/payments --target https://payments.staging.example.com
    driftwatch audit --config config/driftwatch.yaml --format json --output report.json
    driftwatch audit --report sarif=driftwatch.sarif --report markdown=summary.md
    driftwatch audit --fail-on never --push-gateway http://pushgateway:9091
    driftwatch audit --dry-run

    Metrics of a run that ends, as in a CronJob:

    \b
    --push-gateway         the usual way; what runs every few minutes is better off with `serve`
    --textfile             where node_exporter runs, below its --collector.textfile.directory
    --serve-until-scraped  where Prometheus scrapes the pods of jobs; it holds the pod open
    --format prometheus    for anything else that reads the text format

    Several processes do one audit with --shard: each asks its share of the questions at its part of the rate. They
    meet in the store (`store` or DRIFTWATCH_STORE), and the one that comes last reports, pushes and tells of the whole
    run; the others report their share. Without a store each tells of its share alone.

    \b
    driftwatch audit --shard 0/4 --run nightly-2026-05-01
    """
    start_log(log_settings(os.environ))
    check_output(output)
    others = editions(reports, output, textfile)
    within = Within.of(fail_within)
    delivery = Delivery.of(push_gateway, textfile, serve_until_scraped)
    mine, name = shard_from(shard, os.environ), run_name(run)
    settings = load_settings(config, mocks, target)
    chosen = choose_providers(settings, providers)
    if dry_run:
        from driftwatch.cli.dry_run import tell  # noqa: PLC0415 - only where it is asked for

        tell(settings, chosen, config, mine, form, output, is_single=mocks is not None)
        context.exit(Exit.FINE)
    place = place_in(os.environ, Path.cwd()) or settings.store
    store = store_at(place, settings.retention_days)
    with Bar() as bar, gentle_end(settings):
        if mine.is_whole:
            came: Remembered | Idle = run_remembered(settings, bar, chosen, store=store)
        else:
            came = run_share(settings, bar, mine, chosen, store, name)
    if isinstance(came, Idle):
        click.echo(f"driftwatch: {came.reason}", err=True)
        context.exit(Exit.FINE if came.is_fine else Exit.INCOMPLETE)
    remembered, summary = came, came.summary
    view = replace(screen(verbose=verbose, to_file=output is not None), lexicon=lexicon())
    unwritten = list(publish(others, summary, view))
    put(report(form).render(summary, view), output)
    if unwritten:
        raise UsageError("\n".join(map(str, unwritten)))
    for sentence in _deliver(replace(settings, notify=None) if no_notices else settings, place, remembered, delivery):
        click.echo(f"driftwatch: {sentence}", err=True)
    if within.is_empty_in(summary):
        click.echo("driftwatch: no mock lies within the places of --fail-within: nothing there was checked", err=True)
    code = exit_of(summary, threshold(fail_on) if fail_on else settings.policy.fail_on, within)
    if code is Exit.FINE and (remembered.is_left_out or (remembered.trouble is not None and place.is_chosen)):
        code = Exit.INCOMPLETE  # a memory was asked for, and nobody found out what is new and what is resolved
    context.exit(code)


def _deliver(settings: Settings, place: StorePlace, remembered: Remembered, delivery: Delivery) -> Iterator[str]:
    """Tell whoever is to be told, and take the metrics where they go; a sentence for whatever went wrong.

    A share of a run is nobody's news: the process that puts the run together tells of all of it.
    """
    if remembered.is_left_out:
        yield f"The run {remembered.summary.run_id} was put together without this share, since a later run had begun."
    is_one_of_many = not remembered.summary.shard.is_whole and place.place is not None and remembered.trouble is None
    runs = [*remembered.earlier, *([] if is_one_of_many else [remembered])]
    if settings.notify is not None:
        from driftwatch.wiring.notices import tell_once  # noqa: PLC0415 - only where somebody is told

        for run in runs:
            yield from tell_once(settings, place, run, _DELIVERY)
    for run in runs:
        yield from delivery.deliver(run.summary, settings)
