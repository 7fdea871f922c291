"""Nouns ↔ rows. Texts of strangers rest as ASCII JSON, which holds a NUL or a lone surrogate and upsets no database."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from driftwatch.model.finding import Severity
from driftwatch.model.history import History, KnownConstant, KnownLatency, KnownValues, Noise
from driftwatch.model.interaction import Origin
from driftwatch.model.lifecycle import Change, Event, Life
from driftwatch.model.memory import MockRecord, MockScore, ProviderScore, RunRecord, RunStatus
from driftwatch.model.summary import Canary, Verdict
from driftwatch.model.suppression import Suppression
from driftwatch.store import leases

Row = dict[str, Any]

LONGEST: Final = 500
"""Characters of a reason that are kept."""


def run_row(run: RunRecord) -> Row:
    """A run of this process, without its number."""
    return {
        "id": run.id, "status": run.status.value, "started_at": run.started_at, "ended_at": run.ended_at,
        "version": run.version, "config_digest": run.config_digest, "providers": ascii_json(list(run.providers)),
        "totals": ascii_json(dict(run.totals)), "planted": run.canary.planted, "caught": run.canary.caught,
        "machine": leases.machine(), "process": leases.process(), "beat_at": run.started_at, "shards": run.shards,
    }  # fmt: skip


def run_of(row: sa.RowMapping) -> RunRecord:
    """The run of a row."""
    return RunRecord(
        row["id"], row["started_at"], row["version"], row["config_digest"], tuple(json.loads(row["providers"])),
        RunStatus(row["status"]), row["ended_at"], json.loads(row["totals"]), Canary(row["planted"], row["caught"]),
        row["shards"], row.get("handed_in") or 0,
    )  # fmt: skip


def mock_row(mock: MockRecord, run: int) -> Row:
    """A mock as a run saw it."""
    origin = mock.origin
    place = [mock.method, mock.path_template, mock.mock_id, origin.file, origin.pointer, origin.line]
    return {
        "key": mock.key, "provider": mock.provider, "place": ascii_json(place), "claim": mock.claim,
        "verdict": mock.verdict.value, "reason": ascii_json(mock.reason[:LONGEST]), "fidelity": mock.fidelity,
        "verified_share": mock.verified_share, "verified_at": mock.history.verified_at,
        "history": history_text(mock.history), "run": run,
    }  # fmt: skip


def mock_of(row: sa.RowMapping) -> MockRecord:
    """The mock of a row."""
    method, path_template, mock_id, file, pointer, line = json.loads(row["place"])
    return MockRecord(
        row["key"], row["provider"], mock_id, method, path_template, Origin(file, pointer, line), row["claim"],
        Verdict(row["verdict"]), json.loads(row["reason"]), row["fidelity"], row["verified_share"],
        history_of(row["history"], row["verified_at"], b""),
    )  # fmt: skip


def verdict_row(mock: MockRecord, run: int) -> Row:
    """What a run said of a mock."""
    return {
        "run": run, "mock": mock.key, "verdict": mock.verdict.value, "fidelity": mock.fidelity,
        "verified_share": mock.verified_share,
    }  # fmt: skip


def mock_score_of(row: sa.RowMapping) -> MockScore:
    """The score of a row that knows its run."""
    return MockScore(row["id"], row["started_at"], Verdict(row["verdict"]), row["fidelity"], row["verified_share"])


def score_row(score: ProviderScore, run: int) -> Row:
    """A provider's score."""
    return {
        "run": run, "provider": score.provider, "fidelity": score.fidelity, "verified_share": score.verified_share,
        "drift_score": score.drift_score,
    }  # fmt: skip


def score_of(row: sa.RowMapping) -> ProviderScore:
    """The score of a row that knows its run."""
    return ProviderScore(
        row["id"], row["started_at"], row["provider"], row["fidelity"], row["verified_share"], row["drift_score"]
    )


def life_row(life: Life) -> Row:
    """A life, and beside it what it is looked up by."""
    finding = life.finding
    return {
        "fingerprint": life.fingerprint, "provider": finding.provider, "kind": finding.kind,
        "severity": finding.severity.value, "state": life.state.value, "first_seen": life.first_seen,
        "last_seen": life.last_seen, "resolved_at": life.resolved_at, "life": ascii_json(life),
    }  # fmt: skip


def life_of(text: str) -> Life:
    """The life of a row's text."""
    return msgspec.convert(json.loads(text), Life)


def event_row(event: Event) -> Row:
    """An event, without what it happened to."""
    told = {"owner": event.owner, "reason": event.reason, "until": event.until and event.until.isoformat()}
    return {
        "fingerprint": event.fingerprint, "at": event.at, "change": event.change.value,
        "severity": event.severity.value, "run_id": event.run_id, "told": ascii_json(told) if event.owner else "",
    }  # fmt: skip


def event_of(row: sa.RowMapping) -> Event:
    """The event of a row."""
    told = json.loads(row["told"] or "{}")
    until = datetime.fromisoformat(told["until"]).date() if told.get("until") else None
    return Event(
        Change(row["change"]), row["fingerprint"], row["at"], Severity(row["severity"]), row["run_id"],
        told.get("owner", ""), told.get("reason", ""), until,
    )  # fmt: skip


def suppression_row(suppression: Suppression) -> Row:
    """A suppression, and beside it what it is looked up by."""
    return {"fingerprint": suppression.fingerprint, "until": suppression.until, "suppression": ascii_json(suppression)}


def suppression_of(text: str) -> Suppression:
    """The suppression of a row's text."""
    return msgspec.convert(json.loads(text), Suppression)


def history_of(text: str, verified_at: datetime | None, salt: bytes) -> History:
    """What was learnt of a mock; ``salt`` keys the digests in it."""
    saved: Mapping[str, Any] = json.loads(text) if text else {}
    latency = saved.get("latency")
    return History(
        verified_at=verified_at,
        values={path: KnownValues(frozenset(known), n, salt) for path, (n, known) in saved.get("values", {}).items()},
        latency=KnownLatency(latency[0], latency[1], latency[2], tuple(latency[3])) if latency else None,
        constants={path: KnownConstant(*_dated(known)) for path, known in saved.get("constants", {}).items()},
        noise=tuple(msgspec.convert(each, Noise) for each in saved.get("noise", ())),
        unlimited=frozenset(saved.get("unlimited", ())),
        counted_at=_moment(saved.get("counted_at")),
        salt=salt,
    )


def _dated(known: list[Any]) -> tuple[str, datetime, int]:
    digest, since, n = known
    return digest, datetime.fromisoformat(since), n


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def history_text(history: History) -> str:
    """Only what there is: most mocks have nothing but a few latencies."""
    saved: Row = {}
    if history.values:
        saved["values"] = {path: (known.n, sorted(map(str, known.values))) for path, known in history.values.items()}
    if (latency := history.latency) is not None:
        saved["latency"] = (latency.p50, latency.p95, latency.n, latency.recent)
    if history.constants:
        constants = history.constants.items()
        saved["constants"] = {path: (known.digest, known.since, known.n) for path, known in constants}
    if history.noise:
        saved["noise"] = history.noise
    if history.unlimited:
        saved["unlimited"] = sorted(history.unlimited)
    if history.counted_at is not None:
        saved["counted_at"] = history.counted_at
    return ascii_json(saved) if saved else ""


def ascii_json(noun: object) -> str:
    """ASCII JSON. The quick encoder knows no lone surrogates and leaves letters as they are; both are rare here."""
    try:
        quick = msgspec.json.encode(noun)
    except UnicodeEncodeError:
        quick = b""
    if quick and quick.isascii():
        return quick.decode("ascii")
    return json.dumps(msgspec.to_builtins(noun), ensure_ascii=True, separators=(",", ":"))
