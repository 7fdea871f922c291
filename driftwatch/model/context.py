"""What a judgement needs to know beyond the mock and the answers: the circumstances of the audit."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from driftwatch.model.history import History
from driftwatch.model.identity import Role
from driftwatch.model.missing import MissingRecord
from driftwatch.model.policy import Consumer
from driftwatch.model.probe import Observation
from driftwatch.model.traffic import RestsOn


class Context(Struct, frozen=True):
    """The circumstances under which the answers were taken."""

    now: datetime | None = None
    unknown_route: Observation | None = None
    """What the service says of a path that surely does not exist; ``None`` if that was not learnt."""
    missing_record: MissingRecord | None = None
    """What it says of a record that surely does not exist; ``None`` if that was not asked."""
    is_conditional: bool = False
    """The audit itself sent a conditional request, so 304 says nothing."""
    not_sent: str = ""
    """Why nothing was asked, where nothing was."""
    consumer: Consumer = field(default_factory=Consumer)
    history: History = field(default_factory=History)
    rests_on: RestsOn | None = None
    """Where the answers are from, if the audit did not ask for them itself."""
    roles: Mapping[str, Role] = field(default_factory=dict)
    """What the identities that asked may do, as far as that is known."""
    base_path: str = ""
    """The path of the target, below which the service has what the mocks have at their root."""
