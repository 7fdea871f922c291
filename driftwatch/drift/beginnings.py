"""With which rollout a finding began: the last one between two looks at its mock, of which only the later saw it.

That one came before the other is no proof. So nothing is said where the mock was never verified before, or says
something else since, or was looked at by another version of driftwatch, and nothing of a finding that no answer can
bring about.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.model.finding import Category, Finding
from driftwatch.model.history import History
from driftwatch.model.interaction import Interaction
from driftwatch.model.memory import Recollection, interaction_key, key_of
from driftwatch.model.rollout import Beginning, Rollout

_NOTHING: Final = History()


class Look(Struct, frozen=True):
    """When a mock was really compared in this run, and when before that."""

    provider: str
    before: datetime
    now: datetime


class Past(Struct, frozen=True):
    """What a run needs to know to say when a finding began. Of nothing, nothing is said."""

    looks: Mapping[str, Look] = field(default_factory=dict)
    """By ``interaction_key``, mocks that were compared before and now and said the same both times."""
    rollouts: tuple[Rollout, ...] = ()
    """Of the audited providers, the oldest first."""

    @classmethod
    def of(
        cls, interactions: Iterable[Interaction], before: Recollection, learnt: Mapping[str, History],
        claims: Mapping[str, str], rollouts: Iterable[Rollout],
    ) -> "Past":  # fmt: skip
        """Of a run's mocks, what was known ``before`` it and what it ``learnt``; all by ``interaction_key``."""
        looks = {}
        for interaction in interactions:
            key = key_of(interaction)
            then, now = before.histories.get(key, _NOTHING).verified_at, learnt.get(key, _NOTHING).verified_at
            is_as_it_was = key in claims and before.claims.get(key) == claims[key]
            if then is not None and now is not None and is_as_it_was:
                looks[key] = Look(interaction.provider, then, now)
        return cls(looks, tuple(sorted(rollouts, key=lambda one: one.at)))

    def beginning(self, finding: Finding, last_seen: datetime | None = None) -> Beginning | None:
        """When a finding began that this run sees and the one before did not; ``None`` if nobody can tell."""
        look = self._look(finding)
        if look is None or not _comes_of_answers(finding) or (last_seen is not None and last_seen >= look.before):
            return None
        return self.named(Beginning(look.before, look.now), finding.provider)

    def named(self, began: Beginning, provider: str) -> Beginning:
        """The same with its rollout, if one is known by now: somebody may tell of it late."""
        if began.rollout is not None:
            return began
        between = [one for one in self.rollouts if one.provider == provider and began.after < one.at <= began.before]
        if not between:
            return began
        last = between[-1]
        others = sum(not one.is_told_again(last) for one in between[:-1])
        return replace(began, rollout=last, others=others)

    def _look(self, finding: Finding) -> Look | None:
        """When its mock was looked at; for a finding about a whole service, when half of its mocks had been."""
        if finding.mock_id:
            return self.looks.get(
                interaction_key(finding.provider, finding.method, finding.path_template, finding.mock_id)
            )
        return _halfway(self.looks.values()).get(finding.provider)


NOTHING_KNOWN: Final = Past()
"""Without a memory, or without anybody who tells of rollouts."""


def _halfway(looks: Iterable[Look]) -> Mapping[str, Look]:
    by_provider = defaultdict(list)
    for look in looks:
        by_provider[look.provider].append(look)
    from statistics import median_low  # noqa: PLC0415 - loaded on demand: most runs find nothing that began

    return {
        name: Look(name, median_low(look.before for look in mine), median_low(look.now for look in mine))
        for name, mine in by_provider.items()
    }


def _comes_of_answers(finding: Finding) -> bool:
    """Whether another release can bring it about; what rests on the mock or the calendar alone begins without one."""
    kind = KINDS[finding.kind]
    return not (kind.is_static or kind.is_health or finding.category is Category.FRESHNESS)
