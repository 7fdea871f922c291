"""``driftwatch compare``: mock answers against real answers, offline."""

from collections.abc import Iterable
from pathlib import Path

import click

from driftwatch.cli.exits import Exit, is_reached, threshold
from driftwatch.cli.options import fail_on_option, screen
from driftwatch.mocks.cases.reading import read_cases, read_pair
from driftwatch.model.case import Case
from driftwatch.model.errors import UsageError
from driftwatch.model.finding import Severity
from driftwatch.model.interaction import Unreadable
from driftwatch.reports import findings as told
from driftwatch.reports.json import compare_line
from driftwatch.reports.legible import legible
from driftwatch.usecases.judgement import findings_of_case

_File = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(
    name="compare",
    epilog="Exit: 0 fine, 1 findings, 2 usage or an unreadable case, 3 nothing was compared, 70 our mistake.",
)
@click.option("--cases", type=_File, help="JSON Lines: one case a line, with mock, real and context.")
@click.option("--mock", type=_File, help="One mock body, or an answer with status, headers and body.")
@click.option("--real", type=_File, help="One real body, or an answer; needs --mock.")
@click.option("--format", "form", type=click.Choice(["console", "json"]), default="console", show_default=True)
@fail_on_option
@click.pass_context
def command(
    context: click.Context, cases: Path | None, mock: Path | None, real: Path | None, form: str, fail_on: str | None
) -> None:
    """Compare mock answers with real answers, without a network.

    \b
    driftwatch compare --mock mock.json --real real.json
    driftwatch compare --cases cases.jsonl --format json
    \b
    A case is one line:
    {"id": "c1", "mock": {"status": 200, "body": {"id": 1}},
     "real": [{"status": 200, "body": {"id": "1"}}]}
    """
    codes = {_compare(case, form, threshold(fail_on or "breaking")) for case in _cases(cases, mock, real)}
    if not codes:
        click.echo(f"driftwatch: there is no case in {legible(str(cases))}: nothing was compared", err=True)
        context.exit(Exit.INCOMPLETE)
    context.exit(next(code for code in (Exit.USAGE, Exit.FINDINGS, Exit.FINE) if code in codes))


def _compare(case: Case | Unreadable, form: str, fail_on: Severity | None) -> Exit:
    """Tell of one case, and the exit code it asks for."""
    if isinstance(case, Unreadable):
        click.echo(legible(f"driftwatch: {case.file}:{case.line}: {case.reason}"), err=True)
        return Exit.USAGE
    findings = findings_of_case(case)
    if form == "json":
        click.echo(compare_line(case.id, findings), nl=False)
    else:
        view = screen(verbose=False, to_file=False)
        click.echo(told.render(case.id, findings, colour=view.colour, width=view.width), nl=False)
    return Exit.FINDINGS if is_reached(fail_on, findings) else Exit.FINE


def _cases(cases: Path | None, mock: Path | None, real: Path | None) -> Iterable[Case | Unreadable]:
    if cases is not None and mock is None and real is None:
        return read_cases(cases)
    if cases is None and mock is not None and real is not None:
        try:
            return [read_pair(mock, real)]
        except (OverflowError, ValueError) as error:  # an answer that does not say what an answer must say
            raise UsageError(f"{mock} or {real} cannot be compared: {error}") from error
    raise UsageError("name either --cases FILE, or --mock FILE and --real FILE")
