"""What one process found, as bytes that another process can read: results and findings, never an answer.

Of a mock goes in what reports name it by; what it says stays in its file. A finding that many results share goes in
once. Texts of strangers are ASCII JSON, as in all rows.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.finding import Finding
from driftwatch.model.guard import Guarded
from driftwatch.model.interaction import Ignored, Interaction, Origin, Request, Unreadable
from driftwatch.model.journey import Trouble
from driftwatch.model.remark import Remark
from driftwatch.model.score import Score
from driftwatch.model.shard import Shard
from driftwatch.model.share import ProviderShare, Share
from driftwatch.model.summary import Canary, IncidentMark, ProductionSummary, ProviderSummary, Result, Summary, Verdict
from driftwatch.model.suppression import Reviewed
from driftwatch.model.traffic import RestsOn
from driftwatch.store.rows import LONGEST, ascii_json, history_of, history_text

T = TypeVar("T")

_LEVEL: Final = 3
"""Of compression: a third of the time of the usual level, and a tenth more bytes."""


class _Mock(msgspec.Struct, array_like=True, frozen=True):
    mock_id: str
    format: str
    origin: Origin
    method: str
    path_template: str
    name: str
    consumer: str
    recorded_at: datetime | None
    recorded_from: str

    @classmethod
    def of(cls, one: Interaction) -> "_Mock":
        asked = one.request
        return cls(
            one.mock_id, one.format, one.origin, asked.method, asked.path_template, one.name, one.consumer,
            one.recorded_at, one.recorded_from,
        )  # fmt: skip

    def of_provider(self, provider: str) -> Interaction:
        """By name alone: without what it asks for and answers."""
        return Interaction(
            self.mock_id, self.format, self.origin, Request(self.method, self.path_template, self.path_template), (),
            group="", provider=provider, name=self.name, consumer=self.consumer, recorded_at=self.recorded_at,
            recorded_from=self.recorded_from,
        )  # fmt: skip


class _Result(msgspec.Struct, array_like=True, frozen=True):
    mock: _Mock
    verdict: Verdict
    reason: str
    findings: tuple[int, ...]
    """Places in the list of all findings."""
    score: Score | None
    samples: int
    calls: int | None
    drift_score: float
    rests_on: RestsOn | None = None
    remarks: tuple[Remark, ...] = ()


class _Findings(Struct):
    """Every finding once, and its place."""

    all: list[Finding] = field(default_factory=list)
    _places: dict[Finding, int] = field(default_factory=dict)

    def place_of(self, finding: Finding) -> int:
        place = self._places.setdefault(finding, len(self.all))
        if place == len(self.all):
            self.all.append(finding)
        return place

    def packed(self, results: Iterable[Result]) -> tuple[_Result, ...]:
        return tuple(
            _Result(
                _Mock.of(one.interaction), one.verdict, one.reason[:LONGEST], tuple(map(self.place_of, one.findings)),
                one.score, one.samples, one.calls, one.drift_score, one.rests_on, one.remarks,
            )
            for one in results
        )  # fmt: skip


def _unpacked(results: Iterable[_Result], provider: str, findings: Sequence[Finding]) -> tuple[Result, ...]:
    return tuple(
        Result(
            one.mock.of_provider(provider), one.verdict, one.reason, tuple(findings[place] for place in one.findings),
            one.score, one.samples, one.calls, one.drift_score, one.rests_on, one.remarks,
        )
        for one in results
    )  # fmt: skip


class _Provider(msgspec.Struct, frozen=True):
    name: str
    target: str
    results: tuple[_Result, ...]
    production: ProductionSummary | None
    drift_score: float
    mocked_delay_ms: float | None
    owner: str
    never_verified: int | None
    revision: str
    guards: tuple[Guarded, ...] = ()
    tests: Mapping[str, int] | None = None
    incidents: tuple[IncidentMark, ...] | None = None


class _Summary(msgspec.Struct, frozen=True):
    run_id: str
    started_at: datetime
    seconds: float
    version: str
    config_digest: str
    providers: tuple[_Provider, ...]
    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    ignored: tuple[Ignored, ...]
    canary: Canary
    requests_sent: int
    suppressions: tuple[Reviewed, ...]
    is_remembered: bool
    troubles: tuple[Trouble, ...] = ()


def pack_summary(summary: Summary) -> bytes:
    """A run, or what it says of some providers."""
    findings = _Findings()
    providers = tuple(
        _Provider(
            one.name, one.target, findings.packed(one.results), one.production, one.drift_score, one.mocked_delay_ms,
            one.owner, one.never_verified, one.revision, one.guards, one.tests, one.incidents,
        )
        for one in summary.providers
    )  # fmt: skip
    return _pack(
        _Summary(
            summary.run_id, summary.started_at, summary.seconds, summary.version, summary.config_digest, providers,
            tuple(findings.all), summary.unreadable, summary.ignored, summary.canary, summary.requests_sent,
            summary.suppressions, summary.is_remembered, summary.troubles,
        )
    )  # fmt: skip


def unpack_summary(packed: bytes) -> Summary:
    """What was packed, in which the mocks have their names and nothing else."""
    found = _unpack(packed, _Summary)
    providers = tuple(
        ProviderSummary(
            one.name, one.target, _unpacked(one.results, one.name, found.findings), one.drift_score, one.production,
            one.mocked_delay_ms, one.owner, one.never_verified, one.revision, one.guards, one.tests, one.incidents,
        )
        for one in found.providers
    )  # fmt: skip
    return Summary(
        found.run_id, found.started_at, found.seconds, found.version, found.config_digest, providers,
        found.unreadable, found.ignored, found.canary, found.requests_sent, found.suppressions,
        is_remembered=found.is_remembered, troubles=found.troubles,
    )  # fmt: skip


class _ProviderShare(msgspec.Struct, frozen=True):
    name: str
    target: str
    results: tuple[_Result, ...]
    places: tuple[int, ...]
    interactions: int
    mocks: str
    delays: tuple[float, ...]
    production: ProductionSummary | None


class _Share(msgspec.Struct, frozen=True):
    shard: Shard
    started_at: datetime
    seconds: float
    providers: tuple[_ProviderShare, ...]
    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    ignored: tuple[Ignored, ...]
    canary: Canary
    requests_sent: int
    histories: dict[str, tuple[str, datetime | None]]
    claims: dict[str, str]
    troubles: tuple[Trouble, ...] = ()


def pack_share(share: Share) -> bytes:
    """What one process found of a run."""
    findings = _Findings()
    providers = tuple(
        _ProviderShare(
            one.name, one.target, findings.packed(one.results), one.places, one.interactions, one.mocks, one.delays,
            one.production,
        )
        for one in share.providers
    )  # fmt: skip
    histories = {key: (history_text(known), known.verified_at) for key, known in share.histories.items()}
    return _pack(
        _Share(
            share.shard, share.started_at, share.seconds, providers, tuple(findings.all), share.unreadable,
            share.ignored, share.canary, share.requests_sent, histories, dict(share.claims), share.troubles,
        )
    )  # fmt: skip


def unpack_share(packed: bytes, salt: bytes) -> Share:
    """What was packed; ``salt`` keys the digests in what was learnt."""
    found = _unpack(packed, _Share)
    providers = tuple(
        ProviderShare(
            one.name, one.target, _unpacked(one.results, one.name, found.findings), one.places, one.interactions,
            one.mocks, one.delays, one.production,
        )
        for one in found.providers
    )  # fmt: skip
    histories = {key: history_of(written, at, salt) for key, (written, at) in found.histories.items()}
    return Share(
        found.shard, found.started_at, found.seconds, providers, found.unreadable, found.ignored, found.canary,
        found.requests_sent, histories, found.claims, found.troubles,
    )  # fmt: skip


def parted(summary: Summary) -> Iterable[tuple[str, Summary]]:
    """What a run says of each of its providers, by name."""
    return ((one.name, replace(summary, providers=(one,), troubles=_of(one, summary))) for one in summary.providers)


def _of(provider: ProviderSummary, summary: Summary) -> tuple[Trouble, ...]:
    return tuple(one for one in summary.troubles if one.provider == provider.name)


def _pack(noun: object) -> bytes:
    return zlib.compress(ascii_json(noun).encode("ascii"), _LEVEL)


def _unpack(packed: bytes, form: type[T]) -> T:
    written = zlib.decompress(packed)
    try:
        return msgspec.json.decode(written, type=form)
    except msgspec.DecodeError:  # half a character, of which the quick decoder knows nothing
        found: Any = json.loads(written)
        return msgspec.convert(found, form)
