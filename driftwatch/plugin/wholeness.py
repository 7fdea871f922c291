"""Whether a run was one of all tests: only then may those it does not tell of be forgotten."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

_CHOOSING: Final = (
    "keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "looponfail",
)  # fmt: skip
"""Options that leave tests out; not all of them deselect, some never collect."""
_COMPLETE: Final = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)


class Wholeness:
    """What is known of it, gathered along the run."""

    def __init__(self, config: pytest.Config) -> None:
        self.is_broken = not _is_asked_for_all(config)
        """Some test was left out, that is for sure."""
        self._collected = 0

    def break_up(self) -> None:
        """Some test was left out."""
        self.is_broken = True

    def count(self, collected: int) -> None:
        """So many tests were to run, as one process found."""
        self._collected = max(self._collected, collected)

    def of(self, session: pytest.Session, exit_status: int, ran: int) -> bool:
        """The verdict, when so many tests have run."""
        self.count(session.testscollected)
        is_ended = session.shouldstop or session.shouldfail or exit_status not in _COMPLETE
        return not (self.is_broken or is_ended or ran < self._collected)


def _is_asked_for_all(config: pytest.Config) -> bool:
    if any(config.getoption(name, None) for name in _CHOOSING):
        return False
    source = config.args_source
    if source is pytest.Config.ArgsSource.TESTPATHS:
        return True
    start = config.invocation_params.dir
    if source is pytest.Config.ArgsSource.INVOCATION_DIR:
        return start == config.rootpath
    given = [start / one for one in config.args if "::" not in one]
    return all(any(place == one or one in place.parents for one in given) for place in _all_tests(config))


def _all_tests(config: pytest.Config) -> Iterator[Path]:
    """Where all tests are, as far as the ini file says so."""
    written: list[str] = config.getini("testpaths")
    for one in written:
        yield from sorted(config.rootpath.glob(one)) if not Path(one).is_absolute() else [Path(one)]
    if not written:
        yield config.rootpath
