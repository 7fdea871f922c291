"""The list of what is there and what an audit would do with it."""

from typing import Final

from driftwatch.model.interaction import Expectation, Grade, Ignored, Interaction, Origin, Request, Unreadable
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.probe import Tier
from driftwatch.usecases.inventory import take_inventory
from tests.fakes import ListedMocks

POLICY: Final = ProbingPolicy()
TORN: Final = Unreadable("torn.json", "wiremock", "not JSON")
STRAY: Final = Ignored("notes.txt", "no known mock format")


def _mock(path: str, *, method: str = "GET", grade: Grade = Grade.EXACT, status: int = 200) -> Interaction:
    request = Request(method, path, path, grade=grade)
    return Interaction(path, "fake", Origin(f"{path}.json"), request, (Expectation(status),), group=path)


def test_the_order_of_the_files_is_kept() -> None:
    """Interactions come source by source as they were read; what could not be read stands apart."""
    first = ListedMocks((_mock("/b"), TORN, _mock("/a")))
    second = ListedMocks((STRAY, _mock("/0")))
    inventory = take_inventory([(first, POLICY), (second, POLICY)])
    assert [one.interaction.mock_id for one in inventory.planned] == ["/b", "/a", "/0"]
    assert (inventory.unreadable, inventory.ignored) == ((TORN,), (STRAY,))


def test_a_decision_and_its_reason_for_each() -> None:
    """What would be sent has no reason; what would not has one."""
    mocks = (
        _mock("/get"),
        _mock("/post", method="POST"),
        _mock("/x", grade=Grade.NEEDS_INPUT),
        _mock("/e", status=503),
    )
    planned = take_inventory([(ListedMocks(mocks), POLICY)]).planned
    assert [(one.decision, bool(one.reason)) for one in planned] == [
        ("send", False), ("skip", True), ("skip", True), ("skip", True),
    ]  # fmt: skip
    assert [one.tier for one in planned][:2] == [Tier.SAFE, Tier.UNSAFE]


def test_each_source_is_judged_by_its_own_policy() -> None:
    """Consent given for one provider does not reach another's mocks."""
    consent = ProbingPolicy(tiers=frozenset({Tier.SAFE, Tier.DECLARED_SAFE}), declared_safe=("POST /search",))
    search = ListedMocks((_mock("/search", method="POST"),))
    planned = take_inventory([(search, consent), (search, POLICY)]).planned
    assert [one.decision for one in planned] == ["send", "skip"]


def test_mocks_equal_to_the_letter_are_each_listed() -> None:
    """Two equal stubs are two lines."""
    planned = take_inventory([(ListedMocks((_mock("/a"), _mock("/a"))), POLICY)]).planned
    assert [one.decision for one in planned] == ["send", "send"]


def test_nothing_is_an_inventory_too() -> None:
    """An empty place lists nothing and fails nothing."""
    assert take_inventory([(ListedMocks(()), POLICY)]).planned == ()
