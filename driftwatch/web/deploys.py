"""``POST /api/deploys``: a CI tells of a rollout. Works on every replica, since what it tells is kept in the store.

It is for machines alone: a bearer token (RFC 6750) opens it and nothing else, the passwords of people do not, and no
browser sends such a token by itself, so no other site can make one tell anything.
"""

import asyncio
import hmac
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import structlog
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from driftwatch.model.memory import StoreError
from driftwatch.model.rollout import Objection, Rollout, Source
from driftwatch.model.secret import Secret
from driftwatch.ports import Clock
from driftwatch.reports import deploys
from driftwatch.settings.words import describe, guess, quote
from driftwatch.usecases.deploys import Telling, understood

PATH: Final = "/api/deploys"
_LARGEST: Final = 16 * 1024
"""Bytes of a rollout."""
_PATIENCE: Final = 10.0
"""Seconds in which all of them must be there."""
_KEYS: Final = ("provider", "version", "name", "revision", "at", "link")
_NEEDED: Final = _KEYS[:2]
_MOST: Final = 10
"""Unknown keys that are complained of."""
_EXAMPLE: Final = 'Write an object such as {"provider": "payments", "version": "1.42.0"}.'


class Bucket(Struct):
    """So many at once, and then one after each pause."""

    clock: Clock
    size: int
    pause: float
    """Seconds."""
    _used: float = 0.0
    _at: float = 0.0

    def wait(self) -> float:
        """Take one; 0, or the seconds until there is one."""
        now = self.clock.elapsed()
        self._used = max(0.0, self._used - (now - self._at) / self.pause)
        self._at = now
        if self._used > self.size - 1:
            return (self._used - self.size + 1) * self.pause
        self._used += 1
        return 0.0


class Desk(Struct, frozen=True):
    """Where what is told leads."""

    token: Callable[[], Secret | None]
    """As the config says it at this moment; ``None`` where nobody may tell."""
    providers: Callable[[], Collection[str]]
    keep: Callable[[Rollout], bool | StoreError]
    """Whether it is news; may take a while."""
    clock: Clock


class RefusedError(Exception):
    """What is told is not kept."""

    def __init__(
        self,
        status: int,
        message: str,
        objections: tuple[Objection, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.objections = objections
        self.headers = dict(headers or {})


@dataclass(slots=True)
class Deploys:
    """The endpoint, as an ASGI application of its own: whatever the method, its answers are documents."""

    desk: Desk
    _told: Bucket = field(init=False)
    """Rollouts: a pipeline that runs wild fills no store."""
    _guesses: Bucket = field(init=False)
    """Wrong tokens. Whoever has the right one does not wait behind those who guess."""
    _warnings: Bucket = field(init=False)
    """Lines in the log about strangers, who must not fill it."""
    _log: Any = field(default_factory=structlog.get_logger, repr=False)

    def __post_init__(self) -> None:
        """Each bucket with the clock of the desk."""
        self._told = Bucket(self.desk.clock, 60, 1.0)
        self._guesses = Bucket(self.desk.clock, 20, 1.0)
        self._warnings = Bucket(self.desk.clock, 1, 60.0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except RefusedError as refused:
            if self._warnings.wait() == 0:
                self._log.warning("deploy.refused", status=refused.status)
            body = deploys.refused(refused.status, refused.message, refused.objections)
            response = _document(body, refused.status, refused.headers)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self._admit(request)
        rollout = self._understood(await _told_in(request))
        is_new = await run_in_threadpool(self.desk.keep, rollout)
        if isinstance(is_new, StoreError):
            raise RefusedError(
                503, "The store cannot be used at the moment; tell it again.", headers={"Retry-After": "30"}
            )
        self._log.info("deploy.told", provider=rollout.provider, version=rollout.version, is_new=is_new)
        return _document(deploys.kept(rollout, is_new=is_new), 202 if is_new else 200)

    def _admit(self, request: Request) -> None:
        """Raises ``RefusedError`` unless it is told by the right method, with the token, and not too often."""
        token = self.desk.token()
        if token is None:
            raise RefusedError(404, "No CI may tell of rollouts: the config has no `deploys.webhook`.")
        if request.method != "POST":
            raise RefusedError(405, "Rollouts are told by POST.", headers={"Allow": "POST"})
        if not _is_shown(request, token):
            if wait := self._guesses.wait():
                raise _too_often(wait)
            raise RefusedError(
                401, "Show the token of `deploys.webhook`: `Authorization: Bearer …`.",
                headers={"WWW-Authenticate": 'Bearer realm="driftwatch"'},
            )  # fmt: skip
        if wait := self._told.wait():
            raise _too_often(wait)

    def _understood(self, told: Mapping[str, object]) -> Rollout:
        objections = list(_about_form(told))
        texts = {name: value for name, value in told.items() if name in _KEYS and isinstance(value, str)}
        wrong = {one.part for one in objections}
        telling = Telling(texts.pop("provider", ""), texts.pop("version", ""), **texts)
        meant = understood(telling, self.desk.providers(), Source.WEBHOOK, self.desk.clock.now())
        if isinstance(meant, tuple):
            objections += [one for one in meant if one.part not in wrong]
        if objections or isinstance(meant, tuple):
            raise RefusedError(400, "; ".join(map(str, objections[:3])), tuple(objections))
        return meant


def _is_shown(request: Request, token: Secret) -> bool:
    """Whether the header carries the token; takes the same time wherever the two part."""
    header = next((value for name, value in request.scope["headers"] if name == b"authorization"), b"")
    scheme, _, shown = header.partition(b" ")
    return scheme.lower() == b"bearer" and hmac.compare_digest(
        shown.strip(), token.reveal().strip().encode("utf-8", "surrogatepass")
    )


async def _told_in(request: Request) -> Mapping[str, object]:
    """The object in the body. Raises ``RefusedError``: 415, 413, 408 or 400."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise RefusedError(415, f"Send JSON: `Content-Type: application/json`. {_EXAMPLE}")
    try:
        body = await asyncio.wait_for(_read(request), _PATIENCE)
    except TimeoutError as error:
        raise RefusedError(
            408, f"The body did not come within {_PATIENCE:g} s.", headers={"Connection": "close"}
        ) from error
    except ClientDisconnect as error:
        raise RefusedError(400, "The body ended before its end.") from error
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(400, f"The body is no JSON. {_EXAMPLE}") from error
    if not isinstance(told, dict):
        raise RefusedError(400, f"The body is no object. {_EXAMPLE}")
    return told


async def _read(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise RefusedError(413, f"A rollout has {_LARGEST} bytes at most.", headers={"Connection": "close"})
    return body


def _about_form(told: Mapping[str, object]) -> list[Objection]:
    """What is wrong before anybody asks what is meant."""
    objections = [
        Objection(quote(name).strip("`"), "there is no such key", guess(name, _KEYS))
        for name in told
        if name not in _KEYS
    ]
    del objections[_MOST:]
    for name in _KEYS:
        value = told.get(name)
        if name in told and not isinstance(value, str) and (value is not None or name in _NEEDED):
            objections.append(Objection(name, describe(value), "Write a text, in quotes."))
    return objections


def _too_often(wait: float) -> RefusedError:
    return RefusedError(429, "That is too often; wait a little.", headers={"Retry-After": f"{math.ceil(wait)}"})


def _document(body: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, status, dict(headers or {}), "application/json")
