"""The pages for people: a path → what is asked for → the page. Nothing is decided here and nothing is audited."""

import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from driftwatch.drift.catalog import KINDS, PAGES
from driftwatch.model.lifecycle import ACKNOWLEDGED
from driftwatch.reports.html import site
from driftwatch.reports.html.lines import provider_rows
from driftwatch.reports.html.listing import Wish, pick
from driftwatch.reports.html.site import Frame, Told
from driftwatch.reports.html.stationery import ICON, STYLE, STYLE_NAME
from driftwatch.web.acknowledge import Desk
from driftwatch.web.resting import RestingTests
from driftwatch.web.shelf import Shelf, Sources

_PROBLEMS: Final[Mapping[int, str]] = {
    400: "The request cannot be understood.",
    403: "The form was too old, or not one of these pages. Load the page anew and try again.",
    404: "There is nothing of that name here. Findings that ended long ago are forgotten.",
    405: "That can only be read.",
    409: "That cannot be decided now.",
    413: "That is too much.",
    500: "A mistake of driftwatch; the log tells where.",
}

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""All that a route is tried with that says itself which one it takes, and whether it is there at all."""

Show = Callable[[Request], Response]


class Pages:
    """Every route but those for machines."""

    def __init__(self, sources: Sources, desk: Desk) -> None:
        self._shelf = Shelf(sources)
        self._resting = RestingTests(sources.store, sources.clock)
        self._of = sources
        self._desk = desk
        self._log: Any = structlog.get_logger()

    @property
    def routes(self) -> tuple[BaseRoute, ...]:
        """In the order in which they are tried."""
        shown: tuple[tuple[str, Show], ...] = (
            ("/", self._overview),
            ("/providers/{name:path}", self._provider),
            ("/findings", self._findings),
            ("/findings/{fingerprint}", self._finding),
            ("/runs", self._runs),
            ("/kinds", self._kinds),
            ("/kinds/{kind}", self._kind),
            ("/config", self._config),
            ("/health", self._health),
            (f"/{STYLE_NAME}", lambda _: Response(STYLE, media_type="text/css")),
            ("/icon.svg", lambda _: Response(ICON, media_type="image/svg+xml")),
        )
        decide = Route("/findings/{fingerprint}/acknowledge", self._acknowledge, methods=list(_METHODS))
        return (*(Route(path, self._guarded(show), methods=["GET"]) for path, show in shown), decide)

    async def refused(self, request: Request, error: Exception) -> Response:
        """A page for whatever no route answers."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = self._problem(request, status)
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response

    def _guarded(self, show: Show) -> Show:
        """The same; our own mistake becomes a page and a line in the log, which tells no text of a stranger."""

        def guarded(request: Request) -> Response:
            try:
                return show(request)
            except HTTPException:
                raise
            except Exception as error:  # a page that cannot be shown must not be silent, and ends nothing else
                last = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno} {last.name}"
                self._log.error("page.failed", error=type(error).__name__, where=where)
                return self._problem(request, 500)

        return guarded

    def _frame(self, request: Request, here: str) -> Frame:
        raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
        depth = raw.split(b"?")[0].count(b"/") - 1
        return Frame("../" * depth, here, self._of.version, self._desk.user(request), self._of.vitals().role)

    def _problem(self, request: Request, status: int, sentence: str = "") -> Response:
        told = sentence or _PROBLEMS.get(status, "That cannot be shown.")
        page = site.problem(self._frame(request, ""), HTTPStatus(status).phrase, told)
        return HTMLResponse(page, status)

    # the pages, in the order of the routes

    def _overview(self, request: Request) -> Response:
        facets = ("owner",)
        wish = Wish.of(request.query_params.multi_items(), (*facets, "text"))
        page = pick(provider_rows(self._shelf.providers()), wish, facets)
        return HTMLResponse(site.overview(self._frame(request, "Providers"), page, self._shelf.conclusion()))

    def _provider(self, request: Request) -> Response:
        line = self._shelf.provider(request.path_params["name"])
        if line is None:
            raise HTTPException(404)
        facets = ("verdict", "severity", "kind")
        wish = Wish.of(request.query_params.multi_items(), (*facets, "text"))
        rows = self._shelf.endpoints(line.of) if line.of is not None else []
        page = pick(rows, wish, facets)
        mocks = [one.interaction for one in page.rows]
        resting = {
            (one.request.method, one.request.path_template, one.mock_id): self._resting.of_mock(one) for one in mocks
        }
        return HTMLResponse(site.provider(self._frame(request, "Providers"), line, page, resting))

    def _findings(self, request: Request) -> Response:
        facets = ("severity", "provider", "owner", "kind", "state")
        wish = Wish.of(request.query_params.multi_items(), (*facets, "text"))
        page = pick(self._shelf.findings(), wish, facets, size=50)
        return HTMLResponse(site.findings(self._frame(request, "Findings"), page, self._of.clock.now()))

    def _finding(self, request: Request, notice: str = "", status: int = 200) -> Response:
        fingerprint = request.path_params["fingerprint"]
        found, past = self._shelf.finding(fingerprint)
        if found is None:
            raise HTTPException(404)
        now = self._of.clock.now()
        kind = KINDS.get(found.kind)
        may_decide = past.life is not None and past.life.state.is_current
        form = self._desk.form(request, fingerprint, now.date()) if may_decide else None
        told = Told(
            found, kind.title if kind is not None else "", PAGES.get(found.kind, ""), self._shelf.owner(found.provider),
            past.life, past.events, past.trouble, form, notice, not notice, self._resting.of_finding(found),
        )  # fmt: skip
        frame = self._frame(request, "Findings")
        return HTMLResponse(site.finding(frame, told, now), status)

    def _runs(self, request: Request) -> Response:
        lines, trouble = self._shelf.runs()
        return HTMLResponse(site.runs(self._frame(request, "Runs"), lines, trouble))

    def _kinds(self, request: Request) -> Response:
        return HTMLResponse(site.kinds(self._frame(request, "Kinds"), KINDS.values()))

    def _kind(self, request: Request) -> Response:
        known = KINDS.get(request.path_params["kind"])
        if known is None:
            raise HTTPException(404)
        return HTMLResponse(site.kind(self._frame(request, "Kinds"), known, PAGES[known.id]))

    def _config(self, request: Request) -> Response:
        is_good = self._of.vitals().is_config_good
        return HTMLResponse(site.config(self._frame(request, "Config"), self._of.config(), is_good=is_good))

    async def _acknowledge(self, request: Request) -> Response:
        fields = await self._desk.read(request)
        return await run_in_threadpool(self._decide, request, fields)

    def _decide(self, request: Request, fields: dict[str, str]) -> Response:
        trouble = self._desk.decide(self._of.store(), request, fields, self._of.clock.now())
        if trouble:
            return self._finding(request, trouble, 409)
        fingerprint = request.path_params["fingerprint"]
        self._shelf.decided(fingerprint, ACKNOWLEDGED)
        self._log.info("finding.acknowledged", fingerprint=fingerprint, user=self._desk.user(request))
        return RedirectResponse(f"../{fingerprint}", 303)

    def _health(self, request: Request) -> Response:
        return HTMLResponse(site.health(self._frame(request, "Health"), self._of.checks(), self._of.vitals()))
