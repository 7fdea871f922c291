"""From an operation to the one request that is sent: every value from the description or the config, none invented."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.asking.headers import is_credential, safe_headers, with_accept
from driftwatch.mocks.asking.requests import encode_path, encode_query, encode_segment, is_secret, split_target
from driftwatch.mocks.formats.openapi import styles
from driftwatch.mocks.formats.openapi.examples import Example, body_of, named_examples, single_examples
from driftwatch.mocks.formats.openapi.media import FORM, essence, is_json
from driftwatch.mocks.formats.openapi.operation import Operation
from driftwatch.mocks.formats.openapi.parameters import Chosen, Parameter
from driftwatch.mocks.formats.openapi.parts import Part
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import Grade, Header, Request

_ORDER: Final = (Grade.EXACT, Grade.EXAMPLE, Grade.CHOSEN, Grade.NEEDS_INPUT, Grade.UNRESOLVABLE)
_PARAMETER: Final = re.compile(r"\{([^{}/]+)\}")
_OPEN: Final = re.compile(r"\{\{.*?\}\}|\$\{[^}]*\}|^<[A-Za-z][\w -]*>$|^:[A-Za-z]\w*$|^\{[\w.-]+\}$")
"""What stands where a value should be: a template, a placeholder, a parameter's own name."""
_NO_PARAMETERS: Final = frozenset(["accept", "content-type", "authorization"])
"""Header parameters that a description may not define (OpenAPI 3.1.1, 4.8.12.1)."""


class Asked(Struct, frozen=True):
    """A request, and what its owner should know of it."""

    request: Request
    notes: tuple[str, ...]


def build(
    operation: Operation, pair: str, avoid: frozenset[str], answer: tuple[Header, ...], variables: Mapping[str, str]
) -> Asked:
    """The request of one operation, with the examples of one name where there are some. Raises ``Refusal``."""
    writer = _Writer(operation, pair, avoid, variables)
    path, in_path = writer.path()
    query = writer.query()
    headers = writer.headers()
    body, media_type = writer.body()
    if body is not None and media_type:
        headers.append(("Content-Type", media_type))
    raw_query = "&".join(part for part in (in_path, encode_query(query)) if part)
    for name in operation.credentials():
        writer.notes.append(f"needs credentials from the config: {name}")
    request = Request(
        method=operation.method,
        path=path,
        path_template=operation.path_template.partition("?")[0],
        query=split_target(f"?{raw_query}").query,
        raw_query=raw_query,
        headers=with_accept(safe_headers(headers), answer),
        body=body,
        grade=writer.grade,
        reason="; ".join(dict.fromkeys(writer.reasons)),
        asks_credentials=bool(operation.credentials()),
    )
    return Asked(request, tuple(dict.fromkeys(writer.notes)))


class _Writer(Struct):
    operation: Operation
    pair: str
    avoid: frozenset[str]
    variables: Mapping[str, str]
    grade: Grade = Grade.EXACT
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def _lower(self, grade: Grade, reason: str) -> None:
        self.grade = max(self.grade, grade, key=_ORDER.index)
        self.reasons.append(reason)

    def _value(self, parameter: Parameter) -> Chosen | None:
        """A parameter's value; what must be there and is not makes the request wait for the config."""
        chosen = parameter.choose(self.pair, self.variables, self.avoid)
        what = f"the {parameter.place} parameter `{parameter.name}`"
        if chosen is None:
            if parameter.is_required:
                self._lower(Grade.NEEDS_INPUT, f"{what} has no example; give it a value in `variables`")
            return None
        if isinstance(chosen.value.value, str) and _OPEN.search(chosen.value.value):
            self._lower(Grade.NEEDS_INPUT, f"the example of {what} is `{chosen.value.value[:60]}` and no value")
            return None
        self._lower(chosen.grade, f"{what} was taken from {chosen.source}")
        return chosen

    def _of(self, place: str) -> dict[str, Parameter]:
        return {parameter.name: parameter for parameter in self.operation.parameters if parameter.place == place}

    def path(self) -> tuple[str, str]:
        """The path as it is sent, and the query that some authors write into it."""
        for name in self.operation.base.missing:
            self._lower(Grade.NEEDS_INPUT, f"the server variable `{name}` has no default; give it one in `variables`")
        declared = self._of("path")

        def fill(found: re.Match[str]) -> str:
            text = self._segment(found[1], declared.get(found[1]))
            return found[0] if text is None else encode_segment(text)

        path, _, query = self.operation.template.partition("?")
        filled = _PARAMETER.sub(fill, path)
        return f"{self.operation.base.path}{encode_path(filled)}", split_target(f"?{query}").raw_query

    def _segment(self, name: str, parameter: Parameter | None) -> str | None:
        if parameter is None:
            if name in self.variables:
                self._lower(Grade.EXAMPLE, f"the path parameter `{name}` was taken from the config")
                return self.variables[name]
            self._lower(Grade.NEEDS_INPUT, f"the path parameter `{name}` is nowhere described")
            return None
        chosen = self._value(parameter)
        if chosen is None:
            return None
        text = styles.in_path(parameter.part, name, chosen.value)
        if not text:
            self._lower(Grade.NEEDS_INPUT, f"the path parameter `{name}` is empty; give it a value in `variables`")
        return text or None

    def query(self) -> list[tuple[str, str]]:
        """The pairs of the query; credentials come from the config alone."""
        pairs: list[tuple[str, str]] = []
        for name, parameter in self._of("query").items():
            if is_secret(name, "x" * 20):
                self.notes.append(f"the credential `{name}` of the query is not sent")
                continue
            chosen = self._value(parameter)
            if chosen is None:
                continue
            if parameter.has_media_type:
                pairs.append((name, styles.as_json(chosen.value)))
            else:
                pairs += styles.in_query(parameter.part, name, chosen.value)
        return pairs

    def headers(self) -> list[Header]:
        """The headers that may be sent; what identifies comes from the config alone."""
        found: list[Header] = []
        for name, parameter in self._of("header").items():
            if is_credential(name):
                self.notes.append(f"needs credentials from the config: {name.lower()}")
            elif name.lower() not in _NO_PARAMETERS and safe_headers([(name, "x")]):
                chosen = self._value(parameter)
                if chosen is not None:
                    found.append((name, styles.in_header(parameter.part, chosen.value)))
        required = [parameter.name for parameter in self._of("cookie").values() if parameter.is_required]
        self.notes += [f"needs credentials from the config: the cookie {name}" for name in required]
        return found

    def body(self) -> tuple[bytes | None, str]:
        """The request body and its media type."""
        form = self._of("formData")
        if form:
            return self._form(form)
        media_type, owner, is_required = self.operation.body
        if owner is None:
            return None, ""
        example = self._body_example(owner)
        if example is None:
            if is_required:
                self._lower(Grade.NEEDS_INPUT, "the request body has no example")
            return None, ""
        if essence(media_type) == FORM and isinstance(example.part.value, dict):
            self._lower(Grade.EXAMPLE, "the body is an example")
            return encode_query((str(one.steps[-1]), one.spelt()) for one in example.part.children()).encode(), FORM
        return self._document(example, media_type, owner)

    def _document(self, example: Example, media_type: str, owner: Part) -> tuple[bytes | None, str]:
        schema = owner.child("schema")
        place = ((schema,),) if schema is not None else None
        try:
            body = body_of(example, media_type, place, self.operation.schemas, is_json=is_json(media_type))
        except Refusal as refusal:
            self._lower(Grade.NEEDS_INPUT, f"of the request body, {refusal.reason}")
            return None, ""
        if body.matchers:
            self._lower(Grade.NEEDS_INPUT, "the example of the request body is a template")
            return None, ""
        self._lower(Grade.EXAMPLE, "the body is an example")
        if body.note:
            self.notes.append(f"in the request, {body.note}")
        return body.content, media_type

    def _body_example(self, owner: Part) -> Example | None:
        """The body of the pair's name, else the first that belongs to no other answer, else the one without a name."""
        files = self.operation.files
        named = list(named_examples(files, owner))
        vendor = files.at(owner, "x-examples")
        named += [Example(str(one.steps[-1]), one) for one in vendor.children()] if vendor is not None else []
        paired = [one for one in named if self.pair and one.name == self.pair]
        others = [one for one in named if one.name not in self.avoid]
        return next(iter((*paired, *others, *single_examples(files, owner))), None)

    def _form(self, form: Mapping[str, Parameter]) -> tuple[bytes | None, str]:
        pairs: list[tuple[str, str]] = []
        for name, parameter in form.items():
            if parameter.part.has_text("type", "file"):
                self._lower(Grade.NEEDS_INPUT, f"the form parameter `{name}` is a file")
                continue
            chosen = self._value(parameter)
            if chosen is not None:
                pairs += styles.in_query(parameter.part, name, chosen.value)
        return (encode_query(pairs).encode(), FORM) if pairs else (None, "")
