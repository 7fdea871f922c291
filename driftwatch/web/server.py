"""Listens, in a thread of its own. The only file that knows uvicorn.

asyncio shakes hands outside of the accept loop, so an idle caller blocks nobody. uvicorn alone would wait for ever for
the first request of a connection, and a minute for a handshake; here both get seconds.
"""

import asyncio
import logging
import socket
import ssl
import threading
from pathlib import Path
from typing import Any, Final

import structlog
import uvicorn
from msgspec import Struct
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from driftwatch.model.errors import Mistake, SettingsError

PATIENCE: Final = 5.0
"""Seconds for a handshake, for the head of a request, and of idleness between two."""
_HEAD: Final = 16 * 1024
"""Bytes of a request's head."""
_LOOK: Final = 5.0
"""Seconds between two looks at the certificate's files."""


class Tls(Struct, frozen=True):
    """Files of a certificate, its key, and the authorities of clients if those need one."""

    certificate: Path
    key: Path
    authorities: Path | None = None


class Place(Struct, frozen=True):
    """Where to listen and how much to take."""

    host: str
    port: int
    tls: Tls | None = None
    connections: int = 64


class _Connection(H11Protocol):
    """uvicorn's, with a limit for the time that a head may take."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._hurry = self.loop.call_later(PATIENCE, self._give_up)

    def _give_up(self) -> None:
        if not self._is_answering and not self.transport.is_closing():
            self.transport.close()

    @property
    def _is_answering(self) -> bool:
        cycle: Any = self.cycle  # None until the first request
        return cycle is not None and not cycle.response_complete

    def handle_events(self) -> None:
        super().handle_events()
        if self._is_answering:
            self._hurry.cancel()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._hurry.cancel()
        self._hurry = self.loop.call_later(PATIENCE, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._hurry.cancel()
        super().connection_lost(exc)


class _Loop(asyncio.SelectorEventLoop):
    """Handshakes get seconds, not a minute."""

    async def create_server(self, *args: Any, **options: Any) -> asyncio.Server:
        if options.get("ssl") is not None:
            options.setdefault("ssl_handshake_timeout", PATIENCE)
        return await super().create_server(*args, **options)


class Server:
    """``with`` it: listens inside, has stopped afterwards. ``SettingsError`` if it cannot."""

    def __init__(self, app: ASGIApp, place: Place) -> None:
        for name in ("uvicorn", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # strangers must not fill the log
        self._place = place
        self._context = _context(place.tls) if place.tls is not None else None
        self._stamp = _stamp(place.tls)
        context = self._context
        config = uvicorn.Config(
            app,
            http=_Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=place.connections,
            timeout_keep_alive=int(PATIENCE),
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=_HEAD,
            ssl_context_factory=(lambda *_: context) if context is not None else None,
        )
        self._server = uvicorn.Server(config)
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="driftwatch-web", daemon=True)
        self._log: Any = structlog.get_logger()

    @property
    def port(self) -> int:
        """The port that it listens at."""
        port: int = self._socket.getsockname()[1] if self._socket is not None else self._place.port
        return port

    @property
    def url(self) -> str:
        """Where it can be reached from here."""
        host = f"[{self._place.host}]" if ":" in self._place.host else self._place.host
        return f"{'https' if self._context else 'http'}://{host}:{self.port}"

    def __enter__(self) -> "Server":
        self._socket = _listen(self._place)
        self._thread.start()
        self._log.info("web.started", url=self.url)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        if self._socket is not None:
            self._socket.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        watcher = asyncio.create_task(self._watch_certificate()) if self._context is not None else None
        assert self._socket is not None  # noqa: S101 - entered
        await self._server.serve(sockets=[self._socket])
        if watcher is not None:
            watcher.cancel()

    async def _watch_certificate(self) -> None:
        """New connections get the new certificate: cert-manager puts it where the old one was."""
        tls, context = self._place.tls, self._context
        while tls is not None and context is not None:
            await asyncio.sleep(_LOOK)
            stamp = _stamp(tls)
            if stamp == self._stamp:
                continue
            self._stamp = stamp
            try:
                context.load_cert_chain(tls.certificate, tls.key)
                self._log.info("web.certificate_loaded")
            except OSError as error:
                self._log.error("web.certificate_rejected", reason=_why(error))


def _listen(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        return socket.create_server((place.host, place.port), family=family, backlog=128)
    except OSError as error:
        remedy = "Choose another address with `web.host` and `web.port`, or end what listens there."
        found = f"nothing can listen at {place.host} port {place.port}: {(error.strerror or 'no such address').lower()}"
        raise SettingsError([Mistake("web", found, remedy)]) from error


def _context(tls: Tls) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    part = "certificate"
    try:
        context.load_cert_chain(tls.certificate, tls.key)
        if tls.authorities is not None:
            part = "client_authorities"
            context.load_verify_locations(cafile=tls.authorities)
            context.verify_mode = ssl.CERT_REQUIRED
    except OSError as error:
        remedy = "Name PEM files: the certificate with its chain, and the key that belongs to it."
        raise SettingsError([Mistake(f"web.tls.{part}", f"it cannot be used: {_why(error)}", remedy)]) from error
    return context


def _why(error: OSError) -> str:
    """``ssl.SSLError`` is one, too."""
    return getattr(error, "reason", None) or error.strerror or type(error).__name__


def _stamp(tls: Tls | None) -> tuple[tuple[int, int, int], ...]:
    """What changes with the files; nothing while one of them is away."""
    if tls is None:
        return ()
    try:
        stats = [path.stat() for path in (tls.certificate, tls.key)]
    except OSError:
        return ()
    return tuple((stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in stats)
