"""What is read, on a connection whose transaction is somebody else's."""

from collections.abc import Collection, Mapping
from typing import Final

import sqlalchemy as sa

from driftwatch.model.lifecycle import Event, Life
from driftwatch.model.memory import MockRecord, MockScore, ProviderScore, Recollection, RunRecord
from driftwatch.model.presence import Presence
from driftwatch.model.standing import Standing
from driftwatch.model.summary import Verdict
from driftwatch.model.suppression import Suppression
from driftwatch.store import rows
from driftwatch.store.tables import (
    EVENTS,
    INSTALLATION,
    LIVES,
    MOCKS,
    RUNS,
    SCORES,
    SHARES,
    SUPPRESSIONS,
    USES,
    VERDICTS,
    Moment,
)

_ANSWERS: Final = tuple(verdict.value for verdict in Verdict if verdict.is_answer)


def recall(connection: sa.Connection, providers: Collection[str]) -> Recollection:
    """What a run of these providers needs to know."""
    salt = bytes(connection.execute(sa.select(INSTALLATION.c.salt)).scalar_one())
    query = sa.select(MOCKS.c.key, MOCKS.c.history, MOCKS.c.verified_at, MOCKS.c.claim)
    known = connection.execute(query.where(MOCKS.c.provider.in_(providers))).all()
    histories = {key: rows.history_of(text, verified_at, salt) for key, text, verified_at, _ in known}
    claims = {key: claim for key, _, _, claim in known if claim}
    return Recollection(histories, suppressions(connection), salt, claims)


def suppressions(connection: sa.Connection) -> tuple[Suppression, ...]:
    """In the order they were made."""
    found = connection.execute(sa.select(SUPPRESSIONS.c.suppression).order_by(SUPPRESSIONS.c.number))
    return tuple(map(rows.suppression_of, found.scalars()))


def lives_of(connection: sa.Connection, providers: Collection[str] = ()) -> tuple[Life, ...]:
    """Of these providers, or of all."""
    query = sa.select(LIVES.c.life).order_by(LIVES.c.provider, LIVES.c.fingerprint)
    if providers:
        query = query.where(LIVES.c.provider.in_(providers))
    return tuple(map(rows.life_of, connection.execute(query).scalars()))


def events_of(connection: sa.Connection, fingerprint: str) -> tuple[Event, ...]:
    """The oldest first."""
    query = sa.select(EVENTS).where(EVENTS.c.fingerprint == fingerprint).order_by(EVENTS.c.at, EVENTS.c.number)
    return tuple(map(rows.event_of, connection.execute(query).mappings()))


def runs(connection: sa.Connection, limit: int) -> tuple[RunRecord, ...]:
    """The newest first."""
    is_there = sa.and_(SHARES.c.run == RUNS.c.number, SHARES.c.ended_at.is_not(None))
    handed_in = sa.select(sa.func.count()).select_from(SHARES).where(is_there).scalar_subquery()
    query = sa.select(RUNS, handed_in.label("handed_in"))
    query = query.order_by(RUNS.c.started_at.desc(), RUNS.c.number.desc()).limit(limit)
    return tuple(map(rows.run_of, connection.execute(query).mappings()))


def scores(connection: sa.Connection, provider: str, limit: int) -> tuple[ProviderScore, ...]:
    """The last ones, the oldest of them first."""
    query = (
        sa.select(SCORES, RUNS.c.id, RUNS.c.started_at)
        .join(RUNS, RUNS.c.number == SCORES.c.run)
        .where(SCORES.c.provider == provider)
        .order_by(SCORES.c.run.desc())
        .limit(limit)
    )
    return tuple(map(rows.score_of, connection.execute(query).mappings()))[::-1]


def mocks(connection: sa.Connection, provider: str) -> tuple[MockRecord, ...]:
    """Those that the provider's last run found, by file and line."""
    last = sa.select(sa.func.max(MOCKS.c.run)).where(MOCKS.c.provider == provider).scalar_subquery()
    query = sa.select(MOCKS).where(MOCKS.c.provider == provider, MOCKS.c.run == last)
    found = map(rows.mock_of, connection.execute(query).mappings())
    return tuple(sorted(found, key=lambda mock: (mock.origin, mock.key)))


def mock_scores(connection: sa.Connection, key: str, limit: int) -> tuple[MockScore, ...]:
    """The last ones, the oldest of them first."""
    query = (
        sa.select(VERDICTS, RUNS.c.id, RUNS.c.started_at)
        .join(RUNS, RUNS.c.number == VERDICTS.c.run)
        .where(VERDICTS.c.mock == key)
        .order_by(VERDICTS.c.run.desc())
        .limit(limit)
    )
    return tuple(map(rows.mock_score_of, connection.execute(query).mappings()))[::-1]


def has_no_uses(connection: sa.Connection) -> bool:
    """Whether nobody ever told which test rests on which mock."""
    return connection.execute(sa.select(USES.c.suite).limit(1)).first() is None


def standings(connection: sa.Connection, provider: str, last_runs: int) -> Mapping[str, Standing]:
    """How each mock of a provider fared in its last runs."""
    last = sa.select(SCORES.c.run).where(SCORES.c.provider == provider).order_by(SCORES.c.run.desc()).limit(last_runs)
    verdict = VERDICTS.c.verdict
    was_asked = sa.case((verdict != Verdict.SKIPPED.value, RUNS.c.started_at))
    query = (
        sa.select(
            VERDICTS.c.mock,
            sa.func.max(was_asked, type_=Moment()).label("asked_at"),
            sa.func.sum(sa.case((verdict.in_(_ANSWERS), 1), else_=0)).label("looks"),
            sa.func.sum(sa.case((verdict == Verdict.DRIFTED.value, 1), else_=0)).label("drifted"),
        )
        .join(MOCKS, MOCKS.c.key == VERDICTS.c.mock)
        .join(RUNS, RUNS.c.number == VERDICTS.c.run)
        .where(MOCKS.c.provider == provider, VERDICTS.c.run.in_(last))
        .group_by(VERDICTS.c.mock)
    )
    found = connection.execute(query).mappings()
    return {row["mock"]: Standing(row["asked_at"], int(row["looks"]), int(row["drifted"])) for row in found}


def presences(connection: sa.Connection, provider: str) -> tuple[Presence, ...]:
    """Every mock of a provider that is remembered, those that are gone too, by file and line."""
    at, verdict = RUNS.c.started_at, VERDICTS.c.verdict
    runs_of_it = sa.select(SCORES.c.run).where(SCORES.c.provider == provider)
    looks = (
        sa.select(
            VERDICTS.c.mock,
            sa.func.min(at, type_=Moment()).label("first"),
            sa.func.max(at, type_=Moment()).label("last"),
            sa.func.min(sa.case((verdict.in_(_ANSWERS), at)), type_=Moment()).label("compared"),
        )
        .join(MOCKS, MOCKS.c.key == VERDICTS.c.mock)
        .join(RUNS, RUNS.c.number == VERDICTS.c.run)
        .where(MOCKS.c.provider == provider, VERDICTS.c.run.in_(runs_of_it))  # by its runs: no index leads to a mock's
        .group_by(VERDICTS.c.mock)
    )
    seen = {row["mock"]: row for row in connection.execute(looks).mappings()}
    known = connection.execute(sa.select(MOCKS).where(MOCKS.c.provider == provider)).mappings().all()
    last = max((row["run"] for row in known), default=0)
    found = [_presence(row, seen.get(row["key"]), is_current=row["run"] == last) for row in known]
    return tuple(sorted(found, key=lambda one: (one.mock.origin, one.mock.key)))


def _presence(row: sa.RowMapping, looks: sa.RowMapping | None, *, is_current: bool) -> Presence:
    mock = rows.mock_of(row)
    if looks is None:
        return Presence(mock, None, None, None, is_current)
    return Presence(mock, looks["first"], looks["last"], looks["compared"], is_current)
