"""Where an answer stands in a mock file, and how it is spelled there.

A format makes these of its own knowledge; everything below a place (quotes, escapes, indentation, comments, JSON in a
string, base64, compression) is found out and kept by the rest of the room. Steps are told from the root of the
document.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path

from msgspec import Struct, field

from driftwatch.mocks.rewriting.planned import Op, Steps
from driftwatch.mocks.text.documents import Document
from driftwatch.model.edit import Edit

Stretch = tuple[int, int]
"""First character of a stretch of text, and the one after the last."""


class Status(Struct, frozen=True):
    """Where the status stands: a number, its digits as text, or a text with it (``200 OK``, ``HTTP/1.1 200 OK``)."""

    steps: Steps = ()
    """If nothing stands there, the status is added under the last step, to what the others lead to."""
    phrase: Steps = ()
    """Where the reason phrase stands, if anywhere; a usual one is changed with the status (RFC 9110, 15)."""
    is_text: bool = False
    """An added one is spelled as text."""
    also: tuple[Steps, ...] = ()
    """Further places that say the same."""
    stretch: Stretch | None = None
    """In a document that is only text: its characters, instead of ``steps``."""
    phrase_stretch: Stretch | None = None
    """In a document that is only text: the characters of the reason phrase, where they stand apart."""


class Spelling(Enum):
    """How headers are spelled."""

    MAP = "map"
    """Names to texts, or to lists of texts."""
    PAIRS = "pairs"
    """A list of objects that have a name and a value (text, or a list of texts). Those that are switched off by
    ``disabled: true`` or ``enabled: false`` count as not there."""
    ROWS = "rows"
    """A list of ``[name, value]``."""
    FLAT = "flat"
    """A list in which names and values take turns."""
    LINES = "lines"
    """A text, or a list of texts, of lines ``Name: value``; ``~Name`` is switched off."""


class Headers(Struct, frozen=True):
    """Where the headers stand. If nothing stands there, the first that is added makes it."""

    steps: Steps = ()
    spelling: Spelling = Spelling.MAP
    name: str = "name"
    """``PAIRS``: the member that holds the name."""
    value: str = "value"
    """``PAIRS``: the member that holds the value, or a list of them."""
    is_list: bool = False
    """A new header without neighbours gets a list of values."""
    is_over: bool = False
    """A header that does not stand here comes from elsewhere (a default of the server), and one that is added here
    counts instead of it."""
    apart: Mapping[str, Steps] = field(default_factory=dict)
    """By names in lower case: where a header stands that is not among the others, if it stands there."""
    copies: Mapping[str, Steps] = field(default_factory=dict)
    """By names in lower case: where a header's value is told once more; empty text where there is none."""
    stretch: Stretch | None = None
    """In a document that is only text: the characters of the lines, instead of ``steps``."""


class Body(Struct, frozen=True):
    """Where the body stands.

    By default a text there is the body (JSON in it is edited in it), in YAML also bytes. The reader's own rules on
    compression (``answers.bodies.inflate``) are undone and done again by themselves.
    """

    steps: Steps = ()
    """If nothing stands there, an added body makes it."""
    is_inline: bool = False
    """The value itself is the JSON document, whatever its kind."""
    text_name: str = ""
    """With ``is_inline``: the name that the member gets if the body becomes text that is no JSON."""
    is_base64: bool = False
    """The text is base64 of the body's bytes."""
    is_hex: bool = False
    """The text is hexadecimal digits of the body's bytes."""
    is_chunked: bool = False
    """The text is a JSON list of chunks, each of them encoded."""
    within: Steps = ()
    """From the document that stands there to the part of it that the reader shows as the body."""
    file: Path | None = None
    """The body is this file; ``steps`` do not count then."""
    is_literal: bool = False
    """No expression of a template is evaluated in it."""
    sizes: tuple[Steps, ...] = ()
    """Numbers that say how many bytes the body has, uncompressed."""
    stretch: Stretch | None = None
    """In a document that is only text: its characters, instead of ``steps``."""
    indent: str = ""
    """With ``stretch``: what each line of the body begins with and is not of the body."""


class Home(Struct, frozen=True):
    """Where one answer stands. What is ``None`` cannot be changed in this format, and ``why`` says why."""

    status: Status | None = None
    headers: Headers | None = None
    body: Body | None = None
    document: Document | None = None
    """The document that holds it, if it is not the interaction's own."""
    expressions: Callable[[str], Iterable[Stretch]] | None = None
    """The stretches of a text that the tool evaluates; ``None``: nothing is ever evaluated."""
    why: str = ""
    silent: Callable[[str], Iterable[Stretch]] | None = None
    """Those of the ``expressions`` that print nothing: comments, assignments, the two ends of a block whose inside is
    written once."""
    along: Callable[[Edit], Sequence[Op] | str] | None = None
    """Asked for each edit of the body: what else changes in the same document (an operation that comes several times
    counts once), or why this edit is not for this format."""
    note: str = ""
    """What a person should know who takes the healed file, as a sentence."""
