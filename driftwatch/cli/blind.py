"""``driftwatch tests blind``: which tests cannot notice the drift that was observed."""

import os
from pathlib import Path

import click

from driftwatch.cli.exits import FAIL_ON, Exit, is_reached, threshold
from driftwatch.cli.gentle import gentle_end, heeding_sigterm
from driftwatch.cli.logs import start_log
from driftwatch.cli.options import (
    brief_format_option,
    choose_providers,
    config_option,
    load_settings,
    output_option,
    screen,
    verbose_option,
)
from driftwatch.cli.output import check_output, put
from driftwatch.cli.progress import Bar
from driftwatch.cli.selecting import check_found, selection_of
from driftwatch.model.blind import Blindness
from driftwatch.model.errors import UsageError
from driftwatch.model.finding import Severity
from driftwatch.model.memory import StoreError
from driftwatch.model.reliance import KnownUse
from driftwatch.ports import Store
from driftwatch.reports import blind as told
from driftwatch.reports import blind_document
from driftwatch.settings.amounts import parse_duration
from driftwatch.settings.environment import log_settings
from driftwatch.settings.store import place_in
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.blind_runs import Limits
from driftwatch.wiring.blind import Theatre, environment_of_tests, find_out
from driftwatch.wiring.healing import admit, mask_of
from driftwatch.wiring.memory import store_at
from driftwatch.wiring.tests import known_uses

_EPILOG = (
    "Exit: 0 every test notices what is at or above --fail-on; 1 some do not; 2 usage or settings; 3 incomplete: "
    "something could not be tried, or not be audited; 70 our mistake."
)


@click.command(name="blind", epilog=_EPILOG)
@config_option
@click.option("--mocks", type=click.Path(path_type=Path), help="A folder or file of mocks; needs --target, no config.")
@click.option("--target", help="The base URL of the real service; needs --mocks, no config.")
@click.option("--provider", "providers", multiple=True, help="Only this provider of the config; may be repeated.")
@click.option(
    "--usage", "usages", multiple=True, type=click.Path(path_type=Path),
    help="Which test met which mock, as the pytest plugin writes it; else what the store knows. May be repeated.",
)  # fmt: skip
@click.option("--suite", "suites", multiple=True, help="Only tests of this suite; may be repeated.")
@click.option(
    "--finding", "fingerprints", multiple=True, metavar="FINGERPRINT",
    help="Only this finding, by the first digits that tell it from others; may be repeated.",
)  # fmt: skip
@click.option("--kind", "kinds", multiple=True, help="Only findings of this kind; may be repeated.")
@click.option(
    "--severity", type=click.Choice([str(each) for each in reversed(Severity)]), default="warning", show_default=True,
    help="Findings of this one or graver. A test need not notice what is info: it harms nobody.",
)  # fmt: skip
@click.option(
    "--file", "files", multiple=True, metavar="PATH", help="Only mocks in this file, folder or glob; may be repeated."
)
@click.option(
    "--command", "command_line", metavar="COMMAND", default="",
    help="Runs the tests; {tests} stands for their names, {tests:,} for the same with commas between. Else pytest.",
)  # fmt: skip
@click.option(
    "--folder", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Where the command runs: pytest's root directory. Else where you are, or above, where the tests are.",
)  # fmt: skip
@click.option("--budget", default="10m", show_default=True, metavar="TIME", help="What all runs together may take.")
@click.option("--timeout", default="5m", show_default=True, metavar="TIME", help="What one run may take.")
@click.option(
    "--junit", "reports", multiple=True, metavar="GLOB",
    help="Where the tests write JUnit's XML, if not where pytest, Maven, Gradle or jest-junit do; may be repeated.",
)  # fmt: skip
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), default="breaking", show_default=True,
    help="The lowest severity of a finding that a test is blind to that ends with 1.",
)  # fmt: skip
@brief_format_option
@output_option
@verbose_option
@click.pass_context
def command(
    context: click.Context, config: Path | None, mocks: Path | None, target: str | None, providers: tuple[str, ...],
    usages: tuple[Path, ...], suites: tuple[str, ...], fingerprints: tuple[str, ...], kinds: tuple[str, ...],
    severity: str, files: tuple[str, ...], command_line: str, folder: Path | None, budget: str, timeout: str,
    reports: tuple[str, ...], fail_on: str, form: str, output: Path | None, verbose: bool,
) -> None:  # fmt: skip
    """Tell which tests stay green although their mocks drift as the service has: they cannot notice it.

    \b
    driftwatch tests blind
    driftwatch tests blind --usage .driftwatch/usage.json --provider payments
    driftwatch tests blind --command 'mvn -q test -Dtest={tests:,}' --budget 30m --format markdown

    It audits, since no answer of an earlier audit is kept, and heals the mocks in a scratch copy of the checkout: that
    is the observed drift, applied. Your files stay as they are. There it runs the tests that rest on drifted mocks:
    twice without any drift (who fails or wavers says nothing), with all of it at once (who stays green is blind to all
    of it), then finding by finding, until each pair of a test and a finding has its verdict or the budget is spent.

    What did not end, crashed or wrote no report is told, and never taken for green. The score is the share of blind
    pairs among those that were tried; 0 is the best. The verdicts are kept in the store.
    """
    start_log(log_settings(os.environ))
    check_output(output)
    limits = Limits(_seconds("--budget", budget), _seconds("--timeout", timeout))
    selection = selection_of(fingerprints, kinds, severity if not fingerprints else None, files)
    settings = load_settings(config, mocks, target)
    chosen = choose_providers(settings, providers)
    store = store_at(place_in(os.environ, Path.cwd()) or settings.store, settings.retention_days)
    uses = _of_suites(_uses(settings, store, usages), suites)
    with Bar() as bar, gentle_end(settings):
        patient = admit(settings, bar, chosen, selection, store)
    check_found(selection, patient.summary)
    theatre = Theatre(
        command_line, Path.cwd(), folder, limits, reports, environment_of_tests(), mask_of(settings)
    )  # fmt: skip
    with Bar("runs done") as bar, heeding_sigterm():
        found = find_out(patient, selection, uses, theatre, Bar(is_shown=False), bar)
    _keep(store, found)
    view = screen(verbose=verbose, to_file=output is not None)
    if form == "json":
        text = blind_document.document(found)
    elif form == "markdown":
        text = told.markdown(found)
    else:
        text = told.render(found, colour=view.colour, width=view.width, verbose=verbose)
    put(text, output)
    context.exit(exit_of(found, threshold(fail_on)))


def exit_of(found: Blindness, fail_on: Severity | None) -> Exit:
    """A test that is known to be blind wins over what nobody knows."""
    blind = {one.fingerprint for one in found.blind}
    if is_reached(fail_on, (finding for finding in found.findings if finding.fingerprint in blind)):
        return Exit.FINDINGS
    return Exit.FINE if found.is_conclusive else Exit.INCOMPLETE


def _uses(settings: Settings, store: Store | None, usages: tuple[Path, ...]) -> tuple[KnownUse, ...]:
    """Which test rests on which mocks, from records or else from the store; ``UsageError`` if nobody knows."""
    records = usages or tuple(dict.fromkeys(file for path in settings.tests.usage for file in path.expand()))
    if records:
        found: tuple[KnownUse, ...] | StoreError = known_uses(settings, records, SystemClock().now())
    else:
        found = store.uses() if store is not None else ()
    if isinstance(found, StoreError):
        raise UsageError(str(found))
    if not found:
        raise UsageError(_NO_USES)
    return found


_NO_USES = (
    "nobody knows which test rests on which mock: run the tests with `pytest --driftwatch` and name what it writes "
    "with --usage, or take it into the store with `driftwatch tests import`"
)


def _of_suites(uses: tuple[KnownUse, ...], suites: tuple[str, ...]) -> tuple[KnownUse, ...]:
    known = sorted({use.suite for use in uses})
    unknown = [suite for suite in suites if suite not in known]
    if unknown:
        raise UsageError(f"--suite {unknown[0]}: there is no test of such a suite; there are {', '.join(known)}")
    return tuple(use for use in uses if not suites or use.suite in suites)


def _keep(store: Store | None, found: Blindness) -> None:
    """Keep the verdicts; a store in trouble costs no report."""
    if store is None or not found.sightings:
        return
    trouble = store.keep_blindness(found.sightings)
    if trouble is not None:
        click.echo(f"driftwatch: {trouble}; the verdicts are not kept", err=True)


def _seconds(option: str, written: str) -> float:
    try:
        seconds = parse_duration(written.strip())
    except ValueError as error:
        raise UsageError(f"{option} {written}: write a time with its unit, as in 90s, 10m or 1h") from error
    if seconds <= 0:
        raise UsageError(f"{option} {written}: it must be more than nothing")
    return seconds
