"""Door (people): what a run of pytest tells of the mocks that its tests meet; nothing until it is asked for.

pytest loads this file at every start, wherever driftwatch is installed. It declares the options, and imports nothing
of ours until one of them asks for it (``--driftwatch``, the ini option ``driftwatch``, or ``DRIFTWATCH_PYTEST``).
"""

import argparse
import os
from typing import TYPE_CHECKING, Final, Literal

import pytest

if TYPE_CHECKING:
    from driftwatch.plugin.consumer import Consumer

MODES: Final = ("off", "record", "report", "warn", "fail")
VARIABLE: Final = "DRIFTWATCH_PYTEST"
_CURRENT_TEST: Final = "PYTEST_CURRENT_TEST"
"""pytest sets it while a test runs."""
NAME: Final = "driftwatch-run"
"""Under which pytest knows what records."""
_HELP: Final = (
    "Note which test meets which mock, and write it to a small file. `report`, which a bare --driftwatch means, adds a "
    "summary of what the tests rest on; `warn` warns of each test that rests on a mock known to be false, `fail` fails "
    "those that rest on breaking drift. Nothing is ever called. Give a mode before paths: `--driftwatch=report tests`."
)
_READS_HELP: Final = (
    "Also note which members of mock answers are read. Answers are then handed out as subclasses of dict and list; "
    "off where code asks for the exact type: mark such a test with `driftwatch_plain`."
)
_INI: Final[tuple[tuple[str, Literal["string", "linelist", "bool"], object, str], ...]] = (
    ("driftwatch", "string", "", f"One of {', '.join(MODES)}: as --driftwatch, which goes first."),
    ("driftwatch_usage", "string", "", "The file to write; .driftwatch/usage.json below rootdir unless given."),
    ("driftwatch_suite", "string", "", "The suite's name; the project's, or that of rootdir, unless given."),
    ("driftwatch_mocks", "linelist", [], "Folders of mocks; those of the driftwatch config unless given."),
    ("driftwatch_servers", "linelist", [], "Servers of mocks, a kind and a URL each: `wiremock http://127.0.0.1:8080`."),
    ("driftwatch_reads", "bool", False, "As --driftwatch-reads."),
    ("driftwatch_report", "string", "", "A report of `driftwatch audit --format json` that says what mocks are worth."),
)  # fmt: skip


class _Bystander:
    """What the fixture gives where nothing is recorded: it takes everything and does nothing."""

    def server(self, kind: str, url: str) -> None:
        """See ``Consumer``."""

    def note(self, tool: str, **known: str) -> None:
        """See ``Consumer``."""


class _Excuse:
    """Tells at the end that nothing was recorded, and why."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line."""
        terminalreporter.write_line(f"driftwatch: nothing was recorded: {self._reason}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """All options, of this file's neighbours too: they have to be known before anything of them is imported."""
    group = parser.getgroup("driftwatch", "which test meets which mock (driftwatch)")
    group.addoption(
        "--driftwatch", dest="driftwatch_mode", nargs="?", const="report", default=None, type=_mode,
        metavar="|".join(MODES), help=_HELP,
    )  # fmt: skip
    group.addoption("--driftwatch-reads", dest="driftwatch_reads", action="store_true", default=None, help=_READS_HELP)
    for name, kind, default, text in _INI:
        parser.addini(name, text, type=kind, default=default)


def pytest_configure(config: pytest.Config) -> None:
    """Begin to record if somebody asks for it. Whatever goes wrong in it is told and ends no run."""
    config.addinivalue_line("markers", "driftwatch_plain: hand mock answers to this test as they are, unwatched")
    mode = _wanted(config)
    if mode == "off":
        return
    from driftwatch.plugin.errors import described  # noqa: PLC0415 - only where somebody asks for it

    try:
        from driftwatch.plugin.joining import join  # noqa: PLC0415 - the same

        join(config, mode)
    except Exception as error:
        config.pluginmanager.register(_Excuse(described(error)))


@pytest.fixture(scope="session", name="driftwatch")
def _driftwatch(pytestconfig: pytest.Config) -> "Consumer | _Bystander":
    """Tells driftwatch of mocks that it cannot see: `driftwatch.server("wiremock", url)`; nothing where it is off."""
    run = pytestconfig.pluginmanager.get_plugin(NAME)
    return _Bystander() if run is None else run.consumer


def _wanted(config: pytest.Config) -> str:
    chosen: str | None = config.getoption("driftwatch_mode")
    if chosen is not None:
        return chosen
    # A run within a test inherits the variable, and is a part of what is tested: nobody has asked for it there.
    inherited = "" if _CURRENT_TEST in os.environ else os.environ.get(VARIABLE, "")
    for source, value in (
        (f"the variable {VARIABLE}", inherited),
        ("the ini option `driftwatch`", config.getini("driftwatch")),
    ):
        if value:
            try:
                return _mode(value)
            except argparse.ArgumentTypeError as error:
                raise pytest.UsageError(f"{source}: {error}") from None
    return "off"


def _mode(text: str) -> str:
    if text in MODES:
        return text
    remedy = f"write one of {', '.join(MODES)}, or what follows before --driftwatch or after --driftwatch=report"
    raise argparse.ArgumentTypeError(f"`{text[:80]}` is none of its modes: {remedy}")
