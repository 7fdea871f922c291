"""``driftwatch deploy``: tell of a rollout where no daemon listens."""

import os
from pathlib import Path

import click

from driftwatch.cli.options import config_option, load_settings
from driftwatch.model.errors import UsageError
from driftwatch.model.memory import StoreError
from driftwatch.model.rollout import Rollout, Source
from driftwatch.reports import deploys as told
from driftwatch.settings.store import VARIABLE, named_place, place_in
from driftwatch.usecases.deploys import Telling, understood


@click.command(name="deploy", epilog="Exit: 0 kept or known already, 2 usage or settings.")
@click.argument("provider")
@config_option
@click.option("--version", required=True, help="What was rolled out: a tag, as a rule.")
@click.option("--name", default="", help="The part of the provider that it is; the provider itself, if not set.")
@click.option("--revision", default="", help="What tells it from its neighbours: the number of a build, say.")
@click.option("--at", default="", metavar="MOMENT", help="When it was complete, as RFC 3339; now, if not set.")
@click.option("--link", default="", metavar="URL", help="Where people read more: the pipeline, say.")
@click.option("--store", "named", metavar="PATH|URL", help=f"The store; else {VARIABLE}, else that of the config.")
@click.option(
    "--format", "form", type=click.Choice(["console", "json"]), default="console", show_default=True,
    help="How to tell what became of it.",
)  # fmt: skip
def command(
    provider: str, config: Path | None, version: str, name: str, revision: str, at: str, link: str, named: str | None,
    form: str,
) -> None:  # fmt: skip
    """Tell of a rollout of a provider: findings that begin with it will name it.

    \b
    driftwatch deploy payments --version 1.42.0
    driftwatch deploy payments --version 1.42.0 --revision "$BUILD" --link "$BUILD_URL"

    It is kept in the store, so that the audits of a CronJob know of it, and a daemon audits the provider
    after it. A pipeline elsewhere tells a daemon by `POST /api/deploys` instead: see `deploys` in the config.
    """
    from driftwatch.transport.clock import SystemClock  # noqa: PLC0415 - only what is called is loaded
    from driftwatch.wiring.memory import store_at  # noqa: PLC0415

    settings = load_settings(config, None, None)
    telling = Telling(provider, version, name, revision, at, link)
    rollout = understood(telling, settings.providers, Source.COMMAND, SystemClock().now())
    if not isinstance(rollout, Rollout):
        raise UsageError("\n".join(map(str, rollout)))
    place = named_place(named, "--store", Path.cwd()) if named is not None else None
    store = store_at(place or place_in(os.environ, Path.cwd()) or settings.store, settings.retention_days)
    if store is None:
        raise UsageError(f"nothing is remembered: the store is `none`. Name one with --store, {VARIABLE} or `store`.")
    is_new = store.note(rollout)
    if isinstance(is_new, StoreError):
        raise UsageError(str(is_new))
    click.echo(told.kept(rollout, is_new=is_new) if form == "json" else told.sentence(rollout, is_new=is_new), nl=False)
