"""The team's tests in a scratch copy, with the mocks as they are and then as they would be.

Both runs happen at the same path, each in a copy of its own.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from driftwatch.checkout.scratch import Original
from driftwatch.checkout.stage import Call, Stage
from driftwatch.model.edit import Draft
from driftwatch.model.errors import UsageError
from driftwatch.model.rehearsal import Rehearsal


class Plan(Struct, frozen=True):
    """What is to be run, and where."""

    command: str
    folder: Path
    """Where the user stands."""
    seconds: float
    """Time for each run."""
    reports: tuple[str, ...] = ()
    """Patterns for reports, instead of the usual places."""


def rehearse(
    plan: Plan, drafts: Sequence[Draft], environment: Mapping[str, str], mask: Callable[[str], str]
) -> Rehearsal:
    """Run the tests with the mocks as they are, then as they would be; ``mask`` hides credentials in what they print.

    Raises ``UsageError`` if the mocks do not lie where the command runs.
    """
    original = Original.around(plan.folder)
    check_inside(original, drafts)
    with tempfile.TemporaryDirectory(prefix="driftwatch-", ignore_cleanup_errors=True) as place:
        stage = Stage(original, environment, mask, Path(place).resolve(), plan.reports)
        call = Call(plan.command, plan.folder, plan.seconds)
        before = stage.perform(call, drafts, healed=False)
        has_run = before.code == 0 or (before.code is not None and before.tests)
        return Rehearsal(
            mask(plan.command), before, stage.perform(call, drafts, healed=True) if has_run else None
        )  # fmt: skip


def check_inside(original: Original, drafts: Sequence[Draft]) -> None:
    """Raise ``UsageError`` if a mock does not lie in what is copied: the tests could not meet it there."""
    outside = [draft.file for draft in drafts if not original.holds(draft.path)]
    if outside:
        raise UsageError(
            f"the tests run in a copy of {original.root}, and {outside[0]} lies outside of it: start it in the "
            "checkout or folder that holds both tests and mocks"
        )
