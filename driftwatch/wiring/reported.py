"""What one audit found of mocks, out of its report: as the store would tell it."""

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from driftwatch.model.memory import interaction_key
from driftwatch.model.reliance import UsedMock
from driftwatch.model.summary import Verdict
from driftwatch.store.report_file import Report, Reported
from driftwatch.usecases.reliance import Look, by_weight
from driftwatch.usecases.resolution import label_of


def looks_of_report(report: Report) -> Iterable[Look]:
    """What one audit found; of two mocks of one name what speaks against either."""
    looks: dict[str, Look] = {}
    for one in report.mocks:
        look = _look(one, report.started_at)
        before = looks.get(look.mock.key)
        if before is not None:
            drift = {each.fingerprint: each for each in (*before.drift, *look.drift)}
            look = replace(
                look, drift=tuple(sorted(drift.values(), key=by_weight)),
                suppressed=max(before.suppressed, look.suppressed),
                compared_at=look.compared_at or before.compared_at,
                verified_at=look.verified_at and before.verified_at,
            )  # fmt: skip
        looks[look.mock.key] = look
    return looks.values()


def _look(one: Reported, at: datetime) -> Look:
    key = interaction_key(one.provider, one.method, one.path_template, one.mock_id)
    used = UsedMock(key, label_of(one.method, one.path_template), one.provider, one.mock_id)
    drift = sorted(one.standing, key=by_weight)
    return Look(
        used, one.origin, at if one.verdict.is_answer else None, at if one.verdict is Verdict.VERIFIED else None,
        tuple(drift), one.suppressed, "" if one.verdict.is_answer else one.reason,
    )  # fmt: skip
