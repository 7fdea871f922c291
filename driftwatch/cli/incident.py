"""``driftwatch incident``: what went wrong, why no test caught it, how much warning there was, what guards it now."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from driftwatch.cli.exits import Exit
from driftwatch.cli.incident_desk import Desk
from driftwatch.cli.incident_writing import add, import_incident
from driftwatch.cli.options import brief_format_option, config_option, output_option, screen
from driftwatch.cli.output import check_output, put
from driftwatch.model.errors import UsageError
from driftwatch.model.incident import Answer, Cause
from driftwatch.model.incident_ledger import IncidentLedger, Span
from driftwatch.reports import incidents as told
from driftwatch.reports import incidents_document
from driftwatch.settings.words import guess

_EXITS: Final = "Exit: 0 fine, 2 usage, settings or an incident with mistakes, 3 the memory of audits cannot be read."
_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_form_option: _Decorator = click.option(
    "--format", "form", type=click.Choice(["console", "json"]), default="console", show_default=True,
    help="How to tell it.",
)  # fmt: skip
_provider_option: _Decorator = click.option(
    "--provider", "providers", multiple=True, help="Only of this provider; may be repeated."
)


@click.group(name="incident")
def command() -> None:
    """Keep the ledger of incidents: one file each, held against what audits knew.

    \b
    driftwatch incident add --title "Refunds without a reason" --provider payments \\
      --happened-at 2026-05-04T09:12:00Z --method POST --path '/refunds/{id}'
    driftwatch incident import alert.json traffic.har --provider payments
    driftwatch incident report --by quarter
    """


@command.command(name="list", epilog=_EXITS)
@config_option
@_provider_option
@click.option(
    "--cause", "causes", multiple=True, type=click.Choice([cause.value for cause in Cause]),
    metavar="CAUSE", help=f"Only with this cause; may be repeated: {', '.join(cause.value for cause in Cause)}.",
)  # fmt: skip
@_form_option
@click.pass_context
def list_incidents(
    context: click.Context, config: Path | None, providers: tuple[str, ...], causes: tuple[str, ...], form: str
) -> None:
    """List incidents, the newest first: warning, cause and guard of each.

    \b
    driftwatch incident list
    driftwatch incident list --provider payments --cause stale-mock --format json
    """
    desk = Desk.at(config)
    _check_providers(desk, providers)
    whole = desk.ledger()
    answers = [
        one
        for one in whole.answers
        if (not providers or one.incident.provider in providers) and (not causes or one.cause.value in causes)
    ]
    chosen = IncidentLedger(tuple(answers), whole.as_of, whole.trouble)
    if form == "json":
        click.echo(incidents_document.document(chosen, chosen.answers, Span.QUARTER), nl=False)
    else:
        view = screen(verbose=False, to_file=False)
        click.echo(told.listed(chosen, colour=view.colour, width=view.width), nl=False)
    context.exit(_ended(whole))


@command.command(epilog=_EXITS)
@config_option
@click.argument("name")
@click.option("--keep", is_flag=True, help="Write what audits know of it into its file: a store forgets.")
@_form_option
@click.pass_context
def show(context: click.Context, config: Path | None, name: str, keep: bool, form: str) -> None:
    """Tell all that is known of one incident, by its name or the beginning of it.

    \b
    driftwatch incident show 2026-05-04
    driftwatch incident show 2026-05-04-refunds-without-a-reason --keep
    """
    desk = Desk.at(config)
    found = desk.ledger(desk.named(name))
    answer = found.answers[0]
    if form == "json":
        click.echo(incidents_document.document(found, found.answers, Span.QUARTER), nl=False)
    else:
        view = screen(verbose=False, to_file=False)
        click.echo(told.shown(answer, colour=view.colour, width=view.width), nl=False)
    if keep:
        click.echo(f"driftwatch: {_kept(answer)}", err=True)
    context.exit(_ended(found))


@command.command(epilog=f"{_EXITS[:-1]}; with --fail-on-fallen 1 where a guard fell.")
@config_option
@click.option(
    "--by", "span", type=click.Choice([span.value for span in Span]), default=Span.QUARTER.value, show_default=True,
    help="How long a period of the trend is.",
)  # fmt: skip
@brief_format_option
@output_option
@click.option("--fail-on-fallen", is_flag=True, help="End with 1 where the guard of an incident fell.")
@click.pass_context
def report(
    context: click.Context, config: Path | None, span: str, form: str, output: Path | None, fail_on_fallen: bool
) -> None:
    """Sum up all incidents: why no test caught them, how much warning there was, the trend, guards that fell.

    \b
    driftwatch incident report
    driftwatch incident report --by month --format markdown --output incidents.md
    """
    check_output(output)
    found, by = Desk.at(config).ledger(), Span(span)
    if form == "json":
        text = incidents_document.document(found, found.answers, by)
    elif form == "markdown":
        text = incidents_document.markdown(found, by)
    else:
        view = screen(verbose=False, to_file=output is not None)
        text = told.summed(found, by, colour=view.colour, width=view.width)
    put(text, output)
    code = _ended(found)
    context.exit(Exit.FINDINGS if fail_on_fallen and found.fallen else code)


@command.command()
def schema() -> None:
    """Print the JSON Schema of an incident's file, for editors.

    \b
    driftwatch incident schema > incident.schema.json
    """
    from driftwatch.settings.incident_file import schema_text  # noqa: PLC0415 - seldom asked for

    click.echo(schema_text(), nl=False)


def _kept(answer: Answer) -> str:
    from driftwatch.settings.incident_entry import keep  # noqa: PLC0415 - seldom asked for
    from driftwatch.usecases.incidents import kept  # noqa: PLC0415

    file = answer.incident.file
    if answer.incident.kept is not None:
        return f"{file} says already what audits knew"
    if answer.trace is None and (answer.unseen is None or not answer.unseen.is_sure):
        return f"nothing is known that {file} could keep"
    if keep(Path(file), kept(answer)):
        return f"{file} keeps what audits knew"
    raise UsageError(f"lines cannot be added to {file}: it is not writable, or not written as a mapping of lines")


def _ended(found: IncidentLedger) -> Exit:
    if found.trouble is None:
        return Exit.FINE
    click.echo(f"driftwatch: {found.trouble}", err=True)
    return Exit.INCOMPLETE


def _check_providers(desk: Desk, names: Sequence[str]) -> None:
    for name in names:
        if name not in desk.settings.providers:
            raise UsageError(f"--provider: there is no {name!r}. {guess(name, desk.settings.providers)}")


command.add_command(add)
command.add_command(import_incident)
