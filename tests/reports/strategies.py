"""Summaries that hypothesis makes up: any verdict, any finding, any text a stranger could write into a file."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from hypothesis import strategies as st

from driftwatch.model.agreement import Agreement, InProduction, Stands
from driftwatch.model.finding import Category, Direction, Explained, Finding, Prevalence, Severity
from driftwatch.model.interaction import Expectation, Grade, Ignored, Interaction, Origin, Request, Unreadable
from driftwatch.model.inventory import Planned
from driftwatch.model.probe import Tier
from driftwatch.model.rollout import Beginning, Rollout, Source
from driftwatch.model.score import AspectScore, Cap, Loss, Score, ScoreAspect, Unseen
from driftwatch.model.summary import Canary, ProductionSummary, ProviderSummary, Result, Summary, Verdict
from driftwatch.model.suppression import Fate, Reviewed, Suppression
from tests.reports.samples import HOSTILE

_ANY_CHARACTER = st.integers(0, 0x10FFFF).map(chr)
TEXTS = st.text(st.one_of(st.sampled_from(HOSTILE), st.sampled_from("ab /*~-"), _ANY_CHARACTER), max_size=12)
MOMENTS = st.none() | st.datetimes(
    min_value=datetime(1, 1, 1), max_value=datetime(2999, 1, 1),  # noqa: DTZ001 - hypothesis adds the zones
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))]),
)  # fmt: skip
ORIGINS = st.builds(Origin, TEXTS, TEXTS, st.integers(1, 99))
PREVALENCES = st.none() | st.integers(0, 400).flatmap(lambda n: st.builds(Prevalence, st.integers(0, n), st.just(n)))
_DATED = MOMENTS.filter(bool)
BEGINNINGS = st.builds(
    Beginning, _DATED, _DATED,
    st.none() | st.builds(Rollout, TEXTS, TEXTS, TEXTS, _DATED, st.sampled_from(Source), TEXTS, TEXTS),
    st.integers(0, 9),
)  # fmt: skip
FINDINGS = st.builds(
    Finding,
    kind=st.sampled_from(["field-missing", "status-changed", "service-unavailable", "access-denied"]),
    category=st.sampled_from(Category), severity=st.sampled_from(Severity), default_severity=st.sampled_from(Severity),
    path=TEXTS, direction=st.sampled_from(Direction), claim=TEXTS, observed=TEXTS, hint=TEXTS, family=TEXTS,
    detail=TEXTS, prevalence=PREVALENCES, observations=st.integers(0, 99), confidence=st.floats(0, 1),
    explains=st.lists(st.builds(Explained, TEXTS, TEXTS), max_size=2).map(tuple),
    evidence=st.lists(TEXTS, max_size=2).map(tuple),
    provider=TEXTS, method=TEXTS, path_template=TEXTS, mock_id=TEXTS, origin=ORIGINS,
    first_seen=MOMENTS, last_seen=MOMENTS, last_verified=MOMENTS,
    state=st.sampled_from(["open", "suspect", "suppressed"]),
    agreement=st.none() | st.builds(Agreement, st.sampled_from(Stands), ORIGINS),
    production=st.none() | st.sampled_from(InProduction), began_with=st.none() | BEGINNINGS,
)  # fmt: skip
REQUESTS = st.builds(
    Request, TEXTS, TEXTS, TEXTS, query=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
    grade=st.sampled_from(Grade), recorded=st.booleans(),
)  # fmt: skip
INTERACTIONS = st.builds(
    Interaction, mock_id=TEXTS, format=TEXTS, origin=ORIGINS, request=REQUESTS,
    variants=st.lists(st.builds(Expectation, st.integers(100, 599)), max_size=2).map(tuple), group=TEXTS,
    provider=TEXTS, recorded_at=MOMENTS,
)  # fmt: skip
_SHARES: Final = st.floats(0, 1)
_NAMES: Final = st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}")
_ASPECTS: Final = st.builds(
    AspectScore, st.sampled_from(ScoreAspect), _SHARES, st.none() | _SHARES, _SHARES, st.floats(0, 1e6),
    st.lists(
        st.builds(Loss, _NAMES, _SHARES, st.floats(0, 1e6), st.integers(1, 9), st.lists(TEXTS, max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    st.lists(st.builds(Unseen, TEXTS, TEXTS), max_size=2).map(tuple),
)  # fmt: skip
SCORES: Final = st.builds(
    Score, st.floats(0, 100), _SHARES, st.floats(0, 100),
    st.none() | st.builds(Cap, st.sampled_from([49.0, 89.0]), st.lists(_NAMES, max_size=2).map(tuple)),
    st.lists(_ASPECTS, max_size=3).map(tuple),
)  # fmt: skip
SUPPRESSIONS: Final = st.builds(
    Reviewed,
    st.builds(Suppression, TEXTS, TEXTS, st.dates(), st.just("") | _NAMES, TEXTS, TEXTS, TEXTS, TEXTS),
    st.sampled_from(Fate), st.lists(_NAMES, max_size=2).map(tuple),
)  # fmt: skip
RESULTS = st.builds(
    Result, INTERACTIONS, st.sampled_from(Verdict), TEXTS, st.lists(FINDINGS, max_size=2).map(tuple),
    st.none() | SCORES, st.integers(0, 9), st.none() | st.integers(0, 9), st.floats(0, 1e6),
)  # fmt: skip
UNREADABLE = st.lists(st.builds(Unreadable, TEXTS, TEXTS, TEXTS, st.integers(1, 99), TEXTS), max_size=2)
IGNORED = st.lists(st.builds(Ignored, TEXTS, TEXTS), max_size=2)
CANARIES = st.integers(0, 2).flatmap(lambda planted: st.builds(Canary, st.just(planted), st.integers(0, planted)))
SUMMARIES = st.builds(
    Summary, run_id=TEXTS, started_at=MOMENTS.filter(bool), seconds=st.floats(0, 1e6), version=TEXTS,
    config_digest=TEXTS,
    providers=st.lists(
        st.builds(
            ProviderSummary, TEXTS, TEXTS, st.lists(RESULTS, max_size=3).map(tuple),
            production=st.none() | st.builds(
                ProductionSummary, TEXTS, st.integers(0, 9), st.integers(0, 9),
                st.dictionaries(TEXTS, st.integers(1, 9), max_size=2),
            ),
        ), max_size=2,
    ).map(tuple),
    unreadable=UNREADABLE.map(tuple), ignored=IGNORED.map(tuple), canary=CANARIES, requests_sent=st.integers(0, 99),
    suppressions=st.lists(SUPPRESSIONS, max_size=2).map(tuple),
)  # fmt: skip
PLANNED = st.lists(
    st.builds(Planned, INTERACTIONS, st.sampled_from(Tier), st.sampled_from(["send", "skip"]), TEXTS), max_size=3
)
