"""What Imposter puts in while it reads a config: ``${env.NAME}`` and ``${var.name}``, anywhere, also for numbers.

The environment is filled in first, so that a variable may hold ``${env.NAME}``; each may have a default after ``:-``.
A variable that is not defined stays as it is written. Which environment the mock server has is not in the file: what
has no default there is looked up in the team's own ``variables``, and stays as it is written if it is not there.
"""

import re
from collections.abc import Mapping
from typing import Final

from driftwatch.mocks.limits import MIB
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.nodes import Kind, Node

_NAME: Final = r"([A-Za-z0-9_.-]{1,200})"
_DEFAULT: Final = r"(?::-((?:[^}$]|\$(?!\{)){1,5000}))?"
"""It ends before the next placeholder, so that looking for its end costs no more than its length."""
_ENVIRONMENT: Final = re.compile(rf"\$\{{env\.{_NAME}{_DEFAULT}\}}")
_VARIABLE: Final = re.compile(rf"\$\{{var\.{_NAME}{_DEFAULT}\}}")
_OPEN: Final = re.compile(rf"\$\{{(env|var)\.{_NAME}\}}")
_MOST: Final = 16 * MIB
"""Characters put in for placeholders in one config; a short file could name a long variable very often."""


def open_placeholder(text: str) -> str:
    """Why a text is not known: the first placeholder that nobody has a value for; empty if there is none."""
    found = _OPEN.search(text) if "${" in text else None
    if found is None:
        return ""
    kind, name = found.groups()
    what = "environment variable" if kind == "env" else "variable"
    return f"the {what} `{name}` has no value; give it one in `variables`"


class Placeholders:
    """The values of one config."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """``variables`` are the team's own."""
        self._environment = variables
        self._variables: Mapping[str, str] = {}
        self._left = _MOST

    def define(self, variables: Mapping[str, str]) -> None:
        """Take in the config's own ``vars``, already filled from the environment."""
        self._variables = variables

    def fill(self, text: str) -> str:
        """A text with what is known put in."""
        if "${" not in text:
            return text
        text = _ENVIRONMENT.sub(lambda match: self._value(match, self._environment), text)
        return _VARIABLE.sub(lambda match: self._value(match, self._variables), text)

    def _value(self, match: re.Match[str], known: Mapping[str, str]) -> str:
        name, default = match.groups()
        value = known.get(name) or default
        if value is None:
            return match.group()
        self._left -= len(value)
        if self._left < 0:
            raise Refusal(f"the variables of the config expand to more than {_MOST:,} characters")
        return value


class Texts:
    """A config as Imposter reads it: every scalar as the text it is written as, with the placeholders filled."""

    def __init__(self, document: Document) -> None:
        self._placeholders = Placeholders(document.options.variables)
        self._root = document.node
        self._containers: dict[int, object] = {}

    def value(self) -> object:
        """Objects, lists, text and ``None``."""
        variables = self._root.step("vars")
        if variables is not None and variables.kind is Kind.OBJECT:
            self._placeholders.define(
                {name.text: self._placeholders.fill(value.text) for name, value in variables.members}
            )
        return self._of(self._root)

    def _of(self, node: Node) -> object:
        match node.kind:
            case Kind.NULL:
                return None
            case Kind.OBJECT | Kind.ARRAY:
                return self._container(node)
            case _:
                return self._placeholders.fill(node.text)

    def _container(self, node: Node) -> object:
        known = self._containers.get(id(node))
        if known is None:
            if node.kind is Kind.ARRAY:
                known = [self._of(item) for item in node.items]
            else:
                known = {_name(name): self._of(value) for name, value in node.members}
            self._containers[id(node)] = known
        return known


def _name(node: Node) -> str:
    if node.kind in (Kind.OBJECT, Kind.ARRAY):
        raise Refusal(f"the name of a member is {node.kind.value}", node.start)
    return node.text
