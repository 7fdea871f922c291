"""The machine's view: the ``driftwatch.report/1``, ``driftwatch.mocks/1`` and compare documents.

Each is described by a JSON Schema in ``schemas/``, and the tests hold the two together. Names and meanings here are an
interface that others build on: what is added needs a default for old readers, what is taken away a new version.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, assert_never

from driftwatch.model.agreement import Agreement
from driftwatch.model.finding import Direction, Finding, Prevalence
from driftwatch.model.interaction import Ignored, Origin, Unreadable
from driftwatch.model.inventory import Planned
from driftwatch.model.journey import Trouble
from driftwatch.model.remark import Remark
from driftwatch.model.rollout import Beginning, Rollout
from driftwatch.model.score import AspectScore, Score
from driftwatch.model.summary import ProductionSummary, ProviderSummary, Result, Summary
from driftwatch.model.suppression import Reviewed
from driftwatch.model.traffic import RestsOn
from driftwatch.reports import guards
from driftwatch.reports.digest import Gap, gaps, in_utc

Document = dict[str, object]

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_INVISIBLE: Final = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Characters that JSON allows as they are and a terminal or an editor obeys instead of showing."""


def render(summary: Summary) -> str:
    """The ``driftwatch.report/1`` document, indented, ending in a newline."""
    return encoded(
        {
            "schema": "driftwatch.report/1",
            "run": _run(summary),
            "totals": _totals(summary),
            "providers": [_provider(provider) for provider in summary.providers],
            "findings": [_addressed(finding) for finding in summary.findings],
            "gaps": [*map(_gap, gaps(summary)), *map(_unreadable, summary.unreadable)],
            "canary": {"planted": summary.canary.planted, "caught": summary.canary.caught},
            "suppressions": [_suppression(one) for one in summary.suppressions],
            "journeys": [_trouble(one) for one in summary.troubles],
            "guards": guards.documents(summary),
        },
        indent=2,
    )


def mocks(planned: Iterable[Planned], unreadable: Iterable[Unreadable] = (), ignored: Iterable[Ignored] = ()) -> str:
    """The ``driftwatch.mocks/1`` document, indented, ending in a newline."""
    return encoded(
        {
            "schema": "driftwatch.mocks/1",
            "interactions": [_planned(each) for each in planned],
            "unreadable": [_unreadable(each) for each in unreadable],
            "ignored": [{"file": each.file, "reason": each.reason} for each in ignored],
        },
        indent=2,
    )


def compare_line(case: str, findings: Iterable[Finding]) -> str:
    """One line of ``driftwatch compare --format json``: a case's id and its findings, ending in a newline."""
    return encoded({"id": case, "findings": [_compared(finding) for finding in findings]})


def encoded(document: Document, indent: int | None = None) -> str:
    """Valid JSON that is safe to look at: no lone surrogates (RFC 8259, 8.2), no invisible characters."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)
    text = _LONE_SURROGATE.sub("\ufffd", text)
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _run(summary: Summary) -> Document:
    return {
        "id": summary.run_id,
        "started_at": instant(summary.started_at),
        "seconds": summary.seconds,
        "version": summary.version,
        "config_digest": summary.config_digest,
        "shard": None if summary.shard.is_whole else {"index": summary.shard.index, "count": summary.shard.count},
    }


def _trouble(trouble: Trouble) -> Document:
    return {
        "provider": trouble.provider,
        "journey": trouble.journey,
        "reason": trouble.reason,
        "is_clean_up": trouble.is_clean_up,
    }


def _totals(summary: Summary) -> Document:
    verdicts = summary.verdicts
    return {
        "interactions": sum(verdicts.values()),
        "verdicts": {verdict.value: number for verdict, number in verdicts.items()},
        "findings": {severity.value: number for severity, number in summary.severities.items()},
        "suppressed": len(summary.suppressed),
        "requests_sent": summary.requests_sent,
        "unreadable": len(summary.unreadable),
        "ignored": len(summary.ignored),
        "is_incomplete": summary.is_incomplete(),
    }


def _provider(provider: ProviderSummary) -> Document:
    return {
        "name": provider.name,
        "target": provider.target,
        "fidelity": provider.fidelity,
        "verified_share": provider.verified_share,
        "drift_score": provider.drift_score,
        "production": None if provider.production is None else _production(provider.production),
        "interactions": [_result(result) for result in provider.results],
    }


def _production(production: ProductionSummary) -> Document:
    silent = [{"reason": reason, "interactions": number} for reason, number in production.silent.items()]
    return {
        "target": production.target, "asked": production.asked, "answered": production.answered, "silent": silent,
    }  # fmt: skip


def _result(result: Result) -> Document:
    interaction = result.interaction
    return {
        "mock_id": interaction.mock_id,
        "origin": origin(interaction.origin),
        "method": interaction.request.method,
        "path_template": interaction.request.path_template,
        "verdict": result.verdict.value,
        "reason": result.reason,
        "fidelity": None if result.score is None else result.score.fidelity,
        "findings": list(dict.fromkeys(finding.fingerprint for finding in result.findings)),
        "verified_share": result.verified_share,
        "drift_score": result.drift_score,
        "calls": result.calls,
        "score": None if result.score is None else _score(result.score),
        "rests_on": rests_on(result.rests_on),
        "remarks": [_remark(one) for one in result.remarks],
    }


def _remark(remark: Remark) -> Document:
    return {"about": remark.topic.value, "says": remark.says}


def _score(score: Score) -> Document:
    """How a fidelity came about; the numbers add up to it (drift semantics 3.4)."""
    cap = score.cap
    return {
        "uncapped": score.uncapped,
        "cap": None if cap is None else {"limit": cap.limit, "findings": list(cap.findings)},
        "aspects": [_aspect(aspect) for aspect in score.aspects],
    }


def _aspect(aspect: AspectScore) -> Document:
    return {
        "name": aspect.name.value,
        "weight": aspect.weight,
        "value": aspect.value,
        "verified": aspect.verified,
        "total": aspect.total,
        "losses": [
            {
                "finding": loss.finding, "held": loss.held, "weight": loss.weight, "count": loss.count,
                "paths": list(loss.paths),
            }
            for loss in aspect.losses
        ],
        "unseen": [{"path": unseen.path, "reason": unseen.reason} for unseen in aspect.unseen],
    }  # fmt: skip


def _suppression(reviewed: Reviewed) -> Document:
    one = reviewed.suppression
    means_one = bool(one.fingerprint)
    return {
        "fingerprint": one.fingerprint or None,
        "kind": None if means_one else one.kind,
        "path": None if means_one else one.path,
        "provider": None if means_one else one.provider,
        "owner": one.owner,
        "reason": one.reason,
        "until": one.until.isoformat(),
        "where": one.where,
        "fate": reviewed.fate.value,
        "findings": list(reviewed.findings),
    }


def _compared(finding: Finding) -> Document:
    """What a comparison alone knows of a finding, before anyone said which mock and which provider it is about."""
    return {
        "kind": finding.kind,
        "category": finding.category.value,
        "severity": finding.severity.value,
        "path": finding.path,
        "direction": direction_id(finding.direction),
        "claim": finding.claim,
        "observed": finding.observed,
        "prevalence": _prevalence(finding.prevalence),
        "explains": [{"kind": swallowed.kind, "path": swallowed.path} for swallowed in finding.explains],
        "hint": finding.hint,
    }


def _addressed(finding: Finding) -> Document:
    """The whole record of drift semantics 1.8, with the origin that leads to file and line."""
    return {
        "fingerprint": finding.fingerprint,
        **_compared(finding),
        "default_severity": finding.default_severity.value,
        "provider": finding.provider,
        "method": finding.method,
        "path_template": finding.path_template,
        "mock_id": finding.mock_id,
        "origin": origin(finding.origin),
        "detail": finding.detail,
        "observations": finding.observations,
        "confidence": finding.confidence,
        "first_seen": instant(finding.first_seen),
        "last_seen": instant(finding.last_seen),
        "last_verified": instant(finding.last_verified),
        "state": finding.state,
        "evidence": list(finding.evidence),
        "agreement": _agreement(finding.agreement),
        "production": None if finding.production is None else finding.production.value,
        "began_with": began_with(finding.began_with),
        "rests_on": rests_on(finding.rests_on),
        "read_by": None if finding.read_by is None else {"tests": finding.read_by.tests, "of": finding.read_by.of},
    }


def began_with(beginning: Beginning | None) -> Document | None:
    """The rollout that a finding began with; ``None`` stays."""
    if beginning is None or beginning.rollout is None:
        return None
    told = rollout(beginning.rollout)
    del told["provider"]  # the finding's own
    return {
        **told, "others": beginning.others, "after": instant(beginning.after), "before": instant(beginning.before),
    }  # fmt: skip


def rests_on(evidence: RestsOn | None) -> Document | None:
    """The answers that something rests on; ``None`` stays."""
    if evidence is None:
        return None
    return {
        "kind": evidence.kind.value, "file": evidence.file or None, "exchanges": evidence.exchanges,
        "newest": instant(evidence.newest), "oldest": instant(evidence.oldest), "other_files": evidence.others,
    }  # fmt: skip


def rollout(one: Rollout) -> Document:
    """A release of a provider."""
    return {
        "provider": one.provider, "name": one.name, "version": one.version, "revision": one.revision or None,
        "at": instant(one.at), "source": one.source.value, "link": one.link or None,
    }  # fmt: skip


def _agreement(agreement: Agreement | None) -> Document | None:
    if agreement is None:
        return None
    return {"stands": agreement.stands.value, "third": origin(agreement.third)}


def direction_id(direction: Direction) -> str:
    """The stable word of a direction; the enum's own values are prose and may improve."""
    match direction:
        case Direction.MOCK_ONLY:
            return "mock-only"
        case Direction.REAL_ONLY:
            return "real-only"
        case Direction.CHANGED:
            return "changed"
        case _:
            assert_never(direction)


def _prevalence(prevalence: Prevalence | None) -> Document | None:
    if prevalence is None:
        return None
    return {"k": prevalence.k, "n": prevalence.n, "low": round(prevalence.low, 4), "high": round(prevalence.high, 4)}


def origin(place: Origin) -> Document:
    """Where a mock stands."""
    return {"file": place.file, "pointer": place.pointer, "line": place.line}


def _gap(gap: Gap) -> Document:
    return {
        "provider": gap.provider,
        "mock_id": gap.interaction.mock_id,
        "origin": origin(gap.interaction.origin),
        "verdict": gap.verdict.value,
        "reason": gap.reason,
    }


def _unreadable(unreadable: Unreadable) -> Document:
    return {
        "file": unreadable.file,
        "format": unreadable.format,
        "reason": unreadable.reason,
        "line": unreadable.line,
        "pointer": unreadable.pointer,
    }


def _planned(planned: Planned) -> Document:
    interaction, request = planned.interaction, planned.interaction.request
    return {
        "mock_id": interaction.mock_id,
        "format": interaction.format,
        "origin": origin(interaction.origin),
        "provider": interaction.provider,
        "request": {
            "method": request.method,
            "path": request.path,
            "path_template": request.path_template,
            "query": [{"name": name, "value": value} for name, value in request.query],
            "provenance": request.provenance.value,
        },
        "statuses": list(interaction.statuses),
        "recorded_at": instant(interaction.recorded_at),
        "dynamic": list(interaction.dynamic),
        "probe": {"tier": planned.tier.value, "decision": planned.decision, "reason": planned.reason},
    }


def instant(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, with ``Z``; ``None`` stays."""
    return None if moment is None else in_utc(moment).isoformat().replace("+00:00", "Z")
