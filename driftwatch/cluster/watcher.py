"""Watches the Deployments of one namespace: list, then watch, and begin again wherever that ends.

What is there at the first look is told as well: a release that became complete while nobody looked is known by its own
moment, and whoever keeps releases keeps each once.
"""

import random
import threading
from collections.abc import Callable
from typing import Any, Final

import structlog

from driftwatch.cluster.deployment import Deployment, Release
from driftwatch.cluster.server import Server
from driftwatch.cluster.trouble import ClusterError, ExpiredError

_WATCH: Final = 240
"""Seconds that one watch takes at least; then the next one goes on where it ended. A connection that died without a
word is noticed after that."""
_SPREAD: Final = 60
"""Seconds that it takes longer at most, so that those who began together do not come back together."""
_FIRST: Final = 1.0
_LONGEST: Final = 60.0
"""Seconds until the next attempt: after the first failure, and after many."""
_PATIENCE: Final = 3
"""Failures in a row, after which all is listed anew."""
_FAREWELL: Final = 2.0

Tell = Callable[[Release], bool]
"""Takes a release that is complete; whether it is kept, or need not be."""


class Watcher:
    """One namespace, in a thread of its own. ``look`` is one round of that thread."""

    def __init__(self, server: Server, namespace: str, tell: Tell, chance: Callable[[], float] = random.random) -> None:
        self._server = server
        self._tell = tell
        self._chance = chance
        self._version = ""
        """Where the next watch goes on; empty where all is to be listed."""
        self._known: dict[str, str] = {}
        """The revision that was told last, by the identity of the Deployment."""
        self._failures = 0
        self._trouble = ""
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"driftwatch-deploys-{namespace}", daemon=True)
        self._log: Any = structlog.get_logger().bind(namespace=namespace)

    @property
    def trouble(self) -> str:
        """What keeps it from seeing rollouts at this moment, and what to do; empty if nothing does."""
        return self._trouble

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End at once, wherever it is; nothing is told any more."""
        self._is_stopping.set()
        self._server.cut()
        if self._thread.ident is not None:
            self._thread.join(_FAREWELL)

    def look(self) -> float:
        """List if need be, and watch until that ends; seconds to wait before the next round."""
        try:
            if not self._version:
                self._list()
            self._watch()
        except ExpiredError:
            self._version = ""
            return self._pause(self._failed())
        except ClusterError as error:
            if self._is_stopping.is_set():
                return 0.0
            self._notice(error)
            failures = self._failed()
            if failures >= _PATIENCE:
                self._version = ""
            return _LONGEST if error.is_lasting else self._pause(failures)
        self._failures = 0
        self._trouble = ""
        return self._pause(1)  # a server that ends every watch at once must not be asked without a break

    def _list(self) -> None:
        listing = self._server.listing()
        there = {one.metadata.uid for one in listing.deployments}
        self._known = {uid: revision for uid, revision in self._known.items() if uid in there}
        for deployment in listing.deployments:
            self._see(deployment)
        if self._trouble or not self._failures:
            self._log.info("deploys.watched", deployments=len(listing.deployments))
        self._trouble = ""
        self._version = listing.version

    def _watch(self) -> None:
        seconds = _WATCH + int(_SPREAD * self._chance())
        for change in self._server.changes(self._version, seconds):
            self._failures = 0
            self._trouble = ""
            if change.deployment is not None and change.is_deleted:
                self._known.pop(change.deployment.metadata.uid, None)
            elif change.deployment is not None:
                self._see(change.deployment)
            self._version = change.version or self._version

    def _see(self, deployment: Deployment) -> None:
        """Tell of its release, if it is complete and was not told. Raises ``ClusterError`` if it could not be kept."""
        release = deployment.release()
        if release is None or self._known.get(deployment.metadata.uid) == release.revision:
            return
        if self._is_stopping.is_set():
            raise ClusterError("it is not watched any more", "Nothing is to be done.")
        if not self._tell(release):
            raise ClusterError("a rollout could not be kept", "See what the log says of the store.")
        self._known[deployment.metadata.uid] = release.revision

    def _failed(self) -> int:
        self._failures += 1
        return self._failures

    def _pause(self, failures: int) -> float:
        """Later and later, and never at the same moment as everybody else."""
        longest = min(_LONGEST, _FIRST * 2.0 ** min(failures - 1, 10))
        return longest * (1 + self._chance()) / 2

    def _notice(self, error: ClusterError) -> None:
        """In the log once for as long as it lasts; a connection that broke once is not worth a word."""
        is_new = self._trouble != str(error)
        if not error.is_lasting and not self._failures:
            return
        self._trouble = str(error)
        if is_new:
            tell = self._log.error if error.is_lasting else self._log.warning
            tell("deploys.unwatched", problem=error.problem, remedy=error.remedy)

    def _run(self) -> None:
        wait = 0.0
        while not self._is_stopping.wait(wait):
            try:
                wait = self.look()
            except Exception as error:  # the thread must outlive a mistake of ours, or nobody would ever look again
                self._version = ""
                self._log.error("deploys.crashed", error=type(error).__name__)
                wait = _LONGEST
