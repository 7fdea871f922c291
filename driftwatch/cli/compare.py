"""``driftwatch compare``: mock answers against real answers, offline."""

from collections.abc import Iterable
from pathlib import Path

import click

from driftwatch.cli.exits import Exit
from driftwatch.cli.options import screen
from driftwatch.mocks.cases import Case, read_cases, read_pair
from driftwatch.model.errors import UsageError
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Unreadable
from driftwatch.reports import findings as told
from driftwatch.reports.json import compare_line
from driftwatch.usecases.judgement import findings_of

_File = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(name="compare", epilog="Exit: 0 nothing breaking, 1 something is, 2 usage or an unreadable case.")
@click.option("--cases", type=_File, help="JSON Lines: one case a line, with mock, real and context.")
@click.option("--mock", type=_File, help="One mock body, or an answer with status, headers and body.")
@click.option("--real", type=_File, help="One real body, or an answer; needs --mock.")
@click.option("--format", "form", type=click.Choice(["console", "json"]), default="console", show_default=True)
@click.pass_context
def command(context: click.Context, cases: Path | None, mock: Path | None, real: Path | None, form: str) -> None:
    """Compare mock answers with real answers, without a network.

    \b
    driftwatch compare --mock mock.json --real real.json
    driftwatch compare --cases cases.jsonl --format json
    A case: {"id": "c1", "mock": {"status": 200, "body": {"id": 1}}, "real": [{"status": 200, "body": {"id": "1"}}]}
    """
    is_broken = is_breaking = False
    view = screen(verbose=False, to_file=False)
    for case in _cases(cases, mock, real):
        if isinstance(case, Unreadable):
            is_broken = True
            click.echo(f"driftwatch: {case.file}:{case.line}: {case.reason}", err=True)
            continue
        findings = _judge(case)
        is_breaking = is_breaking or any(finding.severity == "breaking" for finding in findings)
        if form == "json":
            click.echo(compare_line(case.id, findings), nl=False)
        else:
            click.echo(told.render(case.id, findings, colour=view.colour, width=view.width), nl=False)
    context.exit(Exit.USAGE if is_broken else Exit.FINDINGS if is_breaking else Exit.FINE)


def _cases(cases: Path | None, mock: Path | None, real: Path | None) -> Iterable[Case | Unreadable]:
    if cases is not None and mock is None and real is None:
        return read_cases(cases)
    if cases is None and mock is not None and real is not None:
        return [read_pair(mock, real)]
    raise UsageError("name either --cases FILE, or --mock FILE and --real FILE")


def _judge(case: Case) -> tuple[Finding, ...]:
    if case.claim is None:
        return ()
    return findings_of(case.claim, case.samples, case.context, case.policy)
