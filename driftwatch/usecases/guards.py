"""What a run says of the guards that the config names: each by the verdict on its mock, never green unlooked at."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec.structs import replace

from driftwatch.model.guard import MISSING, Guard, Guarded
from driftwatch.model.summary import ProviderSummary, Result, Verdict

WORST_FIRST: Final = (
    Verdict.DRIFTED, Verdict.UNAUTHORIZED, Verdict.UNREACHABLE, Verdict.UNVERIFIABLE, Verdict.SKIPPED, Verdict.VERIFIED,
)  # fmt: skip


def with_guards(
    provider: ProviderSummary, guards: Sequence[Guard], is_file: Callable[[str, str], bool], *, is_whole: bool = True
) -> ProviderSummary:
    """The provider with the verdicts of its guards; ``is_file`` tells whether a mock's file is that of a guard.

    One share of a run says nothing of guards whose mocks are others' to ask.
    """
    told = [_guarded(guard, provider.results, is_file) for guard in guards if guard.provider == provider.name]
    return replace(provider, guards=tuple(one for one in told if is_whole or one.verdict != MISSING))


def _guarded(guard: Guard, results: Sequence[Result], is_file: Callable[[str, str], bool]) -> Guarded:
    files: dict[str, bool] = {}
    mine = []
    for result in results:
        file = result.interaction.origin.file
        if file not in files:
            files[file] = is_file(file, guard.file)
        if files[file] and guard.mock_id in ("", result.interaction.mock_id):
            mine.append(result)
    if not mine:
        return Guarded(guard, MISSING, _why_missing(guard, any(files.values())))
    worst = min(mine, key=lambda result: WORST_FIRST.index(result.verdict))
    return Guarded(guard, worst.verdict.value, worst.reason or _of_findings(worst))


def _why_missing(guard: Guard, has_file: bool) -> str:
    if has_file:
        return f"there is no mock {guard.mock_id!r} in {guard.file}: it may have another id by now"
    return f"no mock of this run is in {guard.file}, which must be there, and below the provider's `mocks`"


def _of_findings(result: Result) -> str:
    kinds = dict.fromkeys(finding.kind for finding in result.findings)
    return ", ".join(kinds) if result.verdict is Verdict.DRIFTED else ""
