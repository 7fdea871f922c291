"""What became of a rollout that somebody told of, for a terminal and as ``driftwatch.deploy/1``."""

from collections.abc import Iterable
from typing import Final

from driftwatch.model.rollout import Objection, Rollout
from driftwatch.reports import json
from driftwatch.reports.digest import in_utc
from driftwatch.reports.legible import legible, shorten

_SCHEMA: Final = "driftwatch.deploy/1"
_LONGEST: Final = 200


def kept(rollout: Rollout, *, is_new: bool) -> str:
    """The document of a rollout that is kept, ending in a newline."""
    return json.encoded({"schema": _SCHEMA, "is_new": is_new, "rollout": json.rollout(rollout), "error": None})


def refused(status: int, message: str, objections: Iterable[Objection] = ()) -> str:
    """The document of one that is not, with the status of the answer; it ends in a newline."""
    said = [
        {"part": one.part, "problem": legible(one.problem), "remedy": legible(one.remedy)} for one in objections
    ]  # fmt: skip
    error: json.Document = {"status": status, "message": legible(message), "objections": said}
    return json.encoded({"schema": _SCHEMA, "is_new": False, "rollout": None, "error": error})


def sentence(rollout: Rollout, *, is_new: bool) -> str:
    """For a terminal, in one line."""
    what = shorten(legible(f"{rollout.name} {rollout.version}"), _LONGEST)
    at = f"{in_utc(rollout.at):%Y-%m-%d %H:%M:%S} UTC"
    return f"{what} is {'kept' if is_new else 'known already'}: a rollout of {legible(rollout.provider)}, {at}.\n"
