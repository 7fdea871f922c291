"""The text of ``/metrics``: what audits found is rendered once for each of them, what the process knows at each scrape.

The former may be thousands of series and changes with an audit; the latter is some dozen and always changes. So a
scrape costs the latter alone. Whatever goes wrong in rendering, the text before is served and the mistake is counted.
"""

import gzip
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol, TypeVar

import structlog
from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR

from driftwatch.model.vitals import Vitals
from driftwatch.reports.exposition import OPEN_METRICS, TEXT, expose, families, own_families
from driftwatch.reports.measures import View
from driftwatch.reports.metrics import METRICS

T = TypeVar("T")

_END: Final = b"# EOF\n"
_LEVEL: Final = 4
"""Of gzip: half the time of the default for a twentieth more bytes."""


class Known(Protocol):
    """Where the latest stands."""

    def view(self) -> View:
        """What is known of the mocks; the same object until something new is known."""
        ...

    def vitals(self) -> Vitals:
        """What is known of the process."""
        ...

    def collector_failed(self) -> None:
        """Something could not be rendered."""
        ...


class Exposition:
    """Any thread may ask."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._lock = threading.Lock()
        self._view: View | None = None
        self._families: tuple[Any, ...] = ()
        """Of that view; of the one before, if they could not be made."""
        self._texts: dict[bool, bytes] = {}
        self._own: dict[bool, bytes] = {}
        self._log: Any = structlog.get_logger()

    def text(self, *, open_metrics: bool = False) -> bytes:
        """All metrics in one of the two formats."""
        with self._lock:
            found = self._found(open_metrics=open_metrics)
        own = self._attempt(lambda: _text(own_families(self._known.vitals()), open_metrics=open_metrics))
        if own is None:
            own = self._own.get(open_metrics, b"")
        self._own[open_metrics] = own
        process = self._attempt(lambda: _text(_process_families(), open_metrics=open_metrics))
        return found + own + (process or b"") + (_END if open_metrics else b"")

    def _found(self, *, open_metrics: bool) -> bytes:
        view = self._known.view()
        if view is not self._view:
            made = self._attempt(lambda: families(METRICS, view))
            self._view, self._families = view, made or self._families
            self._texts = {} if made is not None else self._texts
        if open_metrics not in self._texts:
            self._texts[open_metrics] = self._attempt(lambda: _text(self._families, open_metrics=open_metrics)) or b""
        return self._texts[open_metrics]

    def _attempt(self, render: Callable[[], T]) -> T | None:
        try:
            return render()
        except Exception as error:  # a scrape without these is better than none, and the counter tells
            self._known.collector_failed()
            self._log.error("metrics.failed", error=type(error).__name__)
            return None


def pick(accept: str) -> tuple[str, bool]:
    """The media type to answer with, and whether that is OpenMetrics: only where a client prefers it."""
    open_metrics = _quality(accept, "application/openmetrics-text")
    is_open = open_metrics > 0 and open_metrics >= _quality(accept, "text/plain")
    return (OPEN_METRICS, True) if is_open else (TEXT, False)


def packs(accept_encoding: str) -> bool:
    """Whether a client takes gzip."""
    return _quality(accept_encoding, "gzip") > 0


def pack(text: bytes) -> bytes:
    """The same with gzip."""
    return gzip.compress(text, compresslevel=_LEVEL, mtime=0)


def _quality(header: str, wanted: str) -> float:
    """How much a client wants something (RFC 9110, 12.4.2); 0 for what it does not name, or nonsense."""
    best = 0.0
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name.lower() != wanted:
            continue
        weights = [piece[2:] for piece in parameters if piece.lower().startswith("q=")]
        try:
            best = max(best, float(weights[0]) if weights else 1.0)
        except ValueError:
            continue
    return best


def _text(made: Iterable[Any], *, open_metrics: bool) -> bytes:
    return expose(made, open_metrics=open_metrics).removesuffix(_END)


def _process_families() -> Iterable[Any]:
    for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
        yield from collector.collect()
