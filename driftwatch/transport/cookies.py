"""The cookies of journeys: kept for one session at one target, for as long as a run lasts, and shown to nobody else.

Which cookie is taken and which is sent back is the standard library's word (RFC 6265, as far as ``http.cookiejar``
keeps it). Probes without a session neither keep nor send any.
"""

from email.message import Message
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

from msgspec.structs import replace
from requests import PreparedRequest
from requests.cookies import MockRequest, MockResponse

from driftwatch.model.identity import NOBODY
from driftwatch.model.interaction import Header
from driftwatch.model.probe import Probe
from driftwatch.transport.question import Question

_LONGEST: Final = 8192
"""Characters of a ``Set-Cookie`` that is still read; browsers take half of it (RFC 6265, 6.1)."""
_MOST: Final = 100
"""Cookies of one session; browsers take 50 of one host at least (the same)."""


class Cookies:
    """The jars of one run; any thread may use them."""

    def __init__(self) -> None:
        self._jars: dict[tuple[str, str, str], CookieJar] = {}

    def dressed(self, probe: Probe, question: Question) -> Question:
        """The question with the cookies of its session, beside one that the credentials may be."""
        bare, own = _without_cookie(question.prepared)
        request: Any = MockRequest(bare)
        self._jar(probe).add_cookie_header(request)
        kept = [one for one in (own, request.get_new_headers().get("Cookie")) if one]
        if kept:
            bare.headers["Cookie"] = "; ".join(kept)
        return replace(question, prepared=bare)

    def keep(self, probe: Probe, question: Question, headers: tuple[Header, ...]) -> None:
        """Take the cookies that an answer sets, as far as its host may set them."""
        given = [value for name, value in headers if name.lower() == "set-cookie" and len(value) <= _LONGEST]
        if not given:
            return
        message = Message()
        for value in given[:_MOST]:
            message["Set-Cookie"] = value
        jar = self._jar(probe)
        response: Any = MockResponse(message)
        request: Any = MockRequest(question.prepared)
        jar.extract_cookies(response, request)
        if len(jar) > _MOST:
            jar.clear()  # nobody logs in with a hundred cookies

    def _jar(self, probe: Probe) -> CookieJar:
        policy = DefaultCookiePolicy(rfc2965=False, strict_ns_domain=DefaultCookiePolicy.DomainStrict)
        who = probe.identity if probe.with_credentials else NOBODY
        return self._jars.setdefault((probe.lane, probe.session, who), CookieJar(policy))


def _without_cookie(prepared: PreparedRequest) -> tuple[PreparedRequest, str]:
    copy = prepared.copy()
    own: str = copy.headers.pop("Cookie", "") or ""
    return copy, own
