"""``driftwatch tests import``: take in which test met which mock."""

import os
from pathlib import Path

import click

from driftwatch.cli.options import config_option, load_settings
from driftwatch.mocks.uses.usage import read_usage
from driftwatch.model.errors import UsageError
from driftwatch.model.reliance import KnownUse
from driftwatch.model.use import UseRecord
from driftwatch.reports.digest import count
from driftwatch.reports.legible import legible
from driftwatch.settings.store import VARIABLE, named_place, place_in
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.resolution import Resolved
from driftwatch.wiring.memory import store_at
from driftwatch.wiring.tests import take_in

_SHOWN = 5


@click.command(name="import", epilog="Exit: 0 kept, 2 usage or settings.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["usage", "keploy"]), default="usage", show_default=True,
    help="What the files are: records of uses, or Keploy's mappings (a file, a test set, a project).",
)  # fmt: skip
@config_option
@click.option("--store", "named", metavar="PATH|URL", help=f"The store; else {VARIABLE}, else that of the config.")
def command(files: tuple[Path, ...], form: str, config: Path | None, named: str | None) -> None:
    """Take in which test met which mock, as a run of tests wrote it.

    \b
    driftwatch tests import .driftwatch/usage.json
    driftwatch tests import --format keploy keploy/

    It is kept in the store, so that audits count the tests of each provider. A record of a whole suite takes the place
    of all that was known of the suite; one of some tests takes the place of what was known of these.
    """
    settings = load_settings(config, None, None)
    place = named_place(named, "--store", Path.cwd()) if named is not None else place_in(os.environ, Path.cwd())
    store = store_at(place or settings.store, settings.retention_days)
    if store is None:
        raise UsageError(f"nothing is remembered: the store is `none`. Name one with --store, {VARIABLE} or `store`.")
    records = [(_read(file, form), file) for file in files]
    found = take_in(settings, store, records, SystemClock().now())
    for sentence in _told(found, records):
        click.echo(legible(sentence))


def _read(file: Path, form: str) -> UseRecord:
    if form == "usage":
        return read_usage(file)
    from driftwatch.mocks.uses.keploy import read_mappings  # noqa: PLC0415 - few teams use Keploy

    return read_mappings(file)


def _told(found: Resolved, records: list[tuple[UseRecord, Path]]) -> list[str]:
    suites = list(dict.fromkeys(record.suite for record, _ in records))
    told = [_of_suite(suite, [one for one in found.uses if one.suite == suite]) for suite in suites]
    several = [one for one in found.doubts if one.fitting]
    none = [one for one in found.doubts if not one.fitting]
    if several:
        told.append(f"{count(len(several), 'mock')} could be several, and count as each of them:")
        told += [f"  {one.label} in {one.test}: {one.fitting} fit" for one in several[:_SHOWN]]
        told += [f"  and {len(several) - _SHOWN} more"] if len(several) > _SHOWN else []
    if none:
        told.append(f"{count(len(none), 'mock')} could not be found among the mocks of the config:")
        told += [f"  {one.label} in {one.test}" for one in none[:_SHOWN]]
        told += [f"  and {len(none) - _SHOWN} more"] if len(none) > _SHOWN else []
    return told


def _of_suite(suite: str, uses: list[KnownUse]) -> str:
    resting = [one for one in uses if one.mocks]
    keys = {mock.key for one in resting for mock in one.mocks if mock.key}
    coded = {mock.label for one in resting for mock in one.mocks if not mock.key}
    more = f" and {count(len(coded), 'mock')} in no file that is known" if coded else ""
    verb = "rests" if len(resting) == 1 else "rest"
    return f"{suite}: {count(len(resting), 'test')} of {len(uses)} {verb} on {count(len(keys), 'mock')}{more}."
