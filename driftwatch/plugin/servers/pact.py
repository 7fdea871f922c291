"""Consumer tests of Pact: the interactions that were asked for while a test's mock server was up.

Facts from pact-python 4.2.0, whose API is that of 3.x and of ``pact.v3`` in 2.x: ``Pact.upon_receiving`` describes an
interaction, ``PactServer`` serves all that are described, and on leaving it ``mismatches`` names those that nobody
asked for. The older API (2.x, and ``pact.v2`` in 3.x) sends its interactions to a service in ``Pact.setup``, and
``Pact.verify`` raises unless each was asked for.

A description alone does not name an interaction: another provider state makes another one of it. So the contract that
the tests write is read in the end, and tells them apart.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from weakref import WeakKeyDictionary

import pytest
from msgspec import Struct

from driftwatch.model.use import Touch
from driftwatch.plugin.companion import Desk

TOOL: Final = "pact"
_MOST: Final = 32 * 1024 * 1024
"""Bytes of a contract."""
_MISSING: Final = "MissingRequest"
_MISSING_TYPE: Final = "missing-request"


class _Described(Struct):
    """An interaction as a test describes it."""

    description: str
    states: list[str] = []
    method: str = ""
    path: str = ""


class _Met(Struct, frozen=True):
    """One that a test has met."""

    test: str
    described: _Described
    consumer: str
    provider: str


class _Notebook:
    """What tests met, until the contracts are written."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._met: list[_Met] = []
        self._files: dict[tuple[str, str], Path] = {}

    def met(self, described: Iterable[_Described], consumer: str, provider: str) -> None:
        """The running test has met these."""
        test = self._desk.recorder.running
        self._met += [_Met(test, one, consumer, provider) for one in described if test]

    def written(self, consumer: str, provider: str, file: Path) -> None:
        """The contract of these two stands in a file now."""
        self._files[consumer, provider] = file.absolute()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """All tests of this process are over, and have written what they write."""
        with self._desk.troubles.guarded():
            known = {pair: dict(_named(file)) for pair, file in self._files.items() if file.is_file()}
            for met in self._met:
                pair, one = (met.consumer, met.provider), met.described
                file = self._files.get(pair)
                touch = Touch(
                    TOOL,
                    file.as_posix() if pair in known and file is not None else "",
                    mock_id=known.get(pair, {}).get((one.description, *sorted(one.states)), ""),
                    name=one.description,
                    method=one.method.upper(),
                    url=one.path.partition("?")[0],
                )
                self._desk.recorder.note(touch, met.test)
            self._met.clear()


def install(module: ModuleType, desk: Desk, answers: object) -> None:
    """Watch one of pact's two APIs."""
    del answers  # no call of a patched client is answered here
    plugins = desk.config.pluginmanager
    notebook: _Notebook | None = plugins.get_plugin(f"driftwatch-{TOOL}")
    if notebook is None:
        notebook = _Notebook(desk)
        plugins.register(notebook, f"driftwatch-{TOOL}")
    (_watch if hasattr(module, "PactServer") else _watch_older)(module, desk, notebook)


def _watch(module: ModuleType, desk: Desk, notebook: _Notebook) -> None:
    described: WeakKeyDictionary[Any, dict[str, _Described]] = WeakKeyDictionary()
    by_interaction: WeakKeyDictionary[Any, _Described] = WeakKeyDictionary()
    served: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def describes(interaction: Any, pact: Any, description: str, *_: object, **__: object) -> None:
        one = by_interaction[interaction] = _Described(description)
        if isinstance(interaction, module.HttpInteraction):
            # a later one of the same description takes the place of the earlier
            described.setdefault(pact, {})[description] = one

    def gives(_: object, interaction: Any, state: str, *__: object, **___: object) -> None:
        by_interaction[interaction].states.append(state)

    def asks(_: object, interaction: Any, method: str, path: Any, *__: object) -> None:
        one = by_interaction[interaction]
        one.method, one.path = method, str(getattr(path, "value", path))

    def serves(server: Any, pact: Any, *_: object, **__: object) -> None:
        served[server] = pact

    def leaving(original: Callable[..., Any]) -> Callable[..., Any]:
        def __exit__(server: Any, *error: Any) -> Any:  # noqa: N807 - what it stands for
            __tracebackhide__ = True
            with desk.troubles.guarded():
                pact = served[server]
                missing = set(_missing(server.mismatches))
                asked = [one for one in described.get(pact, {}).values() if (one.method, one.path) not in missing]
                notebook.met(asked, str(pact.consumer), str(pact.provider))
            return original(server, *error)

        return __exit__

    def writes(_: object, pact: Any, directory: Any = None, **__: object) -> None:
        consumer, provider = str(pact.consumer), str(pact.provider)
        notebook.written(consumer, provider, Path(directory or Path.cwd()) / f"{consumer}-{provider}.json")

    def server_writes(_: object, server: Any, directory: Any = None, **__: object) -> None:
        writes(None, served[server], directory)

    desk.patches.after(module.Pact, "upon_receiving", describes)
    desk.patches.after(module.HttpInteraction, "given", gives)
    desk.patches.after(module.HttpInteraction, "with_request", asks)
    desk.patches.after(module.Pact, "serve", serves)
    desk.patches.replace(module.PactServer, "__exit__", leaving)
    desk.patches.after(module.Pact, "write_file", writes)
    desk.patches.after(module.PactServer, "write_file", server_writes)


def _missing(mismatches: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Method and path of those that nobody asked for; older versions give plain mappings."""
    for one in mismatches:
        if isinstance(one, dict):
            if one.get("type") == _MISSING_TYPE:
                yield str(one.get("method")), str(one.get("path"))
        elif type(one).__name__ == _MISSING:
            yield str(one.method), str(one.path)


def _watch_older(module: ModuleType, desk: Desk, notebook: _Notebook) -> None:
    sent: WeakKeyDictionary[Any, list[_Described]] = WeakKeyDictionary()

    def sends(_: object, pact: Any) -> None:
        sent[pact] = [_older(one) for one in pact._interactions]  # noqa: SLF001 - nothing public shows them

    def verifies(_: object, pact: Any) -> None:
        consumer, provider = str(pact.consumer.name), str(pact.provider.name)
        notebook.met(sent.pop(pact, ()), consumer, provider)
        # the service writes names in small letters, without spaces
        name = "-".join("_".join(one.lower().split()) for one in (consumer, provider))
        notebook.written(consumer, provider, Path(pact.pact_dir) / f"{name}.json")

    desk.patches.after(module.Pact, "setup", sends)
    desk.patches.after(module.Pact, "verify", verifies)


def _older(one: Any) -> _Described:
    state, request = one.get("provider_state"), one.get("request") or {}
    path = request.get("path")
    while isinstance(path, dict):  # a term: an example with its matcher
        path = path.get("contents") or path.get("data", {}).get("generate")
    return _Described(
        str(one.get("description")), [str(state)] if state else [], str(request.get("method")), str(path or "")
    )


def _named(file: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """The id that driftwatch gives to each interaction of a contract, by its description and provider states."""
    # loaded only where a contract was written
    from driftwatch.mocks.source import FolderSource  # noqa: PLC0415
    from driftwatch.model.interaction import Interaction  # noqa: PLC0415

    if file.stat().st_size > _MOST:
        return
    listed = json.loads(file.read_bytes()).get("interactions", [])
    ids = {one.origin.pointer: one.mock_id for one in FolderSource(file).read() if isinstance(one, Interaction)}
    for index, one in enumerate(listed):
        states = one.get("providerStates")
        names = [state.get("name", "") for state in states] if isinstance(states, list) else [one.get("providerState")]
        key = (str(one.get("description")), *sorted(str(name) for name in names if name))
        if (mock_id := ids.get(f"/interactions/{index}")) is not None:
            yield key, mock_id
