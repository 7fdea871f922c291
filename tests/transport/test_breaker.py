"""When a failing service is left alone."""

import pytest

from driftwatch.transport.breaker import Breaker, Circuit


@pytest.mark.parametrize(
    ("probes", "circuit"),
    [
        ("ff", Circuit.CLOSED),
        ("fff", Circuit.OPEN),
        ("ffsff", Circuit.CLOSED),
        ("fffff", Circuit.OPEN),
        ("fffS", Circuit.CLOSED),
        ("fffF", Circuit.DEAD),
        ("fffSff", Circuit.CLOSED),
        ("fffSfff", Circuit.DEAD),
        ("fffFs", Circuit.DEAD),
        ("fffs", Circuit.CLOSED),
    ],
)
def test_circuit(probes: str, circuit: Circuit) -> None:
    """Three failures in a row open it; one second chance (in capitals) closes it again or ends it, and comes once."""
    breaker = Breaker(cool_down=2)
    for probe in probes:
        if probe in "sS":
            breaker.succeeded()
        else:
            breaker.failed(now=5, was_second_chance=probe == "F")
    assert breaker.circuit is circuit


def test_the_second_chance_waits_for_the_cool_down() -> None:
    """The one probe of an open circuit comes after the cool-down, counted from the last failure."""
    breaker = Breaker(cool_down=2)
    changes = [breaker.failed(now, was_second_chance=False) for now in (5.0, 6.0, 7.0, 7.5)]
    assert changes == [False, False, True, False]
    assert breaker.opens_at == 9
