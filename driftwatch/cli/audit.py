"""``driftwatch audit``: one pass over everything."""

import os
from pathlib import Path
from typing import Final

import click

from driftwatch.cli.delivery import Delivery
from driftwatch.cli.exits import Exit, exit_of, threshold
from driftwatch.cli.logs import start_log
from driftwatch.cli.options import (
    choose_providers,
    config_option,
    fail_on_option,
    format_option,
    load_settings,
    output_option,
    screen,
    verbose_option,
)
from driftwatch.cli.output import check_output, put
from driftwatch.cli.progress import Bar
from driftwatch.reports.catalog import report
from driftwatch.settings.environment import log_settings
from driftwatch.settings.store import place_in
from driftwatch.wiring.audits import run_remembered
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
@fail_on_option
@verbose_option
@click.option("--push-gateway", metavar="URL", help="Take the metrics of this run to a Prometheus Pushgateway.")
@click.option(
    "--push-shard", metavar="N/COUNT", help="Which of so many jobs this is, from 0; each has a group of its own there."
)
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
    fail_on: str | None,
    verbose: bool,
    push_gateway: str | None,
    push_shard: str | None,
    textfile: Path | None,
    serve_until_scraped: float | None,
) -> None:
    """Ask the real services what the mocks claim, once, and report where they part.

    \b
    driftwatch audit --mocks mocks/payments --target https://payments.staging.example.com
    driftwatch audit --config config/driftwatch.yaml --format json --output report.json
    driftwatch audit --fail-on never --push-gateway http://pushgateway:9091

    Metrics of a run that ends, as in a CronJob:

    \b
    --push-gateway         the usual way; what runs every few minutes is better off with `serve`
    --textfile             where node_exporter runs, below its --collector.textfile.directory
    --serve-until-scraped  where Prometheus scrapes the pods of jobs; it holds the pod open
    --format prometheus    for anything else that reads the text format
    """
    start_log(log_settings(os.environ))
    check_output(output)
    delivery = Delivery.of(push_gateway, push_shard, textfile, serve_until_scraped)
    settings = load_settings(config, mocks, target)
    chosen = choose_providers(settings, providers)
    place = place_in(os.environ, Path.cwd()) or settings.store
    with Bar() as bar:
        remembered = run_remembered(settings, bar, chosen, store=store_at(place, settings.retention_days))
    summary = remembered.summary
    put(report(form).render(summary, screen(verbose=verbose, to_file=output is not None)), output)
    if settings.notify is not None:
        from driftwatch.wiring.notices import tell_once  # noqa: PLC0415 - only where somebody is told

        for sentence in tell_once(settings, place, remembered, _DELIVERY):
            click.echo(f"driftwatch: {sentence}", err=True)
    for sentence in delivery.deliver(summary, settings):
        click.echo(f"driftwatch: {sentence}", err=True)
    code = exit_of(summary, threshold(fail_on) if fail_on else settings.policy.fail_on)
    if code is Exit.FINE and remembered.trouble is not None and place.is_chosen:
        code = Exit.INCOMPLETE  # a memory was asked for, and nobody found out what is new and what is resolved
    context.exit(code)
