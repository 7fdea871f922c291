"""The request half of a WireMock stub, taken apart, and whether a concrete request is one it answers."""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

import msgspec

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.requests import encode_path, parse_query, split_target
from driftwatch.mocks.asking.truth import Truth, every
from driftwatch.mocks.formats.wiremock.conditions import (
    Condition,
    holds,
    holds_for_all,
    parse,
    template_pattern,
)
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.model.interaction import Query

URL_FIELDS: Final = ("url", "urlPattern", "urlPath", "urlPathPattern", "urlPathTemplate")
"""In the order in which WireMock looks for them; the first that is there counts (``RequestPattern``, 3.13.1)."""
LITERAL_FIELDS: Final = ("url", "urlPath")
"""Those of them that hold no pattern."""
_URL_ALONE: Final = frozenset(["method", *URL_FIELDS])
_PARAMETER: Final = re.compile(r"\{([^{}/]*)\}")
_STYLE: Final = ".;*"
_METHOD: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Z-]+")


class Asked(msgspec.Struct, frozen=True):
    """A concrete request as the mock server would see it, credentials and all."""

    method: str
    path: str
    raw_query: str = ""
    query: Query = ()
    headers: tuple[tuple[str, str], ...] = ()
    cookies: Mapping[str, str] = msgspec.field(default_factory=dict)
    body: str | None = None

    def header(self, name: str) -> list[str]:
        """All values of one header."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]


class RequestPattern(msgspec.Struct, frozen=True):
    """What a stub asks of a request."""

    methods: tuple[str, ...] = ()
    """The allowed methods; empty for any."""
    excluded: tuple[str, ...] = ()
    url_field: str = ""
    """Which of ``URL_FIELDS`` is there; empty if the stub answers every URL."""
    url: str = ""
    path_parameters: Mapping[str, Condition] = msgspec.field(default_factory=dict)
    query: Mapping[str, Condition] = msgspec.field(default_factory=dict)
    headers: Mapping[str, Condition] = msgspec.field(default_factory=dict)
    cookies: Mapping[str, Condition] = msgspec.field(default_factory=dict)
    form: Mapping[str, Condition] = msgspec.field(default_factory=dict)
    body: tuple[Condition, ...] = ()
    undecidable: str = ""
    """What decides besides, and cannot be evaluated here: a custom matcher, a multipart pattern."""

    @property
    def is_literal(self) -> bool:
        """Whether it asks for one method and one URL and nothing else, as most stubs do."""
        return (
            len(self.methods) == 1
            and self.url_field in LITERAL_FIELDS
            and not (self.excluded or self.query or self.headers or self.body or self.cookies or self.form)
            and not (self.path_parameters or self.undecidable)
        )

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in a path template, without their style signs."""
        return tuple(name.strip(_STYLE) for name in _PARAMETER.findall(self.url))

    def answers(self, asked: Asked) -> Truth:
        """Whether a stub with this pattern would answer; ``None`` if that cannot be told."""
        if (self.methods and asked.method not in self.methods) or asked.method in self.excluded:
            return False
        truth = self.answers_url(asked)
        if truth is False:
            return False
        return every((truth, every(self._answers_rest(asked)), None if self.undecidable else True))

    def _answers_rest(self, asked: Asked) -> Iterator[Truth]:
        for name, condition in self.headers.items():
            yield holds_for_all(condition, asked.header(name))
        for name, condition in self.query.items():
            yield holds_for_all(condition, _values(asked.query, name))
        for name, condition in self.cookies.items():
            yield holds(condition, asked.cookies.get(name))
        for condition in self.body:
            yield holds(condition, asked.body)
        pairs = parse_query(asked.body or "") if self.form else ()
        for name, condition in self.form.items():
            yield holds_for_all(condition, _values(pairs, name))

    def answers_url(self, asked: Asked) -> Truth:
        """Whether the URL half fits."""
        target = f"{asked.path}?{asked.raw_query}" if asked.raw_query else asked.path
        match self.url_field:
            case "url":
                return self.url == target
            case "urlPattern":
                return patterns.matches(self.url, target)
            case "urlPath":
                return self.url == asked.path
            case "urlPathPattern":
                return patterns.matches(self.url, asked.path)
            case "urlPathTemplate":
                return self._answers_template(asked.path)
            case _:
                return True

    def _answers_template(self, path: str) -> Truth:
        groups = template_pattern(self.url).replace("[^/]+", "([^/]+)")
        match = re.fullmatch(groups, path)
        if not match:
            return False
        found = dict(zip(self.parameters, map(unquote, match.groups()), strict=False))
        return every(holds(condition, found.get(name)) for name, condition in self.path_parameters.items())


def _values(pairs: Query, name: str) -> list[str]:
    return [value for key, value in pairs if key == name]


def parse_pattern(value: object, *steps: Step) -> RequestPattern:
    """A request pattern from its JSON; a missing one answers everything. Raises ``Refusal`` with the place."""
    fields = as_object(value, *steps)
    methods, excluded = _methods(fields.get("method"), *steps, "method")
    url_field = next((name for name in URL_FIELDS if fields.get(name) is not None), "")
    if fields.keys() <= _URL_ALONE:
        return RequestPattern(methods, excluded, url_field, _url(fields, url_field, *steps))
    headers = _conditions(fields, "headers", *steps)
    basic = fields.get("basicAuth") or fields.get("basicAuthCredentials")
    if basic is not None:
        headers["Authorization"] = _basic(as_object(basic, *steps, "basicAuth"))
    bodies = as_list(fields.get("bodyPatterns"), *steps, "bodyPatterns")
    return RequestPattern(
        methods,
        excluded,
        url_field,
        _url(fields, url_field, *steps),
        _conditions(fields, "pathParameters", *steps),
        _conditions(fields, "queryParameters", *steps),
        headers,
        _conditions(fields, "cookies", *steps),
        _conditions(fields, "formParameters", *steps),
        tuple(parse(body, *steps, "bodyPatterns", index) for index, body in enumerate(bodies)),
        _undecidable(fields),
    )


def _url(fields: Object, url_field: str, *steps: Step) -> str:
    """The URL half; exact ones in the spelling of a request line."""
    text = as_text(fields[url_field], *steps, url_field) if url_field else ""
    if url_field == "urlPath":
        return encode_path(text)
    if url_field == "url":
        target = split_target(text)
        return f"{target.path}?{target.raw_query}" if target.raw_query else target.path
    return text


def _methods(value: object, *steps: Step) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Allowed and excluded methods; WireMock 4 also has ``oneOf`` and ``noneOf``."""
    if isinstance(value, dict):
        chosen = tuple(as_text(name, *steps, "oneOf").upper() for name in as_list(value.get("oneOf"), *steps, "oneOf"))
        left = tuple(as_text(name, *steps, "noneOf").upper() for name in as_list(value.get("noneOf"), *steps, "noneOf"))
        return chosen, left
    method = as_text(value, *steps).upper()
    if method and not _METHOD.fullmatch(method):
        raise Refusal(f"`method` is no HTTP method: {method[:40]!r}", steps=steps)
    return ((), ()) if method in ("", "ANY") else ((method,), ())


def _conditions(fields: Object, name: str, *steps: Step) -> dict[str, Condition]:
    members = as_object(fields.get(name), *steps, name)
    return {key: parse(value, *steps, name, key) for key, value in members.items()}


def _basic(fields: Object) -> Condition:
    pair = f"{as_text(fields.get('username'), 'username')}:{as_text(fields.get('password'), 'password')}"
    return Condition("equalTo", f"Basic {base64.b64encode(pair.encode()).decode()}")


def _undecidable(fields: Object) -> str:
    if fields.get("customMatcher") is not None:
        name = as_object(fields["customMatcher"], "customMatcher").get("name")
        return f"the custom matcher `{as_text(name, 'name')}`"
    if fields.get("multipartPatterns"):
        return "a multipart pattern"
    return ""
