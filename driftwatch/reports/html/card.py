"""A finding as it is shown everywhere: the two sides beside each other, and what else is known in words."""

from datetime import datetime

from msgspec import Struct

from driftwatch.model.finding import Finding
from driftwatch.reports import agreement
from driftwatch.reports.html.sides import Piece, pieces, told
from driftwatch.reports.sentences import began_with, read_by, resting_on, since


class Card(Struct, frozen=True):
    """One finding, ready to be put on a page."""

    finding: Finding
    state: str
    claim: tuple[Piece, ...]
    observed: tuple[Piece, ...]
    agreement: str
    production: str
    since: str
    """The day on which it was first seen; empty if that is today."""
    began_with: str
    """The rollout it began with; empty if nobody can tell."""
    rests_on: str
    """The recordings that show it; empty where the audit asked itself."""
    read_by: str
    """What the consumer's tests make of the place; empty if nobody can say."""

    @classmethod
    def of(cls, finding: Finding, now: datetime, state: str = "") -> "Card":
        """The card of a finding; ``state`` is the word for where it stands, if somebody knows better than itself."""
        claim, observed = told(finding.claim), told(finding.observed)
        return cls(
            finding, state or finding.state, pieces(claim, observed), pieces(observed, claim),
            agreement.tell(finding.agreement), agreement.tell_production(finding.production), since(finding, now),
            began_with(finding.began_with, now), resting_on(finding.rests_on, now),
            read_by(finding),
        )  # fmt: skip
