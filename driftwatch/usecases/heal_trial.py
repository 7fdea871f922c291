"""Mending on trial: what a claim would say, judged by the same answers, before any file is touched.

Findings are mended together. What is left or new afterwards is mended in a further round; if that does not end, the
finding to blame is taken out and all is tried again without it.
"""

import dataclasses
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.drift.content import charset, essence, is_json
from driftwatch.drift.difference import Comparison
from driftwatch.drift.judge import judge
from driftwatch.heal.answer import NONE, Answer
from driftwatch.heal.bench import Bench, Disguise, NoEffectError, Pair, UnhealableError
from driftwatch.heal.composing import Composer
from driftwatch.heal.mending import mend
from driftwatch.heal.whole import why_not_toward
from driftwatch.model.edit import Mend, digest_of
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Expectation, as_asked
from driftwatch.model.probe import Observation
from driftwatch.shapes.decode import decode
from driftwatch.shapes.formats import classify
from driftwatch.usecases.judgement import compare
from driftwatch.usecases.keeper import Kept, Look

ROUNDS: Final = 4
_TRIES: Final = 60
_TOO_MUCH: Final = "too much of the mock would have to change at once: record it anew, or heal it kind by kind"
_COMPOSER: Final = Composer(classify)
Disguises = Callable[[str], Disguise]
"""Makes the disguise that belongs to a seed."""


class Goal(Struct, frozen=True):
    """What mending a claim is to come to."""

    chosen: tuple[Finding, ...]
    known: frozenset[str]
    """Fingerprints of all that was found of the claim before: of these, what was not chosen may stay."""

    @property
    def wanted(self) -> frozenset[str]:
        """Fingerprints of what was chosen."""
        return frozenset(finding.fingerprint for finding in self.chosen)

    def without(self, fingerprints: Container[str]) -> "Goal":
        """The same, less ambitious."""
        return Goal(tuple(one for one in self.chosen if one.fingerprint not in fingerprints), self.known)

    def is_against(self, finding: Finding) -> bool:
        """Whether a finding of the mended claim must not be: it was to be healed, or it is new."""
        return finding.fingerprint in self.wanted or finding.fingerprint not in self.known


class Treated(Struct, frozen=True):
    """A claim after mending on trial."""

    kept: Kept
    goal: Goal
    """What was reached."""
    claim: Claim
    """As it would be."""
    mends: tuple[Mend, ...]
    left: tuple[tuple[Finding, str], ...] = ()
    """What was not, and why."""


class _FailureError(Exception):
    """An attempt failed: why, by the chosen findings that are to blame."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(*reasons.values())
        self.reasons = reasons


def treat(kept: Kept, goal: Goal, disguises: Disguises) -> Treated:
    """Mend as many of the chosen findings as can be, judged by the answers that were kept."""
    left: list[tuple[Finding, str]] = []
    for _ in range(_TRIES):
        try:
            answers = _attempt(kept, goal, disguises)
        except _FailureError as failure:
            left += [(one, why) for one in goal.chosen if (why := failure.reasons.get(one.fingerprint)) is not None]
            goal = goal.without(failure.reasons)
            continue
        mends = tuple(_mends(kept.claim, goal, answers))
        return Treated(kept, goal, _changed(kept.claim, answers), mends, tuple(left))
    left += [(one, _TOO_MUCH) for one in goal.chosen]
    return Treated(kept, goal.without(goal.wanted), kept.claim, (), tuple(left))


def found_in(claim: Claim, look: Look) -> tuple[Finding, ...]:
    """What is found of a claim, changed or not, by answers that are there already."""
    return judge(_compared(claim, look), look.policy)


def _compared(claim: Claim, look: Look) -> Comparison:
    return compare(as_asked(claim, look.asked), look.samples, look.context)


def _attempt(kept: Kept, goal: Goal, disguises: Disguises) -> list[list[Answer]]:
    """Mend all that is chosen; the answers of each interaction. Raises ``_FailureError`` if it cannot be done."""
    if not goal.chosen:
        return [[_answer(variant) for variant in one.variants] for one in kept.claim.interactions]
    first = kept.claim.interactions[0]
    disguise = disguises(f"{first.provider}\0{first.mock_id}")
    answers = [[_answer(variant) for variant in one.variants] for one in kept.claim.interactions]
    pending: Mapping[int, Sequence[Finding]] = {
        number: [one for one in look.findings if one.fingerprint in goal.wanted]
        for number, look in enumerate(kept.looks)
    }
    seen: set[str] = set()
    idle: dict[str, str] = {}
    claim = kept.claim
    for _ in range(ROUNDS):
        for number, look in enumerate(kept.looks):
            bench = _bench(claim, answers, look, disguise)
            failed = dict(_failed(pending[number], bench, goal, seen, idle))
            if failed:
                raise _FailureError(failed)
        claim = _changed(kept.claim, answers)
        pending = {
            number: [one for one in found_in(claim, look) if goal.is_against(one)]
            for number, look in enumerate(kept.looks)
        }
        if not any(pending.values()):
            return answers
        stuck = [one for some in pending.values() for one in some if one.fingerprint in idle]
        if stuck:
            raise _FailureError({_to_blame(one, goal): _why(one, goal, idle[one.fingerprint]) for one in stuck})
        idle.clear()
    remaining = next(one for some in pending.values() for one in some)
    raise _FailureError({_to_blame(remaining, goal): _not_silent(remaining, goal)})


def _failed(
    findings: Iterable[Finding], bench: Bench, goal: Goal, seen: set[str], idle: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Mend these; whom to blame for what cannot be mended, and why it cannot. What was ``seen`` is tried otherwise.

    Where nothing is to be done, another mend may have done it already: ``idle`` tells until that is judged.
    """
    for finding in findings:
        is_again = finding.fingerprint in seen
        seen.add(finding.fingerprint)
        try:
            mend(finding, replace(bench, by_variant=not is_again))
        except NoEffectError as error:
            idle[finding.fingerprint] = error.reason
        except (UnhealableError, ValueError, RecursionError) as error:
            reason = error.reason if isinstance(error, UnhealableError) else "the answer is nested too deeply"
            yield _to_blame(finding, goal), _why(finding, goal, reason)


def _why(finding: Finding, goal: Goal, reason: str) -> str:
    """The reason, where it was to be healed; of one that is new only its place matters to whoever chose others."""
    return reason if finding.fingerprint in goal.wanted else _not_silent(finding, goal)


def _not_silent(remaining: Finding, goal: Goal) -> str:
    if remaining.fingerprint in goal.wanted:
        return "whatever one answer says here, the real answers part from it; `driftwatch gaps` proposes variants"
    place = f" at {remaining.path}" if remaining.path else ""
    return f"the mended mock would part from the service in another way: {remaining.kind}{place}"


def _to_blame(remaining: Finding, goal: Goal) -> str:
    """The chosen finding that is nearest to what is wrong: its fingerprint."""
    nearest = max(goal.chosen, key=lambda one: (one.fingerprint == remaining.fingerprint, _nearness(one, remaining)))
    return nearest.fingerprint


def _nearness(one: Finding, other: Finding) -> int:
    mine = [one.path, one.detail] if one.detail.startswith("/") else [one.path]
    return max(_common(path.split("/"), other.path.split("/")) for path in mine)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _answer(variant: Expectation) -> Answer:
    return Answer.of(variant, _document(variant.body or b"", variant.header("content-type")))


def _document(body: bytes, content_type: str | None) -> object:
    """What a body decodes to, where it is or may be JSON."""
    media_type = essence(content_type)
    if not body.strip() or (media_type and not is_json(media_type)):
        return NONE
    decoded = decode(body, charset(content_type))
    is_document = not decoded.problem and (media_type or isinstance(decoded.value, dict | list))
    return decoded.value if is_document else NONE


def _opened(sample: Observation) -> object:
    return NONE if sample.is_truncated else _document(sample.body, sample.header("content-type"))


def _changed(claim: Claim, answers: Sequence[Sequence[Answer]]) -> Claim:
    return Claim(
        tuple(
            dataclasses.replace(one, variants=tuple(answer.expectation() for answer in mine))
            for one, mine in zip(claim.interactions, answers, strict=True)
        )
    )


def _bench(claim: Claim, answers: Sequence[Sequence[Answer]], look: Look, disguise: Disguise) -> Bench:
    flat = [answer for mine in answers for answer in mine]
    by_variant_of: dict[int, list[Answer]] = {}
    for variant, answer in zip(claim.variants, flat, strict=True):
        by_variant_of.setdefault(id(variant), []).append(answer)
    comparison = _compared(claim, look)
    statuses = tuple(dict.fromkeys(variant.status for variant in claim.variants))
    pairs = tuple(
        Pair(tuple(_those(sides.pair.variants, by_variant_of)), sides.delivered_by, sides.deliveries)
        for sides in comparison.sides
    )
    usable = tuple(one for one in look.samples if one.failure is None and not why_not_toward(one.status, statuses))
    return Bench(
        pairs, tuple(flat), usable or look.samples, _COMPOSER, disguise, _opened, statuses,
        look.context.now, look.context.base_path,
    )  # fmt: skip


def _those(variants: Iterable[Expectation], answers: Mapping[int, list[Answer]]) -> Iterator[Answer]:
    yield from {id(one): one for variant in variants for one in answers.get(id(variant), ())}.values()


def _mends(claim: Claim, goal: Goal, answers: Sequence[Sequence[Answer]]) -> Iterator[Mend]:
    for interaction, mine in zip(claim.interactions, answers, strict=True):
        for number, answer in enumerate(mine):
            if edits := answer.edits():
                yield Mend(
                    interaction.provider, interaction.origin, interaction.format, interaction.mock_id, number, edits,
                    tuple(sorted(goal.wanted)), digest_of(interaction.variants[number]),
                )  # fmt: skip
