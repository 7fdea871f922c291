"""``driftwatch record``: real exchanges into new mocks of a chosen format."""

import os
from pathlib import Path
from typing import Final

import click
from msgspec import Struct
from msgspec.structs import replace

from driftwatch.cli.exits import Exit
from driftwatch.cli.logs import start_log
from driftwatch.cli.options import config_option, screen, verbose_option
from driftwatch.cli.progress import Bar
from driftwatch.cli.taking import Options, Task, config_of, format_named, task_of
from driftwatch.mocks.spelling.catalog import SPELLINGS
from driftwatch.mocks.spelling.shelving import clashes, shelve
from driftwatch.model.errors import UsageError
from driftwatch.model.recording import MockFile, Recording, Written
from driftwatch.model.tape import Spelled
from driftwatch.reports import recorded as told
from driftwatch.settings.environment import log_settings
from driftwatch.settings.store import place_in
from driftwatch.wiring.taping import record_files, record_staging, spelled

_SHOWN: Final = 5
_OTHER_IDS: Final = "Ids in paths and queries were replaced: staging does not know them. --keep-ids keeps them."


@click.command(
    name="record",
    epilog="Exit: 0 mocks were made, 2 usage or settings (a file is there already), 3 no mock was made, or a recording "
    "could not be read, 70 our mistake.",
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", required=True, metavar="FORMAT", help=f"One of {', '.join(SPELLINGS)}.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="The folder the mocks go to.")
@click.option("--staging", "is_staging", is_flag=True, help="Ask staging what a provider's mocks ask, as audits do.")
@config_option
@click.option("--mocks", type=click.Path(path_type=Path), help="With --staging: a folder of mocks; needs --target.")
@click.option("--target", help="With --staging: the base URL of the service; needs --mocks.")
@click.option("--provider", help="Whom the mocks imitate: a provider of the config, or a new name.")
@click.option("--host", "hosts", multiple=True, help="Only exchanges with this host; may be repeated.")
@click.option("--method", "methods", multiple=True, help="Only of this method; may be repeated.")
@click.option("--path", "paths", multiple=True, metavar="GLOB", help="Only of paths like this; may be repeated.")
@click.option("--status", "statuses", multiple=True, help="Only with this status (404, 5xx); may be repeated.")
@click.option("--since", metavar="WHEN", help="Only from this moment on: 2026-05-01T12:30:00Z, or 7d for a week ago.")
@click.option("--at", metavar="WHEN", help="Only the one exchange that is nearest to this moment.")
@click.option("--keep-all", "keeps_all", is_flag=True, help="Keep every exchange, not one of each shape.")
@click.option(
    "--keep-ids", "keeps_ids", is_flag=True, help="Keep the ids of paths and queries: staging knows no others."
)
@click.option("--consumer", default="consumer", show_default=True, help="Who asks, where a format wants to know.")
@click.option("--guard", metavar="NAME", help="Make one exchange a mock that every audit tells of, by this name.")
@click.option("--sentence", default="", help="With --guard: what it guards, for whoever reads that it fell.")
@click.option("--ask", metavar="PATH", help="With --guard: the path that staging knows, in place of the recorded one.")
@click.option("--dry-run", is_flag=True, help="Write nothing: tell what would be written.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@click.option("--json", "is_json", is_flag=True, help="Tell it as JSON.")
@verbose_option
@click.pass_context
def command(
    context: click.Context, /, form: str, output: Path | None, sentence: str, ask: str | None, dry_run: bool,
    force: bool, is_json: bool, verbose: bool, **written: object,
) -> None:  # fmt: skip
    """Turn real exchanges into new mocks, with nothing secret, personal or alive in them.

    \b
    driftwatch record traffic.har --format wiremock --output mocks/payments
    driftwatch record keploy access.jsonl --format pact --output pacts --path '/orders*' --since 7d
    driftwatch record --staging --provider payments --format mockoon --output mocks/new
    driftwatch record --staging --mocks mocks --target http://host:8080 --format har --output new

    Recordings are recognised by what is in them: HAR, Keploy test sets, access logs and spans in JSON. --staging sends
    what `driftwatch audit` would send, and no more. One exchange of each shape becomes a mock, with several answers
    where reality has several.

    What an incident taught, as a mock that every audit tells of by name:

    \b
    driftwatch record incident.har --guard refund-without-reason --path '/refunds/*' --status 200 \\
      --format wiremock --output mocks/payments --ask /refunds/7
    """
    start_log(log_settings(os.environ))
    options = Options(is_staging=bool(written.pop("is_staging")), **written)  # type: ignore[arg-type]  # click's own values
    made = Making(form, output, sentence, ask, is_dry=dry_run, replaces=force)
    result = make(options, made)
    view = screen(verbose=verbose, to_file=is_json)
    if is_json:
        click.echo(told.document(result), nl=False)
    else:
        click.echo(told.render(result, colour=view.colour, width=view.width, verbose=verbose), nl=False)
    context.exit(Exit.INCOMPLETE if result.is_incomplete else Exit.FINE)


class Making(Struct, frozen=True):
    """What is to become of what was recorded."""

    form: str
    """Name of a format."""
    output: Path | None
    sentence: str = ""
    ask: str | None = None
    is_dry: bool = False
    replaces: bool = False


def make(options: Options, making: Making) -> Written:
    """Record, and write the mocks; with a guard, this one, too. Raises ``UsageError`` for what cannot be meant."""
    format_name, ask = format_named(making.form), making.ask
    _check_guard(options, making.sentence, ask)
    task = task_of(options)
    folder = _folder(making.output, dry_run=making.is_dry)
    recording = _record(options, task)
    if ask is not None:
        from driftwatch.cli.guarding import asking  # noqa: PLC0415 - only for a guard

        recording = asking(recording, ask)
    made = spelled(recording.tape, format_name)
    files = [(folder / name, content) for name, content in made.files] if recording.tape.dialogues else []
    if not making.is_dry:
        _write(files, force=making.replaces)
    result = _written(recording, made, files, format_name, folder, is_dry=making.is_dry)
    if options.guard and files:
        from driftwatch.cli.guarding import guarded  # noqa: PLC0415 - only for a guard

        result = guarded(result, task, config_of(options), making.sentence, has_path=ask is not None)
    return result


def _check_guard(options: Options, sentence: str, ask: str | None) -> None:
    if options.guard is None:
        for option, value in (("--sentence", sentence), ("--ask", ask)):
            if value:
                raise UsageError(f"{option} is for --guard NAME, which is missing")
        return
    from driftwatch.cli.guarding import check_name  # noqa: PLC0415 - only for a guard

    check_name(options.guard, ask)


def _folder(output: Path | None, *, dry_run: bool) -> Path:
    if output is None and not dry_run:
        raise UsageError("name the folder the mocks go to with --output, or write nothing with --dry-run")
    folder = output or Path()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--output {folder} is a file: name the folder the mocks go to")
    return folder


def _record(options: Options, task: Task) -> Recording:
    if not options.is_staging:
        return record_files(options.sources, task.hosts, task.wanted, task.settings)
    assert task.settings is not None  # noqa: S101 - staging is never without
    from driftwatch.wiring.memory import store_at  # noqa: PLC0415 - recordings spend no budget

    place = place_in(os.environ, Path.cwd()) or task.settings.store
    store = store_at(place, task.settings.retention_days)
    with Bar() as bar:
        return record_staging(task.settings, task.wanted, bar, store)


def _write(files: list[tuple[Path, bytes]], *, force: bool) -> None:
    there = clashes([place for place, _ in files])
    if there and not force:
        shown = ", ".join(str(place) for place in there[:_SHOWN])
        more = f" and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
        remedy = "--force replaces them, --output names another folder, --dry-run writes nothing"
        raise UsageError(f"{shown}{more}: there already, and nothing was written. {remedy}")
    shelve(files, may_replace=force)


def _written(
    recording: Recording, made: Spelled, files: list[tuple[Path, bytes]], format_name: str, folder: Path, *,
    is_dry: bool,
) -> Written:  # fmt: skip
    shown = tuple(MockFile(place.as_posix(), len(content)) for place, content in files)
    written = Written(recording, format_name, folder.as_posix(), shown, made.unspelled, is_dry)
    if recording.has_stand_ins:
        return replace(written, remarks=(_OTHER_IDS,))
    if recording.tape.dialogues or not recording.ignored:
        return written
    return replace(written, remarks=("No mock was made. --host names whose exchanges are meant.",))
