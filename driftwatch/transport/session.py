"""One connection to one target: a request goes out, an ``Observation`` comes back, whatever happens.

This is the one file that speaks requests. It uses an adapter without a ``requests.Session`` around it: what that adds
(cookies kept and sent, redirects prepared, the environment and ``~/.netrc`` consulted) is what a probe must not do.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

from msgspec import structs
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException
from urllib3 import HTTPResponse, Timeout
from urllib3.exceptions import HTTPError
from urllib3.poolmanager import PoolManager

from driftwatch.model.probe import Failure, Observation
from driftwatch.ports import Clock
from driftwatch.transport.failures import Cause, cause_of
from driftwatch.transport.leash import Leash, pools_on
from driftwatch.transport.pace import Slot
from driftwatch.transport.question import Question
from driftwatch.transport.route import Route
from driftwatch.transport.target import Target
from driftwatch.transport.unpack import UnpackError, unpack

_REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""Idempotent methods (RFC 9110, 9.2.2)."""


LEFT: Final = "cut by the audit itself once the request was written"


class _Adapter(HTTPAdapter):
    """requests' way to urllib3, bound to one target: shared TLS context, pools on the leash, answers left unwrapped."""

    def __init__(self, route: Route, leash: Leash) -> None:
        self._route = route
        self._leash = leash
        self._pool: Any = None
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, **options)
        self.poolmanager.pool_classes_by_scheme = pools_on(self._leash, self._route.entry)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, proxy_ssl_context=self._route.proxy_context, **options)
        manager.pool_classes_by_scheme = pools_on(self._leash, self._route.entry)
        return manager

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """The parent's, with the shared context added; without it each connection reads the authorities anew."""
        host, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        if self._route.context is not None:
            tls["ssl_context"] = self._route.context
        return host, tls

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        """The parent's first answer: a session has one target, whose pool cannot change from request to request."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        return self._pool

    def request_url(self, request: Any, proxies: Any) -> str:
        """The parent's; without parsing the URL three times over where no proxy is in the way."""
        if self._route.proxy:
            return super().request_url(request, proxies)
        origin_form: str = request.path_url
        return origin_form

    def ask(self, request: PreparedRequest, timeout: Timeout, *, verify: bool, proxies: dict[str, str]) -> HTTPResponse:
        """The parent's ``send`` without its envelope and its exceptions: urllib3's own are what we read.

        Nor does it call ``cert_verify``: the context verifies, and a path would be read beside it each time.
        """
        pool = self.get_connection_with_tls_context(request, verify, proxies)
        answer: HTTPResponse = pool.urlopen(
            request.method, self.request_url(request, proxies), request.body, request.headers, self.max_retries,
            redirect=False, assert_same_host=False, timeout=timeout, preload_content=False, decode_content=False,
            chunked=request.body is not None and "Content-Length" not in request.headers,
        )  # fmt: skip
        return answer

    def close(self) -> None:
        self._pool = None
        super().close()


class Session:
    """Serves one request at a time; any thread may ``cut`` it."""

    def __init__(self, target: Target, route: Route, clock: Clock) -> None:
        # urllib3 logs whole URLs, at worst with an API key in the query.
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)
        self._target = target
        self._clock = clock
        self._leash = Leash(clock)
        self._adapter = _Adapter(route, self._leash)
        self._proxies = route.proxies
        self._verify = target.verify is not False
        self._more: Callable[[], Slot] | None = None
        connect = min(target.connect_timeout, target.total_timeout)
        self._timeout: Final = Timeout(connect=connect, read=min(target.read_timeout, target.total_timeout))

    def take(self, slot: Slot, more: Callable[[], Slot] | None = None) -> None:
        """Leave for the next request, to be told when that is written; ``more`` gives it for the same once again."""
        self._leash.slot, self._more = slot, more

    def observe(self, question: Question) -> Observation:
        """Send the request once and read the answer, within the target's limits; never raises for a bad answer.

        Raises ``Refusal`` if the host is found at an address that nothing may be sent to.
        """
        at = self._clock.now()
        try:
            status, headers, body = self._exchange(question.prepared)
        except (RequestException, HTTPError, OSError, ValueError) as error:
            cause = self._cause(error)
            return Observation(
                at=at, failure=cause.failure, detail=cause.detail, credentials_sent=question.has_credentials,
                identity=question.identity, idempotency_key=question.idempotency_key,
            )  # fmt: skip
        elapsed = self._clock.elapsed() - self._leash.began
        limit = self._target.body_limit
        return Observation(
            status=status,
            headers=headers,
            body=body if len(body) <= limit else body[:limit],
            is_truncated=len(body) > limit,
            elapsed_ms=elapsed * 1000,
            at=at,
            credentials_sent=question.has_credentials,
            identity=question.identity,
            idempotency_key=question.idempotency_key,
        )

    def observe_with(self, question: Question, meet: Callable[[], object]) -> Observation:
        """The same over a new connection; between connecting and writing ``meet`` is waited for."""
        self.close()
        self._leash.meet = meet
        try:
            return self.observe(question)
        finally:
            self._leash.meet = None

    def leave(self, question: Question) -> Observation:
        """Write the request and be gone before the answer: what a lost connection looks like to the service."""
        self._leash.is_leaving, self._leash.has_left = True, False
        try:
            sample = self.observe(question)
        finally:
            self._leash.is_leaving = False
        return structs.replace(sample, detail=LEFT) if self._leash.has_left else sample

    @property
    def certificate_ends(self) -> float:
        """When the certificate that the target last showed expires, in seconds since 1970; ``inf`` for none."""
        return self._leash.certificate_ends

    def cut(self) -> None:
        """End the request in flight, if any, and every later one at once."""
        self._leash.cut()

    def close(self) -> None:
        """Close the idle connection."""
        self._adapter.close()

    def _exchange(self, request: PreparedRequest) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        raw = self._ask(request)
        try:
            self._check_head(raw)
            limit = self._target.body_limit
            body = _read(raw, limit + 1)
            try:
                body = unpack(body, raw.headers.get("content-encoding", ""), limit)
            except UnpackError as error:
                raise _UnusableError(Cause(Failure.MALFORMED, str(error))) from error
            return raw.status, tuple(raw.headers.iteritems()), body
        finally:
            raw.close()

    def _check_head(self, raw: HTTPResponse) -> None:
        """What the libraries below let pass, and what would then be taken for the service's word."""
        if self._leash.has_ended:
            # http.client takes the end of the stream for the end of the head: an empty answer with status 200.
            raise _UnusableError(Cause(Failure.RESET, "ended before the end of the head"))
        if raw.status < 200:
            # It knows 100 alone; after any other it would leave the real answer to the next request.
            raise _UnusableError(Cause(Failure.MALFORMED, "an interim answer that was not asked for"))

    def _ask(self, request: PreparedRequest) -> HTTPResponse:
        """The answer's head. Sends again, once, if a kept connection turns out to be closed already.

        That is the one repetition RFC 9112, 9.3.1 leaves to a client's own judgement, and no retry of a failure:
        servers close idle connections when they like, and a request that crosses the closing was never looked at.
        """
        try:
            return self._send(request)
        except (RequestException, HTTPError) as error:
            was_stale = self._leash.is_reused and not self._leash.has_received
            if not was_stale or request.method not in _REPEATABLE or self._cause(error).failure is not Failure.RESET:
                raise
        if self._more is not None:
            self._leash.slot = self._more()
        return self._send(request)

    def _send(self, request: PreparedRequest) -> HTTPResponse:
        self._leash.begin(self._target.total_timeout, self._target.read_timeout)
        return self._adapter.ask(request, self._timeout, verify=self._verify, proxies=self._proxies)

    def _cause(self, error: Exception) -> Cause:
        if isinstance(error, _UnusableError):
            return error.cause
        cause = cause_of(error, is_connected=self._leash.is_connected)
        if cause.failure is Failure.TIMEOUT and self._leash.is_connected:
            if self._leash.is_overdue:
                return Cause(Failure.TIMEOUT, f"no end of the answer in {self._target.total_timeout:g} s")
            return Cause(Failure.TIMEOUT, f"no byte for {self._target.read_timeout:g} s")
        return cause


def _read(raw: HTTPResponse, most: int) -> bytes:
    """At most so many bytes as they came. Reads on until there are no more: only then is a lost end noticed."""
    parts = []
    while most and (part := raw.read(most, decode_content=False)):
        parts.append(part)
        most -= len(part)
        if raw.length_remaining == 0:
            break  # all that was announced is here
    return b"".join(parts)


class _UnusableError(HTTPError):
    """An answer that the libraries below would let pass."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.detail)
        self.cause = cause
