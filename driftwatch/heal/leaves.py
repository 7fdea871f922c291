"""Values that change in their place: types, formats, moments, numbers, words.

What never comes as it is mocked is changed everywhere. What comes in other ways too is changed in one of several
places, so that the mock shows both; where there is only one place, one answer cannot show it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from driftwatch.heal.bench import Bench, OnePlaceError, Pair, UnhealableError, said
from driftwatch.heal.composing import family, is_blank, is_number, width
from driftwatch.heal.respelling import in_year, respelled
from driftwatch.heal.sites import Site, above
from driftwatch.heal.stand_ins import moments
from driftwatch.heal.tree import Node
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import MatcherKind

Look = Callable[[Finding, Pair, Bench, Site], bool]
"""Mend one site; whether anything changed."""

_SPELLINGS: Final = 100
"""Real values that are asked how they are spelled: every one for every mocked value would be too many."""
_ONE_PLACE: Final = "it comes in several ways, and the mock has one place for it; `driftwatch gaps` proposes a variant"
_STATED: Final = "its author said in a matcher what it may be: only they can say whether that still holds"


def type_changed(finding: Finding, _: Pair, bench: Bench, site: Site) -> bool:
    """No real value has the mocked type."""
    reals = [real for real in site.reals if real is not None]
    seen = {family(real) for real in reals}
    strange = [node for node in site.nodes if node.value is not None and family(node.value) not in seen]
    if strange and reals:
        _refit(strange, reals, finding.path, bench)
    return bool(strange and reals)


def _refit(nodes: Sequence[Node], reals: Sequence[object], path: str, bench: Bench) -> None:
    """The team's own values in the real spelling; where there is none for one, a real value in its place."""
    made: list[object] = []
    for node in nodes:
        kept = respelled(node.value, reals[:_SPELLINGS], above(path)[1])
        if kept is None:
            made = made or [bench.plausible(reals, path)]
            kept = bench.grafted(node.value, made[0])
        node.put(kept)


def type_widened(finding: Finding, _: Pair, bench: Bench, site: Site) -> bool:
    """Another type comes as well."""
    mocked, seen = {family(node.value) for node in site.nodes}, {family(real) for real in site.reals}
    others = [real for real in site.reals if real is not None and family(real) not in mocked]
    nodes = list(site.nodes)
    for kind in dict.fromkeys(map(family, others)):
        node = next((node for node in nodes if family(node.value) not in seen), None) or _one_of(nodes)
        node.put(bench.plausible([real for real in others if family(real) == kind], finding.path))
        nodes = [other for other in nodes if other is not node]
    return bool(others)


def _one_of(nodes: Sequence[Node]) -> Node:
    """The last of several places of one type, so that the others go on showing what is there."""
    counted = Counter(family(node.value) for node in nodes)
    several = [node for node in nodes if counted[family(node.value)] > 1]
    if not several:
        raise OnePlaceError(_ONE_PLACE)
    return several[-1]


def null(_: Finding, __: Pair, ___: Bench, site: Site) -> bool:
    """Null comes, or text without a sign where there was a moment or an identifier."""
    empty = [real for real in site.reals if real is None or is_blank(real)]
    if not empty:
        return False
    other = None if None in empty else empty[0]
    nodes = site.nodes if len(empty) == len(site.reals) else (_one_of(site.nodes),)
    for node in nodes:
        node.put(other)
    return True


def fraction(finding: Finding, _: Pair, bench: Bench, site: Site) -> bool:
    """Numbers with a fraction come where all mocked ones are whole."""
    broken = [real for real in site.reals if is_number(real) and width(real) == "fraction"]  # type: ignore[arg-type]
    return _set_last_number(finding, bench, site, broken)


def large(finding: Finding, _: Pair, bench: Bench, site: Site) -> bool:
    """Whole numbers come that take more room than the mocked ones."""
    numbers = [real for real in site.reals if isinstance(real, int | float) and not isinstance(real, bool)]
    whole = [int(real) for real in numbers if isinstance(real, int) or real.is_integer()]  # 1e20 is whole by its value
    return _set_last_number(finding, bench, site, sorted(whole, key=abs)[-1:])


def _set_last_number(finding: Finding, bench: Bench, site: Site, reals: Sequence[object]) -> bool:
    nodes = [node for node in site.nodes if is_number(node.value)]
    if nodes and reals:
        nodes[-1].put(bench.plausible(reals, finding.path))
    return bool(nodes and reals)


def text_format(finding: Finding, _: Pair, bench: Bench, site: Site) -> bool:
    """Text of another form comes than all mocked text has."""
    nodes = [node for node in site.nodes if isinstance(node.value, str) and not is_blank(node.value)]
    claimed = {bench.composer.classify(str(node.value)) for node in nodes}
    texts = [real for real in site.reals if isinstance(real, str) and not is_blank(real)]
    outside = [real for real in texts if bench.composer.classify(real) not in claimed]
    if not nodes or not outside:
        return False
    _refit(nodes if len(outside) == len(texts) else nodes[-1:], outside, finding.path, bench)
    return True


def zone(finding: Finding, _: Pair, bench: Bench, site: Site) -> bool:
    """Moments with an offset come where all mocked ones are in UTC."""
    nodes = [node for node in site.nodes if isinstance(node.value, str) and moments.read(node.value) is not None]
    offset = [real for real in site.reals if isinstance(real, str) and bench.composer.form(real).endswith("+")]
    for node in nodes[-1:] if offset else ():
        kept = respelled(node.value, offset[:1])
        node.put(bench.plausible(offset, finding.path) if kept is None else kept)
    return bool(nodes and offset)


def unit(finding: Finding, _: Pair, bench: Bench, site: Site) -> bool:
    """Moments are counted in another unit."""
    nodes = [node for node in site.nodes if is_number(node.value)]
    reals = [real for real in site.reals if is_number(real) and moments.read(real) is not None]
    if nodes and reals:
        _refit(nodes, reals, finding.path, bench)
    return bool(nodes and reals)


def expired(finding: Finding, _: Pair, bench: Bench, site: Site) -> bool:
    """The end of validity is past in the mock and to come in reality."""
    ends = [(moment, real) for real in site.reals if (moment := moments.read(real)) is not None]
    if not ends:
        return False
    latest = max(ends, key=lambda end: end[0])[1]
    for node in site.nodes:
        moved = in_year(node.value, latest)
        is_to_come = bench.now is None or _is_after(moved, bench)
        node.put(moved if moved is not None and is_to_come else bench.plausible([latest], finding.path))
    return bool(site.nodes)


def _is_after(value: object, bench: Bench) -> bool:
    moment = moments.read(value)
    return moment is not None and bench.now is not None and moment.timestamp() > bench.now.timestamp() + 86_400


def word(finding: Finding, _: Pair, bench: Bench, site: Site) -> bool:
    """A value that programs read: nothing but the real one is true."""
    seen = [real for real in site.reals if real is not None]
    if not seen:
        return False
    for node in site.nodes:
        if node.value not in seen:
            node.put(bench.exactly(seen[0], finding.path))
    return True


def new_word(finding: Finding, pair: Pair, bench: Bench, site: Site) -> bool:
    """A word that is not in a set that earlier audits know."""
    if said(pair, finding.path, MatcherKind.ENUM, MatcherKind.REGEX):
        raise UnhealableError(_STATED)
    mocked = [node.value for node in site.nodes]
    new = list(dict.fromkeys(real for real in site.reals if isinstance(real, str) and real not in mocked))
    nodes = list(site.nodes)
    for real in new:
        node = _one_of(nodes)
        node.put(bench.exactly(real, finding.path))
        nodes.remove(node)
    return bool(new)


def pinned(finding: Finding, pair: Pair, bench: Bench, site: Site) -> bool:
    """A value that is pinned by the example itself; what a matcher says beside it is not the answer's to change."""
    stated = [one for one in pair.matchers if one.path == finding.path and one.kind is MatcherKind.EXACT]
    if not stated or any(one.values for one in stated):
        raise UnhealableError(_STATED)
    return word(finding, pair, bench, site)


def turned(finding: Finding, pair: Pair, _: Bench, site: Site) -> bool:
    """A list in the other order."""
    if said(pair, finding.path, MatcherKind.ORDERED):
        raise UnhealableError(_STATED)
    lists = [node for node in site.nodes if node.items is not None]
    for node in lists:
        if node.holds_fixed:
            raise UnhealableError("a template writes some of its items")
        node.items = (node.items or [])[::-1]
    return bool(lists)


def hidden(finding: Finding, _: Pair, bench: Bench, site: Site) -> bool:
    """An empty place, where every real answer of its type has content; of several nulls one is enough."""
    is_null = all(node.value is None for node in site.nodes)  # beside other values null hides nothing
    empty = [node for node in site.nodes if is_null or node.value in ([], {})]
    changed = False
    for kind in dict.fromkeys(family(node.value) for node in empty):
        here = [node for node in empty if family(node.value) == kind]
        reals = [real for real in site.reals if kind == "null" or family(real) == kind]
        filled = [real for real in reals if real not in (None, [], {})]
        if filled and len(filled) < len(reals):
            if kind != "null":
                raise OnePlaceError(_ONE_PLACE)
            here = [_one_of(here)]
        for node in here if filled else ():
            node.put(bench.plausible(filled, finding.path))
            changed = True
    return changed
