"""``driftwatch heal``: make mocks true again."""

import os
import sys
from pathlib import Path

import click
from msgspec.structs import replace

from driftwatch.checkout.branch import NewBranch
from driftwatch.checkout.rehearsal import Plan
from driftwatch.cli.exits import Exit
from driftwatch.cli.gentle import gentle_end, heeding_sigterm
from driftwatch.cli.logs import start_log
from driftwatch.cli.options import choose_providers, config_option, load_settings, screen, verbose_option
from driftwatch.cli.output import check_output, put
from driftwatch.cli.progress import Bar
from driftwatch.cli.selecting import check_apart, check_found, selection_of
from driftwatch.cli.treating import Order, permitted, treat, tried
from driftwatch.model.errors import UsageError
from driftwatch.model.finding import Severity
from driftwatch.model.treatment import Treatment
from driftwatch.reports import healed, healing
from driftwatch.settings.environment import log_settings
from driftwatch.settings.store import place_in
from driftwatch.wiring.healing import admit, checkout_of, mask_of, places_of
from driftwatch.wiring.memory import store_at

_EPILOG = (
    "Exit: 0 all that was asked for is healed, or nothing needs to be; 1 findings are left, were not written, or tests "
    "break; 2 usage or settings, 3 incomplete, 70 our mistake."
)


@click.command(name="heal", epilog=_EPILOG)
@config_option
@click.option("--mocks", type=click.Path(path_type=Path), help="A folder or file of mocks; needs --target, no config.")
@click.option("--target", help="The base URL of the real service; needs --mocks, no config.")
@click.option(
    "--provider", "--service", "providers", multiple=True, help="Only this provider of the config; may be repeated."
)
@click.option(
    "--finding", "fingerprints", multiple=True, metavar="FINGERPRINT",
    help="Only this finding, by the first digits that tell it from others; may be repeated.",
)  # fmt: skip
@click.option("--kind", "kinds", multiple=True, help="Only findings of this kind; may be repeated.")
@click.option("--severity", type=click.Choice([str(each) for each in reversed(Severity)]), help="This one or graver.")
@click.option(
    "--file", "files", multiple=True, metavar="PATH", help="Only mocks in this file, folder or glob; may be repeated."
)
@click.option("--write", is_flag=True, help="Write the mocks in place, each file whole or not at all.")
@click.option("--yes", "-y", is_flag=True, help="Write breaking findings, too, without asking.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write a patch for `git apply` there.")
@click.option("--branch", metavar="NAME", help="Make this branch, with --commit; nothing else changes, nor is pushed.")
@click.option("--commit", is_flag=True, help="One commit on it for each provider.")
@click.option("--verify", metavar="COMMAND", help="Run the tests on a scratch copy, without and with the healed mocks.")
@click.option(
    "--verify-timeout", type=click.FloatRange(min=0, min_open=True), default=600.0, show_default=True,
    metavar="SECONDS", help="What each of the two runs may take.",
)  # fmt: skip
@click.option(
    "--verify-report", "reports", multiple=True, metavar="GLOB",
    help="Where the tests write JUnit's XML, if not where pytest, Maven, Gradle or jest-junit do; may be repeated.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["console", "json"]), default="console", show_default=True,
    help="How to tell it.",
)  # fmt: skip
@verbose_option
@click.pass_context
def command(
    context: click.Context,
    config: Path | None,
    mocks: Path | None,
    target: str | None,
    providers: tuple[str, ...],
    fingerprints: tuple[str, ...],
    kinds: tuple[str, ...],
    severity: str | None,
    files: tuple[str, ...],
    write: bool,
    yes: bool,
    output: Path | None,
    branch: str | None,
    commit: bool,
    verify: str | None,
    verify_timeout: float,
    reports: tuple[str, ...],
    form: str,
    verbose: bool,
) -> None:
    """Make mocks true again, by the smallest change to each, in its own format and style.

    It audits, since no answer of an earlier audit is kept; then it shows what would change. Values stay as they are
    where they still can be; new ones are made up after the service's, and never copied from it where they could be
    somebody's. What it cannot heal, or should not, it names with the reason.

    \b
    driftwatch heal --mocks mocks/payments --target https://payments.staging.example.com
    driftwatch heal --kind field-renamed --file mocks/orders --write
    driftwatch heal --output heal.patch; git apply heal.patch
    driftwatch heal --verify "pytest -q" --write
    driftwatch heal --branch heal-mocks --commit

    Breaking findings are written after a yes: on a terminal it asks, elsewhere --yes says so. A mock that somebody
    edits meanwhile is left alone. --verify copies the checkout (what git knows or could know), runs the command there
    with the mocks as they are and as they would be, and tells which tests break once the mocks tell the truth.

    --branch leaves your files, your index and your own branch as they are: it takes what is committed.
    """
    start_log(log_settings(os.environ))
    check_output(output)
    if (branch is None) == commit:
        raise UsageError("--branch NAME and --commit belong together: write both or neither")
    if verify is not None and not verify.strip():
        raise UsageError("--verify wants the command that runs the tests, and it is empty")
    selection = selection_of(fingerprints, kinds, severity, files)
    settings = load_settings(config, mocks, target)
    chosen = choose_providers(settings, providers)
    new_branch = NewBranch.at(checkout_of(settings, chosen), branch) if branch is not None else None
    place = place_in(os.environ, Path.cwd()) or settings.store
    plan = Plan(verify, Path.cwd(), verify_timeout, reports) if verify is not None else None
    with Bar() as bar, gentle_end(settings):
        patient = admit(settings, bar, chosen, selection, store_at(place, settings.retention_days))
    check_found(selection, patient.summary)
    with Bar("steps of healing done") as bar:
        found = patient.cure(bar, selection)
    check_apart(output, patient.summary, found.drafts)
    treatment = Treatment(found, *places_of(found.drafts), is_to_be_written=write)
    view = screen(verbose=verbose, to_file=False)
    is_asking = form == "console" and sys.stdin.isatty() and sys.stdout.isatty()
    if form == "console":
        put(healing.render_changes(treatment, colour=view.colour, width=view.width, verbose=verbose), None)
    if plan is not None and treatment.changes:
        with heeding_sigterm():
            treatment = replace(treatment, rehearsal=tried(plan, treatment, mask_of(settings)))
    order = Order(output, new_branch, permitted(treatment, yes=yes, is_asking=is_asking) if write else ())
    with heeding_sigterm():  # what was begun beside a mock is taken away
        treatment = treat(patient, treatment, order, Bar(is_shown=False))
    if form == "json":
        put(healed.document(treatment), None)
    else:
        put(healing.render_end(treatment, colour=view.colour, width=view.width, verbose=verbose), None)
    context.exit(exit_of(treatment))


def exit_of(treatment: Treatment) -> Exit:
    """What is left wins over what nobody knows."""
    branch = treatment.branch
    is_unwritten = treatment.unsaved or treatment.withheld or (branch is not None and branch.refused)
    if any(treatment.healing.left) or is_unwritten or treatment.is_worse:
        return Exit.FINDINGS
    is_unknown = treatment.rehearsal is not None and not treatment.rehearsal.is_conclusive
    return Exit.INCOMPLETE if is_unknown or treatment.healing.summary.is_incomplete() else Exit.FINE
