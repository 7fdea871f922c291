"""``driftwatch audit``: one pass over everything."""

import os
from pathlib import Path

import click

from driftwatch.cli.exits import exit_of, threshold
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
from driftwatch.wiring import run_audit


@click.command(name="audit", epilog="Exit: 0 fine, 1 findings, 2 usage or settings, 3 incomplete, 70 our mistake.")
@config_option
@click.option("--mocks", type=click.Path(path_type=Path), help="A folder or file of mocks; needs --target, no config.")
@click.option("--target", help="The base URL of the real service; needs --mocks, no config.")
@click.option("--provider", "providers", multiple=True, help="Only this provider of the config; may be repeated.")
@format_option
@output_option
@fail_on_option
@verbose_option
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
) -> None:
    """Ask the real services what the mocks claim, once, and report where they part.

    \b
    driftwatch audit --mocks mocks/payments --target https://payments.staging.example.com
    driftwatch audit --config config/driftwatch.yaml --format json --output report.json
    driftwatch audit --fail-on never --format prometheus
    """
    start_log(log_settings(os.environ))
    check_output(output)
    settings = load_settings(config, mocks, target)
    chosen = choose_providers(settings, providers)
    with Bar() as bar:
        summary = run_audit(settings, bar, chosen)
    put(report(form).render(summary, screen(verbose=verbose, to_file=output is not None)), output)
    context.exit(exit_of(summary, threshold(fail_on) if fail_on else settings.policy.fail_on))
