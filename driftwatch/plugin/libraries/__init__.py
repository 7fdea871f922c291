"""Libraries that mock HTTP inside the tests' own process, one file each.

A file has ``install(module, desk, answers)``: it is called with the library's module once that is imported, replaces
what it has to through ``desk.patches``, and tells ``answers`` of each call that a mock has answered. A mock that was
only registered is not told. The file itself is loaded no sooner than the library.
"""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Final

from driftwatch.plugin.companion import Desk
from driftwatch.plugin.libraries.answers import Answers

LIBRARIES: Final = {
    "pact.pact": "driftwatch.plugin.servers.pact",
    "pact.v2.pact": "driftwatch.plugin.servers.pact",
    "pact.v3.pact": "driftwatch.plugin.servers.pact",
    "pytest_httpx._httpx_mock": "driftwatch.plugin.libraries.pytest_httpx",
    "pytest_recording._vcr": "driftwatch.plugin.libraries.pytest_recording",
    "requests_mock.adapter": "driftwatch.plugin.libraries.requests_mock",
    "responses": "driftwatch.plugin.libraries.responses",
    "respx.router": "driftwatch.plugin.libraries.respx",
    "vcr.cassette": "driftwatch.plugin.libraries.vcr",
}
"""The module to wait for, and the module of ours that knows it."""


def install(desk: Desk) -> None:
    """Wait for all of them."""
    answers = Answers(desk)
    for module, name in LIBRARIES.items():
        desk.patches.when_imported(module, _installer(name, desk, answers))


def _installer(name: str, desk: Desk, answers: Answers) -> Callable[[ModuleType], None]:
    def install(module: ModuleType) -> None:
        import_module(name).install(module, desk, answers)

    return install
