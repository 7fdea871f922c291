"""What a service says of a record that surely does not exist."""

from msgspec import Struct

from driftwatch.model.probe import Observation


class MissingRecord(Struct, frozen=True):
    """The answer, and what was asked for."""

    path: str
    answer: Observation
