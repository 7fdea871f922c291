"""One recorded call: a document of kind ``Http`` as a request, its answer, and what is said of the answer."""

import dataclasses
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.asking.headers import safe_headers, value_of
from driftwatch.mocks.formats.keploy.assertions import asserted
from driftwatch.mocks.formats.keploy.body import asked_body, read_answer_body
from driftwatch.mocks.formats.keploy.noise import Noise, merge, read_noise
from driftwatch.mocks.formats.keploy.parts import Part
from driftwatch.mocks.formats.keploy.project import CallSet
from driftwatch.mocks.formats.keploy.templating import Filling
from driftwatch.mocks.recording.dates import parse_time
from driftwatch.mocks.recording.recordings import Exchange, Recording
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.fields import Object, as_object, as_status, as_text
from driftwatch.model.interaction import Expectation, Grade, Header, Interaction, Matcher

NAME: Final = "keploy"

_HOST: Final = "host"
"""The variable that names the service which outbound calls without a host were made to."""
_NO_HOST: Final = (
    "an outbound call, and the recording does not say to which service; name its host in `variables` as `host`"
)
_NEVER: Final = "0001-"
"""Go writes the year 1 where there is no time."""


class Call(Struct, frozen=True):
    """A call on its way to an interaction."""

    part: Part
    name: str
    is_outbound: bool
    """Made by the recorded application to another service; else made to the application itself."""
    exchange: Exchange
    assertions: Object
    noise: Noise
    dynamic: tuple[Matcher, ...]
    """Where templates stood in the answer."""

    @property
    def moment(self) -> datetime:
        """When it was made, for the order of a set's calls; calls without a time come last."""
        return parse_time(self.exchange.stated_time) or datetime.max.replace(tzinfo=UTC)

    def interaction(self, created: set[str], home: str) -> Interaction:
        """The call in our common form; ``created`` is what earlier calls of its set made, and grows."""
        read = Recording(self.part.document, NAME, created).interaction(self.exchange)
        variants = tuple(variant for one in read.variants for variant in self._variants(one))
        direction = "mocks" if self.is_outbound else "tests"
        placed = self.part.placed(read)
        return dataclasses.replace(
            placed, mock_id=self.name, name=self.name.rpartition("/")[2], group=f"{home}/{direction}", variants=variants
        )

    def _variants(self, recorded: Expectation) -> tuple[Expectation, ...]:
        """The recorded answer as far as it is promised."""
        statements = self.noise.statements(recorded.body)
        return tuple(
            replace(
                variant,
                headers=self.noise.kept(variant.headers),
                matchers=(*variant.matchers, *self.dynamic, *statements),
            )
            for variant in asserted(recorded, self.assertions, "spec", "assertions")
        )


def read_call(part: Part, fields: Object, call_set: CallSet) -> Call:
    """The call in a document. Raises ``Refusal``."""
    spec = as_object(fields.get("spec"), "spec")
    asked, answer = as_object(spec.get("req"), "spec", "req"), as_object(spec.get("resp"), "spec", "resp")
    if not asked or not answer:
        raise Refusal(f"the call has no `spec.{'resp' if asked else 'req'}`", steps=("spec",))
    name = as_text(fields.get("name"), "name") or "unnamed"
    is_outbound = _is_outbound(spec)
    assertions = _assertions(spec.get("assertions"))
    exchange, dynamic = _exchange(part, spec, asked, answer, call_set, is_outbound=is_outbound)
    noise = merge(call_set.noise, read_noise(assertions.get("noise"), "spec", "assertions", "noise"))
    return Call(part, f"{call_set.name}/{name}".lstrip("/"), is_outbound, exchange, assertions, noise, dynamic)


def _assertions(value: object) -> Object:
    return as_object(value, "spec", "assertions")


def _is_outbound(spec: Object) -> bool:
    metadata = spec.get("metadata")
    return "reqTimestampMock" in spec or (
        isinstance(metadata, dict) and ("type" in metadata or "operation" in metadata)
    )


def _exchange(
    part: Part, spec: Object, asked: Object, answer: Object, call_set: CallSet, *, is_outbound: bool
) -> tuple[Exchange, tuple[Matcher, ...]]:
    document = part.document
    filling = Filling(document.options.variables, call_set.values)
    url = filling.fill(as_text(asked.get("url"), "spec", "req", "url"))
    if not url:
        raise Refusal("`spec.req.url` is missing", steps=("spec", "req"))
    recorded_headers = _headers(asked.get("header"), "spec", "req", "header")
    headers = tuple(_filled(header, filling) for header in recorded_headers)
    answer_headers = _headers(answer.get("header"), "spec", "resp", "header")
    body, problem = asked_body(asked, headers, filling)
    answered = read_answer_body(answer, answer_headers)
    grade, reason = (Grade.NEEDS_INPUT, problem) if problem else (filling.grade, filling.reason)
    notes = answered.notes
    if is_outbound:
        host = value_of(recorded_headers, "host") or document.options.variables.get(_HOST, "")
        notes = (f"a call to {host or 'another service'}", *notes, *_took(spec))
        if not host and "://" not in url:
            grade, reason = Grade.NEEDS_INPUT, _NO_HOST
    exchange = Exchange(
        method=as_text(asked.get("method"), "spec", "req", "method").upper() or "GET",
        url=url,
        headers=headers,
        body=body,
        status=as_status(answer.get("status_code"), "spec", "resp", "status_code") or _no_status(),
        answer_headers=answer_headers,
        answer_body=answered.content,
        stated_time=_stated_time(spec, asked),
        incomparable=answered.incomparable,
        notes=notes,
        grade=grade,
        reason=reason,
    )
    return exchange, answered.dynamic


def _no_status() -> int:
    raise Refusal("`spec.resp.status_code` is missing", steps=("spec", "resp"))


def _headers(value: object, *steps: Step) -> tuple[Header, ...]:
    """A map from names to one text each; several values were joined by commas."""
    return tuple((name, as_text(text, *steps, name)) for name, text in as_object(value, *steps).items())


def _filled(header: Header, filling: Filling) -> Header:
    """A header with its templates filled; what is never sent needs no value."""
    name, value = header
    if "{{" not in value or not safe_headers([(name, "text")]):
        return header
    return name, filling.fill(value)


def _stated_time(spec: Object, asked: Object) -> str:
    """The first of the times that is one: of the request, of the mock, of the file."""
    for value in (asked.get("timestamp"), spec.get("reqTimestampMock")):
        if isinstance(value, str) and not value.startswith(_NEVER) and parse_time(value):
            return value
    created = spec.get("created")
    if not isinstance(created, int) or not 0 < created < 1e11:
        return ""
    return datetime.fromtimestamp(created, UTC).isoformat()


def _took(spec: Object) -> tuple[str, ...]:
    """How long an outbound call took. Until 2024 both stamps were equal; those of inbound calls say nothing."""
    began, ended = (parse_time(str(spec.get(name))) for name in ("reqTimestampMock", "resTimestampMock"))
    if began is None or ended is None or ended <= began:
        return ()
    return (f"took {(ended - began).total_seconds() * 1000:.0f} ms when it was recorded",)
