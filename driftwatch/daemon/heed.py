"""How an audit is ended before its time, and how the place of a mistake is told without what stands there."""

from collections.abc import Callable


class AbandonedError(BaseException):
    """An audit is given up: the process must end, or another one leads. No ``Exception``: it is nobody's mistake."""


class Heed:
    """Fulfils ``ports.Progress``: an audit looks here after every answer and ends when it is told to."""

    def __init__(self, is_over: Callable[[], bool]) -> None:
        self._is_over = is_over

    def planned(self, probes: int) -> None:  # noqa: ARG002 - the protocol's signature
        """The last moment before anything is sent."""
        self.advanced()

    def advanced(self) -> None:
        """Between two answers. Raises ``AbandonedError`` if there are to be no more."""
        if self._is_over():
            raise AbandonedError


def where(error: BaseException) -> str:
    """File, line and function of the innermost frame."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    code = trace.tb_frame.f_code
    return f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}"
