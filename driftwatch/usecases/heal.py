"""Healing: look anew, mend what may be mended, rewrite, read it back, judge it again. The order of steps.

No answer of an earlier audit is kept, so healing begins with an audit of its own. ``examine`` is that audit and keeps
what the chosen findings rest on; ``cure`` asks nobody and may be called again for fewer of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.heal.plausible import Disguise
from driftwatch.model.finding import Finding
from driftwatch.model.healing import Healed, Healing, Left, ProviderHealing, Selection
from driftwatch.model.interaction import Interaction
from driftwatch.model.summary import ProviderSummary, Summary
from driftwatch.ports import Clock, MockRewriter, Prober, Progress
from driftwatch.usecases.assembly import assemble
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import take_share
from driftwatch.usecases.heal_gates import why_not
from driftwatch.usecases.heal_proof import requests_of
from driftwatch.usecases.heal_rounds import Press, Proven, prove
from driftwatch.usecases.heal_trial import Disguises, Goal, Treated, treat
from driftwatch.usecases.keeper import Keeper, Kept
from driftwatch.usecases.notebook import Notebook

EVERYTHING: Final = Selection()
_NO_EFFECT: Final = "nothing in the mock's answer could be changed to that effect"
_CROWDED: Final = "there is no room for all the answers at once: heal provider by provider, or file by file"
_NO_WAY_BACK: Final = "nobody can rewrite the mocks of this provider"


class Examined(Struct, frozen=True):
    """An audit's summary, and what it takes to heal what it found."""

    summary: Summary
    keeper: Keeper
    under_way: frozenset[str] = frozenset()
    """Providers of which one version is being replaced by another, as far as anybody tells."""


def heal(
    providers: Sequence[Provider], rewriters: Mapping[str, MockRewriter], prober: Prober, clock: Clock, run: Run,
    progress: Progress, selection: Selection = EVERYTHING, notebook: Notebook | None = None,
    disguises: Disguises = Disguise,
) -> Healing:  # fmt: skip
    """Audit these providers and mend what ``selection`` takes; ``rewriters`` are theirs, by name. Writes nothing.

    ``disguises`` makes, of a seed, what makes real values fit for a file.
    """
    examined = examine(providers, prober, clock, run, progress, selection, notebook)
    return cure(examined, rewriters, progress, selection, disguises)


def examine(
    providers: Sequence[Provider], prober: Prober, clock: Clock, run: Run, progress: Progress,
    selection: Selection = EVERYTHING, notebook: Notebook | None = None,
) -> Examined:  # fmt: skip
    """The audit that healing rests on. Its answers are held in memory for what ``selection`` takes."""
    keeper = Keeper(selection)
    share = take_share(providers, prober, clock, run, progress, notebook, keeper=keeper)
    under_way = {one.name for one in providers if one.instances is not None and one.instances.is_under_way()}
    return Examined(assemble([share], providers, run), keeper, frozenset(under_way))


def cure(
    examined: Examined, rewriters: Mapping[str, MockRewriter], progress: Progress, selection: Selection = EVERYTHING,
    disguises: Disguises = Disguise,
) -> Healing:  # fmt: skip
    """Mend what was examined, as far as ``selection`` takes it; nobody is asked."""
    wards = [_Ward.of(provider, examined, selection) for provider in examined.summary.providers]
    progress.planned(sum(2 * len(ward.goals) for ward in wards))
    healed: list[ProviderHealing] = []
    for ward in wards:
        earlier = tuple(draft for one in healed for draft in one.drafts)
        rewriter = rewriters.get(ward.provider.name)
        if rewriter is None:
            left = [*ward.left, *(Left(one, _NO_WAY_BACK) for _, goal in ward.goals for one in goal.chosen)]
            healed.append(ProviderHealing(ward.provider.name, (), (), tuple(sorted(left, key=_place))))
            continue
        judged = [result.interaction for result in ward.provider.results if result.verdict.is_answer]
        requests = requests_of(result.interaction for result in ward.provider.results)
        healed.append(_cured(ward, Press(rewriter, judged, requests, disguises, earlier, ward.kept), progress))
    return Healing(examined.summary, tuple(healed))


class _Ward(Struct, frozen=True):
    """One provider's findings, sorted."""

    provider: ProviderSummary
    goals: tuple[tuple[Kept, Goal], ...]
    left: tuple[Left, ...]
    kept: Mapping[int, Kept]
    """By identity of a mock: what its claim can be judged by."""

    @classmethod
    def of(cls, provider: ProviderSummary, examined: Examined, selection: Selection) -> "_Ward":
        """Sort out what may be healed, claim by claim."""
        kept_of = {id(mock): kept for kept in examined.keeper.all() for mock in kept.claim.interactions}
        chosen: dict[int, tuple[Kept, list[Finding]]] = {}
        left: list[Left] = []
        is_under_way = provider.name in examined.under_way
        for finding, mocks in _chosen(provider, selection):
            those = {id(kept.claim.interactions[0]): kept for mock in mocks if (kept := kept_of.get(id(mock)))}
            holders = [kept for kept in those.values() if _holds(kept, finding)]
            # mocks may be equal but for their place: they are healed together or not at all
            reasons = [why_not(finding, mocks, kept, is_under_way=is_under_way) for kept in holders or (None,)]
            if not holders and examined.keeper.is_crowded(mocks):
                reasons = [_CROWDED]
            if any(reasons):
                left.append(Left(finding, next(filter(None, reasons))))
            for kept in [] if any(reasons) else holders:
                chosen.setdefault(id(kept.claim.interactions[0]), (kept, []))[1].append(finding)
        goals = tuple((kept, Goal(tuple(findings), _known(kept))) for kept, findings in chosen.values())
        return cls(provider, goals, tuple(left), kept_of)


def _chosen(provider: ProviderSummary, selection: Selection) -> Iterator[tuple[Finding, list[Interaction]]]:
    """Each finding that is asked for, with the mocks whose results it is in."""
    found: dict[str, tuple[Finding, list[Interaction]]] = {}
    for result in provider.results:
        for finding in result.findings:
            found.setdefault(finding.fingerprint, (finding, []))[1].append(result.interaction)
    return ((finding, mocks) for finding, mocks in found.values() if selection.takes(finding))


def _holds(kept: Kept, finding: Finding) -> bool:
    """Whether the finding is one between the claim and its answers, and not one beside them."""
    return any(one.fingerprint == finding.fingerprint for look in kept.looks for one in look.findings)


def _known(kept: Kept) -> frozenset[str]:
    return frozenset(finding.fingerprint for look in kept.looks for finding in look.findings)


def _cured(ward: _Ward, press: Press, progress: Progress) -> ProviderHealing:
    treated: list[Treated] = []
    for kept, goal in ward.goals:
        treated.append(treat(kept, goal, press.disguises))
        progress.advanced()
    proven = prove(treated, press)
    for _ in ward.goals:
        progress.advanced()
    return ProviderHealing(
        ward.provider.name,
        proven.drafts,
        tuple(sorted(_healed(treated, proven), key=_place)),
        tuple(sorted([*ward.left, *_left(treated, proven)], key=_place)),
        proven.notes,
    )


def _healed(treated: Iterable[Treated], proven: Proven) -> Iterator[Healed]:
    """Each finding that is nowhere left, with all its mends: equal mocks have equal findings."""
    left = {one.finding.fingerprint for one in _left(treated, proven)}
    found: dict[str, Healed] = {}
    for number, one in enumerate(treated):
        for finding in one.goal.chosen:
            if finding.fingerprint not in left:
                before = found.get(finding.fingerprint, Healed(finding, ()))
                found[finding.fingerprint] = replace(before, mends=(*before.mends, *proven.mends[number]))
    yield from found.values()


def _left(treated: Iterable[Treated], proven: Proven) -> Iterator[Left]:
    told: dict[str, Left] = {}
    for number, one in enumerate(treated):
        reasons = list(one.left)
        if number not in proven.mends:
            reasons += [(finding, proven.refused.get(number, _NO_EFFECT)) for finding in one.goal.chosen]
        for finding, reason in reasons:
            told.setdefault(finding.fingerprint, Left(finding, reason))
    yield from told.values()


def _place(one: Healed | Left) -> tuple[object, ...]:
    finding = one.finding
    return (-finding.severity.rank, finding.origin, finding.path, finding.kind)
