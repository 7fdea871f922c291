"""Large mock files of every format that holds many mocks in one: the same orders, each as its tool would store it."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from tests.bench.bench_mocks import SEED, order
from tests.scenarios.healing.rows import SPELLINGS
from tests.scenarios.healing.spellings import Spoken

Steps = tuple[str, ...]

_LISTS: Final[Mapping[str, tuple[str, Sequence[Steps]]]] = {
    "betamax": ("cassette.json", [("http_interactions",)]),
    "go-vcr": ("cassette.yaml", [("interactions",)]),
    "har": ("traffic.har", [("log", "entries")]),
    "hoverfly": ("simulation.json", [("data", "pairs")]),
    "imposter": ("it-config.yaml", [("resources",)]),
    "insomnia": ("insomnia.json", [("resources",)]),
    "killgrave": ("orders.imp.json", [()]),
    "mockoon": ("mockoon.json", [("routes",), ("rootChildren",)]),
    "mockserver": ("expectations.json", [()]),
    "moco": ("moco.json", [()]),
    "mountebank": ("imposters.json", [("imposters", "0", "stubs")]),
    "nock": ("nock.json", [()]),
    "pact": ("shop-it.json", [("interactions",)]),
    "php-vcr": ("cassette.yml", [()]),
    "postman": ("it.postman_collection.json", [("item",)]),
    "responses": ("responses.yaml", [("responses",)]),
    "smocker": ("smocker.yaml", [()]),
    "stubby": ("stubby.yaml", [()]),
    "vcr": ("cassette.yaml", [("interactions",)]),
    "vcr-ruby": ("cassette.yml", [("http_interactions",)]),
    "wiremock": ("mappings/stubs.json", [("mappings",)]),
}
"""By the spelling: the file, and the lists in it that have an entry for each mock."""
_MAPS: Final[Mapping[str, tuple[str, Steps]]] = {
    "microcks-examples": ("examples.yaml", ("operations",)),
    "openapi": ("openapi.yaml", ("paths",)),
}
"""As ``_LISTS``, with a member for each mock."""
_IDS: Final = {"insomnia": ("mock-route_1",), "mockoon": ("e1", "r1")}
"""What names one mock of a tool's and must be another for each."""


def documents(count: int) -> list[dict[str, object]]:
    """The answers."""
    return [_document(random.Random(SEED + number), number) for number in range(count)]


def _document(dice: random.Random, number: int) -> dict[str, object]:
    return order(dice, number, dice.randint(4, 20))


def _spelled(spelling: str, count: int) -> list[Any]:
    """A file of one mock each, as values."""
    _, spell = SPELLINGS[spelling]
    found = []
    for number, document in enumerate(documents(count)):
        text = spell(f"/orders/{number}", Spoken(json=document))
        for name in _IDS.get(spelling, ()):
            text = text.replace(f'"{name}"', f'"{name}-{number}"')
        found.append(json.loads(text) if text[:1] in "{[" else yaml.safe_load(text))
    return found


def _many(spelling: str, folder: Path, count: int) -> None:
    name, lists = _LISTS[spelling]
    values = _spelled(spelling, count)
    for steps in lists:
        inner = [_at(value, steps) for value in values]
        start = len(inner[0]) - 1
        inner[0] += [one for items in inner[1:] for one in items[start:]]
    _write(folder / name, values[0])


def _map(spelling: str, folder: Path, count: int) -> None:
    name, steps = _MAPS[spelling]
    values = _spelled(spelling, count)
    for value in values[1:]:
        _at(values[0], steps).update(_at(value, steps))
    _write(folder / name, values[0])


def _at(value: Any, steps: Steps) -> Any:
    for step in steps:
        value = value[int(step) if isinstance(value, list) else step]
    return value


def _write(file: Path, value: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix in (".yaml", ".yml"):
        text = yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    else:
        text = json.dumps(value, indent=2)
    file.write_text(text, encoding="utf-8")


def _keploy(folder: Path, count: int) -> None:
    """Keploy's stream of documents."""
    pieces = [SPELLINGS["keploy"][1](f"/orders/{at}", Spoken(json=one)) for at, one in enumerate(documents(count))]
    (folder / "test-set-0").mkdir()
    (folder / "test-set-0" / "mocks.yaml").write_text("---\n".join(pieces), encoding="utf-8")


def _json_server(folder: Path, count: int) -> None:
    """A database: many lists of a few orders."""
    everything = documents(count)
    lists = {f"orders_{at // 10}": everything[at : at + 10] for at in range(0, count, 10)}
    (folder / "db.json").write_text(json.dumps(lists, indent=2), encoding="utf-8")


FILES: Final[Mapping[str, Callable[[Path, int], None]]] = {
    **{name: lambda folder, count, name=name: _many(name, folder, count) for name in _LISTS},  # type: ignore[misc]
    **{name: lambda folder, count, name=name: _map(name, folder, count) for name in _MAPS},  # type: ignore[misc]
    "json-server": _json_server,
    "keploy": _keploy,
}
"""By format: writes a file of so many mocks into a folder."""
