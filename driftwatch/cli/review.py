"""``driftwatch review``: what a change to mocks asks of its reviewer."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from driftwatch.cli.exits import Exit
from driftwatch.cli.options import (
    brief_format_option,
    config_option,
    output_option,
    read_config,
    screen,
    verbose_option,
)
from driftwatch.cli.output import check_output, put
from driftwatch.model.errors import UsageError
from driftwatch.model.reliance import Trust
from driftwatch.model.review import Review
from driftwatch.ports import Store
from driftwatch.reports import review as told
from driftwatch.reports import review_document
from driftwatch.settings.find import NAMES, VARIABLE, find_config
from driftwatch.settings.store import place_in
from driftwatch.transport.clock import SystemClock
from driftwatch.wiring.memory import store_at
from driftwatch.wiring.review import Asked, review

if TYPE_CHECKING:
    from driftwatch.settings.tree import Settings

NEVER: Final = "never"
POLICIES: Final = (NEVER, "contradictions", "drifted", "gaps", "never-verified", "outside", "stale", "unreadable")
"""What ``--fail-on`` takes."""


@click.command(
    name="review",
    epilog="Exit: 0 told; 1 something that --fail-on names is there; 2 usage or settings; 3 with --fail-on: a "
    "touched file could not be read; 70 our mistake.",
)  # fmt: skip
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@config_option
@click.option("--since", default="", metavar="REF", help="Only what is new or changed since this commit, as in git.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False),
    help="What `driftwatch audit --format json` wrote: what is verified; else the store of the config.",
)  # fmt: skip
@click.option(
    "--fail-on", "policies", type=click.Choice(POLICIES), multiple=True,
    help="End with 1 if there is such a thing; may be repeated. Else it ends with 0 whatever it tells.",
)  # fmt: skip
@brief_format_option
@output_option
@verbose_option
@click.pass_context
def command(
    context: click.Context, paths: tuple[Path, ...], config: Path | None, since: str, report: Path | None,
    policies: tuple[str, ...], form: str, output: Path | None, verbose: bool,
) -> None:  # fmt: skip
    """Tell what mocks that are added or changed claim, what of it is verified, and what they cannot express.

    \b
    driftwatch review mocks/payments
    driftwatch review --since origin/main --format markdown
    driftwatch review --since HEAD^1 --report audit.json --fail-on drifted --fail-on contradictions

    It asks nobody. A checklist for whoever reviews a pull request, by endpoint: which claims an audit has verified as
    they stand, which production conditions no mock of the endpoint shows (those that audits saw, by name), which mocks
    contradict each other, what is gone, and what cannot be read. Without a config, paths do, and the mocks speak alone.

    With --since, what git has not committed yet counts as well; mocks that only moved do not.
    """
    check_output(output)
    missing = [str(path) for path in paths if not path.exists()]
    if missing and not since:
        raise UsageError(f"there is nothing at {', '.join(missing)}; name folders or files of mocks")
    settings = _settings(config, paths)
    now = SystemClock().now()
    there = tuple(path for path in paths if path.exists())
    asked = Asked(now, paths if settings is not None else there, settings, since, report, _store(settings))
    found = review(asked)
    view = screen(verbose=verbose, to_file=output is not None)
    if form == "json":
        text = review_document.document(found, now)
    elif form == "markdown":
        text = told.markdown(found, now)
    else:
        text = told.render(found, now, colour=view.colour, width=view.width, verbose=verbose)
    put(text, output)
    context.exit(exit_of(found, policies))


def exit_of(found: Review, policies: Collection[str]) -> Exit:
    """Nothing fails unless somebody named it; what could not be read might have been it."""
    wanted = set(policies) - {NEVER}
    if wanted & _there(found):
        return Exit.FINDINGS
    return Exit.INCOMPLETE if wanted and found.unreadable else Exit.FINE


def _there(found: Review) -> set[str]:
    """The policies that what was found goes against."""
    holds = {
        "contradictions": any(endpoint.contradictions for endpoint in found.endpoints),
        "drifted": found.worth(Trust.DRIFTED) > 0,
        "gaps": any(endpoint.seen for endpoint in found.endpoints),
        "never-verified": found.worth(Trust.NEVER) > 0,
        "outside": bool(found.outside),
        "stale": found.worth(Trust.STALE) > 0,
        "unreadable": bool(found.unreadable),
    }
    return {name for name, is_there in holds.items() if is_there}


def _settings(config: Path | None, paths: tuple[Path, ...]) -> "Settings | None":
    """Those of the config that is named or found; paths do without."""
    is_there = bool(os.environ.get(VARIABLE)) or any(Path(name).is_file() for name in NAMES)
    if config is None and not is_there:
        if paths:
            return None
        raise UsageError("name folders or files of mocks, or a config whose mocks are meant")
    return read_config(find_config(config, os.environ, Path.cwd()))


def _store(settings: "Settings | None") -> Store | None:
    """The store, if there is one: nobody is asked to make one for a review."""
    if settings is None:
        return None
    place = place_in(os.environ, Path.cwd()) or settings.store
    written = place.place.reveal() if place.place is not None else ""
    is_absent = "://" not in written and not Path(written).is_file()
    return None if is_absent else store_at(place, settings.retention_days)
