"""What is read of which mock's answers, test by test."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import pytest
from msgspec.structs import replace

from driftwatch.model.use import Need, Touch
from driftwatch.plugin.companion import Companion, Desk
from driftwatch.plugin.notes import FILE, Key, key_of
from driftwatch.plugin.reading.clients import UNDER_WAY, Clients
from driftwatch.plugin.reading.objects import watched
from driftwatch.plugin.reading.past import MODULE, Past
from driftwatch.plugin.reading.places import Answer

PLAIN: Final = "driftwatch_plain"
"""The marker of a test that gets answers as they are."""
_UNKNOWN: Final[Mapping[str, Need]] = {"": Need.WHOLE}
_UNREAD: Final[Mapping[str, Need]] = {"": Need.OPTIONAL}
"""Somebody looked, and nothing below was read."""
_IN_CODE: Final = frozenset({"pytest-httpx", "requests-mock", "respx", "responses"})
_RESPONSES: Final = frozenset({"httpResponse", "is", "response"})
_BODIES: Final = frozenset({"body", "jsonBody"})
_WITHIN: Final[tuple[list[str], ...]] = ([], ["content"], ["json"])


class Reader(Companion):
    """Watches mock answers in a process that runs tests."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._recorder = desk.recorder
        self._past = Past()
        self._answers: WeakKeyDictionary[Any, Answer] = WeakKeyDictionary()
        """By response."""
        self._changed: list[Answer] = []
        self._test = ""
        self._is_plain = False
        self._is_noting = False
        self._told: set[Key] = set()
        """Touches of the running test of which it is told what was read."""
        self._unwatched: set[Key] = set()
        """Touches of the running test of which some answer went where nobody can see."""
        self._ever_told: set[Key] = set()
        self._ever_unwatched: set[Key] = set()
        self._has_handed = False
        self._failed = 0
        self._readers: dict[str, None] = {}
        if not desk.is_controller:
            self._past.watch()
            self._recorder.hearers.append(self._hear)
            Clients(desk, self)

    def begins(self, item: pytest.Item, test: str) -> None:
        """A test, or one more attempt."""
        if test != self._test:
            self._told.clear()
            self._unwatched.clear()
        self._test, self._has_handed = test, False
        self._is_plain = item.get_closest_marker(PLAIN) is not None

    def called(self, _item: pytest.Item, _test: str, report: pytest.TestReport) -> None:
        """Count those that fail with watched answers: perhaps that is why."""
        self._failed += report.failed and self._has_handed

    def ends(self, _item: pytest.Item, _test: str) -> None:
        """Tell what was read until now; what is read later is told with the test that reads it."""
        self._tell()
        for touch in self._recorder.touches():
            key = key_of(touch)
            if key in self._unwatched:
                self._note(touch, _UNKNOWN)
            elif key not in self._told:
                # an answer that a fixture or an earlier attempt had: what was read of it is told there
                is_known = key in self._ever_told and key not in self._ever_unwatched
                self._note(touch, _UNREAD if is_known else _UNKNOWN)

    def sends(self) -> object:
        """What the summary needs."""
        return {"failed": self._failed, "readers": list(self._readers)}

    def receives(self, sent: object) -> None:
        """The same of a worker."""
        if isinstance(sent, dict):
            self._failed += int(sent.get("failed", 0))
            self._readers.update(dict.fromkeys(map(str, sent.get("readers", ()))))

    def tells(self) -> Iterable[str]:
        """What may have changed, and what nobody can know."""
        if self._failed:
            tests = "1 test that failed was" if self._failed == 1 else f"{self._failed} tests that failed were"
            yield (
                f"driftwatch: {tests} given answers that note being read; where code asks for the exact type dict or "
                f"list, mark the test with `{PLAIN}`"
            )
        if self._readers:
            compiled = sorted(name for name in self._readers if not name.startswith(MODULE))
            modules = sorted(name.removeprefix(MODULE) for name in self._readers if name.startswith(MODULE))
            unbound = "methods of `dict` or `list` themselves"
            for who, names in (("compiled packages may", compiled), (unbound, modules)):
                if names:
                    told = ", ".join(names)
                    yield f"driftwatch: nothing is said to be unread, since {who} read past the notes: {told}"

    def stops(self) -> None:
        """Watch no more."""
        self._past.stop()
        if self._hear in self._recorder.hearers:
            self._recorder.hearers.remove(self._hear)

    def answered(self, response: Any, touches: list[Touch]) -> None:
        """Mocks answered a call; there is no response where the answer is an error."""
        try:
            is_new = response is None or response not in self._answers
        except TypeError:  # somebody's own kind of response, which nothing can be kept of
            self._miss(touches)
            return
        if is_new:
            self._open(response, touches)

    def handed(self, response: Any, value: Any, *, is_seen: bool) -> Any:
        """The JSON of a response, watched if a mock gave it."""
        answer = self._of(response)
        if answer is None:
            return value
        if is_seen or self._is_plain:
            answer.root.note(Need.WHOLE)
            return value
        answer.root.note(Need.OPTIONAL)
        self._has_handed = True
        return watched(value, answer.root)

    def seen(self, response: Any) -> None:
        """The body of a response is read as text."""
        answer = self._of(response)
        if answer is not None:
            answer.root.note(Need.WHOLE)

    def _hear(self, touch: Touch) -> None:
        if self._is_noting:
            return
        under_way = UNDER_WAY.get()
        if under_way is not None and touch.tool != FILE:
            under_way.append(touch)
        else:  # another client, a server's journal, an opened file
            self._miss([touch])

    def _miss(self, touches: Iterable[Touch]) -> None:
        """What was read of these nobody knows."""
        keys = [key_of(touch) for touch in touches]
        self._unwatched.update(keys)
        self._ever_unwatched.update(keys)

    def _of(self, response: Any) -> Answer | None:
        """The answer of a response; hooks of a client may ask before the call is over."""
        answer = self._answers.get(response)
        if answer is None and (under_way := UNDER_WAY.get()):
            answer = self._open(response, under_way)
        return answer

    def _open(self, response: Any, touches: Sequence[Touch]) -> Answer:
        """Of several recordings that were played in one call, for another try, the last is the answer."""
        *others, last = touches
        if last.tool not in _IN_CODE:
            for other in others:
                Answer([other], watched, self._changed).change()
            others = []
        answer = Answer([*others, last], watched, self._changed)
        answer.change()
        if response is not None:
            self._answers[response] = answer
        return answer

    def _tell(self) -> None:
        readers = self._past.readers()
        self._readers.update(dict.fromkeys(readers))
        changed = self._changed.copy()
        self._changed.clear()
        for answer in changed:
            reads = answer.take() or _UNREAD
            if readers:
                reads = {**reads, **_UNKNOWN}
            is_sure = len({key_of(touch) for touch in answer.touches}) == 1  # else equal bodies stand in several places
            for touch in answer.touches:
                self._told.add(key_of(touch))
                self._ever_told.add(key_of(touch))
                self._note(touch, reads if is_sure and _is_all_of_it(touch) else _UNKNOWN)

    def _note(self, touch: Touch, reads: Mapping[str, Need]) -> None:
        self._is_noting = True
        try:
            self._recorder.note(replace(touch, reads=reads))
        finally:
            self._is_noting = False


def _is_all_of_it(touch: Touch) -> bool:
    """Whether what was answered is all that the mock answers, so that both have the same places.

    A mock in code may have been given any part of a file.
    """
    if touch.tool not in _IN_CODE or not touch.pointer or not touch.file:
        return True
    steps = touch.pointer.split("/")[1:]
    body = next((number for number, step in enumerate(steps) if step in _BODIES), None)
    if body is None:
        return len(steps) == 2 and steps[1] == "response"  # a recording of nock
    return body > 0 and steps[body - 1] in _RESPONSES and steps[body + 1 :] in _WITHIN
