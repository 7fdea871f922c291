"""``driftwatch incident add`` and ``import``: a new incident, from options, or from what was heard when it happened."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click
from msgspec import Struct
from msgspec.structs import replace

from driftwatch.cli.exits import Exit
from driftwatch.cli.incident_desk import Desk
from driftwatch.cli.options import config_option
from driftwatch.cli.taking import moment
from driftwatch.heal.endpoint import endpoint
from driftwatch.model.errors import Mistake, SettingsError, UsageError
from driftwatch.model.incident import Cause, Incident
from driftwatch.model.route import path_of
from driftwatch.reports import incident_words as words
from driftwatch.settings.incident_entry import name_of, template, write_new
from driftwatch.settings.incident_file import parse_incident
from driftwatch.settings.words import guess
from driftwatch.wiring.incidents import ledger, rules_of

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
_OPTIONS: Final = {"links": "--link", "missing_condition": "--missing"}
"""Keys whose options are called otherwise."""
_LONGEST_NAME: Final = 200
"""Bytes of a name: systems allow 255, and the draft beside the file has a longer one."""


class Said(Struct, frozen=True, kw_only=True):
    """What the options say of an incident."""

    title: str | None = None
    happened_at: str | None = None
    ended_at: str | None = None
    provider: str | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    place: str | None = None
    kind: str | None = None
    cause: str | None = None
    assumption: str = ""
    invariant: str = ""
    missing: str = ""
    links: tuple[str, ...] = ()
    guard: str | None = None
    name: str | None = None


_SAID: Final[tuple[_Decorator, ...]] = (
    click.option("--title", help="What went wrong, in a line."),
    click.option(
        "--happened-at", metavar="WHEN", help="When it began: 2026-05-04T09:12:00Z, or 3h for three hours ago."
    ),
    click.option("--ended-at", metavar="WHEN", help="When it was over."),
    click.option("--provider", help="The provider of the config that it happened with."),
    click.option("--method", help="The method of the request that went wrong."),
    click.option("--path", help="Path or template of the endpoint; ids in it are named, not written."),
    click.option("--status", type=click.IntRange(100, 599), help="The status that nobody expected."),
    click.option("--place", help="The place in the answer: /items/*/price, status, header:ETag."),
    click.option("--kind", help="The kind of finding that tells of it."),
    click.option(
        "--cause",
        type=click.Choice([cause.value for cause in Cause]),
        metavar="CAUSE",
        help="Why no test caught it; `list --help` names causes.",
    ),
    click.option("--assumption", default="", help="What the suite took for granted."),
    click.option("--invariant", default="", help="What holds in truth."),
    click.option("--missing", default="", help="The smallest condition that no mock expressed."),
    click.option("--link", "links", multiple=True, help="Where people read more; may be repeated."),
    click.option("--name", help="What the file is called; day and title, if not set."),
)


def _said(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_SAID):
        function = option(function)
    return function


@click.command(epilog="Exit: 0 written, 2 usage or settings (a file of that name is there already).")
@config_option
@_said
@click.option("--guard", help="The entry of `guards` that holds the service to it since.")
@click.option("--dry-run", is_flag=True, help="Write nothing: print the file.")
def add(config: Path | None, dry_run: bool, **said: Any) -> None:
    """Write down an incident: one YAML file from a template, with what the options say filled in.

    \b
    driftwatch incident add --title "Refunds without a reason" --provider payments \\
      --happened-at 2026-05-04T09:12:00Z --method POST --path '/refunds/{id}' --place /reason
    """
    desk, told = Desk.at(config), Said(**said)
    missing = [option for option, text in (("--title", told.title), ("--happened-at", told.happened_at)) if not text]
    if missing:
        raise UsageError(f"an incident needs {' and '.join(missing)}; all else can be filled in later")
    incident = incident_of(desk, told, provider_named(desk, told.provider))
    put_down(desk, incident, is_dry=dry_run)


@click.command(
    name="import",
    epilog="Exit: 0 written, with a guard, 2 usage or settings, 3 written, and nothing there to make a guard of.",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@config_option
@_said
@click.option("--guard", metavar="NAME", help="What the guard is called; like the file, if not set.")
@click.option("--no-guard", is_flag=True, help="Make no mock and no guard.")
@click.option("--format", "form", metavar="FORMAT", help="That of the mock; else that of the provider's other mocks.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="The folder of the mock.")
@click.option("--host", "hosts", multiple=True, help="Only exchanges with this host; may be repeated.")
@click.option("--ask", metavar="PATH", help="The path that staging knows, in place of the recorded one.")
@click.option("--keep-ids", "keeps_ids", is_flag=True, help="Keep the ids of path and query: staging knows no others.")
@click.option("--dry-run", is_flag=True, help="Write nothing: print the file, and tell what else would be written.")
@click.pass_context
def import_incident(
    context: click.Context, /, sources: tuple[Path, ...], config: Path | None, no_guard: bool, form: str | None,
    output: Path | None, hosts: tuple[str, ...], ask: str | None, keeps_ids: bool, dry_run: bool, **said: Any,
) -> None:  # fmt: skip
    """Write down an incident of what was heard: recordings (HAR, access logs, spans), and alerts of a webhook.

    \b
    driftwatch incident import incident.har --provider payments --status 500 --ask /refunds/7
    driftwatch incident import alert.json access.jsonl --title "Checkout: refunds fail"

    The exchange that is nearest to the alert, or to --happened-at, becomes a mock with nothing secret, personal or
    alive in it, and the mock a guard. Where no answer was recorded, a mock that is there already becomes the guard.
    An alert (Alertmanager, Grafana) tells when it began and of which endpoint; its prose is not taken over.
    """
    from driftwatch.cli.incident_import import Import, imported  # noqa: PLC0415 - seldom asked for

    desk = Desk.at(config)
    wanted = Import(sources, Said(**said), no_guard, form, output, hosts, ask, keeps_ids, dry_run)
    is_guarded = imported(desk, wanted)
    context.exit(Exit.FINE if is_guarded or no_guard else Exit.INCOMPLETE)


def provider_named(desk: Desk, name: str | None) -> str:
    """The provider that is meant, or the only one; raises ``UsageError``."""
    known = desk.settings.providers
    if name is None:
        if len(known) == 1:
            return next(iter(known))
        raise UsageError(f"the config has {len(known)} providers: name one with --provider: {', '.join(known)}")
    if name not in known:
        raise UsageError(f"--provider: there is no {name!r}. {guess(name, known)}")
    return name


def incident_of(desk: Desk, told: Said, provider: str) -> Incident:
    """What the options say, as an incident that can be read again; raises ``SettingsError`` with every mistake."""
    happened, ended = (
        moment(told.happened_at, "--happened-at", desk.now), moment(told.ended_at, "--ended-at", desk.now)
    )  # fmt: skip
    assert happened is not None  # noqa: S101 - whoever calls has seen to it
    assert told.title is not None  # noqa: S101
    name = told.name or name_of(told.title, happened)
    if not name.isprintable() or len(name.encode()) > _LONGEST_NAME:
        raise UsageError(f"--name: write the name of a file in printable characters, {_LONGEST_NAME} bytes at most")
    if Path(name).name != name or name.startswith("."):
        raise UsageError(f"--name {name}: write the name of a file, without a folder")
    incident = Incident(
        name, str(desk.folder / f"{name}.yaml"), told.title, happened, provider, ended, (told.method or "").upper(),
        "" if told.path is None else _path(told.path), told.status, told.place or "", told.kind or "",
        Cause(told.cause) if told.cause else None, told.assumption, told.invariant, told.missing, told.links,
        told.guard or "",
    )  # fmt: skip
    _check(desk, incident)
    return incident


def _path(written: str) -> str:
    plain = path_of(written)
    return endpoint(plain) if plain.startswith("/") else plain


def _check(desk: Desk, incident: Incident) -> None:
    try:
        parse_incident(template(incident).encode(), incident.name, incident.file, rules_of(desk.settings, desk.now))
    except SettingsError as error:
        raise SettingsError(replace(one, where=_option(one)) for one in error.mistakes) from None
    check_folder(desk.folder)
    if Path(incident.file).exists():
        raise UsageError(f"{incident.file} is there already, and nothing was written: --name gives another name")


def check_folder(folder: Path) -> None:
    """Complain of a folder that cannot be written to before anything else is; raises ``UsageError``."""
    above = next((one for one in (folder, *folder.absolute().parents) if one.exists()), Path.cwd())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise UsageError(f"{folder} cannot be written to: `incidents` in the config names another folder")


def _option(mistake: Mistake) -> str:
    key = mistake.where.rpartition(" ")[2].partition("[")[0]
    return _OPTIONS.get(key, f"--{key.replace('_', '-')}")


def put_down(desk: Desk, incident: Incident, *, is_dry: bool) -> None:
    """Write the file, and tell what is to be filled in and what audits know of it."""
    if is_dry:
        click.echo(template(incident), nl=False)
        return
    write_new(Path(incident.file), incident, rules_of(desk.settings, desk.now))
    click.echo(f"{_shown(incident.file)} is written.")
    if incident.unfilled:
        click.echo(f"Fill in {_listing(incident.unfilled)}: whoever meets it next year will ask.")
    if incident.guard and incident.guard not in desk.settings.guards:
        click.echo(f"The config has no guard {incident.guard}: see `guards`.", err=True)
    answer = ledger(desk.settings, [incident], desk.store(), desk.now).answers[0]
    click.echo(f"{words.warned(answer)[:1].upper()}{words.warned(answer)[1:]}.")
    click.echo(f"Cause: {words.cause(answer)}.")


def _shown(file: str) -> str:
    here = Path.cwd()
    place = Path(os.path.abspath(file))  # noqa: PTH100 - links stay as they are written
    return str(place.relative_to(here)) if place.is_relative_to(here) else file


def _listing(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
