"""Which members of mock answers the code under test reads. On request only (``--driftwatch-reads``).

Answers are handed out by a client's JSON call as subclasses of dict and list (``objects``) that note what is read of
them (``places``). Where that cannot be seen nothing is claimed: what was read as text, or past the notes (``past``),
was read whole.

JSON files that a test opens itself are not watched: what it reads of them it mostly hands to a mock library, and what
stands where in a file is the matter of its format.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from driftwatch.plugin.companion import Companion, Desk


def join(desk: "Desk") -> "Companion":
    """Watch what is read in this run."""
    from driftwatch.plugin.reading.reader import Reader  # noqa: PLC0415 - the controller of xdist's workers reads nothing

    return Reader(desk)
