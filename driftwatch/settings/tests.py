"""Settings of tests: when what they rest on is too old, and where their runs leave word of it."""

from datetime import timedelta
from typing import Annotated

from msgspec import Struct

from driftwatch.settings.forms import Whole
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.sections import Several
from driftwatch.settings.service import FilePath


class TestsSettings(Struct, frozen=True, kw_only=True):
    """What `driftwatch tests` goes by."""

    __test__ = False

    stale_after_days: Annotated[
        int, Whole(1, 3650), "Days after which a mock that was found true counts as stale, unless it was found so anew."
    ] = 30
    usage: Annotated[
        tuple[WrittenPath, ...], Several(FilePath()),
        "Files or globs in which runs of tests say which mocks they met; `driftwatch tests` reads them beside what the "
        "store knows.",
    ] = ()  # fmt: skip

    @property
    def stale_after(self) -> timedelta:
        """The age from which on a mock is stale."""
        return timedelta(days=self.stale_after_days)
