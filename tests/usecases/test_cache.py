"""What is kept from one audit for the next stays within its room, and is of use though not all of it fits."""

from driftwatch.usecases.cache import Cache


def _pass(remembered: Cache[int], count: int, size: int = 1) -> int:
    """One audit's look at so many mocks in their order: how many were known."""
    known = 0
    for key in range(count):
        if remembered.get(key) is None:
            remembered.put(key, key, size)
        else:
            known += 1
    return known


def test_what_fits_is_made_once() -> None:
    """Every later pass finds everything."""
    remembered = Cache[int](room=100)
    assert [_pass(remembered, 100) for _ in range(3)] == [0, 100, 100]


def test_twice_as_much_as_fits_is_known_to_a_good_third() -> None:
    """Throwing out what was not asked for longest, and letting everything in, would find nothing at all."""
    remembered = Cache[int](room=100)
    found = [_pass(remembered, 200) for _ in range(20)][1:]
    assert min(found) > 70
    assert remembered._taken <= 100


def test_another_set_of_mocks_takes_over() -> None:
    """What nobody asks for any more goes, if not at once."""
    remembered = Cache[int](room=100)
    for key in range(1000, 1100):
        remembered.put(key, key, 1)
    found = [_pass(remembered, 100) for _ in range(40)]
    assert found[-1] > 90


def test_the_room_is_in_bytes() -> None:
    """Large values take the room of many, and one that is larger than all the room is not kept."""
    remembered = Cache[str](room=100)
    for key in range(50):
        remembered.put(key, "", 30)
    remembered.put("huge", "", 101)
    assert len(remembered._kept) == 3
    assert remembered.get("huge") is None
    remembered.clear()
    assert (len(remembered._kept), remembered._taken) == (0, 0)
