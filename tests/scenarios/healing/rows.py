"""The table of kinds as mocks of several formats, and as the service that has moved on."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import yaml

from tests.bench.accuracy.endpoints import Endpoint, Label, Mode, Said
from tests.bench.accuracy.formats import FORMATS as ONE_LINERS
from tests.scenarios.healing.spellings import MORE, TO_THE_LETTER, Spoken, wiremock
from tests.servers import Answer, Received, Server, serve

Rows = Sequence[Mapping[str, Any]]


def _table(name: str) -> Rows:
    rows: Rows = yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return rows


ROWS: Final = _table("kinds.yaml")
KNOWN: Final = _table("known.yaml")
"""The kinds that rest on what earlier audits saw, or on values that the mock pins."""


def spoken(row: Mapping[str, Any], part: str) -> list[Spoken]:
    """The answers of a part of a row."""
    answers = row[part] if isinstance(row[part], list) else [row[part]]
    return [Spoken(**answer) for answer in answers]


# mocks


def _one_liner(spell: Callable[[list[Endpoint]], str]) -> Callable[[str, Spoken], str]:
    def spelled(path: str, answer: Spoken) -> str:
        said = Said(answer.status, tuple(answer.headers.items()), answer.body)
        return spell([Endpoint(path, Label(Mode.ALWAYS, path), said, lambda _: said)])

    return spelled


SPELLINGS: Final[Mapping[str, tuple[str, Callable[[str, Spoken], str]]]] = {
    "wiremock, a member a line": ("mappings/{kind}.json", wiremock),
    **{
        name.partition("/")[0]: (f"{name.rpartition('/')[2].replace('.', '-{kind}.', 1)}", _one_liner(spell))
        for name, spell in ONE_LINERS
    },
    **MORE,
}
"""By name: where a mock of a kind stands, and how an answer is spelled."""


def lay_out(folder: Path, spelling: str, part: str = "mock", rows: Rows = ROWS) -> dict[str, Path]:
    """Each row's mock in a file of its own, by kind; ``healed`` instead of ``mock`` is what a person makes of it."""
    name, spell = {**SPELLINGS, **TO_THE_LETTER}[spelling]
    files = {}
    for row in rows:
        (answer,) = spoken(row, part)
        with suppress(json.JSONDecodeError):  # some formats hold JSON as it is, and no other body
            text = spell(f"/{row['kind']}/it", answer)
            file = folder / name.format(kind=row["kind"])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            files[row["kind"]] = file
    return files


# the service


@contextmanager
def moved_on(rows: Rows = ROWS, part: str = "served") -> Iterator[Server]:
    """The service as it is today, or was ``earlier``: every row below a path of its own."""
    answers = {f"/{row['kind']}/it": spoken(row, part) for row in rows}
    calls = dict.fromkeys(answers, 0)

    def respond(request: Received) -> Answer:
        if request.path not in answers:
            return Answer(404)
        turns = answers[request.path]
        calls[request.path] += 1
        one = turns[(calls[request.path] - 1) % len(turns)]
        return Answer(one.status, tuple(one.headers.items()), one.body)

    with serve(respond) as running:
        yield running
