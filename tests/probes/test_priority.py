"""Which probes come first where a budget does not last."""

from datetime import UTC, datetime, timedelta

from driftwatch.model.interaction import Claim, Expectation, Interaction, Origin, Request
from driftwatch.model.policy import Consumer, Usage
from driftwatch.model.probe import Probe
from driftwatch.model.standing import Standing
from driftwatch.probes.priority import Past, stalest_first

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def a_claim(name: str, body: bytes | None = None) -> Claim:
    """A mock of GET /name."""
    request = Request("GET", f"/{name}", f"/{name}")
    return Claim((Interaction(name, "wiremock", Origin("a.json"), request, (Expectation(200, body=body),), name),))


def in_order(
    pasts: dict[str, Past], *, bodies: dict[str, bytes] | None = None, important: tuple[str, ...] = (),
    usage: dict[str, Usage] | None = None,
) -> list[str]:  # fmt: skip
    """The names in the order in which they would be asked."""
    probes = [Probe("it", None, (a_claim(name, (bodies or {}).get(name)),)) for name in pasts]
    ordered = stalest_first(
        probes, lambda claim: pasts[claim.interactions[0].mock_id], important, Consumer(usage=usage or {})
    )
    return [probe.claims[0].interactions[0].mock_id for probe in ordered]


def asked(days: float, looks: int = 1, drifted: int = 0, *, verified: bool = True) -> Past:
    """So many days ago."""
    at = NOW - timedelta(days=days)
    return Past(Standing(at, looks, drifted), at if verified else None)


def test_what_was_never_asked_comes_first_and_then_the_oldest() -> None:
    """Whatever else is known; a mock that the last runs did not ask counts from when it was verified."""
    pasts = {
        "yesterday": asked(1, 9, 9), "never": Past(), "last week": asked(7),
        "long ago": Past(verified_at=NOW - timedelta(99)), "today": asked(0),
    }  # fmt: skip
    assert in_order(pasts) == ["never", "long ago", "last week", "yesterday", "today"]


def test_equally_old_ones_are_told_apart() -> None:
    """By whether any run verified it, by how often it had drifted, by what matters, by the order of the files."""
    pasts = {
        "calm": asked(1, 10), "critical": asked(1, 10), "restless": asked(1, 10, 1), "worst": asked(1, 2, 1),
        "failed": asked(1, 0, verified=False), "calm too": asked(1, 10), "important": asked(1, 10),
    }  # fmt: skip
    order = in_order(
        pasts, bodies={"critical": b'{"items": [{"price": 1}]}', "calm": b"{"}, important=("* /imp*",),
        usage={"/items/*/price": Usage.CRITICAL, "/calm": Usage.UNUSED},
    )  # fmt: skip
    assert order == ["failed", "worst", "restless", "critical", "important", "calm", "calm too"]


def test_what_failed_waits_its_turn() -> None:
    """A mock that nobody can verify is no reason to forget the others."""
    assert in_order({"failed": asked(1, 0, verified=False), "older": asked(2)}) == ["older", "failed"]


def test_a_probe_is_as_stale_as_the_stalest_of_its_claims() -> None:
    """One request may answer for several mocks."""
    old, new, other = a_claim("old"), a_claim("new"), a_claim("other")
    pasts = {"old": asked(9), "new": asked(0), "other": asked(5)}
    probes = [Probe("it", None, (other,)), Probe("it", None, (new, old))]
    ordered = stalest_first(probes, lambda claim: pasts[claim.interactions[0].mock_id], (), Consumer())
    assert [probe.claims[0] for probe in ordered] == [new, other]


def test_hostile_bodies_are_survived() -> None:
    """Deep, broken or not JSON at all: nothing is critical in them."""
    bodies = {"deep": b"[" * 100_000, "broken": b"\xff\xfe", "empty": b"", "list": b"[1]"}
    usage = {"/a/b": Usage.CRITICAL, "/*/c": Usage.CRITICAL}
    assert in_order({name: asked(1) for name in bodies}, bodies=bodies, usage=usage) == list(bodies)
