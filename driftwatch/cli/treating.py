"""What ``driftwatch heal`` does with a healing: tries it on the tests, asks, writes a patch, a branch, the files."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from driftwatch.checkout.branch import NewBranch
from driftwatch.checkout.rehearsal import Plan, rehearse
from driftwatch.cli.output import put
from driftwatch.model.branch import Healed
from driftwatch.model.edit import Draft
from driftwatch.model.finding import Finding, Severity
from driftwatch.model.healing import Healing, ProviderHealing, Selection
from driftwatch.model.rehearsal import Rehearsal
from driftwatch.model.treatment import Treatment
from driftwatch.ports import Progress
from driftwatch.reports.commit_message import message
from driftwatch.reports.digest import count
from driftwatch.reports.patch import Changed, patch_of
from driftwatch.reports.rehearsal import conclusion
from driftwatch.wiring.healing import Patient


class Order(Struct, frozen=True):
    """What is to be done."""

    output: Path | None
    """Where a patch goes."""
    branch: NewBranch | None
    findings: Sequence[Finding]
    """What may be written in place."""


def tried(plan: Plan, treatment: Treatment, mask: Callable[[str], str]) -> Rehearsal:
    """The team's tests, without and with the healed mocks; ``mask`` hides credentials in what they print."""
    return rehearse(plan, [change.draft for change in treatment.changes], os.environ, mask)


def permitted(treatment: Treatment, *, yes: bool, is_asking: bool) -> list[Finding]:
    """The healed findings that may be written: all after a yes, none if tests break, else those that break nobody."""
    findings = _distinct(treatment.healing)
    if yes or not findings:
        return findings
    if treatment.rehearsal is not None and treatment.is_worse:
        return findings if is_asking and _asked(f"{conclusion(treatment.rehearsal)} Write all the same?") else []
    breaking = [finding for finding in findings if finding.severity is Severity.BREAKING]
    if breaking:
        question = f"{count(len(breaking), 'breaking finding')}: tests that pass now may fail. Write them as well?"
        if not (is_asking and _asked(question)):
            return [finding for finding in findings if finding not in breaking]
    return findings


def treat(patient: Patient, treatment: Treatment, order: Order, progress: Progress) -> Treatment:
    """Do what is ordered; nothing of it concerns what was not healed."""
    if order.output is not None:
        put(_patch(treatment).decode("utf-8"), order.output)
        treatment = replace(treatment, patch=str(order.output))
    if order.branch is not None:
        treatment = replace(treatment, branch=order.branch.commit(_commits(treatment)))
    if treatment.is_to_be_written:
        treatment = _write(patient, treatment, order.findings, progress)
    return treatment


def _write(patient: Patient, treatment: Treatment, findings: Sequence[Finding], progress: Progress) -> Treatment:
    everything = _distinct(treatment.healing)
    healing: Healing | None = treatment.healing
    if len(findings) < len(everything):
        names = tuple(finding.fingerprint for finding in findings)
        healing = patient.cure(progress, Selection(fingerprints=names)) if names else None
    if healing is None:
        return replace(treatment, withheld=tuple(everything))
    written, unsaved = patient.write(healing)
    held = {finding.fingerprint for finding in _distinct(healing)}
    withheld = tuple(finding for finding in everything if finding.fingerprint not in held)
    return replace(treatment, written=written, unsaved=unsaved, withheld=withheld)


def _patch(treatment: Treatment) -> bytes:
    return patch_of(
        Changed(one.place.path, one.draft.before, one.draft.after, one.place.mode) for one in treatment.changes
    )


def _commits(treatment: Treatment) -> list[Healed]:
    """One for each provider whose mocks change. Files that one finding changes together stay together."""
    findings = {change.draft.path: change.findings for change in treatment.changes}
    return [
        Healed(one.name, _groups(one.drafts, findings), partial(_message, one, findings))
        for one in treatment.healing.providers
        if one.drafts
    ]


def _groups(drafts: Sequence[Draft], findings: Mapping[str, Sequence[Finding]]) -> tuple[tuple[Draft, ...], ...]:
    groups: list[tuple[set[str], list[Draft]]] = []
    for draft in drafts:
        names = {finding.fingerprint for finding in findings[draft.path]}
        together = [group for group in groups if group[0] & names]
        groups = [group for group in groups if group not in together]
        members = [member for _, others in together for member in others]
        groups.append((names.union(*(others for others, _ in together)), [*members, draft]))
    return tuple(tuple(group) for _, group in groups)


def _message(provider: ProviderHealing, findings: Mapping[str, Sequence[Finding]], files: Collection[str]) -> str:
    """Of the findings of one provider those that these files put right."""
    told = {one.fingerprint for draft in provider.drafts if draft.file in files for one in findings[draft.path]}
    own = {one.finding.fingerprint: one.finding for one in provider.healed}
    return message(provider.name, [finding for name, finding in own.items() if name in told])


def _distinct(healing: Healing) -> list[Finding]:
    return list({one.finding.fingerprint: one.finding for one in healing.healed}.values())


def _asked(question: str) -> bool:
    return click.confirm(question, default=False, err=True)
