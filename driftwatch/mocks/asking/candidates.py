"""Requests derived from a stub's matchers: as the mock server would see them, and what of them may be sent."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.asking.headers import safe_headers, with_accept, withheld
from driftwatch.mocks.asking.requests import encode_query, split_target, without_secrets
from driftwatch.model.interaction import Grade, Header, Query, Request
from driftwatch.model.route import path_template

_RANK: Final = (Grade.EXACT, Grade.EXAMPLE, Grade.CHOSEN, Grade.NEEDS_INPUT, Grade.UNRESOLVABLE)
FORM: Final = "application/x-www-form-urlencoded"


def weaker(*grades: Grade) -> Grade:
    """The grade of a request whose parts have these."""
    return max(grades, key=_RANK.index, default=Grade.EXACT)


class Asked(Struct, frozen=True):
    """A concrete request as the mock server would see it, credentials and all."""

    method: str
    path: str
    """Percent-encoded, with its leading slash."""
    query: Query = ()
    headers: tuple[Header, ...] = ()
    body: str | None = None

    def with_header(self, name: str, value: str) -> "Asked":
        """The same request with one header more."""
        return replace(self, headers=(*self.headers, (name, value)))

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its spelling."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Candidate(Struct, frozen=True):
    """A request that a stub should answer, and how it was had."""

    asked: Asked
    grade: Grade = Grade.EXACT
    reasons: tuple[str, ...] = ()
    template: str = ""
    """The path template of the stub itself, if it has one."""
    is_recorded: bool = field(default=False)

    def weakened(self, grade: Grade, reason: str) -> "Candidate":
        """The same candidate with a grade that is no better than ``grade``, and why."""
        is_first_obstacle = self.grade.is_sendable and not grade.is_sendable
        # why nothing is sent makes moot what else was chosen
        reasons = (reason,) if is_first_obstacle else (*self.reasons, reason)
        return replace(self, grade=weaker(self.grade, grade), reasons=reasons)

    def request(self, answer: Iterable[Header]) -> tuple[Request, tuple[str, ...]]:
        """The part of it that may be sent to a real service, and what was left out.

        ``answer`` are the mocked answer's headers, whose media type becomes ``Accept``.
        """
        asked = self.asked
        query = encode_query(asked.query)
        target, secrets = without_secrets(split_target(f"{asked.path}?{query}" if query else asked.path))
        notes = [f"needs credentials from the config: {name}" for name in withheld(asked.headers)]
        notes += [f"the credential `{name}` of the query is not sent" for name in secrets]
        request = Request(
            method=asked.method,
            path=asked.path,
            path_template=self.template or path_template(asked.path),
            query=target.query,
            raw_query=target.raw_query,
            headers=with_accept(safe_headers(asked.headers), answer),
            body=None if asked.body is None else asked.body.encode("utf-8", "surrogatepass"),
            grade=self.grade,
            reason="; ".join(dict.fromkeys(self.reasons)),
            recorded=self.is_recorded,
            asks_credentials=bool(notes),
        )
        return request, tuple(notes)


def content_type_of(body: str) -> str:
    """The media type that a body of this look is sent with; empty if it has no look."""
    start = body.lstrip()[:1]
    if start in ("{", "["):
        return "application/json"
    return "application/xml" if start == "<" else ""
