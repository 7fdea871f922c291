"""The places of a mock that a finding means, each with the real values that stand for it.

Items of one variant stand for mocked items of that variant: what is missing of a card is no word on a bank transfer.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from driftwatch.heal.tree import Node
from driftwatch.model.shape import DISCRIMINATORS, ITEM, unescape

_LONGEST: Final = 128


class Site(Struct, frozen=True):
    """Mocked values that are compared together, and the real ones they are compared with."""

    nodes: tuple[Node, ...]
    reals: tuple[object, ...]

    @property
    def objects(self) -> tuple[Node, ...]:
        """Those of the mocked values that are objects."""
        return tuple(node for node in self.nodes if node.members is not None)

    @property
    def real_objects(self) -> tuple[dict[str, object], ...]:
        """Those of the real ones that are."""
        return tuple(real for real in self.reals if isinstance(real, dict))


def steps_of(path: str) -> tuple[str, ...]:
    """The steps of a finding's path: names as they are, and ``*`` for items."""
    return tuple(path.split("/")[1:])


def is_body(path: str) -> bool:
    """Whether a finding is about a place of the document."""
    return not path or path.startswith("/")


def above(path: str) -> tuple[str, str]:
    """The path of the object that a member belongs to, and the member's name."""
    parent, _, step = path.rpartition("/")
    return parent, unescape(step)


def sites(path: str, roots: Sequence[Node], documents: Sequence[object], *, by_variant: bool) -> tuple[Site, ...]:
    """The values at a path, those of each variant apart."""
    found = [Site(tuple(roots), tuple(documents))]
    for step in steps_of(path):
        found = [inner for site in found for inner in _below(site, step, by_variant=by_variant)]
    return tuple(site for site in found if site.nodes)


def _below(site: Site, step: str, *, by_variant: bool) -> Iterable[Site]:
    name = unescape(step)
    lists = [node.items for node in site.nodes if node.items is not None]
    is_named = any(name in (node.members or {}) for node in site.objects)  # a member may be called *
    if step != ITEM or (is_named and not lists):
        nodes = tuple(node.members[name] for node in site.objects if node.members is not None and name in node.members)
        return (Site(nodes, tuple(real[name] for real in site.real_objects if name in real)),)
    if lists:
        nodes = tuple(item for items in lists for item in items)
        reals = tuple(item for real in site.reals if isinstance(real, list) for item in real)
    else:  # a map: its values are as alike as items
        nodes = tuple(inner for node in site.objects for inner in (node.members or {}).values())
        reals = tuple(inner for real in site.real_objects for inner in real.values())
    return _by_variant(nodes, reals) if by_variant else (Site(nodes, reals),)


def _by_variant(nodes: Sequence[Node], reals: Sequence[object]) -> Iterator[Site]:
    values = [node.value for node in nodes]
    name = _discriminator(values, reals)
    if not name:
        yield Site(tuple(nodes), tuple(reals))
        return
    groups: dict[object, tuple[list[Node], list[object]]] = {}
    for node, value in zip(nodes, values, strict=True):
        groups.setdefault(_of(value, name), ([], []))[0].append(node)
    for real in reals:
        groups.setdefault(_of(real, name), ([], []))[1].append(real)
    for mine, theirs in groups.values():
        if mine and theirs:
            yield Site(tuple(mine), tuple(theirs))


def _discriminator(values: Sequence[object], reals: Sequence[object]) -> str:
    """The member by which all objects of both sides fall into variants; empty if there is none."""
    both = [one for one in (*values, *reals) if isinstance(one, dict)]
    for name in DISCRIMINATORS if values and reals else ():
        kinds = {one.get(name) if isinstance(one.get(name), str) else None for one in both}
        if None not in kinds and len(kinds) > 1 and all(len(str(kind)) <= _LONGEST for kind in kinds):
            return name
    return ""


def _of(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None
