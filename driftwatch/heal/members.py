"""Members that come, go, change their names and places, and what is put around them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from driftwatch.heal.bench import Bench, OnePlaceError, Pair, UnhealableError
from driftwatch.heal.composing import names_below
from driftwatch.heal.sites import Site, above, steps_of
from driftwatch.heal.stand_ins.looks import is_key
from driftwatch.heal.tree import Node, planted
from driftwatch.model.finding import Finding
from driftwatch.model.likeness import ALIKE, jaccard, key_class
from driftwatch.model.shape import ITEM, escape, unescape

_SOMETIMES: Final = (
    "it is there only sometimes, and the mock has one place for it; `driftwatch gaps` proposes a variant"
)
Objects = tuple[dict[str, object], ...]


def missing(finding: Finding, pair: Pair, bench: Bench) -> bool:
    """A member that never comes is removed wherever the mock has it."""
    changed = False
    for site, name in _parents(finding, pair, bench):
        if site.real_objects and not any(name in real for real in site.real_objects):
            for node in site.objects:
                changed = node.remove(name) is not None or changed
    return changed


def _parents(finding: Finding, pair: Pair, bench: Bench) -> Iterator[tuple[Site, str]]:
    parent, name = above(finding.path)
    for site in bench.sites(pair, parent):
        yield site, name


def optional(finding: Finding, pair: Pair, bench: Bench) -> bool:
    """A member that comes only sometimes is removed from one of several objects."""
    changed = False
    for site, name in _parents(finding, pair, bench):
        absent = [place for place, real in enumerate(site.real_objects) if name not in real]
        holders = [node for node in site.objects if name in (node.members or {})]
        if not absent or len(absent) == len(site.real_objects) or not holders:
            continue
        if len(holders) < 2:
            raise OnePlaceError(_SOMETIMES)
        beside = [site.objects[place] for place in absent if place < len(site.objects)]
        node = next((one for one in reversed(holders) if any(one is other for other in beside)), holders[-1])
        node.remove(name)
        changed = True
    return changed


def added(finding: Finding, pair: Pair, bench: Bench) -> bool:
    """A new member is added where the real objects have it: everywhere, or in some of several."""
    changed = False
    for site, name in _parents(finding, pair, bench):
        reals = [real[name] for real in site.real_objects if name in real]
        lacking = [node for node in site.objects if name not in (node.members or {})]
        if not reals or len(lacking) < len(site.objects):
            continue
        _refuse_data(name)
        if len(reals) < len(site.real_objects):
            lacking = _some(lacking, [name in real for real in site.real_objects])
        _add(lacking, name, reals, site, finding.path, bench)
        changed = changed or bool(lacking)
    return changed


def _refuse_data(name: str) -> None:
    if is_key(name):
        raise UnhealableError("the service's name for it looks like data, and may be somebody's own: mend it by hand")


def _some(nodes: Sequence[Node], pattern: Sequence[bool]) -> list[Node]:
    """Those beside which a real object has the member; at least one, and not all."""
    if len(nodes) < 2:
        raise OnePlaceError(_SOMETIMES)
    chosen = [node for place, node in enumerate(nodes) if pattern[place % len(pattern)]]
    return chosen if 0 < len(chosen) < len(nodes) else [*nodes[:-1]]


def _add(nodes: Sequence[Node], name: str, reals: Sequence[object], site: Site, path: str, bench: Bench) -> None:
    """Several objects show together what one cannot: a null and a value, two types."""
    shown = bench.composer.items(reals) if len(nodes) > 1 else []
    values = shown if len(shown) > 1 else [bench.composer.one(reals)]
    after = _before(name, site.real_objects)
    for place, node in enumerate(nodes):
        node.add(name, bench.disguise.value(values[place % len(values)], path), after)


def _before(name: str, reals: Iterable[dict[str, object]]) -> list[str]:
    """The names that stand before it in a real object."""
    names = next(([*real] for real in reals if name in real), [])
    return names[: names.index(name)] if name in names else []


def renamed(finding: Finding, pair: Pair, bench: Bench) -> bool:
    """A member gets the name it has in reality."""
    new, changed = finding.detail, False
    for site, name in _parents(finding, pair, bench):
        if any(name in real for real in site.real_objects) or not any(new in real for real in site.real_objects):
            continue
        _refuse_data(new)
        for node in site.objects:
            if name in (node.members or {}) and new not in (node.members or {}):
                node.rename(name, new)
                changed = True
    if changed:
        target = f"{above(finding.path)[0]}/{escape(new)}"
        for answer in pair.answers:
            answer.renamed[finding.path] = target
    return changed


def moved(finding: Finding, pair: Pair, bench: Bench) -> bool:
    """A member is taken to where it stands in reality; its value goes with it."""
    target = finding.detail if finding.detail.startswith("/") else ""
    if target == above(finding.path)[0]:
        return _flatten(finding, pair, bench)
    old, new = steps_of(finding.path), steps_of(target)
    common = next((n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
    common = min(common, len(old) - 1, len(new) - 1)
    changed = False
    for site in bench.sites(pair, "".join(f"/{step}" for step in new[:common])):
        reals = site.real_objects
        for node in site.objects:
            changed = _move(node, old[common:], new[common:], reals, (target, bench)) or changed
    return changed


def _flatten(finding: Finding, pair: Pair, bench: Bench) -> bool:
    """All members of a lost object stand beside it in reality."""
    changed = False
    for site, name in _parents(finding, pair, bench):
        for node in site.objects:
            lost = (node.members or {}).get(name)
            if lost is None or lost.members is None:
                continue
            before = [*(node.members or {})]
            after = before[: before.index(name)]
            for inner, value in lost.members.items():
                node.add(inner, value, after)
                after = [*after, inner]
            node.remove(name)
            changed = True
    return changed


def _move(node: Node, old: Sequence[str], new: Sequence[str], reals: Objects, to: tuple[str, Bench]) -> bool:
    """Within one object: out of ``old``, into ``new``, with all that is around it there."""
    target, bench = to
    values = [*_taken(node, old)]
    nodes, theirs, number = [node], list[object](reals), 0
    while number < len(new) - 1 and any(_inside(one, new[number]) for one in nodes):
        nodes = [inner for one in nodes for inner in _inside(one, new[number])]
        theirs = [inner for real in theirs for inner in _inside_real(real, new[number])]
        number += 1
    name, rest = unescape(new[number]), [unescape(step) for step in new[number + 1 :]]
    objects = tuple(real for real in theirs if isinstance(real, dict))
    around = [real[name] for real in objects if name in real]
    lacking = [one for one in nodes if one.members is not None and name not in one.members]
    made = [one.members[name] for one in nodes if one.members is not None and name in one.members]
    if not rest and not lacking and values and made and all(one.home is None for one in made):
        for place, one in enumerate(made):  # what is around it was made for another member that moved there
            one.put(values[min(place, len(values) - 1)].value)
        return True
    if not values or not around:
        return False
    path = target if not rest else target.rsplit("/", len(rest))[0]
    for place, one in enumerate(lacking):
        value = values[min(place, len(values) - 1)]
        built = planted(bench.disguise.value(bench.composer.one(around), path)) if rest else value
        _fill(built, rest, [value])
        one.add(name, built if rest or place == 0 else value.value, _before(name, objects))
    return bool(lacking)


def _taken(node: Node, steps: Sequence[str]) -> Iterator[Node]:
    """Take the values at these steps out."""
    name = unescape(steps[0])
    if len(steps) == 1:
        found = node.remove(name)
        if found is not None:
            yield found
        return
    inside = (node.members or {}).get(name)
    below = [inside] if inside is not None else (node.items or [] if steps[0] == ITEM else [])
    for one in below:
        yield from _taken(one, steps[1:])


def _fill(built: Node, steps: Sequence[str], values: Sequence[Node]) -> None:
    """Put the values where these steps lead, the last one again where there are more places."""
    places = [built] if steps else []
    for step in steps[:-1]:
        places = [inner for place in places for inner in _inside(place, step)]
    for number, place in enumerate(places):
        if place.members is not None and steps and steps[-1] in place.members:
            place.members[steps[-1]].put(values[min(number, len(values) - 1)].value)


def _inside(node: Node, step: str) -> Sequence[Node]:
    name = unescape(step)
    if node.members is not None and name in node.members:
        return (node.members[name],)
    return node.items or () if step == ITEM else ()


def _inside_real(value: object, step: str) -> Sequence[object]:
    name = unescape(step)
    if isinstance(value, dict) and name in value:
        return (value[name],)
    return value if step == ITEM and isinstance(value, list) else ()


def envelope(finding: Finding, pair: Pair, bench: Bench) -> bool:
    """A list or an object is put into what is around it in reality, or taken out of it."""
    changed = False
    for site in bench.sites(pair, finding.path):
        are_lists = bool(site.reals) and all(isinstance(real, list) for real in site.reals)
        for node in site.nodes:
            if node.items is not None:
                names = {name for real in site.real_objects for name, one in real.items() if isinstance(one, list)}
                changed = _wrap(node, names, site.real_objects, finding.path, bench) or changed
            elif node.members is not None:
                changed = _turn(node, site.real_objects, finding.path, bench, are_lists=are_lists) or changed
    return changed


def _turn(node: Node, reals: Objects, path: str, bench: Bench, *, are_lists: bool) -> bool:
    """An object into its envelope, or what it holds out of it."""
    mine = node.members or {}
    if are_lists:
        return _unwrap(node, [name for name, inner in mine.items() if inner.items is not None])
    inside = [name for name, inner in mine.items() if any(_are_alike(inner.members, real) for real in reals)]
    around = {name for real in reals for name, one in real.items() if isinstance(one, dict) and _are_alike(mine, one)}
    return _unwrap(node, inside) or _wrap(node, around, reals, path, bench)


def _are_alike(names: Iterable[str] | None, others: Iterable[str]) -> bool:
    return names is not None and jaccard(names, others) >= ALIKE


def _unwrap(node: Node, names: Sequence[str]) -> bool:
    if len(names) != 1 or node.members is None:
        return False
    node.put(node.members[names[0]])
    return True


def _wrap(node: Node, names: Iterable[str], reals: Objects, path: str, bench: Bench) -> bool:
    """Put a value under the one name that the real objects have for it, with what stands beside it there."""
    known = set(names)
    built = planted(bench.disguise.value(bench.composer.one(reals), path)) if len(known) == 1 else Node()
    if built.members is None or not known <= built.members.keys():
        return False
    built.members[known.pop()] = Node(members=node.members, items=node.items)
    node.put(built)
    return True


def keys(finding: Finding, pair: Pair, bench: Bench) -> bool:
    """The keys of a map become keys of the real class."""
    changed = False
    for site in bench.sites(pair, finding.path):
        theirs = list(dict.fromkeys(name for real in site.real_objects for name in real))
        made = [str(bench.disguise.value(name, f"{finding.path}/{ITEM}")) for name in theirs]
        wanted = list(dict.fromkeys(made)) if key_class(made) == key_class(theirs) else []
        if theirs and not wanted:
            raise UnhealableError("no keys of that class can be made up, and the real ones may be somebody's own")
        for node in site.objects:
            mine = [*(node.members or {})]
            if len(wanted) < len(mine):
                raise UnhealableError(
                    "the mock's map has more keys than the real one; nobody can tell what they are now"
                )
            for old, new in zip(mine, wanted, strict=False):
                node.rename(old, new)
                changed = True
    return changed


def variant(finding: Finding, pair: Pair, bench: Bench) -> bool:
    """An item of a variant that the mock's list lacks is added to it."""
    parent, step = finding.path.rpartition("/")[::2]
    if step != ITEM:
        raise UnhealableError("one answer is of one variant; `driftwatch gaps` proposes another")
    for site in bench.sites(pair, parent):
        lists = [node for node in site.nodes if node.items is not None]
        items = [item for real in site.reals if isinstance(real, list) for item in real]
        new = [item for item in items if isinstance(item, dict) and finding.detail in item.values()]
        shown = bench.composer.items(new) if new and names_below(new) else []
        for item in shown if lists else ():
            lists[-1].append(bench.disguise.value(item, finding.path))
        if lists and shown:
            return True
    return False


def shown(finding: Finding, pair: Pair, bench: Bench) -> bool:
    """An item that shows what the mock's own do not is added to the list that is nearest around a place."""
    steps = steps_of(finding.path)
    inner = next((place for place in range(len(steps) - 1, -1, -1) if steps[place] == ITEM), None)
    if inner is None:
        return False
    inside = "".join(f"/{step}" for step in steps[inner + 1 :])
    for site in bench.sites(pair, "".join(f"/{step}" for step in steps[:inner])):
        lists = [node for node in site.nodes if node.items is not None]
        reals = [item for real in site.reals if isinstance(real, list) for item in real]
        mine = [item.value for node in lists for item in node.items or []]
        names = names_below([*mine, *reals])
        known = {fact for item in mine for fact in bench.composer.facts(item, names)}
        for item in reals:
            new = {place for place, word in bench.composer.facts(item, names) if (place, word) not in known}
            if any(_VARIANT.sub("", place) == inside for place in new) and lists:
                lists[-1].append(bench.disguise.value(item, "".join(f"/{step}" for step in steps[: inner + 1])))
                return True
    return False


_VARIANT: Final = re.compile(r"\[[^\]]*\]")
"""What ``Composer.facts`` puts behind a place to tell variants apart."""
