"""What tests read of a mock, asked place by place: who needs it, and whether surely nobody reads it."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.model.finding import ReadBy
from driftwatch.model.reading import MockReads, read_by
from driftwatch.model.use import Need

N, O, W = Need.NEEDED, Need.OPTIONAL, Need.WHOLE  # noqa: E741 - a table is read by columns


def mock_reads(*tests: dict[str, Need], is_all_told: bool = True) -> MockReads:
    """One mock, by the tests that read it."""
    made = MockReads()
    for number, reads in enumerate(tests):
        made.add(number, reads)
    if not is_all_told:
        made.doubt()
    return made


ID: Final = {"": O, "/id": N}
ROWS: Final[dict[str, tuple[MockReads, str, ReadBy | None]]] = {
    "what a test needs is needed": (mock_reads(ID), "/id", ReadBy(1, 1)),
    "each test counts once": (mock_reads(ID, ID, {"": O, "/id": O}), "/id", ReadBy(2, 3)),
    "what has a default is no news": (mock_reads({"": O, "/note": O}), "/note", None),
    "what none reads is unread": (mock_reads(ID, ID), "/total", ReadBy(0, 2)),
    "below what none reads neither": (mock_reads(ID), "/customer/name", ReadBy(0, 1)),
    "above what is read is read": (mock_reads({"/customer": N, "/customer/name": N}), "/customer", ReadBy(1, 1)),
    "beside what is read is unread": (
        mock_reads({"/customer": N, "/customer/name": N}), "/customer/city", ReadBy(0, 1)),
    "what somebody walks is read": (mock_reads(ID, {"": W}), "/total", None),
    "what somebody walks below is read": (mock_reads({"/customer": W}), "/customer/address/city", None),
    "beside what is walked is unread": (mock_reads({"": O, "/customer/*": W}), "/total", ReadBy(0, 1)),
    "below the members that are walked": (mock_reads({"": O, "/customer/*": W}), "/customer/name/first", None),
    "the root of what is only walked below": (mock_reads({"": O, "/a/*": W}), "", None),
    "walked, and still needed": (mock_reads({"": W, "/id": N}), "/id", ReadBy(1, 1)),
    "items": (mock_reads({"/lines": N, "/lines/*": O, "/lines/*/sku": N}), "/lines/*/sku", ReadBy(1, 1)),
    "items' other members": (mock_reads({"/lines": N, "/lines/*": O, "/lines/*/sku": N}), "/lines/*/n", ReadBy(0, 1)),
    "members of a map, by name": (mock_reads({"/by_id/x7/name": N}), "/by_id/*/name", ReadBy(1, 1)),
    "members of a map, by star": (mock_reads({"/by_id/*/name": N}), "/by_id/x7/name", ReadBy(1, 1)),
    "another member of a map's member": (mock_reads({"/by_id/x7/name": N}), "/by_id/*/city", ReadBy(0, 1)),
    "all members were listed": (mock_reads({"": O, "/*": O}), "/total", None),
    "below all members that were listed": (mock_reads({"": O, "/*": O}), "/customer/city", ReadBy(0, 1)),
    "a name that only begins alike": (mock_reads({"/customer": W}), "/customers", ReadBy(0, 1)),
    "escapes": (mock_reads({"/a~1b": N}), "/a~1b", ReadBy(1, 1)),
    "a doubt leaves nothing unread": (mock_reads(ID, is_all_told=False), "/total", None),
    "a doubt takes no need away": (mock_reads(ID, is_all_told=False), "/id", ReadBy(1, 1)),
    "nobody was watched": (mock_reads(), "/total", None),
    "a body that nobody looked into": (mock_reads({"": O}), "/total", ReadBy(0, 1)),
    "a header is no member": (mock_reads(ID), "header:etag", None),
    "a status is no member": (mock_reads(ID), "status", None),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_what_tests_make_of_a_place(name: str) -> None:
    """A place is needed, or unread, or nobody can say."""
    reads, path, expected = ROWS[name]
    assert read_by([reads], path) == expected


BESIDE: Final[dict[str, tuple[list[MockReads | None], str, ReadBy | None]]] = {
    "unread in both": ([mock_reads(ID), mock_reads(ID)], "/total", ReadBy(0, 1)),
    "read in one": ([mock_reads(ID), mock_reads({"/total": O})], "/total", None),
    "needed in one": ([mock_reads(ID), mock_reads({"/total": N})], "/total", ReadBy(1, 1)),
    "one that no test uses": ([mock_reads(ID), None], "/total", None),
    "needed, and one that no test uses": ([mock_reads(ID), None], "/id", ReadBy(1, 1)),
    "none that any test uses": ([None], "/id", None),
    "no mock at all": ([], "/id", None),
}


@pytest.mark.parametrize("name", BESIDE)
def test_mocks_that_answer_the_same(name: str) -> None:
    """Of several mocks of one request a need of one is enough; that something is unread has to hold for each."""
    mocks, path, expected = BESIDE[name]
    assert read_by(mocks, path) == expected


STEPS: Final = st.lists(st.sampled_from(["a", "b", "*"]), max_size=4)
POINTERS: Final = STEPS.map(lambda steps: "".join(f"/{step}" for step in steps))


@given(st.lists(st.dictionaries(POINTERS, st.sampled_from(Need), max_size=5), min_size=1, max_size=4), POINTERS)
def test_a_place_is_as_an_independent_reckoning_says(tests: list[dict[str, Need]], path: str) -> None:
    """Needed by those who need it; unread only if nothing at it, below it or whole above it is read, and no root."""
    asked = path.split("/")[1:]
    needing, is_read = set(), not path
    for number, reads in enumerate(tests):
        for pointer, need in reads.items():
            steps = pointer.split("/")[1:]
            fits = all(one == other or "*" in (one, other) for one, other in zip(steps, asked, strict=False))
            if fits and len(steps) == len(asked) and need is N:
                needing.add(number)
            is_read = is_read or (fits and (len(steps) >= len(asked) or need is W))
    expected = ReadBy(len(needing), len(tests)) if needing else None if is_read else ReadBy(0, len(tests))
    assert read_by([mock_reads(*tests)], path) == expected
