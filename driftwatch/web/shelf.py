"""What pages show, fetched from the board and the store: the one keeps the present, the other the past.

A store that cannot be used costs a page its history and nothing else.
"""

import threading
from collections.abc import Callable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.finding import Finding
from driftwatch.model.lifecycle import Event, Life
from driftwatch.model.memory import StoreError
from driftwatch.model.summary import Canary, ProviderSummary, Result, Summary
from driftwatch.model.vitals import Check, Vitals, Watch
from driftwatch.ports import Clock, Store
from driftwatch.reports.conclusion import conclude, is_good_news
from driftwatch.reports.html.lines import ProviderLine, RunLine, endpoint_rows, finding_rows
from driftwatch.reports.html.listing import Row
from driftwatch.reports.html.sparkline import Sparkline, sparkline
from driftwatch.reports.measures import View

TREND = 30
"""Runs that a trend shows."""
RUNS = 100
"""Runs that are listed."""
_NO_STORE = "Nothing is remembered: the config says that there is no store."


class Sources(Struct, frozen=True):
    """Where things are fetched."""

    version: str
    view: Callable[[], View]
    vitals: Callable[[], Vitals]
    checks: Callable[[], tuple[Check, ...]]
    store: Callable[[], Store | None]
    config: Callable[[], str]
    """All settings as text, without secrets."""
    clock: Clock


class Past(Struct, frozen=True):
    """What is remembered of a finding."""

    life: Life | None = None
    events: tuple[Event, ...] = ()
    trouble: str = ""


class Shelf(Struct):
    """Any thread may ask. Long lists are sorted once for each audit, not for each look."""

    of: Sources
    _endpoints: dict[str, tuple[ProviderSummary, list[Row[Result]]]] = field(default_factory=dict)
    _findings: tuple[View, list[Row[Finding]]] | None = None
    _decided: dict[str, str] = field(default_factory=dict)
    """The word for findings that were decided about since the latest audit: the board learns of it with the next."""
    _told: tuple[View, tuple[str, bool] | None] | None = None
    _lines: dict[str, tuple[ProviderSummary, ProviderLine]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def provider(self, name: str) -> ProviderLine | None:
        """One provider of the config, or of the latest audits."""
        view = self.of.view()
        watch = self.of.vitals().providers.get(name)
        for run, provider in view.audited:
            if provider.name == name:
                return replace(self._line(run, provider), trend=self._trend(name), watch=watch or Watch())
        if name not in view.providers:
            return None
        return ProviderLine(name, None, None, 0, {}, {}, self._trend(name), watch or Watch())

    def providers(self) -> list[ProviderLine]:
        """All of them."""
        view = self.of.view()
        audited = [provider.name for _, provider in view.audited]
        lines = (self.provider(name) for name in dict.fromkeys([*audited, *view.providers]))
        return [line for line in lines if line is not None]

    def conclusion(self) -> tuple[str, bool] | None:
        """What the latest audits of all providers come to, and whether that is good; ``None`` if there was none."""
        view = self.of.view()
        with self._lock:
            if self._told is None or self._told[0] is not view:
                whole = _joined(view)
                self._told = view, None if whole is None else (conclude(whole), is_good_news(whole))
            return self._told[1]

    def endpoints(self, provider: ProviderSummary) -> list[Row[Result]]:
        """The endpoints of a provider."""
        with self._lock:
            known = self._endpoints.get(provider.name)
            if known is None or known[0] is not provider:
                known = self._endpoints[provider.name] = provider, endpoint_rows(provider)
            return known[1]

    def findings(self) -> list[Row[Finding]]:
        """The findings of the latest audits."""
        view = self.of.view()
        with self._lock:
            if self._findings is None or self._findings[0] is not view:
                self._findings = view, finding_rows(provider for _, provider in view.audited)
                self._decided.clear()
            if not self._decided:
                return self._findings[1]
            return [_worded(row, self._decided.get(row.of.fingerprint, "")) for row in self._findings[1]]

    def decided(self, fingerprint: str, word: str) -> None:
        """Somebody decided about a finding; lists say so at once."""
        self.findings()
        with self._lock:
            self._decided[fingerprint] = word

    def finding(self, fingerprint: str) -> tuple[Finding | None, Past]:
        """One finding as the latest audit saw it, or as it is remembered, with its past."""
        found = next((row.of for row in self.findings() if row.of.fingerprint == fingerprint), None)
        past = self._past(fingerprint, found.provider if found is not None else "")
        return (past.life.finding if found is None and past.life is not None else found), past

    def owner(self, provider: str) -> str:
        """The team that looks after a provider's mocks."""
        return next((one.owner for _, one in self.of.view().audited if one.name == provider), "")

    def runs(self) -> tuple[Sequence[RunLine], str]:
        """The last runs, and why they are not all if that is so."""
        store = self.of.store()
        remembered = store.runs(RUNS) if store is not None else None
        if isinstance(remembered, tuple):
            return [RunLine.of_record(run) for run in remembered], ""
        lines = [RunLine.of_summary(run) for run in self.of.view().latest.runs]
        trouble = str(remembered) if isinstance(remembered, StoreError) else _NO_STORE
        return sorted(lines, key=lambda line: line.started, reverse=True), trouble

    def _line(self, run: Summary, provider: ProviderSummary) -> ProviderLine:
        with self._lock:
            known = self._lines.get(provider.name)
            if known is None or known[0] is not provider:
                known = self._lines[provider.name] = provider, ProviderLine.of_audit(run, provider)
            return known[1]

    def _trend(self, provider: str) -> Sparkline | None:
        store = self.of.store()
        scores = store.scores(provider, TREND) if store is not None else ()
        return None if isinstance(scores, StoreError) else sparkline([score.fidelity for score in scores])

    def _past(self, fingerprint: str, provider: str) -> Past:
        store = self.of.store()
        if store is None:
            return Past(trouble=_NO_STORE)
        lives = store.lives((provider,) if provider else ())
        if isinstance(lives, StoreError):
            return Past(trouble=str(lives))
        events = store.events(fingerprint)
        life = next((life for life in lives if life.fingerprint == fingerprint), None)
        if isinstance(events, StoreError):
            return Past(life, trouble=str(events))
        return Past(life, events)


def _worded(row: Row[Finding], word: str) -> Row[Finding]:
    if not word:
        return row
    return replace(row, of=replace(row.of, state=word), facets={**row.facets, "state": frozenset({word})})


def _joined(view: View) -> Summary | None:
    newest = view.newest
    if newest is None:
        return None
    runs = view.latest.runs
    return replace(
        newest,
        providers=tuple(provider for _, provider in view.audited),
        unreadable=tuple(dict.fromkeys(one for run in runs for one in run.unreadable)),
        ignored=tuple(dict.fromkeys(one for run in runs for one in run.ignored)),
        canary=Canary(sum(run.canary.planted for run in runs), sum(run.canary.caught for run in runs)),
    )
