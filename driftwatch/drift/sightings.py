"""What one run saw, as far as the lives of findings ask for it: which findings, and where nobody looked."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from driftwatch.drift.beginnings import Past
from driftwatch.drift.catalog import KINDS
from driftwatch.model.finding import Category, Finding
from driftwatch.model.memory import interaction_key, key_of
from driftwatch.model.summary import ProviderSummary, Summary
from driftwatch.model.suppression import Fate, Suppression

_MOST: Final = 0.5
"""The share of a service's interactions that speaks for the service, as in ``aggregation``."""


class Sightings(Struct, frozen=True):
    """One run, by the findings and interactions it is about."""

    providers: frozenset[str]
    """Those that were audited."""
    found: frozenset[str]
    """Those of which there are mocks."""
    counted: Mapping[str, Finding]
    """By fingerprint: findings of interactions that were really compared, and those that need no answer."""
    mixed: frozenset[str]
    """By ``interaction_key``: mocks that two versions of the service answer; all else about them waits."""
    looked_at: Mapping[str, bool]
    """By ``interaction_key``: whether all mocks of that name were really compared; what is not there was not read."""
    well: frozenset[str]
    """Providers of which most interactions were really compared."""
    unread: frozenset[str]
    """Files with something in them that could not be read."""
    suppressions: Mapping[str, Suppression]
    """By fingerprint, what hides it; of several the one that ends last."""
    claims: Mapping[str, str]
    past: Past

    @classmethod
    def of(cls, summary: Summary, claims: Mapping[str, str], past: Past) -> "Sightings":
        """Look through a summary once. ``claims`` are digests of what mocks say, by ``interaction_key``."""
        counted: dict[str, Finding] = {}
        looked_at: dict[str, bool] = {}
        mixed = {_key(finding) for result in summary.results for finding in result.findings if _is_mix(finding)}
        for result in summary.results:
            key = key_of(result.interaction)
            looked_at[key] = looked_at.get(key, True) and result.verdict.is_answer
            for finding in result.findings:
                waits = _key(finding) in mixed and not _is_mix(finding)
                if _needs_no_answer(finding) or (result.verdict.is_answer and not waits):
                    counted[finding.fingerprint] = finding
        return cls(
            providers=frozenset(provider.name for provider in summary.providers),
            found=frozenset(provider.name for provider in summary.providers if provider.results),
            counted=counted,
            mixed=frozenset(mixed),
            looked_at=looked_at,
            well=frozenset(provider.name for provider in summary.providers if _is_well(provider)),
            unread=frozenset(each.file for each in summary.unreadable),
            suppressions=_hiding(summary),
            claims=claims,
            past=past,
        )

    def is_looked_at(self, finding: Finding) -> bool:
        """Whether this run would have seen it, if it still were so."""
        if not finding.mock_id:
            return finding.provider in self.well
        key = _key(finding)
        if key in self.mixed and not _is_mix(finding) and not KINDS[finding.kind].is_static:
            return False  # which version stays is not known yet
        return self.looked_at.get(key, False) or (KINDS[finding.kind].is_static and key in self.looked_at)

    def is_deleted(self, finding: Finding) -> bool:
        """Whether its mock is gone. Nobody knows where a file cannot be read, or where no mock was found at all.

        A folder that is empty all of a sudden is a mount that failed more often than a team without mocks.
        """
        is_known = finding.provider in self.found and finding.origin.file not in self.unread
        return bool(finding.mock_id) and is_known and _key(finding) not in self.looked_at

    def hidden(self, finding: Finding) -> Suppression | None:
        """What hides it in this run."""
        return self.suppressions.get(finding.fingerprint) if finding.is_suppressed else None

    def claim(self, finding: Finding) -> str:
        """Digest of what its mock says in this run; empty for a finding about a whole service."""
        return self.claims.get(_key(finding), "")


def _key(finding: Finding) -> str:
    return interaction_key(finding.provider, finding.method, finding.path_template, finding.mock_id)


def _is_mix(finding: Finding) -> bool:
    """Whether it says that two versions answer."""
    return finding.category is Category.ROLLOUT


def _needs_no_answer(finding: Finding) -> bool:
    kind = KINDS[finding.kind]
    return kind.is_health or kind.is_static


def _is_well(provider: ProviderSummary) -> bool:
    asked = [result for result in provider.results if result.samples or result.verdict.is_failure_to_check]
    return bool(asked) and sum(result.verdict.is_answer for result in asked) >= _MOST * len(asked)


def _hiding(summary: Summary) -> dict[str, Suppression]:
    hiding: dict[str, Suppression] = {}
    applied = (each for each in summary.suppressions if each.fate is Fate.APPLIED)
    for reviewed in sorted(applied, key=lambda each: each.suppression.until):
        hiding |= dict.fromkeys(reviewed.findings, reviewed.suppression)
    return hiding
