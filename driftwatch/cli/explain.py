"""``driftwatch explain``: the page of a kind, and how the scores of a report came about."""

import inspect
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import click

from driftwatch.cli.options import screen
from driftwatch.drift.catalog import KINDS, PAGES
from driftwatch.model.errors import UsageError

_LARGEST: Final = 256 * 1024**2
"""Bytes of a report that are read: some hundred thousand mocks."""
_STANDARD_INPUT: Final = "-"


@click.command(name="explain")
@click.argument("subject", metavar="[KIND | MOCK]", required=False)
@click.option("--score", "wants_score", is_flag=True, help="Tell how the fidelity in a report came about.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="With --score: an audit's JSON report; - reads it.",
)
def command(subject: str | None, wants_score: bool, report: str | None) -> None:
    """Tell what a kind of drift is, why it matters and what to do; without KIND, list all kinds.

    \b
    driftwatch explain field-missing

    With --score, tell how fidelity and verified_share in an audit's JSON report came about: of every provider, of one
    that is named, or of one mock, named by its id or as FILE:LINE. Nothing is sent.

    \b
    driftwatch audit --format json --output report.json
    driftwatch explain --score --report report.json
    driftwatch explain --score --report report.json mocks/payments/charge.json:3
    driftwatch audit --format json | driftwatch explain --score --report - payments
    """
    if wants_score:
        click.echo(_scores(report, subject), nl=False)
    elif report is not None:
        raise UsageError("--report is read with --score only; leave it out to explain a kind")
    elif subject is None:
        _list_kinds()
    else:
        _explain_kind(subject)


def _list_kinds() -> None:
    width = max(map(len, KINDS))
    for known in KINDS.values():
        click.echo(f"{known.id:<{width}}  {known.severity:<8}  {known.title}")


def _explain_kind(kind: str) -> None:
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "`driftwatch explain` lists them all."
        raise UsageError(f"there is no kind {kind!r}; {hint}")
    known = KINDS[kind]
    click.echo(f"{known.id}  ({known.severity}, {known.category}, {known.direction})\n")
    click.echo(inspect.cleandoc(PAGES[kind]))


def _scores(place: str | None, subject: str | None) -> str:
    from driftwatch.reports import explanation  # noqa: PLC0415 - a page of a kind needs none of it
    from driftwatch.reports.scored import read_report  # noqa: PLC0415

    if place is None:
        raise UsageError("--score needs --report FILE, which `driftwatch audit --format json --output FILE` writes")
    try:
        report = read_report(_read(place))
    except ValueError as error:
        raise UsageError(f"--report {place} cannot be used: {error}") from error
    view = screen(verbose=False, to_file=False)
    if subject is None:
        return explanation.of_report(report, colour=view.colour, width=view.width)
    provider = report.provider(subject)
    if provider is not None:
        return explanation.of_provider(provider, colour=view.colour, width=view.width)
    mocks = report.mocks(subject)
    if not mocks:
        near = report.nearest(subject)
        hint = f"did you mean {near!r}?" if near else "leave the name out to see what there is."
        raise UsageError(f"the report tells of no provider and no mock {subject!r}; {hint}")
    return explanation.of_mocks(report, mocks, colour=view.colour, width=view.width)


def _read(place: str) -> bytes:
    try:
        if place == _STANDARD_INPUT:
            raw = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with Path(place).open("rb") as stream:
                raw = stream.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"--report {place} cannot be read: {error.strerror}") from error
    if len(raw) > _LARGEST:
        raise UsageError(f"--report {place} has more than {_LARGEST // 1024**2} MiB; audit fewer providers at once")
    return raw
