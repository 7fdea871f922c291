"""One Imposter resource: both halves, its identity, and where it stands among its neighbours."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.asking.candidates import Candidate
from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.asking.named_paths import Known, scalars
from driftwatch.mocks.formats.imposter.answer import Answer, item_of, read_answer
from driftwatch.mocks.formats.imposter.conditions import Place, Wish, body, expressions, members
from driftwatch.mocks.formats.imposter.config import NAME, Config, is_named
from driftwatch.mocks.formats.imposter.derive import candidates
from driftwatch.mocks.formats.imposter.pattern import RequestPattern, parse_path
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.model.interaction import Grade, Interaction, Origin

_UNNAMED: Final = "Imposter loads only files whose names end with -config.yaml, -config.yml or -config.json"
_OTHER_PROTOCOLS: Final = {
    "grpc": "gRPC, and only plain HTTP can be asked",
    "hbase": "the hbase plugin makes its own answers of the file",
    "oidc": "a login service that makes its own answers",
    "sfdc": "the sfdc plugin makes its own answers of the file",
    "websocket": "a WebSocket, and only HTTP can be asked",
}
_MOST_CONDITIONS: Final = 100
"""Each is held against all that was chosen for the others."""
_SOAP: Final = "a SOAP operation, whose request stands in the WSDL file only"
_REQUEST: Final = (
    "method", "path", "pathParams", "queryParams", "params", "requestHeaders", "formParams", "requestBody", "allOf",
    "anyOf", "operation", "soapAction", "binding", "on",
)  # fmt: skip
Rank = tuple[str, int, int, bool, int]
"""Which answers first: file, document, score from the highest, an open end, position."""


class Rule(Struct, frozen=True):
    """Something that may answer a request: a resource, or an interceptor that ends the matter."""

    mock_id: str
    file: str
    rank: Rank
    pattern: RequestPattern


class Resource(Struct, frozen=True):
    """A resource that was read, before it is known which of its neighbours answers instead."""

    rule: Rule
    origin: Origin
    name: str
    answer: Answer
    known: Known
    incomparable: str = ""
    obstacle: str = ""
    """Why no request can be had from what the config says."""
    notes: tuple[str, ...] = ()

    def candidates(self) -> Iterator[Candidate]:
        """Its requests, the likeliest first."""
        for candidate in islice(candidates(self.rule.pattern, self.known), 4):
            yield replace(candidate, grade=Grade.UNRESOLVABLE, reasons=(self.obstacle,)) if self.obstacle else candidate

    def interaction(self, candidate: Candidate, **more: str) -> Interaction:
        """Our common form, with one of its candidates as the request."""
        expectation = self.answer.expectation
        request, left_out = candidate.request(expectation.headers if expectation else ())
        notes = (*self.notes, *self.answer.notes, *left_out, more.get("note", ""))
        return Interaction(
            mock_id=self.rule.mock_id,
            format=NAME,
            origin=self.origin,
            request=request,
            variants=() if expectation is None else (expectation,),
            group=self.rule.mock_id,
            name=self.name,
            incomparable=self.incomparable or self.answer.incomparable,
            shadowed_by=more.get("shadowed_by", ""),
            notes=tuple(dict.fromkeys(filter(None, notes))),
        )

    def renamed(self, mock_id: str) -> "Resource":
        """The same resource under another id, where two ask for the same."""
        return replace(self, rule=replace(self.rule, mock_id=mock_id))


def read_pattern(fields: Object, config: Config, *steps: Step) -> RequestPattern:
    """What a resource or an interceptor asks for. Raises ``Refusal`` with the place of what cannot be read."""
    path = as_text(fields.get("path"), *steps, "path")
    base = config.text("basePath").rstrip("/")
    whole = f"{base}/{path.lstrip('/')}" if base and path else base or path
    segments, is_open = parse_path(whole)
    named = {name for segment in segments for name in segment.names}
    conditions = [*members(fields.get("pathParams"), Place.PATH, *steps, "pathParams")]
    conditions = [condition for condition in conditions if condition.name in named]
    query = "queryParams" if "queryParams" in fields else "params"
    conditions += members(fields.get("requestHeaders"), Place.HEADER, *steps, "requestHeaders")
    conditions += members(fields.get(query), Place.QUERY, *steps, query)
    conditions += members(fields.get("formParams"), Place.FORM, *steps, "formParams")
    wishes: tuple[Wish, ...] = (
        body(fields.get("requestBody"), config.document, *steps, "requestBody"),
        expressions(fields, *steps),
    )
    every = (*conditions, *(condition for wish in wishes for condition in wish.every))
    if len(every) + sum(len(wish.one_of) for wish in wishes) > _MOST_CONDITIONS:
        raise Refusal(f"more than {_MOST_CONDITIONS} conditions on one request", steps=steps)
    return RequestPattern(
        as_text(fields.get("method"), *steps, "method").upper() or ("POST" if config.plugin == "soap" else ""),
        whole,
        every,
        tuple(wish.one_of for wish in wishes if wish.one_of),
        segments,
        is_open,
    )


def read_resource(value: object, config: Config, place: tuple[int, int], *steps: Step) -> Resource:
    """One resource; ``place`` is the position of its config in the file, and its own there. Raises ``Refusal``."""
    fields = as_object(value, *steps)
    pattern = read_pattern(fields, config, *steps)
    answer = read_answer(fields, config, pattern.method, *steps)
    variables = config.document.options.variables
    shown = answer.expectation
    body_ = shown.body if shown is not None and pattern.names and not shown.matchers else None
    known = Known(variables, scalars(body_))
    names = pattern.segments[-1].names if pattern.segments else ()
    if fields.get("type") == "array" and names:
        answer, found = item_of(answer, names[0])
        known = Known(variables, {"id": found} if found else {})
    file, other = config.document.file, _OTHER_PROTOCOLS.get(config.plugin, "")
    rank = (file, place[0], -pattern.score, pattern.is_open, place[1])
    return Resource(
        Rule(_digest(fields, config), file, rank, pattern),
        config.origin(*steps),
        as_text(fields.get("operation") or fields.get("soapAction"), *steps, "operation"),
        answer,
        known,
        other,
        other or (_SOAP if config.plugin == "soap" else ""),
        (*(() if is_named(file) else (_UNNAMED,)), *_credentials(fields, config, *steps)),
    )


def _credentials(fields: Object, config: Config, *steps: Step) -> Iterator[str]:
    """What the mock asks of callers before any resource answers; it is never taken from a mock."""
    for owner, at in ((config.fields, ()), (fields, steps)):
        security = as_object(owner.get("security"), *at, "security")
        for index, one in enumerate(as_list(security.get("conditions"), *at, "security", "conditions")):
            condition = as_object(one, *at, "security", "conditions", index)
            for kind in ("requestHeaders", "queryParams", "formParams"):
                for name in as_object(condition.get(kind), *at, "security", "conditions", index, kind):
                    yield f"needs credentials from the config: {name.lower()}"


def _digest(fields: Object, config: Config) -> str:
    """A stable name made of what the resource matches, never of what it answers: mending an answer keeps it."""
    request = {name: fields[name] for name in _REQUEST if fields.get(name) is not None}
    request["method"] = as_text(request.get("method"), "method").upper()
    return identity([config.plugin, config.text("basePath"), request])
