"""Samples that are not sent one by one: two at the same moment, or one whose connection is lost on the way."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from driftwatch.model.probe import Observation, Way
from driftwatch.transport.question import Question
from driftwatch.transport.session import Session
from driftwatch.transport.trial import Trial

_MEETING: Final = 10.0
"""Seconds that one of two connections waits until the other stands."""


def observe(trial: Trial, question: Question, session: Session, another: Callable[[], Session]) -> Observation:
    """The next sample of a trial, in the way of its probe; ``another`` makes one more session for its target."""
    if trial.wanted < 2:  # the budget ends here: it cannot be repeated
        return session.observe(question)
    number = len(trial.samples)
    if trial.probe.way is Way.CUT and number == 0:
        return session.leave(question)
    if trial.probe.way is not Way.TOGETHER or number > 1:
        return session.observe(question)
    if trial.kept is None or number == 0:
        first, trial.kept = _together(question, session, another())
        return first
    return trial.kept


def _together(question: Question, one: Session, other: Session) -> tuple[Observation, Observation]:
    """Both at one moment: each connection stands before either request is written."""
    barrier = threading.Barrier(2)
    came: list[Observation] = []

    def meet() -> None:
        with suppress(threading.BrokenBarrierError):  # the other never came: its failure is told, ours goes on
            barrier.wait(_MEETING)

    def ask() -> None:
        try:
            came.append(other.observe_with(question, meet))
        finally:
            barrier.abort()

    thread = threading.Thread(target=ask, name="driftwatch-send-together", daemon=True)
    thread.start()
    try:
        first = one.observe_with(question, meet)
    finally:
        barrier.abort()
        thread.join()
    return first, came[0]
