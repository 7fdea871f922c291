"""Differences → findings: rules name them, the operator's policy weighs them, the claim addresses them."""

from fnmatch import fnmatchcase
from typing import Final

from msgspec.structs import replace

from driftwatch.drift.catalog import IN_TURN, KINDS
from driftwatch.drift.difference import Comparison
from driftwatch.drift.evidence import Records, evidence_of
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Explained, Finding, Severity
from driftwatch.model.interaction import Claim, Interaction, Provenance
from driftwatch.model.policy import Policy, Usage
from driftwatch.model.traffic import rests_on_asked

_STRICT: Final = {"field-optional": Severity.BREAKING, "null-unexpected": Severity.BREAKING}


def judge(comparison: Comparison, policy: Policy) -> tuple[Finding, ...]:
    """Let every rule look, the specific before the general, and put what they say into findings."""
    if not comparison.differences:
        return ()
    if policy.consumer.by_mock:
        policy = replace(policy, consumer=policy.consumer.of(comparison.claim))
    findings: dict[str, Finding] = {}
    records = Records()
    rests_on = comparison.context.rests_on or rests_on_asked(sample.at for sample in comparison.samples)
    for rule in IN_TURN:
        for draft in rule.find(comparison):
            comparison.take(*draft.about, *draft.swallows)
            finding = _finding(rule.KIND, draft, comparison, policy, records)
            if rests_on is not None and not rule.KIND.is_static:
                finding = replace(finding, rests_on=rests_on)
            known = findings.get(finding.fingerprint)
            # the answers of two statuses may part from the mock in one way: that is one finding, and the graver counts
            if known is None or known.severity < finding.severity:
                findings[finding.fingerprint] = finding
    return tuple(findings.values())


def _finding(kind: Kind, draft: Draft, comparison: Comparison, policy: Policy, records: Records) -> Finding:
    claim = comparison.claim
    default = draft.severity or kind.severity
    home = _home(claim, draft)
    evidence = evidence_of(kind, draft, comparison, records)
    return Finding(
        kind=kind.id,
        category=kind.category,
        severity=_weigh(kind, default, draft, claim, policy),
        default_severity=default,
        path=draft.path,
        direction=kind.direction,
        claim=draft.claim,
        observed=draft.observed,
        hint=draft.hint,
        family=kind.family or kind.id,
        detail=draft.detail,
        prevalence=evidence.prevalence,
        observations=draft.prevalence.n if draft.prevalence else 0,
        confidence=evidence.confidence,
        explains=_explains(kind, draft),
        provider=claim.provider,
        method=claim.request.method,
        path_template=claim.request.path_template,
        mock_id=home.mock_id,
        origin=home.origin,
        last_seen=comparison.context.now,
        first_seen=comparison.context.now,
        read_by=policy.consumer.read_by(draft.path),
    )


def _home(claim: Claim, draft: Draft) -> Interaction:
    """The interaction a finding leads back to: the first whose answer was compared, else the first of all."""
    compared = {status for difference in draft.about for status in difference.statuses}
    for interaction in claim.interactions:
        if compared.intersection(interaction.statuses):
            return interaction
    return claim.interactions[0]


def _explains(kind: Kind, draft: Draft) -> tuple[Explained, ...]:
    """The kinds that would have been found instead, not the pair's other half and not what is no kind at all."""
    named = ((KINDS.get(d.aspect.value), d.path) for d in (*draft.about, *draft.swallows))
    swallowed = dict.fromkeys(
        (other.id, path)
        for other, path in named
        if other is not None and (path != draft.path or (other.family or other.id) != (kind.family or kind.id))
    )
    return tuple(Explained(other, path) for other, path in swallowed)


def _weigh(kind: Kind, default: Severity, draft: Draft, claim: Claim, policy: Policy) -> Severity:
    """Default → profile → usage of the exact path → consumer → the operator's override (drift semantics 3.7)."""
    severity = default
    if policy.profile == "strict":
        severity = max(severity, _STRICT.get(kind.id, severity))
    if kind.id == "field-added" and policy.consumer.is_strict:
        severity = Severity.BREAKING
    usage = policy.consumer.usage_of(draft.path)
    if usage is Usage.UNUSED:
        severity = severity.lowered()
    elif usage is Usage.CRITICAL:
        severity = severity.raised()
    if kind.category is Category.STATUS and claim.request.provenance is Provenance.GENERATED:
        severity = Severity.INFO
    for override in policy.overrides:
        if (
            override.kind == kind.id
            and fnmatchcase(claim.provider, override.provider)
            and fnmatchcase(draft.path, override.path)
        ):
            severity = override.severity
    return severity
