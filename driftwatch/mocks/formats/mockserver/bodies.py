"""Request bodies of expectations: what they ask for, and whether a body is such a one.

``BodyDTODeserializer`` and the body matchers of MockServer 5.15.0 and 8.0.0. A member such as ``json`` or ``regex``
says of what kind a body is even where ``type`` is missing, so a payload that has such a member is taken for a matcher.
"""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import from_base64
from driftwatch.mocks.asking import json_paths
from driftwatch.mocks.asking.equality import is_equal_json, is_equal_xml
from driftwatch.mocks.asking.requests import parse_query
from driftwatch.mocks.asking.truth import Truth, every, negated
from driftwatch.mocks.formats.mockserver.multimaps import Multimap, read_multimap
from driftwatch.mocks.formats.mockserver.texts import Text, parse_text
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text, describe

TYPES: Final = {
    "base64bytes": "BINARY", "json": "JSON", "jsonschema": "JSON_SCHEMA", "jsonpath": "JSON_PATH", "regex": "REGEX",
    "string": "STRING", "xml": "XML", "xmlschema": "XML_SCHEMA", "xpath": "XPATH", "filepath": "FILE",
    "fuzzy": "FUZZY", "bodyallof": "ALL_OF", "jsonrpc": "JSON_RPC",
}  # fmt: skip
"""The kind that a member's name stands for, whatever ``type`` says; the last one counts."""
NAMED: Final = frozenset([*TYPES.values(), "PARAMETERS", "GRAPHQL", "MULTIPART"])
_STRICT: Final = "STRICT"


class BodyMatcher(Struct, frozen=True):
    """What an expectation asks of a body."""

    kind: str
    text: str = ""
    """The operand as text."""
    operand: object = None
    """The operand of ``JSON`` decoded."""
    parameters: Multimap = field(default_factory=Multimap)
    parts: tuple["BodyMatcher", ...] = ()
    options: Mapping[str, object] | None = None
    is_not: bool = False
    is_optional: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether no body at all is as good as any."""
        return self.is_not or (self.kind in ("STRING", "REGEX", "JSON", "XML") and not self.text.strip())

    def allows(self, option: str) -> bool:
        """Whether a flag is set."""
        return as_text((self.options or {}).get(option)).lower() == "true"

    def matches(self, body: str | None) -> Truth:
        """Whether a body fits; ``None`` if that cannot be told."""
        if self.is_optional and body is None:
            return True
        test = _TESTS.get(self.kind)
        try:
            truth = None if test is None else test(self, body or "")
        except (Refusal, RecursionError):
            truth = None
        return negated(truth) if self.is_not else truth


def read_body(value: object, document: Document, *steps: Step) -> BodyMatcher | None:
    """A body matcher from its JSON; ``None`` if there is none. Raises ``Refusal``."""
    match value:
        case None:
            return None
        case str():
            return _of_text("STRING", parse_text(value))
        case list():
            return BodyMatcher("JSON", document.json(*steps), value)
        case dict():
            return _of_object(as_object(value), document, *steps)
        case _:
            raise Refusal(f"`body` must be text, an object or a list, found {describe(value)}", steps=steps)


def kind_of(fields: Object) -> tuple[str, str]:
    """The kind of a body object and the member that holds its operand; empty if it is a payload itself."""
    stated = fields.get("type")
    kind, member = (stated, "") if isinstance(stated, str) and stated in NAMED else ("", "")
    for name in fields:
        if name.lower() in TYPES and kind != "PARAMETERS":
            kind, member = TYPES[name.lower()], name
    return kind, member


def _of_object(fields: Object, document: Document, *steps: Step) -> BodyMatcher:
    kind, member = kind_of(fields)
    if not kind:
        return BodyMatcher("JSON", document.json(*steps), dict(fields))
    body = _typed(kind, member, fields, document, *steps)
    return replace(
        body, options=fields, is_not=_flag(fields, "not") is not body.is_not, is_optional=_flag(fields, "optional")
    )


def _flag(fields: Object, name: str) -> bool:
    return as_text(fields.get(name)).lower() == "true"


def _typed(kind: str, member: str, fields: Object, document: Document, *steps: Step) -> BodyMatcher:
    operand = fields.get(member)
    match kind:
        case "JSON" if isinstance(operand, str):
            return BodyMatcher(kind, operand, _decoded(operand, *steps, member))
        case "JSON":
            return BodyMatcher(kind, document.json(*steps, member) if member else "", operand)
        case "PARAMETERS":
            return BodyMatcher(kind, parameters=read_multimap(fields.get("parameters"), *steps, "parameters"))
        case "STRING" | "REGEX":
            return _of_text(kind, parse_text(as_text(operand, *steps, member)))
        case "ALL_OF":
            listed = as_list(operand, *steps, member)
            parts = [read_body(one, document, *steps, member, index) for index, one in enumerate(listed)]
            return BodyMatcher(kind, parts=tuple(part for part in parts if part is not None))
        case "GRAPHQL":
            return BodyMatcher(kind, as_text(fields.get("query"), *steps, "query"))
        case "JSON_RPC":
            inner = operand if isinstance(operand, dict) else fields
            return BodyMatcher(kind, as_text(inner.get("method"), *steps, "method"), inner.get("paramsSchema"))
        case _:
            return BodyMatcher(kind, operand if isinstance(operand, str) else "")


def _of_text(kind: str, text: Text) -> BodyMatcher:
    return BodyMatcher(kind, text.value, is_not=text.is_not)


def _decoded(text: str, *steps: Step) -> object:
    try:
        return json_text.decode(text) if text.strip() else None
    except (ValueError, RecursionError) as error:
        raise Refusal("the text is not JSON", steps=steps) from error


def _json(matcher: BodyMatcher, body: str) -> Truth:
    if not matcher.text.strip():
        return True
    try:
        document = json_text.decode(body)
    except (ValueError, RecursionError):
        return False
    is_lenient = (matcher.options or {}).get("matchType") != _STRICT
    return is_equal_json(
        matcher.operand, document, ignores_order=is_lenient, ignores_extras=is_lenient, tells_digits=True
    )


def _json_path(matcher: BodyMatcher, body: str) -> Truth:
    path = json_paths.parse(matcher.text)
    try:
        document = json_text.decode(body)
    except (ValueError, RecursionError):
        return False
    found = path.select(document)
    if not path.is_definite:
        return bool(found)
    if not found or found[0] is None or found[0] == []:
        return False
    # 8.0.0 takes any single value for something, 5.15.0 lists only
    return True if isinstance(found[0], list) else None


def _graphql(matcher: BodyMatcher, body: str) -> Truth:
    try:
        document = json_text.decode(body)
    except (ValueError, RecursionError):
        return None
    query = document.get("query") if isinstance(document, dict) else None
    return True if query == matcher.text and not matcher.allows("variablesSchema") else None


def _json_rpc(matcher: BodyMatcher, body: str) -> Truth:
    try:
        document = json_text.decode(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(document, dict) or document.get("jsonrpc") != "2.0":
        return None
    return None if matcher.operand is not None else Text(matcher.text).matches(str(document.get("method")))


def _string(matcher: BodyMatcher, body: str) -> Truth:
    if not matcher.text.strip():
        return True
    return matcher.text in body if matcher.allows("subString") else matcher.text == body


_TESTS: Final[Mapping[str, Callable[[BodyMatcher, str], Truth]]] = {
    "STRING": _string,
    "REGEX": lambda matcher, body: Text(matcher.text).matches(body),
    "JSON": _json,
    "JSON_PATH": _json_path,
    "JSON_RPC": _json_rpc,
    "GRAPHQL": _graphql,
    "PARAMETERS": lambda matcher, body: matcher.parameters.matches(parse_query(body)),
    "XML": lambda matcher, body: is_equal_xml(matcher.text, body) if body else False,
    "BINARY": lambda matcher, body: from_base64(matcher.text) == body.encode("utf-8", "surrogatepass"),
    "FUZZY": lambda matcher, body: True if matcher.text == body else None,
    "ALL_OF": lambda matcher, body: every(part.matches(body or None) for part in matcher.parts),
}
