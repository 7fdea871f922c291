"""Interactions on the shelf read as if they had never been packed."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.mocks import source
from driftwatch.mocks.answers import shelf
from driftwatch.mocks.answers.shelf import Shelf
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import (
    Expectation,
    Grade,
    Interaction,
    Matcher,
    MatcherKind,
    Origin,
    Reading,
    Request,
    gather,
)

FOLDERS = sorted(path for path in (Path(__file__).parent / "formats").glob("*/*") if path.is_dir())
TEXTS = st.text(max_size=4)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(TEXTS, SCALARS, max_size=2) | st.tuples(SCALARS)
BOUNDS = st.none() | st.integers() | st.floats()
MATCHERS = st.builds(
    Matcher, st.just("/a"), st.sampled_from(MatcherKind), st.tuples(VALUES), minimum=BOUNDS, maximum=BOUNDS
)
HEADERS = st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple)
ANSWERS = st.builds(
    Expectation,
    st.integers(100, 599),
    HEADERS,
    st.none() | st.binary(max_size=2000),
    st.lists(MATCHERS, max_size=2).map(tuple),
    delay_ms=BOUNDS,
)
ZONES = st.none() | st.sampled_from([UTC, timezone(timedelta(hours=2))])
MOMENTS = st.none() | st.datetimes(timezones=ZONES).map(lambda moment: moment.replace(fold=0))
INTERACTIONS = st.builds(
    Interaction,
    TEXTS,
    st.just("vcrpy"),
    st.builds(Origin, TEXTS, TEXTS, st.integers(1, 1 << 40)),
    st.builds(Request, TEXTS, TEXTS, TEXTS, HEADERS, body=st.none() | st.binary(), grade=st.sampled_from(Grade)),
    st.lists(ANSWERS, max_size=2).map(tuple),
    TEXTS,
    shadowed_by=TEXTS,
    recorded_at=MOMENTS,
    notes=st.lists(TEXTS, max_size=2).map(tuple),
)


@pytest.fixture
def _packs_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_UNPACKED", 0)
    monkeypatch.setattr(shelf, "_BLOCK", 2000)
    monkeypatch.setattr(shelf, "_ROOM", 2000)


def some(count: int, body: bytes = b'{"id": 1}') -> list[Interaction]:
    """So many mocks that differ in their paths."""
    return [
        Interaction(
            f"m{number}", "vcrpy", Origin("a.yaml", f"/{number}", number), Request("GET", f"/a/{number}", "/a/{id}"),
            (Expectation(200, body=body),), group="a.yaml",
        )
        for number in range(count)
    ]  # fmt: skip


def is_packed(interaction: Interaction) -> bool:
    """Whether most of it is on the shelf: it takes no more memory than three references."""
    return type(interaction) is not Interaction


@settings(max_examples=60, deadline=None)
@given(st.lists(INTERACTIONS, max_size=5), st.integers(0, 3000))
def test_what_comes_out_is_what_went_in(many: list[Interaction], unpacked: int) -> None:
    """Whatever the interactions hold, and wherever a block ends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "_BLOCK", 1500)
        shelves = Shelf(unpacked)
        kept = [shelves.keep(one) for one in many]
    # repr, since a number that is none equals nothing, not even itself
    assert [repr(replace(one)) for one in kept] == [repr(one) for one in many]


@pytest.mark.parametrize("case", FOLDERS, ids=lambda path: f"{path.parent.name}/{path.name}")
@pytest.mark.usefixtures("_packs_everything")
def test_every_case_of_every_format_reads_the_same(case: Path) -> None:
    """A folder that is packed from its first interaction on says what it says unpacked."""
    kept = list(FolderSource(case, provider="svc").read())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_UNPACKED", 1 << 40)
        plain = list(FolderSource(case, provider="svc").read())
    assert [_shown(one) for one in kept] == [_shown(one) for one in plain]


def _shown(reading: Reading) -> str:
    return repr(replace(reading) if isinstance(reading, Interaction) else reading)


def test_the_first_stay_as_they_are() -> None:
    """Below the limit nothing is packed; beyond it everything is."""
    shelves = Shelf(2000)
    few = some(4)
    kept = [shelves.keep(one) for one in few]
    assert [one is other for one, other in zip(kept, few, strict=True)] == [True, True, False, False]
    assert kept == few


@pytest.fixture
def packed(_packs_everything: None) -> tuple[list[Interaction], list[Interaction]]:
    """A hundred mocks, and what stands for them: nearly all in blocks that are closed."""
    whole = some(100)
    shelves = Shelf(0)
    return whole, [shelves.keep(one) for one in whole]


def test_they_are_interactions_to_everybody(packed: tuple[list[Interaction], list[Interaction]]) -> None:
    """Equal both ways, of one hash, matched by class, changed, copied and pickled like what they stand for."""
    whole, kept = packed[0][3], packed[1][3]
    assert is_packed(kept)
    assert isinstance(kept, Interaction)
    assert kept == whole
    assert whole == kept
    assert kept != packed[1][4]
    assert hash(kept) == hash(whole)
    assert (kept.statuses, kept.dynamic) == ((200,), ())
    match kept:
        case Interaction(origin=origin):
            assert origin == whole.origin
    assert replace(kept, name="other") == replace(whole, name="other")
    assert copy.copy(kept) == copy.deepcopy(kept) == pickle.loads(pickle.dumps(kept)) == whole  # noqa: S301 - our own
    with pytest.raises(AttributeError):
        _ = kept.nothing  # type: ignore[attr-defined]


def test_another_provider_takes_no_unpacking(packed: tuple[list[Interaction], list[Interaction]]) -> None:
    """What is assigned to its provider stays on the shelf, and neighbours go on sharing what they share."""
    kept = [one.of("svc") for one in packed[1]]
    assert [one.of("svc") is one for one in kept] == [True] * 100
    assert all(map(is_packed, kept))
    assert kept == [one.of("svc") for one in packed[0]]
    assert {one.provider for one in packed[1]} == {""}


def test_claims_are_the_same(packed: tuple[list[Interaction], list[Interaction]]) -> None:
    """Gathering looks at every request and does not open what it need not keep."""
    assert list(gather(packed[1])) == list(gather(packed[0]))


def test_few_blocks_are_open_at_a_time(
    packed: tuple[list[Interaction], list[Interaction]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often everything is looked at, what is unpacked stays within its room."""
    fresh = shelf._Open()
    monkeypatch.setattr(shelf, "_OPEN", fresh)
    for _ in range(3):
        assert [one.mock_id for one in packed[1]] == [one.mock_id for one in packed[0]]
    assert fresh._size <= shelf._ROOM
    assert 0 < len(fresh._blocks) < 40


@pytest.mark.usefixtures("_packs_everything")
def test_a_giant_is_read_though_it_has_no_room() -> None:
    """One block is open whatever its size, else nothing in it could be read twice without unpacking it twice."""
    giants = some(3, body=b"x" * 1_000_000)
    shelves = Shelf(0)
    assert [shelves.keep(one) for one in giants] == giants


def test_many_threads_read_the_same(packed: tuple[list[Interaction], list[Interaction]]) -> None:
    """A page that is shown while an audit judges opens the same blocks at the same time."""
    wanted = [one.request.path for one in packed[0]]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: [one.request.path for one in packed[1]], range(40)))
    assert found == [wanted] * 40


@pytest.mark.usefixtures("_packs_everything")
def test_text_that_cannot_be_packed_is_kept() -> None:
    """A lone surrogate, or a number beyond 64 bits, costs its block the packing and nothing else."""
    odd = [replace(one, name="\ud800") for one in some(10)]
    wide = [replace(one, origin=Origin("a", "", 1 << 70)) for one in some(10)]
    shelves = Shelf(0)
    assert [shelves.keep(one) for one in (*odd, *wide)] == [*odd, *wide]


def test_what_packing_would_change_stays_whole() -> None:
    """Dates in other zones, whole numbers as bounds, tuples among values."""
    (one,) = some(1)
    moment = datetime(2026, 3, 2, tzinfo=timezone(timedelta(hours=1)))
    matcher = Matcher("/a", MatcherKind.RANGE, minimum=1)
    answers = (Expectation(200, delay_ms=5), Expectation(200, matchers=(matcher,)))
    others = [replace(one, recorded_at=moment), *(replace(one, variants=(answer,)) for answer in answers)]
    shelves = Shelf(0)
    assert [shelves.keep(other) is other for other in others] == [True] * 3
