"""Rollouts, put together for a process that runs on: who tells of them, where they are kept, what follows from them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from msgspec import Struct

from driftwatch.daemon.board import Board
from driftwatch.daemon.service import Audit
from driftwatch.daemon.trigger import Trigger
from driftwatch.model.memory import StoreError
from driftwatch.model.rollout import Rollout, Source
from driftwatch.model.secret import Secret
from driftwatch.model.summary import Summary
from driftwatch.model.vitals import Check, Wellness
from driftwatch.ports import Clock, Progress, Store
from driftwatch.reports.legible import legible
from driftwatch.settings.deploys import KubernetesSettings, providers_of
from driftwatch.settings.tree import Settings
from driftwatch.store.memory import MemoryStore
from driftwatch.web.deploys import Deploys, Desk

if TYPE_CHECKING:
    from driftwatch.cluster.deployment import Release
    from driftwatch.cluster.watcher import Watcher

Keep = Callable[[Rollout], bool | StoreError]
"""Takes a rollout; whether it is news."""


class _Sought(Struct, frozen=True):
    """Whose Deployments are watched where."""

    kubernetes: KubernetesSettings
    globs: Mapping[str, tuple[str, ...]]
    """By provider."""
    keep: timedelta
    """What is older is forgotten anyway."""

    @classmethod
    def of(cls, settings: Settings) -> "_Sought | None":
        kubernetes = settings.deploys.kubernetes
        if kubernetes is None:
            return None
        globs = {name: provider.deployments for name, provider in settings.providers.items()}
        return cls(kubernetes, globs, timedelta(days=settings.retention_days))


class Watch:
    """The watchers of all namespaces, as the config that holds would have them. One thread at a time."""

    def __init__(self, keep: Keep, clock: Clock) -> None:
        self._keep = keep
        self._clock = clock
        self._sought: _Sought | None = None
        self._watchers: tuple[Watcher, ...] = ()
        self._trouble = ""
        self._log: Any = structlog.get_logger()

    @property
    def troubles(self) -> tuple[str, ...]:
        """What keeps it from seeing rollouts at this moment; any thread may ask."""
        found = (self._trouble, *(watcher.trouble for watcher in self._watchers))
        return tuple(filter(None, found))

    def seek(self, sought: _Sought | None) -> None:
        """Watch that from now on and nothing else."""
        if sought == self._sought:
            return
        for watcher in self._watchers:
            watcher.stop()
        self._watchers, self._sought = (), None
        if sought is None:
            self._trouble = ""
            return
        from driftwatch.cluster.trouble import ClusterError  # noqa: PLC0415 - only who watches needs that room

        try:
            self._watchers = tuple(self._made(sought))
        except ClusterError as error:
            self._tell(error)
            return
        self._trouble, self._sought = "", sought
        for watcher in self._watchers:
            watcher.start()

    def _made(self, sought: _Sought) -> Iterable["Watcher"]:
        from driftwatch.cluster.server import Server  # noqa: PLC0415
        from driftwatch.cluster.watcher import Watcher  # noqa: PLC0415
        from driftwatch.wiring.instances import access_of  # noqa: PLC0415

        access = access_of(sought.kubernetes)
        for namespace in dict.fromkeys(sought.kubernetes.namespaces):
            server = Server(access, namespace, sought.kubernetes.selector)
            yield Watcher(server, namespace, lambda release: self._told(release, sought))

    def _told(self, release: "Release", sought: _Sought) -> bool:
        """A release is complete: a rollout of each provider that it is a part of. Whether all are kept."""
        now = self._clock.now()
        at = min(release.at or now, now)
        if at < now - sought.keep:
            return True
        for provider in providers_of(release.name, sought.globs):
            version = legible(release.version)
            rollout = Rollout(provider, release.name, version, at, Source.KUBERNETES, release.revision)
            is_new = self._keep(rollout)
            if isinstance(is_new, StoreError):
                self._log.error("rollout.lost", store=is_new.place, problem=is_new.problem, remedy=is_new.remedy)
                return False
            if is_new:
                self._log.info("rollout.seen", provider=provider, deployment=release.name, version=version)
        return True

    def _tell(self, error: Any) -> None:
        if str(error) != self._trouble:
            self._log.error("deploys.unwatched", problem=error.problem, remedy=error.remedy)
        self._trouble = str(error)


class Rollouts:
    """All of it. Everybody keeps and shows; who leads watches, and has providers audited."""

    def __init__(
        self, store: Store | None, board: Board, clock: Clock, settings: Callable[[], Settings],
        leads: Callable[[], bool], hasten: Callable[[str], None],
    ) -> None:  # fmt: skip
        """``settings`` hold at the moment they are asked for; ``leads`` says whether audits begin here.

        Without a store nothing outlives the process.
        """
        self._store = store if store is not None else MemoryStore()
        self._settings = settings
        self._leads = leads
        self._clock = clock
        self._watch = Watch(self.keep, clock)
        self._trigger = Trigger(self._look, hasten, leads, settings, board, clock)

    @property
    def endpoint(self) -> Deploys:
        """Where pipelines tell of rollouts."""

        def token() -> Secret | None:
            webhook = self._settings().deploys.webhook
            return webhook.token.secret if webhook is not None else None

        return Deploys(Desk(token, lambda: self._settings().providers, self.keep, self._clock))

    def keep(self, rollout: Rollout) -> bool | StoreError:
        """Keep a rollout, and see what follows; whether it is news."""
        is_new = self._store.note(rollout)
        if is_new is True:
            self._trigger.call()
        return is_new

    def heeding(self, audit: Audit) -> Audit:
        """The same audit, which is heard of: what was rolled out before it begins needs no other."""

        def heard(settings: Settings, provider: str, progress: Progress) -> Summary:
            self._trigger.began(provider)
            try:
                return audit(settings, provider, progress)
            finally:
                self._trigger.ended(provider)

        return heard

    def turn(self) -> None:
        """This process began or ceased to lead."""
        self._trigger.call()

    def check(self) -> tuple[Check, ...]:
        """Whether Deployments are seen, where this process is to watch any."""
        if self._settings().deploys.kubernetes is None or not self._leads():
            return ()
        troubles = self._watch.troubles
        return (Check("deploys", Wellness.IMPAIRED if troubles else Wellness.WELL, " ".join(troubles)),)

    def start(self) -> None:
        """Begin to look and to watch."""
        self._trigger.start()

    def stop(self) -> None:
        """End both at once."""
        self._trigger.stop()
        self._watch.seek(None)

    def _look(self) -> Mapping[str, datetime] | StoreError:
        """When the last rollouts were. Each look is one at the config, too, and at who leads."""
        self._watch.seek(_Sought.of(self._settings()) if self._leads() else None)
        return self._store.last_rollouts()
