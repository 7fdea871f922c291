"""The steps of a journey as they are written: which mock they ask, what they change in it, what they capture."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from msgspec import Struct, field

from driftwatch.model.journey import Ask, Capture, Source, Step
from driftwatch.model.json_path import JsonPathError, parse
from driftwatch.settings.forms import Schema, Text, Whole
from driftwatch.settings.headers import CREDENTIAL
from driftwatch.settings.manners import ANY_OPERATION
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.sections import Named, Section, Several
from driftwatch.settings.spot import Spot
from driftwatch.settings.variables import VARIABLE_NAME
from driftwatch.settings.words import HIDDEN

_PLACE: Final = re.compile(r"\{\{\s*[A-Za-z_][A-Za-z0-9_.-]*\s*\}\}")
_FRAMING: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "cookie", "user-agent"})
"""Headers that a step has no say in: they frame the message, name the sender, or are kept by the session."""
_FROM: Final = (
    "Write where the value is: a JSONPath such as `$.id`, `header:Location`, `cookie:NAME`, or `body` for all of it."
)
_DOCUMENT: Final = "Write an object or a list of such; `{{name}}` in a text of it stands for a value."
_FROM_SENTENCE: Final = "Where the value is: a JSONPath, `header:NAME`, `cookie:NAME`, or `body` for all of it."
_REGEX: Final = "Write a regular expression of Python's, such as `/orders/([^/]+)$`."
_REGEX_SENTENCE: Final = (
    "What of it counts: the first group of a regular expression that is searched there, or else all that it matches."
)
_ASKED: Final = "Write `METHOD /path`, or keys below it: `method`, `path`, `query`, `headers`, `json`, `text`."
_LINE: Final = Text(r"^[^\x00-\x1f\x7f]*$", "Write a text on one line; `{{name}}` stands for a value.", is_quoted=False)


class CaptureForm(Struct, frozen=True):
    """A place, or a mapping of ``from`` and ``regex``."""

    def schema(self) -> Schema:
        """A text or a mapping."""
        text: Schema = {"type": "string", "minLength": 1, "maxLength": 500}
        return {
            "type": ["string", "object"],
            "properties": {
                "from": {**text, "description": _FROM_SENTENCE, "errorMessage": _FROM},
                "regex": {**text, "description": _REGEX_SENTENCE, "errorMessage": _REGEX},
            },
            "required": ["from"],
            "additionalProperties": False,
            "errorMessage": _FROM,
        }

    def read(self, spot: Spot) -> Capture:
        """The capture; its name is the key."""
        members = spot.members()
        written = members["from"].text if "from" in members else spot.text
        pattern = members["regex"].text if "regex" in members else ""
        source, path = _source(written)
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            raise RefusedError("found no regular expression", f"Python says: {error}.") from error
        return Capture(str(spot.steps[-1]), source, path, pattern)

    def show(self, value: Capture) -> str | dict[str, str]:
        """As written."""
        where = {Source.TEXT: "body", Source.JSON: value.path}.get(value.source, f"{value.source}:{value.path}")
        return {"from": where, "regex": value.pattern} if value.pattern else where


def _source(written: str) -> tuple[Source, str]:
    if written == "body":
        return Source.TEXT, ""
    kind, colon, name = written.partition(":")
    if colon and kind in (Source.HEADER, Source.COOKIE) and name.strip():
        return Source(kind), name.strip()
    if not written.startswith("$"):
        raise RefusedError(f"found `{written[:80]}`", _FROM)
    try:
        parse(written)
    except JsonPathError as error:
        raise RefusedError(f"found {error}", _FROM) from error
    return Source.JSON, written


class HeaderText(Struct, frozen=True):
    """The value of a header of one step. What carries a credential must take it from an earlier answer."""

    def schema(self) -> Schema:
        """``writeOnly``, since a credential may stand here by mistake."""
        remedy = "Write a text on one line; `{{name}}` stands for a value."
        return {
            "type": ["string", "number", "boolean"], "writeOnly": True, "minLength": 1, "maxLength": 8000,
            "errorMessage": remedy,
        }  # fmt: skip

    def read(self, spot: Spot) -> str:
        """The text; ``{{name}}`` in it."""
        name = str(spot.steps[-1]).lower()
        if name in _FRAMING:
            raise RefusedError(f"a step has no say in `{name}`", "Leave it out; the journey keeps cookies itself.")
        if CREDENTIAL.search(name) and not _PLACE.search(spot.text):
            remedy = "Name an `identity` in its place, or write `{{name}}` for what an earlier step captured."
            raise RefusedError(HIDDEN, remedy)
        if not (spot.text.isprintable() and spot.text.isascii()):
            raise RefusedError("found a text with other than printable ASCII characters (RFC 9110, 5.5)", "Quote it.")
        return spot.text

    def show(self, value: str) -> str:
        """As written."""
        return value


class JsonDocument(Struct, frozen=True):
    """Any document, as YAML or JSON spell it; kept as JSON text."""

    def schema(self) -> Schema:
        """An object or a list; a scalar is no document worth a name."""
        return {
            "type": ["object", "array"],
            "items": {"type": ["object", "string", "number", "boolean", "null"], "errorMessage": _DOCUMENT},
            "errorMessage": _DOCUMENT,
        }

    def read(self, spot: Spot) -> str:
        """Compact JSON."""
        return json.dumps(spot.plain, ensure_ascii=False)

    def show(self, value: str | None) -> Any:
        """The document."""
        return None if value is None else json.loads(value)


class Body(Struct, frozen=True):
    """A text of any kind."""

    def schema(self) -> Schema:
        """A text of limited length."""
        return {"type": "string", "maxLength": 1_000_000, "errorMessage": "Write the body as a text."}

    def read(self, spot: Spot) -> str:
        """As written."""
        return spot.text

    def show(self, value: str | None) -> str | None:
        """As written."""
        return value


class RequestSettings(Struct, frozen=True, kw_only=True):
    """What is sent; beside a mock only what differs from the mock's."""

    method: Annotated[
        str, Text(r"^[A-Z]+$", "Write a method in capitals: `POST`."), "Its method; without a mock `GET` if left out."
    ] = ""
    path: Annotated[
        str, Text(r"^(/[^?#\s]*|\{\{[^{}]+\}\})$", "Write a path with a leading slash: `/orders/{{order_id}}`."),
        "Its path below the target, or a `{{name}}` that holds all of it, such as a captured `Location`.",
    ] = ""  # fmt: skip
    query: Annotated[
        Mapping[str, str], Named(_LINE, Text(r"^.{1,200}$", "Write the name of a query parameter.")),
        "Its query, name by name; left out, the mock's.",
    ] = field(default_factory=dict)  # fmt: skip
    headers: Annotated[
        Mapping[str, str], Named(HeaderText(), Text(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$", "Write a header's name.")),
        "Headers; credentials are not written here but named by `identity`.",
    ] = field(default_factory=dict)  # fmt: skip
    json: Annotated[str | None, JsonDocument(), "Its body as a document, which is sent as JSON."] = None
    text: Annotated[str | None, Body(), "Its body as a text; `headers` say of which media type."] = None


_REQUEST: Final = Section(RequestSettings)


class RequestForm(Struct, frozen=True):
    """A mapping, or in short a method and a path with its query."""

    def schema(self) -> Schema:
        """The section's, or a text."""
        return {
            **_REQUEST.schema(), "type": ["string", "object"], "pattern": r"^[A-Z]+ /[^#\s]*$", "errorMessage": _ASKED,
        }  # fmt: skip

    def read(self, spot: Spot) -> RequestSettings:
        """What is sent."""
        if not isinstance(spot.plain, str):
            request: RequestSettings = _REQUEST.read(spot)
            return request
        method, _, target = spot.text.partition(" ")
        path, _, query = target.partition("?")
        pairs = (pair.partition("=") for pair in query.split("&") if pair)
        return RequestSettings(method=method, path=path, query={name: value for name, _, value in pairs})

    def show(self, value: RequestSettings) -> Any:
        """As a mapping."""
        return _REQUEST.show(value)


class StepSettings(Struct, frozen=True, kw_only=True):
    """One request of a journey."""

    name: Annotated[str, Text(r"^\S(.{0,98}\S)?$", "Write a few words."), "What reports call it."] = ""
    mock: Annotated[
        str, Text(r"^\S.*$", "Write the id of a mock; `driftwatch mocks` lists them."),
        "The mock that is asked and held against the answer, by its id.",
    ] = ""  # fmt: skip
    match: Annotated[
        str, ANY_OPERATION, "The mock by method and path or glob: the first that fits, in the order of the files."
    ] = ""
    request: Annotated[
        RequestSettings,
        RequestForm(),
        "What is sent, in short `METHOD /path`; beside a mock only what differs from the mock's.",
    ] = field(default_factory=RequestSettings)
    capture: Annotated[
        Mapping[str, Capture], Named(CaptureForm(), VARIABLE_NAME),
        "Values of the answer for `{{name}}` in later steps; one that is not there ends the journey.",
    ] = field(default_factory=dict)  # fmt: skip
    expect: Annotated[
        tuple[int, ...], Several(Whole(100, 599)),
        "Statuses with which the journey goes on; left out, those of the mock, and without a mock all below 400.",
    ] = ()  # fmt: skip
    identity: Annotated[
        str | None, Text(r"^\S+$", "Write the name of one of the provider's `identities`, or `none`."),
        "As whom this one request is sent.",
    ] = None  # fmt: skip
    samples: Annotated[int, Whole(1, 100), "How often it is sent, one after the other."] = 1


_STEP: Final = Section(StepSettings)


class StepForm(Struct, frozen=True):
    """A step, which names a mock or says itself what to send."""

    may_be_mock: bool = True

    def schema(self) -> Schema:
        """The section's."""
        schema = _STEP.schema()
        for name in () if self.may_be_mock else ("mock", "match", "samples"):
            del schema["properties"][name]
        return schema

    def read(self, spot: Spot) -> StepSettings:
        """The step, if its keys go together."""
        members = spot.members()
        request = members.get("request")
        asked = request.members() if request is not None else {}
        has_path = "path" in asked or (request is not None and isinstance(request.plain, str))
        if {"mock", "match"} <= members.keys():
            raise RefusedError("found both `mock` and `match`", "Name the mock in one way.")
        if {"json", "text"} <= asked.keys():
            raise RefusedError("found both `json` and `text`", "Write the body once.")
        if not {"mock", "match"} & members.keys() and not has_path:
            raise RefusedError(
                "found neither a mock nor a request", "Write `mock` or `match`, or a `request` with its `path`."
            )
        step: StepSettings = _STEP.read(spot)
        return step

    def show(self, value: StepSettings) -> Any:
        """As written."""
        shown = _STEP.show(value)
        return {name: part for name, part in shown.items() if part not in ("", 1 if name == "samples" else "")}


STEPS: Final = Several(StepForm())
"""A list of steps."""
OWN_STEPS: Final = Several(StepForm(may_be_mock=False))
"""A list of steps that all say themselves what to send."""


def steps_of(settings: tuple[StepSettings, ...]) -> tuple[Step, ...]:
    """Steps in terms of the domain."""
    return tuple(
        Step(
            one.name, one.mock, one.match, _ask(one.request), tuple(one.capture.values()), one.expect, one.identity,
            one.samples,
        )
        for one in settings
    )  # fmt: skip


def _ask(request: RequestSettings) -> Ask:
    query = tuple(request.query.items()) or None
    is_json = request.json is not None
    return Ask(
        request.method, request.path, query, tuple(request.headers.items()),
        request.json if is_json else request.text, is_json,
    )  # fmt: skip
