"""Claims and samples for tests, made of documents."""

import json
from typing import Final

from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Expectation, Grade, Header, Interaction, Matcher, Origin, Request
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.usecases.judgement import findings_of

JSON: Final[tuple[Header, ...]] = (("Content-Type", "application/json"),)
HERE: Final = Context()
LENIENT: Final = Policy()


def written(document: object) -> bytes:
    """A document as its bytes."""
    return json.dumps(document).encode()


def promise(
    document: object, status: int = 200, headers: tuple[Header, ...] = JSON, matchers: tuple[Matcher, ...] = ()
) -> Expectation:
    """A mocked answer with this document."""
    return Expectation(status, headers, written(document), matchers)


def bare(status: int, *headers: Header) -> Expectation:
    """A mocked answer that says nothing of its body."""
    return Expectation(status, headers)


def delivery(
    document: object, status: int = 200, headers: tuple[Header, ...] = JSON, *, with_credentials: bool = True
) -> Observation:
    """A sample with this document."""
    return Observation(status, headers, written(document), credentials_sent=with_credentials)


def a_request(method: str = "GET", path: str = "/resource", template: str = "", grade: Grade = Grade.EXACT) -> Request:
    """A request without query, headers or body."""
    return Request(method, path, template or path, grade=grade)


def an_interaction(
    *variants: Expectation, request: Request | None = None, mock_id: str = "stub", provider: str = "payments"
) -> Interaction:
    """A stub that gives these answers."""
    asked = request or a_request()
    return Interaction(mock_id, "test", Origin(f"{mock_id}.json"), asked, variants, group="", provider=provider)


def a_claim(*variants: Expectation, request: Request | None = None) -> Claim:
    """One stub's claim."""
    return Claim((an_interaction(*variants, request=request),))


def found(
    claim: Claim, *samples: Observation, context: Context = HERE, policy: Policy = LENIENT
) -> tuple[Finding, ...]:
    """What these samples say of the claim."""
    return findings_of(claim, samples, context, policy)


def kinds(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Kinds and paths, sorted."""
    return sorted((finding.kind, finding.path) for finding in findings)
