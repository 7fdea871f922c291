"""The tests that rest on a mock, as the store knows them; asked of it now and then, since runs of tests tell anew."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct, field

from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Interaction
from driftwatch.model.memory import StoreError, interaction_key, key_of
from driftwatch.model.reliance import KnownUse
from driftwatch.model.use import Outcome
from driftwatch.ports import Clock, Store

_FRESH: Final = timedelta(seconds=30)


class RestingTests(Struct):
    """Any thread may ask."""

    store: Callable[[], Store | None]
    clock: Clock
    _by_mock: Mapping[str, Sequence[KnownUse]] = field(default_factory=dict)
    _read_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of_mock(self, mock: Interaction) -> Sequence[KnownUse]:
        """All tests that rest on a mock, by suite and name."""
        return self._known().get(key_of(mock), ())

    def of_finding(self, finding: Finding) -> Sequence[KnownUse]:
        """The green tests that a finding makes worthless."""
        key = interaction_key(finding.provider, finding.method, finding.path_template, finding.mock_id)
        return [use for use in self._known().get(key, ()) if use.outcome is Outcome.PASSED]

    def _known(self) -> Mapping[str, Sequence[KnownUse]]:
        now = self.clock.now()
        with self._lock:
            if self._read_at is None or not timedelta(0) <= now - self._read_at < _FRESH:
                store = self.store()
                uses = store.uses() if store is not None else ()
                self._by_mock = {} if isinstance(uses, StoreError) else _by_mock(uses)
                self._read_at = now
            return self._by_mock


def _by_mock(uses: Iterable[KnownUse]) -> Mapping[str, Sequence[KnownUse]]:
    found: dict[str, list[KnownUse]] = defaultdict(list)
    for use in uses:
        for key in {mock.key for mock in use.mocks} - {""}:
            found[key].append(use)
    return dict(found)
