"""Guards, put together: which mocks of a run they mean, and where a new one is written down."""

import os
from pathlib import Path

from msgspec.structs import replace

from driftwatch.model.guard import Guard
from driftwatch.model.summary import Summary
from driftwatch.settings.tree import Settings
from driftwatch.usecases.guards import with_guards


def guarded(settings: Settings, summary: Summary) -> Summary:
    """The summary with what it says of the config's guards."""
    guards = [
        Guard(name, one.provider, one.mock.written, one.id, one.sentence) for name, one in settings.guards.items()
    ]
    places = {one.mock.written: one.mock.path for one in settings.guards.values()}
    is_whole = summary.shard.is_whole

    def is_file(told: str, written: str) -> bool:
        return is_same(Path(told), places[written])

    providers = tuple(with_guards(one, guards, is_file, is_whole=is_whole) for one in summary.providers)
    return replace(summary, providers=providers)


def is_same(told: Path, meant: Path) -> bool:
    """Whether a mock's file, as reports name it from here, is the one that somebody wrote, links followed or not."""
    if os.path.abspath(told) == os.path.abspath(meant):  # noqa: PTH100 - links stay: git-sync moves them on
        return True
    return told.name == meant.name and told.resolve() == meant.resolve()
