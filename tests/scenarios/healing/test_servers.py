"""Healed mocks of mock servers, served by those servers themselves.

The service is played by the very tool, from a copy of the mocks in which other things stand; so what it answers is
known to be expressible. An audit finds that the mocks are not true any more, they are healed, and then two audits find
nothing: of the healed mocks against the service, and of the healed mocks against the tool that serves them.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import pytest
from msgspec import Struct

from driftwatch.mocks.places import Place, Places
from driftwatch.mocks.rewriting.rewriter import Rewriter
from driftwatch.mocks.source import FolderSource
from driftwatch.model.edit import Change, Edit, Mend, Part
from driftwatch.model.healing import Selection
from driftwatch.model.interaction import Expectation, Interaction
from driftwatch.model.secret import Secret
from driftwatch.model.summary import Verdict
from driftwatch.settings.credentials import BearerAuth
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import ProbingSettings
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.reference import Referenced
from driftwatch.settings.tree import Settings
from driftwatch.wiring.audits import run_audit
from driftwatch.wiring.healing import admit
from tests.conftest import ROOT
from tests.mockoon import mockoon
from tests.mockserver import mockserver
from tests.mountebank import mountebank
from tests.scenarios.test_identity import OF_THE_FILES, told
from tests.servers import Answer, Received, json_answer, serve
from tests.stubby import stubby
from tests.watchers import Silence
from tests.wiremock import wiremock

CASES: Final = ROOT / "tests" / "mocks" / "formats"
SERVED: Final = Path(__file__).parent / "served"
Serving = Callable[[Path, Path], AbstractContextManager[str]]


MADE_UP: Final = "its request was made up from a pattern"
"""The gate before what was asked for with values that no mock gives."""


SHADOWED: Final = "which of two mocks answers is said by their requests"


class Story(Struct, frozen=True):
    """Mocks that a tool serves."""

    folder: Path
    config: str
    """What the tool is started with."""
    healed: int
    """How many findings are healed."""
    left: tuple[str, ...] = (MADE_UP,)
    """Why others are not, by parts of the reasons."""
    noise: tuple[str, ...] = OF_THE_FILES
    """What is told of mocks that are true, by the kind."""
    is_one_file: bool = False
    """The one file is audited, and not the whole folder."""


def _mockserver(folder: Path, work: Path) -> AbstractContextManager[str]:
    served = work / "served"
    shutil.copytree(folder, served, ignore=shutil.ignore_patterns("expected.json"))
    return mockserver("5.15.0", served, "*.json")


@contextmanager
def _wiremock(folder: Path, _: Path) -> Iterator[str]:
    with wiremock(folder) as running:
        yield running.url


def _settings(mocks: Path, target: str) -> Settings:
    """An audit without waiting, that may send any method, with credentials, which some stubs want to see."""
    provider = ProviderSettings(
        mocks=(WrittenPath("mocks", mocks),),
        target=target,
        auth=BearerAuth(token=Referenced("audit", Secret("audit"))),
        probing=ProbingSettings(spacing_seconds=0, rate=1000, samples=4, declared_safe=("[!G]* /**",)),
    )
    return Settings(providers={"it": provider})


def move_on(folder: Path) -> int:
    """Let every answer of these mocks be another, each in one of several ways; how many are."""
    way_back = Rewriter(Places((Place(FolderSource(folder)),)))
    found = [one for one in FolderSource(folder).read() if isinstance(one, Interaction) and one.variants]
    mends = [
        Mend("", one.origin, one.format, one.mock_id, 0, (edit,))
        for number, one in enumerate(found)
        for edit in _other(one.variants[0], number)
    ]
    done = way_back.rewrite(mends)
    assert not way_back.write(done.drafts)
    return len(mends) - len(done.unwritten)


def _other(variant: Expectation, number: int) -> Iterator[Edit]:
    """A status, a leaf of another type, a member more or a member less."""
    try:
        document = json.loads(variant.body or b"")
    except ValueError:
        document = None
    here = document[0] if isinstance(document, list) and document else document
    steps: tuple[str | int, ...] = (0,) if isinstance(document, list) else ()
    if not 200 <= variant.status < 300 or not isinstance(here, dict) or not here:
        return
    *_, last = here
    ways = [
        Edit(Part.BODY, Change.SET, (*steps, last), value='{"now": "an object"}'),
        Edit(Part.BODY, Change.REMOVE, (*steps, last)),
        Edit(Part.BODY, Change.ADD, (*steps, "addedMember"), value='["text", 1.5, null]'),
        Edit(Part.BODY, Change.RENAME, (*steps, last), name="calledAnew"),
        Edit(Part.STATUS, Change.SET, value="202"),
    ]
    yield ways[number % len(ways)]


def live(story: Story, serving: Serving, folder: Path) -> None:
    """The whole story, with all that must be true in it."""
    truth, mocks = folder / "truth", folder / "mocks"
    for copy in (truth, mocks):
        shutil.copytree(story.folder, copy, ignore=shutil.ignore_patterns("expected.json"))
    assert move_on(truth) > 0
    audited = mocks / story.config if story.is_one_file else mocks
    with serving(truth, folder / "service") as service:
        patient = admit(_settings(audited, service), Silence(), ("it",), Selection(), None)
        healing = patient.cure(Silence(), Selection())
        (outcome,) = healing.providers
        for one in outcome.left:
            assert any(reason in one.reason for reason in story.left), (
                one.finding.kind,
                one.finding.origin,
                one.reason,
            )
        assert len(outcome.healed) == story.healed
        _, unsaved = patient.write(healing)
        assert not unsaved
        left = {one.finding.fingerprint for one in outcome.left}
        again = run_audit(_settings(audited, service), Silence())
        assert [one for one in again.findings if one.fingerprint not in left] == []
    with serving(mocks, folder / "tool") as tool:
        summary = run_audit(_settings(audited, tool), Silence())
    assert [line for line in told(summary) if not line.startswith(story.noise)] == []
    sent = {r.interaction.mock_id: r.verdict for r in summary.results if r.samples}
    assert sent
    assert sent == dict.fromkeys(sent, Verdict.VERIFIED)


def _named(story: Story) -> str:
    return story.folder.name


CHANCE: Final = "a mock should not learn to fail by chance"


@pytest.mark.mountebank
@pytest.mark.parametrize(
    "story",
    [
        Story(CASES / "mountebank" / "responses", "imposter.json", 7, (CHANCE,), (*OF_THE_FILES, "intermittent-error")),
        Story(CASES / "mountebank" / "includes", "imposters.ejs", 4),
        Story(CASES / "mountebank" / "predicates", "imposters.json", 2),
        Story(CASES / "mountebank" / "data-folder", "4559", 1),
        Story(SERVED / "mountebank", "imposters.json", 4),
    ],
    ids=_named,
)
def test_mountebank_serves_what_was_healed(story: Story, tmp_path: Path) -> None:
    """Imposters, the files they include, a data folder, and lengths that a client relies on."""
    live(story, lambda folder, work: mountebank(folder, story.config, work), tmp_path)


@pytest.mark.mockoon
@pytest.mark.parametrize(
    "story",
    [
        Story(CASES / "mockoon" / "environment", "shop.json", 8, is_one_file=True),
        Story(CASES / "mockoon" / "crud", "crud.json", 4, is_one_file=True),
        Story(CASES / "mockoon" / "order", "order.json", 7, (MADE_UP, SHADOWED), is_one_file=True),
    ],
    ids=_named,
)
def test_mockoon_serves_what_was_healed(story: Story, tmp_path: Path) -> None:
    """An environment with templates and files, and one with data buckets."""
    live(story, lambda folder, work: mockoon(folder, story.config, work), tmp_path)


@pytest.mark.mockserver
@pytest.mark.timeout(300)  # Java looks through the whole jar for files that the pattern names
@pytest.mark.parametrize(
    "story",
    [
        Story(CASES / "mockserver" / "expectations", "", 3),
        Story(CASES / "mockserver" / "precedence", "", 10, (MADE_UP, SHADOWED)),
        Story(SERVED / "mockserver", "", 6),
    ],
    ids=_named,
)
def test_mockserver_serves_what_was_healed(story: Story, tmp_path: Path) -> None:
    """Expectations as the schema has them, and as people write them."""
    live(story, _mockserver, tmp_path)


@pytest.mark.java
def test_wiremock_serves_what_was_healed(tmp_path: Path) -> None:
    """A stub of its own and several in a file: bodies as JSON, in text, in Base64 and in a file."""
    live(Story(SERVED / "wiremock", "", 6), _wiremock, tmp_path)


@pytest.mark.stubby
def test_stubby_serves_what_was_healed(tmp_path: Path) -> None:
    """A list with blocks, tokens and a body file."""
    story = Story(SERVED / "stubby", "stubs.yaml", 6)
    live(story, lambda folder, work: stubby(folder, story.config, work), tmp_path)


def test_every_row_of_a_database_is_healed(tmp_path: Path) -> None:
    """Of json-server's files: what all rows lack or have too much is mended in all of them, and one row follows."""
    database = tmp_path / "mocks" / "db.json"
    database.parent.mkdir()
    database.write_text(
        '{\n  "posts": [\n    { "id": 1, "old": true, "n": 1 },\n    { "id": 2, "old": false, "n": 2 }\n  ]\n}\n'
    )
    rows = [{"id": 1, "n": "1", "at": {"line": 1}}, {"id": 2, "n": "2", "at": {"line": 1}}]

    def answered(request: Received) -> Answer:
        rest = request.path.removeprefix("/posts").lstrip("/")
        if not request.path.startswith("/posts") or (rest and rest != "1"):
            return Answer(404)
        return json_answer(json.dumps(rows[0] if rest else rows))

    with serve(answered) as service:
        patient = admit(_settings(database, service.url), Silence(), ("it",), Selection(), None)
        patient.write(patient.cure(Silence(), Selection()))
        assert told(run_audit(_settings(database, service.url), Silence())) == []
    assert json.loads(database.read_text())["posts"] == rows
    assert database.read_text().count("\n") == 6
