"""Journeys: ordered questions, each of which may use what earlier ones were answered.

A step names a mock, or says itself what to send. ``{{name}}`` in what it says stands for a value: one of the journey's
own, or one that an earlier step captured.
"""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct, field

from driftwatch.model.interaction import Header

Value = str | int | float | bool
"""A captured value: in a path, a query, a header or a text as it is spelled in JSON, in JSON with its type."""


class Source(StrEnum):
    """The part of an answer that a value is taken from."""

    JSON = "json"
    """A value of the body, by JSONPath."""
    HEADER = "header"
    COOKIE = "cookie"
    """A cookie that the answer sets."""
    TEXT = "text"
    """The whole body as text."""


class Capture(Struct, frozen=True):
    """A value that a step's answer is to yield."""

    name: str
    """What later steps call it."""
    source: Source
    path: str = ""
    """The JSONPath, or the name of header or cookie."""
    pattern: str = ""
    """A regular expression that is searched in the text of the value: its first group counts, or else all of it."""


class Ask(Struct, frozen=True):
    """What a step says of its request; beside a mock: what differs from the mock's."""

    method: str = ""
    path: str = ""
    """Below the provider's target, with a leading slash, not yet percent-encoded."""
    query: tuple[tuple[str, str], ...] | None = None
    """``None``: the mock's, or none."""
    headers: tuple[Header, ...] = ()
    """They join the mock's, and replace those of the same name."""
    body: str | None = None
    """``None``: the mock's, or none."""
    is_json: bool = False
    """The body is a JSON document: a text in it that is ``{{name}}`` and nothing else becomes the value with its type,
    and ``Content-Type`` is ``application/json`` where nothing else is said."""


class Step(Struct, frozen=True):
    """One request of a journey."""

    name: str = ""
    """What reports call it; empty for its place in the journey."""
    mock: str = ""
    """The id of the mock that is asked and held against the answer."""
    match: str = ""
    """The same by ``METHOD /path-glob``: the first mock that fits, in the order of the files."""
    ask: Ask = Ask()
    captures: tuple[Capture, ...] = ()
    expect: tuple[int, ...] = ()
    """The statuses with which the journey goes on. Empty: those of the mock; without a mock all below 400."""
    identity: str | None = None
    """``None``: the journey's."""
    samples: int = 1
    way: str = ""
    """Empty: it is sent once for each sample. Else the name of the way in which it is sent, which whoever runs the
    journey knows: twice with one key, over a connection that is cut."""

    @property
    def has_mock(self) -> bool:
        """Whether it is held against a mock."""
        return bool(self.mock or self.match)


class Journey(Struct, frozen=True):
    """Ordered steps in one session, with what goes before and what follows whatever happens."""

    name: str
    """Unique for its provider."""
    provider: str
    steps: tuple[Step, ...]
    set_up: tuple[Step, ...] = ()
    """Without one of them the steps are not taken."""
    clean_up: tuple[Step, ...] = ()
    """Each of them is tried, even when a step failed; one whose values were never captured has nothing to clean."""
    identity: str = ""
    """The credentials profile it goes with; empty for the target's default one."""
    variables: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    """Where it is written, for a reader: ``file:line``."""

    @property
    def all_steps(self) -> Iterable[Step]:
        """Set-up, steps and clean-up in the order in which they are taken."""
        return (*self.set_up, *self.steps, *self.clean_up)

    @property
    def session(self) -> str:
        """The name under which its requests share cookies: its own, whatever providers' journeys are called."""
        return json.dumps([self.provider, self.name])


class Derived(Struct, frozen=True):
    """A journey made of a recording, and what has to be done before it goes."""

    journey: Journey
    missing: tuple[str, ...] = ()
    """Variables whose recorded values were credentials and are not written down."""
    unsafe: tuple[str, ...] = ()
    """``METHOD /path-glob`` of steps that need written consent."""


class Trouble(Struct, frozen=True):
    """What went wrong with a journey beyond its mocks' verdicts, for the operator."""

    provider: str
    journey: str
    reason: str
    """In a whole sentence, without values."""
    is_clean_up: bool = False
    """Something was left behind at the service."""
