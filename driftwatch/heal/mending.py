"""Findings → what is to change in the answers of a mock. The smallest change that makes it true, and no words on how.

Each kind has a function that looks again at both sides: it changes what still parts, and leaves alone what does not.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from driftwatch.heal import heads, leaves, members, whole
from driftwatch.heal.answer import Answer
from driftwatch.heal.bench import Bench, NoEffectError, OnePlaceError, Pair, UnhealableError
from driftwatch.heal.kinds import KINDS
from driftwatch.heal.sites import is_body
from driftwatch.heal.tree import FixedError
from driftwatch.model.finding import Finding

_NOTHING: Final = "nothing in the mock's answer could be changed to that effect"
_FIXED: Final = "a template, or a credential that was scrubbed, stands there: mend it by hand"

InPair = Callable[[Finding, Pair, Bench], bool]
AtSite = leaves.Look
OfAnswers = Callable[[Finding, Sequence[Answer], Bench], bool]


def mend(finding: Finding, bench: Bench) -> None:
    """Change the answers on the bench so that the finding is answered. Raises ``UnhealableError``."""
    remedy = KINDS.get(finding.kind)
    if remedy is None or not remedy.is_healable:
        raise UnhealableError(remedy.words if remedy is not None else f"nobody knows how to heal {finding.kind}")
    try:
        # where nothing is held against items of one variant, they may be no variants at all
        is_changed = _changed(finding, bench) or (bench.by_variant and _changed(finding, without_variants(bench)))
        if not is_changed:
            raise NoEffectError(_NOTHING)
    except FixedError:
        raise UnhealableError(_FIXED) from None


def without_variants(bench: Bench) -> Bench:
    """The same bench, on which all items are held against all others."""
    return replace(bench, by_variant=False)


def _changed(finding: Finding, bench: Bench) -> bool:
    if finding.kind == "mock-hides-shape" and not finding.path and not any(pair.roots for pair in bench.pairs):
        return whole.hidden_body(finding, bench.answers, bench)
    if finding.kind in _OF_ANSWERS:
        return _OF_ANSWERS[finding.kind](finding, bench.answers, bench)
    if not is_body(finding.path):
        return False
    changed = [_in_pair(finding, pair, bench) for pair in bench.pairs]
    return any(changed)


def _in_pair(finding: Finding, pair: Pair, bench: Bench) -> bool:
    try:
        if finding.kind in _IN_PAIR:
            return _IN_PAIR[finding.kind](finding, pair, bench)
        look = _AT_SITE[finding.kind]
        changed = [look(finding, pair, bench, site) for site in bench.sites(pair, finding.path)]
        return any(changed)
    except OnePlaceError:
        if not members.shown(finding, pair, bench):
            raise
        return True


_AT_SITE: Final[Mapping[str, AtSite]] = {
    "cardinality-changed": leaves.type_changed,
    "claim-unobserved": leaves.word,
    "datetime-format-changed": leaves.text_format,
    "enum-value-added": leaves.new_word,
    "epoch-unit-changed": leaves.unit,
    "error-code-changed": leaves.word,
    "expectation-violated": leaves.pinned,
    "field-always-null": leaves.null,
    "format-changed": leaves.text_format,
    "int32-exceeded": leaves.large,
    "int53-exceeded": leaves.large,
    "integer-to-float": leaves.fraction,
    "mock-date-expired": leaves.expired,
    "mock-hides-shape": leaves.hidden,
    "null-unexpected": leaves.null,
    "ordering-changed": leaves.turned,
    "timezone-changed": leaves.zone,
    "type-changed": leaves.type_changed,
    "type-widened": leaves.type_widened,
    "value-drift": leaves.word,
}

_IN_PAIR: Final[Mapping[str, InPair]] = {
    "envelope-changed": members.envelope,
    "field-added": members.added,
    "field-missing": members.missing,
    "field-moved": members.moved,
    "field-optional": members.optional,
    "field-renamed": members.renamed,
    "map-key-format-changed": members.keys,
    "variant-unmocked": members.variant,
}

_OF_ANSWERS: Final[Mapping[str, OfAnswers]] = {
    "body-empty": whole.emptied,
    "cache-policy-changed": heads.value,
    "charset-changed": heads.value,
    "content-type-changed": heads.media_type,
    "error-not-reproduced": whole.status,
    "error-shape-changed": whole.error_shape,
    "error-status-changed": whole.status,
    "header-missing": heads.gone,
    "header-value-changed": heads.value,
    "redirect-introduced": whole.status,
    "status-changed": whole.status,
    "unverifiable": whole.unreadable,
}

MENDED: Final[Iterable[str]] = frozenset({*_AT_SITE, *_IN_PAIR, *_OF_ANSWERS})
"""The kinds for which there is a way."""
