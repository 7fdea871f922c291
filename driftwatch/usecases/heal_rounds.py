"""One provider's mends into drafts, and the proof: what was rewritten is read back and judged by the same answers.

All of a provider's files are rewritten and read together. What is not silent then is mended once more; what never
falls silent is left out, and the others are rewritten without it.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.edit import Draft, Mend, Rewritten
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Interaction
from driftwatch.ports import MockRewriter
from driftwatch.usecases.heal_proof import Now, Requests, is_no_worse, is_same, reread
from driftwatch.usecases.heal_trial import ROUNDS, Disguises, Goal, Treated, found_in, treat
from driftwatch.usecases.keeper import Kept

_LOST: Final = "the mock cannot be found any more in what was rewritten"
_OTHERS: Final = "the change would change {other} as well"
_REQUESTS: Final = "the change would change which requests the mock answers"
_UNPROVEN: Final = "it cannot be proved that the rewritten files are true"
_RESTARTS: Final = 12
_MANY: Final = 16
"""Findings of one claim, or claims of one file, that are tried one by one."""


class Proven(Struct, frozen=True):
    """What came of one provider's mends."""

    drafts: tuple[Draft, ...]
    mends: Mapping[int, tuple[Mend, ...]]
    """Of the claims that are in the drafts, by their place among those given."""
    refused: Mapping[int, str]
    """Why each of the others is left out."""
    notes: tuple[str, ...] = ()


class _Attempt(Struct):
    """One try at all that is not refused yet."""

    mends: dict[int, tuple[Mend, ...]]
    refused: dict[int, str] = field(default_factory=dict)
    unspelled: dict[int, str] = field(default_factory=dict)
    """Those that a format has no words for, and why."""
    drafts: tuple[Draft, ...] = ()
    notes: tuple[str, ...] = ()


class Press(Struct, frozen=True):
    """What it takes to turn mends into files."""

    rewriter: MockRewriter
    judged: Sequence[Interaction]
    """All the provider's mocks that were compared with answers, as the audit read them."""
    requests: Requests
    """Which requests all of its mocks answer."""
    disguises: Disguises
    earlier: tuple[Draft, ...] = ()
    """Of other providers: two may have a file in common."""
    kept: Mapping[int, Kept] = field(default_factory=dict)
    """By identity of a mock: what its claim can be judged by, be it mended or not."""


def prove(treated: list[Treated], press: Press) -> Proven:
    """Rewrite what was treated, and judge it as it is read back.

    Of a claim that cannot be spelled in its files, ``treated`` is reduced to what can be.
    """
    refused: dict[int, str] = {}
    tried: set[int] = set()
    for _ in range(_RESTARTS):
        numbers = [number for number, one in enumerate(treated) if one.mends and number not in refused]
        if not numbers:
            return Proven((), {}, refused)
        attempt = _try({number: treated[number] for number in numbers}, press)
        if not attempt.refused:
            return Proven(attempt.drafts, attempt.mends, refused, attempt.notes)
        for number, reason in attempt.refused.items():
            if number in attempt.unspelled and number not in tried and len(treated[number].goal.chosen) > 1:
                treated[number] = _reduced(treated[number], press)
                tried.add(number)
            else:
                refused[number] = reason
    return Proven((), {}, dict.fromkeys(range(len(treated)), _UNPROVEN) | refused)


def _try(treated: Mapping[int, Treated], press: Press) -> _Attempt:
    attempt = _Attempt({number: one.mends for number, one in treated.items()})
    pending: Mapping[int, tuple[Mend, ...]] = attempt.mends
    for _ in range(ROUNDS):
        mends = [mend for some in pending.values() for mend in some]
        rewritten = _rewritten(mends, attempt.drafts, press)
        for unwritten in rewritten.unwritten:
            told = {number: unwritten.reason for number, some in pending.items() if unwritten.mend in some}
            attempt.unspelled |= told
        attempt.drafts, attempt.notes = rewritten.drafts, tuple(dict.fromkeys((*attempt.notes, *rewritten.notes)))
        if attempt.unspelled and not any(draft.is_change for draft in attempt.drafts):
            attempt.refused = dict(attempt.unspelled)
            return attempt
        now = _read(attempt.drafts, press)
        again = _judge(treated, now, attempt, press)
        if attempt.refused or not again:
            return attempt
        pending = again
        for number, more in again.items():
            attempt.mends[number] = (*attempt.mends[number], *more)
    attempt.refused = dict.fromkeys(pending, _UNPROVEN)
    return attempt


def _rewritten(mends: Sequence[Mend], drafts: tuple[Draft, ...], press: Press) -> Rewritten:
    """The files with these mends; where another provider has drafts of them, with what these change too."""
    rewritten = press.rewriter.rewrite(mends, drafts)
    files = {draft.path for draft in rewritten.drafts}
    shared = () if drafts else tuple(draft for draft in press.earlier if draft.path in files)
    return press.rewriter.rewrite(mends, shared) if shared else rewritten


def _reduced(one: Treated, press: Press) -> Treated:
    """The claim with those of its findings alone whose mends can be spelled in its files."""
    chosen: tuple[Finding, ...] = ()
    best = Treated(one.kept, Goal((), one.goal.known), one.kept.claim, (), one.left)
    for finding in one.goal.chosen[:_MANY]:
        tried = treat(one.kept, Goal((*chosen, finding), one.goal.known), press.disguises)
        if tried.left:
            continue
        unwritten = _rewritten(tried.mends, (), press).unwritten
        if unwritten:
            best = replace(best, left=(*best.left, (finding, unwritten[0].reason)))
        else:
            chosen = (*chosen, finding)
            best = replace(tried, left=best.left)
    told = {finding.fingerprint for finding, _ in best.left} | best.goal.wanted
    silent = [(finding, _UNPROVEN) for finding in one.goal.chosen if finding.fingerprint not in told]
    return replace(best, left=(*best.left, *silent))


def _judge(treated: Mapping[int, Treated], now: Now, attempt: _Attempt, press: Press) -> dict[int, tuple[Mend, ...]]:
    """What is still to be mended of each claim; what cannot be is refused in the attempt."""
    again: dict[int, tuple[Mend, ...]] = {}
    for number, one in treated.items():
        claim = reread(one.kept.claim, now)
        if claim is None:
            attempt.refused[number] = _LOST
            continue
        against = [[found for found in found_in(claim, look) if one.goal.is_against(found)] for look in one.kept.looks]
        if not any(against):
            continue  # perhaps by what another mock of the same place was mended with
        if number in attempt.unspelled:
            attempt.refused[number] = attempt.unspelled[number]
            continue
        more = _once_more(one, claim, against, press.disguises)
        if more is None:
            worst = next(found for some in against for found in some)
            attempt.refused[number] = _still(worst, one.goal)
        else:
            again[number] = more
    if not again and not attempt.refused:
        attempt.refused |= _beside(treated, now, attempt.mends, press)
    return again


def _once_more(
    one: Treated, claim: Claim, against: Sequence[Sequence[Finding]], disguises: Disguises
) -> tuple[Mend, ...] | None:
    """The mends of a further round; ``None`` if there is no way."""
    looks = tuple(replace(look, findings=tuple(found)) for look, found in zip(one.kept.looks, against, strict=True))
    chosen = tuple({found.fingerprint: found for some in against for found in some}.values())
    goal = Goal(chosen, one.goal.known - one.goal.wanted)
    result = treat(Kept(claim, looks), goal, disguises)
    return result.mends if result.mends and not result.left else None


def _still(found: Finding, goal: Goal) -> str:
    place = f" at {found.path}" if found.path else ""
    if found.fingerprint in goal.wanted:
        return f"read back, the mock still has {found.kind}{place}"
    return f"read back, the mock would part from the service in another way: {found.kind}{place}"


def _beside(
    treated: Mapping[int, Treated], now: Now, mends: Mapping[int, Sequence[Mend]], press: Press
) -> Iterator[tuple[int, str]]:
    """Claims whose change changes more than their own answers: other mocks that nobody judged, or requests."""
    meant = {id(mock) for one in treated.values() for mock in one.kept.claim.interactions}
    for mock in press.judged:
        if id(mock) not in meant and _is_worse(mock, now, press):
            files = {mock.origin.file, *(variant.body_file for variant in mock.variants)}
            alone = partial(_is_worse, mock, press=press)
            yield from ((n, _OTHERS.format(other=mock.origin)) for n in _to_blame(files, alone, treated, mends, press))
    for file in {mend.origin.file for some in mends.values() for mend in some}:
        if _asks_otherwise(file, now, press):
            alone = partial(_asks_otherwise, file, press=press)
            yield from ((number, _REQUESTS) for number in _to_blame({file}, alone, treated, mends, press))


def _is_worse(mock: Interaction, now: Now, press: Press) -> bool:
    """Whether a mock that nobody mended answers otherwise, and its own evidence does not speak for that."""
    new = now.of_mock(mock)
    return new is None or not (is_same(mock, new) or is_no_worse(press.kept.get(id(mock)), now))


def _asks_otherwise(file: str, now: Now, press: Press) -> bool:
    return press.requests.get(file) != now.requests.get(file)


def _to_blame(
    files: Container[str], is_wrong: Callable[[Now], bool], treated: Mapping[int, Treated],
    mends: Mapping[int, Sequence[Mend]], press: Press,
) -> Sequence[int]:  # fmt: skip
    """Of the claims with mends in these files, those whose mends alone go wrong; all of them if none does."""
    near = [n for n, some in mends.items() if any(mend.origin.file in files for mend in some)] or [*mends]
    if len(near) > _MANY:
        return near
    return [n for n in near if is_wrong(_read(_rewritten(treated[n].mends, (), press).drafts, press))] or near


def _read(drafts: Sequence[Draft], press: Press) -> Now:
    return Now.of(press.rewriter.read(drafts))
