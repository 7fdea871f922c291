"""What a mock server tells of its past: a request that one of its mocks answered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar
from urllib.parse import unquote

from msgspec import Struct

from driftwatch.model.use import Touch
from driftwatch.plugin.servers.calls import Call

T = TypeVar("T")
Asked = tuple[str, str]
"""Method in capitals and path, percent-decoded: what a client and a journal agree upon."""


class Unanswered(Exception):  # noqa: N818 - it is no fault of ours, and ends as a sentence
    """A journal could not be read."""

    def __init__(self, reason: str, *, is_final: bool = False, is_slow: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        """What is wrong and what helps; no word of what the server said."""
        self.is_final = is_final
        """Asking again would not help, or cost too much."""
        self.is_slow = is_slow
        """It is there, and did not answer in time."""


class Served(Struct, frozen=True):
    """One answered request."""

    asked: Asked
    touch: Touch
    by: str = ""
    """The mock's id where answers carry it too, so that the client's side can be compared."""
    port: str = ""
    """The client's, where the server tells it and it is of this machine."""


class Journal(Protocol):
    """The journal of one kind of server."""

    def begin(self) -> None:
        """What was served so far is nobody's. Raises ``Unanswered``."""
        ...

    def served(self, calls: Sequence[Call]) -> list[Served]:
        """All that mocks answered since the last time, oldest first. Raises ``Unanswered``.

        ``calls`` are those that this process made meanwhile: a journal that can only be read whole may look for them.
        """
        ...


def asked(method: str, path: str) -> Asked:
    """How a request is compared, from any spelling of its target."""
    bare = path.partition("#")[0].partition("?")[0]
    return method.upper(), unquote(bare) or "/"


class News:
    """Tells what is new in a journal that is shown whole each time, and whose events bear no ids."""

    def __init__(self) -> None:
        self._seen: set[tuple[tuple[str, ...], int]] = set()

    def among(self, shown: Iterable[tuple[tuple[str, ...], T]]) -> Iterator[T]:
        """Those that were not there before; of equal keys each counts."""
        alike: Counter[tuple[str, ...]] = Counter()
        for key, event in shown:
            alike[key] += 1
            if (key, alike[key]) not in self._seen:
                self._seen.add((key, alike[key]))
                yield event


def port_of(client: str) -> str:
    """The port of a client on this machine, from ``127.0.0.1:34664``; one elsewhere may be behind a translation."""
    host, _, port = client.rpartition(":")
    return port if host.removeprefix("::ffff:").strip("[]") in ("127.0.0.1", "::1") else ""
