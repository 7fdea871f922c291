"""The request half of an expectation, taken apart, and whether a concrete request is one it answers.

``HttpRequestPropertiesMatcher`` of MockServer 5.15.0 and 8.0.0; measured against both. A part that is left out takes
every value. Addresses (``socketAddress``, ``localAddress``, ``remoteAddress``) stand in recorded requests and are not
compared.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking.candidates import Asked
from driftwatch.mocks.asking.truth import Truth, every, negated
from driftwatch.mocks.formats.mockserver.bodies import BodyMatcher, read_body
from driftwatch.mocks.formats.mockserver.multimaps import Multimap, read_multimap
from driftwatch.mocks.formats.mockserver.paths import Path
from driftwatch.mocks.formats.mockserver.texts import Text, read_text
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.model.interaction import Header, Query

KNOWN: Final = frozenset(
    ["not", "secure", "keepAlive", "respondBeforeBody", "method", "path", "pathParameters", "queryStringParameters",
     "body", "originalBody", "headers", "cookies", "socketAddress", "protocol", "localAddress", "remoteAddress",
     "clientCertificateChain", "clientCertificate", "jwt", "timestamp"]
)  # fmt: skip
SPECIFICATION: Final = "specUrlOrPayload"
_LONGEST_PATH: Final = 8000
"""Servers take request lines of about this length (RFC 9112, 3)."""
_OTHER: Final = {"if": "a condition", "binaryData": "a binary message", "dnsName": "a DNS query"}
_ALWAYS: Final = (("Host", "host"), ("User-Agent", "client"), ("Accept-Encoding", "gzip"), ("Connection", "keep-alive"))
"""Headers that every client sends, whatever the mock says."""


class RequestMatcher(Struct, frozen=True):
    """What an expectation asks of a request."""

    method: Text
    path: Path
    query: Multimap
    headers: Multimap
    cookies: Multimap
    body: BodyMatcher | None = None
    is_not: bool = False
    undecidable: str = ""
    """What decides and cannot be told here at all, as a sentence."""
    connection: str = ""
    """What decides besides and is a matter of the connection: TLS, the protocol, a certificate."""

    @property
    def is_plain(self) -> bool:
        """Whether a request is quickly compared with it: neither an expression nor a document is in the way."""
        return self.body is None and self.path.text.literal is not None

    def answers(self, asked: Asked) -> Truth:
        """Whether an expectation with this matcher would answer; ``None`` if that cannot be told."""
        truth = self.suits(asked)
        if self.connection and not self.is_not:
            truth = every((truth, None))
        return truth

    def suits(self, asked: Asked) -> Truth:
        """The same, whatever the connection is."""
        if self.undecidable:
            return None
        truth = self._cheap(asked)
        if truth is not False:
            truth = every((truth, every(self._rest(asked))))
        return negated(truth) if self.is_not else truth

    def _cheap(self, asked: Asked) -> Truth:
        truth = self.method.matches(asked.method)
        return truth if truth is False else every((truth, self.path.matches(asked.path)))

    def _rest(self, asked: Asked) -> Iterator[Truth]:
        if self.query.entries:
            yield self.query.matches(asked.query)
        if self.headers.entries:
            yield self.headers.matches(_headers(asked))
        if self.cookies.entries:
            yield self.cookies.matches(cookies_of(asked))
        if self.body is not None:
            yield self.body.matches(asked.body)


@lru_cache(maxsize=8)
def _headers(asked: Asked) -> Query:
    """The headers of a request as MockServer sees them: one request is held against many expectations."""
    length = len((asked.body or "").encode("utf-8", "surrogatepass"))
    added = (*_ALWAYS, ("Content-Length", str(length)))
    return (*asked.headers, *(pair for pair in added if asked.header(pair[0]) is None))


def cookies_of(asked: Asked) -> tuple[Header, ...]:
    """The cookies of a request."""
    pairs = (part.strip().partition("=") for part in (asked.header("Cookie") or "").split(";"))
    return tuple((name, value) for name, _, value in pairs if name)


def read_request(value: object, document: Document, *steps: Step) -> RequestMatcher:
    """A request matcher from its JSON; a missing one answers everything. Raises ``Refusal`` with the place."""
    fields = as_object(value, *steps)
    path = read_text(fields.get("path"), *steps, "path")
    if len(path.value) > _LONGEST_PATH:
        raise Refusal(f"the path has more than {_LONGEST_PATH:,} characters", steps=(*steps, "path"))
    parameters = read_multimap(fields.get("pathParameters"), *steps, "pathParameters")
    return RequestMatcher(
        method=read_text(fields.get("method"), *steps, "method"),
        path=Path(path, parameters),
        query=read_multimap(fields.get("queryStringParameters"), *steps, "queryStringParameters"),
        headers=read_multimap(fields.get("headers"), *steps, "headers"),
        cookies=read_multimap(fields.get("cookies"), *steps, "cookies"),
        body=read_body(fields.get("body"), document, *steps, "body"),
        is_not=fields.get("not") is True,
        undecidable=_undecidable(fields, *steps),
        connection=_connection(fields),
    )


def _undecidable(fields: Object, *steps: Step) -> str:
    if fields.get(SPECIFICATION) is not None:
        operation = as_text(fields.get("operationId"), *steps, "operationId")
        which = f"the operation `{operation[:80]}`" if operation else "any operation"
        return f"{which} of the OpenAPI description {shown(fields[SPECIFICATION])} says what it answers"
    other = next((what for name, what in _OTHER.items() if name in fields), "")
    return f"{other} decides whether it answers" if other else ""


def shown(specification: object) -> str:
    """An OpenAPI description by its file's name; of one that stands in the expectation itself, that it does."""
    if not isinstance(specification, str) or "\n" in specification or specification.lstrip()[:1] in ("{", "["):
        return "in the file"
    # without a host, user information and a query, which may hold a token
    return f"`{specification.partition('?')[0].partition('#')[0].rstrip('/').rpartition('/')[2][:80]}`"


def _connection(fields: Object) -> str:
    protocol = as_text(fields.get("protocol"), "protocol") if isinstance(fields.get("protocol"), str) else ""
    if isinstance(fields.get("secure"), bool):
        return "TLS" if fields["secure"] else "a connection without TLS"
    if fields.get("keepAlive") is False:
        return "a connection that is closed"
    if protocol and not protocol.startswith("HTTP_1"):
        return f"the protocol {protocol[:20]}"
    if fields.get("jwt") is not None:
        return "a JSON Web Token"
    return "a client certificate" if fields.get("clientCertificate") is not None else ""
