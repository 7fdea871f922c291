"""Random documents in random spellings, and random changes of them."""

import json
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import strategies as st
from msgspec import Struct

from driftwatch.mocks.rewriting.planned import Op
from driftwatch.model.edit import Change, Edit, Part, Step

NAMES = st.sampled_from(["a", "b", "id", "näme", "x/y", "a b", "on", "1", "-", "<k>", 'q"q', "it's", "#", "k: v", "~"])
TEXTS = st.one_of(
    st.text(st.sampled_from("ab é/\\\"'<>&:#-,{}[]|%@`!*\n\t\r\u20ac\u2028\U0001f600"), max_size=12),
    st.sampled_from(["", "no", "null", "1.10", "010", "12:30", " lead", "trail ", "word and word " * 9, "a\nb\n",
                     "\n\na\n", "2024-01-02", "=", "<<", "~", "- x", "? x", "k: v", "x #y", "{}", "\x07",
                     '{"a": 1, "b": [true]}']),
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.sampled_from([0.5, -1.25, 1e30, 100.0]), TEXTS
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
ROOTS = st.one_of(st.dictionaries(NAMES, VALUES, min_size=1, max_size=5), st.lists(VALUES, min_size=1, max_size=4))


class Manner(Struct, frozen=True):
    """How a JSON text is spelled."""

    indent: str | None
    newline: str = "\n"
    colon: str = ": "
    is_ascii: bool = False
    slash: bool = False
    comments: bool = False
    trailing: bool = False

    def spelled(self, value: object) -> str:
        """The value's text."""
        return "".join(self._tokens(value, ""))

    def _tokens(self, value: object, pad: str) -> Iterator[str]:
        if not isinstance(value, dict | list) or not value:
            yield self._scalar(value)
            return
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        deeper = pad + (self.indent or "")
        line = "" if self.indent is None else self.newline + deeper
        yield opening
        for position, one in enumerate(value):
            yield line if position == 0 else f",{self._note(position)}{line or ' '}"
            if isinstance(value, dict):
                yield self._scalar(one) + self.colon
                yield from self._tokens(value[one], deeper)
            else:
                yield from self._tokens(one, deeper)
        if self.trailing:
            yield ","
        yield (self._note(0) + self.newline + pad + closing) if self.indent is not None else closing

    def _note(self, position: int) -> str:
        return f" // note {position}, with a comma" if self.comments and self.indent is not None else ""

    def _scalar(self, value: object) -> str:
        text = json.dumps(value, ensure_ascii=self.is_ascii)
        return text.replace("/", "\\/") if self.slash and isinstance(value, str) else text


MANNERS = st.builds(
    Manner,
    indent=st.sampled_from([None, "  ", "\t", "    ", ""]),
    newline=st.sampled_from(["\n", "\r\n"]),
    colon=st.sampled_from([":", ": ", " : "]),
    is_ascii=st.booleans(),
    slash=st.booleans(),
)
LOOSE = st.builds(
    Manner,
    indent=st.sampled_from([None, "  ", "\t"]),
    newline=st.sampled_from(["\n", "\r\n"]),
    comments=st.booleans(),
    trailing=st.booleans(),
)


class _Plain(yaml.SafeDumper):
    """Without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Whatever ``data`` is."""
        return data is data


@st.composite
def yaml_texts(draw: st.DrawFn, value: object) -> str:
    """A value as PyYAML spells it, in one of its many ways."""
    text: str = yaml.dump(
        value,
        Dumper=_Plain,
        default_style=draw(st.sampled_from([None, None, None, "'", '"', "|", ">"])),
        default_flow_style=draw(st.sampled_from([False, False, None, True])),
        width=draw(st.sampled_from([20, 80, 10_000])),
        indent=draw(st.sampled_from([2, 4])),
        allow_unicode=draw(st.booleans()),
        sort_keys=False,
    )
    if draw(st.booleans()):
        text = "# head\n" + text + "# tail\n"
    return text.replace("\n", "\r\n") if draw(st.booleans()) and "\r" not in text else text


def paths(value: object, above: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], object]]:
    """Every place below a value."""
    inside: list[tuple[Step, object]] = []
    if isinstance(value, dict):
        inside = [(str(name), one) for name, one in value.items()]
    elif isinstance(value, list):
        inside = list(enumerate(value))
    for step, one in inside:
        yield (*above, step), one
        yield from paths(one, (*above, step))


@st.composite
def changes(draw: st.DrawFn, value: object) -> Edit:
    """One change that can be made of a document."""
    steps, _ = draw(st.sampled_from(list(paths(value))))
    container = value
    for step in steps[:-1]:
        container = container[step]  # type: ignore[index]
    new = json.dumps(draw(VALUES), ensure_ascii=False)
    kind = draw(st.sampled_from(list(Change)))
    if kind in (Change.SET, Change.REMOVE):
        return Edit(Part.BODY, kind, steps, value=new if kind is Change.SET else "")
    if isinstance(container, list):
        return Edit(Part.BODY, Change.ADD, (*steps[:-1], len(container)), value=new)
    assert isinstance(container, dict)
    name = draw(NAMES.filter(lambda one: one not in container) | st.just("brand new"))
    if kind is Change.RENAME:
        return Edit(Part.BODY, kind, steps, name=name)
    after = draw(st.sampled_from([None, *container]))
    return Edit(Part.BODY, Change.ADD, (*steps[:-1], name), value=new, after=after)


def as_op(edit: Edit) -> Op:
    """The same as an operation on a document."""
    return Op(edit.change, edit.steps, edit.value, edit.name, edit.after)


def is_lone(edits: list[Edit]) -> bool:
    """Whether no change is inside of what another one takes, and no two want the same."""
    taken = [edit.steps for edit in edits if edit.change is not Change.ADD]
    wanted = [(edit.steps[:-1], edit.name or edit.steps[-1]) for edit in edits if edit.change is not Change.REMOVE]
    names = [one for one in wanted if isinstance(one[1], str)]
    apart = all(one == other or one[: len(other)] != other for one in (e.steps for e in edits) for other in taken)
    is_added_in = [edit.steps for edit in edits if edit.change is Change.ADD]
    return apart and len(set(taken)) == len(taken) and len(set(map(str, names))) == len(names) and not any(
        steps[: len(above)] == above for steps in is_added_in for above in taken
    )  # fmt: skip
