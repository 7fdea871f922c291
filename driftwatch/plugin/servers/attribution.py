"""Whose an event in a journal is. Quiet: it compares what a server served with what this process asked.

Serially all that is served while a test runs is that test's, whoever asked for it on its behalf. Workers of xdist may
share a server: then an event is a test's if the test made the call, as far as this process sees calls. What nobody
here has called is another worker's, or was asked by a program that a test has started: that is doubtful.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from driftwatch.plugin.servers.calls import Call
from driftwatch.plugin.servers.served import Asked, Served, asked


class Share(Struct, frozen=True):
    """What one test gets of a journal's news."""

    own: tuple[Served, ...] = ()
    doubtful: tuple[Served, ...] = ()
    is_seen: bool = False
    """Some call of this process was found in the journal: whoever asks this server is seen."""


def shared_out(served: Iterable[Served], before: Sequence[Call], during: Sequence[Call], *, is_shared: bool) -> Share:
    """Part the news of a journal by the calls between two tests (the tear-down of the one) and during the second."""
    elsewhere, here = _Calls(before), _Calls(during)
    own, doubtful = [], []
    is_seen = False
    for one in served:
        if here.take(one):
            is_seen = True
            own.append(one)
        elif elsewhere.take(one):
            is_seen = True
        elif is_shared:
            doubtful.append(one)
        else:
            own.append(one)
    return Share(tuple(own), tuple(doubtful), is_seen)


class _Calls:
    """Calls that wait for their event; each accounts for one."""

    def __init__(self, calls: Iterable[Call]) -> None:
        self._waiting: defaultdict[Asked, list[Call]] = defaultdict(list)
        for call in calls:
            self._waiting[asked(call.method, call.path)].append(call)

    def take(self, served: Served) -> bool:
        """Whether one of them asked for this: from the same port and answered by the same mock, as far as is known."""
        waiting = self._waiting.get(served.asked, [])
        for index, call in enumerate(waiting):
            if _is_same(call.by, served.by) and _is_same(call.port, served.port):
                del waiting[index]
                return True
        return False


def _is_same(one: str, other: str) -> bool:
    return not one or not other or one == other
