"""The routes: ``/metrics``, ``/livez``, ``/readyz`` and a page that leads to them.

Pages for people get files of their own in this room and a line in ``routes``.
"""

import asyncio
import html
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from msgspec import Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from driftwatch.model.vitals import Check, Wellness
from driftwatch.web.deploys import PATH as DEPLOYS
from driftwatch.web.exposition import Exposition, pack, packs, pick
from driftwatch.web.guard import Guard

OPEN_PATHS: Final = frozenset({"/livez", "/readyz"})
"""What everybody may ask: a kubelet has no password."""
TOKEN_PATHS: Final = frozenset({DEPLOYS})
"""What asks for a token of its own: a pipeline has no password, and a password does not open it."""
_MOST_HEADERS: Final = 16 * 1024
"""Bytes of a request's headers; uvicorn's own limit holds only for heads that arrive in pieces."""
_POLICY: Final = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", _POLICY),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>driftwatch</title>
<h1>driftwatch {version}</h1>
<p>Tells when mocks have stopped telling the truth.</p>
<ul>
<li><a href="metrics">/metrics</a>: what the last audits found, for Prometheus</li>
<li><a href="readyz">/readyz</a>: what somebody should look at</li>
<li><a href="livez">/livez</a>: whether the process works at all</li>
</ul>
</html>
"""

Checks = Callable[[], tuple[Check, ...]]


class Shown(Struct, frozen=True):
    """What is served."""

    version: str
    exposition: Exposition
    liveness: Checks
    readiness: Checks


class Pages(Protocol):
    """What is served to people."""

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """In the order in which they are tried."""
        ...

    async def refused(self, request: Request, error: Exception) -> Response:
        """A page for whatever no route answers."""
        ...


def make_app(shown: Shown, guard: Guard, pages: Pages | None = None, deploys: ASGIApp | None = None) -> ASGIApp:
    """The whole application; without pages for people, a short one leads to what there is for machines.

    ``deploys`` is where rollouts are told of, if anywhere.
    """

    async def metrics(request: Request) -> Response:
        kind, is_open = pick(request.headers.get("accept", ""))
        text = await run_in_threadpool(shown.exposition.text, open_metrics=is_open)
        headers = {"content-type": kind, "vary": "Accept, Accept-Encoding"}
        if packs(request.headers.get("accept-encoding", "")):
            text = await run_in_threadpool(pack, text)
            headers["content-encoding"] = "gzip"
        return Response(text, headers=headers)

    async def root(_: Request) -> Response:
        return HTMLResponse(_PAGE.format(version=html.escape(shown.version)))

    routes: list[BaseRoute] = [
        *(pages.routes if pages is not None else (Route("/", root),)),
        Route("/metrics", metrics),
        Route("/livez", _health(shown.liveness)),
        Route("/readyz", _health(shown.readiness)),
        *((Route(DEPLOYS, deploys),) if deploys is not None else ()),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: pages.refused} if pages is not None else {})
    app.router.redirect_slashes = False
    return _Outside(app, guard, OPEN_PATHS | TOKEN_PATHS if deploys is not None else OPEN_PATHS)


def _health(checks: Checks) -> Callable[[Request], Awaitable[Response]]:
    """200 as long as nothing has failed; the body names what is impaired, too."""

    async def health(_: Request) -> Response:
        found = checks()
        states = {check.wellness for check in found}
        worst = next((state for state in (Wellness.FAILED, Wellness.IMPAIRED) if state in states), Wellness.WELL)
        body = {
            "status": worst.value,
            "checks": {check.name: {"status": check.wellness.value, "reason": check.reason} for check in found},
        }
        return JSONResponse(body, 503 if worst is Wellness.FAILED else 200)

    return health


class _Outside:
    """Around all routes: who may come in, and headers that every answer has."""

    def __init__(self, app: ASGIApp, guard: Guard, open_paths: frozenset[str]) -> None:
        self._app = app
        self._guard = guard
        self._open_paths = open_paths
        self._hashing = asyncio.Semaphore(1)
        """Wrong passwords wait here, and not in the threads that others need."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_on(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]  # type: ignore[misc]
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif sum(len(name) + len(value) for name, value in scope["headers"]) > _MOST_HEADERS:
            await PlainTextResponse("Too much.\n", 431)(scope, receive, send_on)  # type: ignore[arg-type]
        elif scope["path"] in self._open_paths or await self._is_admitted(scope):
            await self._app(scope, receive, send_on)  # type: ignore[arg-type]
        else:
            refusal = PlainTextResponse(
                "Who are you?\n", 401, {"WWW-Authenticate": 'Basic realm="driftwatch", charset="UTF-8"'}
            )
            await refusal(scope, receive, send_on)  # type: ignore[arg-type]

    async def _is_admitted(self, scope: Scope) -> bool:
        if self._guard.is_open:
            return True
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"").decode("latin-1")
        if self._guard.is_known(given):
            return True
        async with self._hashing:
            return await run_in_threadpool(self._guard.admits, given)
