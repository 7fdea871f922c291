"""An incident as it is written: one YAML file, with a schema for editors, read as strictly as the config.

``python -m driftwatch.settings.incident_file > config/incident.schema.json`` writes the schema that a test holds to the
code.
"""

import json
import sys
from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Final, cast

from msgspec import Struct

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.model.incident import SCHEMA, Cause, Incident, Kept, Unseen
from driftwatch.settings.encoding import decode
from driftwatch.settings.forms import Choice, Schema, Text, Whole, choice_of
from driftwatch.settings.guards import GUARD_NAME
from driftwatch.settings.incident_forms import EndpointPath, Link, Moment, Place, Prose
from driftwatch.settings.naming import check_name
from driftwatch.settings.node import address
from driftwatch.settings.notify import LeftOut
from driftwatch.settings.reference import Surroundings
from driftwatch.settings.sections import Section, Several, attempt
from driftwatch.settings.spot import Known, Reading, Spot
from driftwatch.settings.texts import KIND
from driftwatch.settings.validation import validate

SIZE_LIMIT: Final = 64 * 1024
"""Bytes of an incident that are read: it is a page, and no log."""


class KeptSetting(Struct, frozen=True, kw_only=True):
    """What audits knew of it on the day when this was written; a store forgets."""

    first: Annotated[datetime | None, Moment(), "When a finding of it was first seen; left out if none was."] = None
    kind: Annotated[str, LeftOut(KIND), "The kind of that finding."] = ""
    finding: Annotated[
        str, LeftOut(Text("^[0-9a-f]{16}$", "Write the 16 hexadecimal digits of a finding's fingerprint.", False)),
        "Its fingerprint.",
    ] = ""  # fmt: skip
    unseen: Annotated[Unseen | None, LeftOut(choice_of(Unseen)), "Why no audit saw it, where none did."] = None
    cause: Annotated[
        Cause | None, LeftOut(choice_of(Cause)), "The cause, as it was read off history and mocks then."
    ] = None


class IncidentSetting(Struct, frozen=True, kw_only=True):
    """One incident."""

    schema: Annotated[str, Choice({SCHEMA: SCHEMA}), "Name and version of this form."]
    title: Annotated[
        str, Text(r"^\S(.*\S)?$", "Write one line that says what went wrong."), "What went wrong, in a line."
    ]
    happened_at: Annotated[datetime, Moment(), "When it began to hurt; in UTC unless it says otherwise."]
    ended_at: Annotated[datetime | None, Moment(), "When it was over."] = None
    provider: Annotated[
        str, Text(r"^\S+$", "Write the name of a provider of the config."), "The provider whose mocks stood in for it."
    ]
    method: Annotated[
        str, LeftOut(Text(r"^[A-Z]{1,20}$", "Write a method in capital letters, such as `POST`.")),
        "The method of the request that went wrong; any, if left out.",
    ] = ""  # fmt: skip
    path: Annotated[
        str, EndpointPath(),
        "Path or template of the endpoint, below the provider's `target`; left out for the whole service.",
    ] = ""  # fmt: skip
    status: Annotated[int | None, Whole(100, 599), "The status of the answer that nobody expected."] = None
    place: Annotated[
        str, Place(), "The place in the answer, as findings name places: a JSON Pointer with `*` for items, `status`, "
        "`header:<name>`.",
    ] = ""  # fmt: skip
    kind: Annotated[
        str, LeftOut(KIND), "The kind of finding that tells of it, where you know: only such count then."
    ] = ""
    cause: Annotated[
        Cause | None, LeftOut(choice_of(Cause)), "Why no test caught it; left out, it is read off history and mocks."
    ] = None
    assumption: Annotated[str, Prose("Write what the suite took for granted."), "What the suite took for granted."] = ""
    invariant: Annotated[str, Prose("Write what holds in truth."), "What holds in truth, whatever mocks say."] = ""
    missing_condition: Annotated[
        str, Prose("Write the smallest condition that no mock expressed."),
        "The smallest condition that no mock expressed: with it, a test would have failed.",
    ] = ""  # fmt: skip
    links: Annotated[
        tuple[str, ...], Several(Link()), "Where people read more: a post-mortem, a ticket, a dashboard."
    ] = ()
    guard: Annotated[
        str, LeftOut(GUARD_NAME), "The entry of `guards` in the config that holds the service to it since."
    ] = ""
    kept: Annotated[
        KeptSetting | None, Section(KeptSetting), "What audits knew of it; `driftwatch incident show --keep` writes it."
    ] = None


INCIDENT: Final = Section(IncidentSetting)
"""The form of a whole file."""


class Rules(Struct, frozen=True):
    """What an incident must fit beside its form; nothing is checked where it is ``None``."""

    providers: Collection[str] | None = None
    kinds: Collection[str] | None = None
    today: date | None = None
    """In UTC."""


@cache
def incident_schema() -> Schema:
    """The schema (draft 7, which editors know best), with a sentence for every key."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": SCHEMA,
        "description": "An incident: what went wrong in production while the tests were green.",
        **INCIDENT.schema(),
    }


def schema_text() -> str:
    """The schema as it stands in ``config/incident.schema.json``."""
    return json.dumps(incident_schema(), indent=2, ensure_ascii=False) + "\n"


def read_incident(path: Path, file: str, rules: Rules) -> Incident:
    """The incident of a file, which messages call ``file``; ``SettingsError`` with all mistakes in it."""
    return parse_incident(_bytes(path, file), path.stem, file, rules)


def parse_incident(content: bytes, name: str, file: str, rules: Rules) -> Incident:
    """The same of bytes."""
    from driftwatch.settings.document import parse  # noqa: PLC0415 - PyYAML is read only with a document

    document = parse(decode(content, file), file)
    reading = Reading(
        file, document.root, Surroundings({}, Path()), frozenset(document.unusable), document.mistakes,
        Known(rules.kinds, rules.today),
    )  # fmt: skip
    if not isinstance(document.root.plain, dict):
        remedy = "`driftwatch incident add` writes one to fill in."
        raise SettingsError([*document.mistakes, Mistake(address(file, 1), "the file holds no incident", remedy)])
    validate(reading, incident_schema())
    spot = Spot(document.root, (), reading)
    setting = attempt(INCIDENT, spot)
    _check(spot, rules)
    if reading.mistakes:
        raise SettingsError(reading.in_order())
    found = cast("IncidentSetting", setting)
    if found.ended_at is not None and found.ended_at < found.happened_at:
        spot.members()["ended_at"].complain("it was over before it began", "Write a moment after `happened_at`.")
        raise SettingsError(reading.in_order())
    return _noun(found, name, file)


def _check(spot: Spot, rules: Rules) -> None:
    """What single keys cannot tell: whether names exist, and which of them go together."""
    members = spot.members()
    kept = members["kept"].members() if "kept" in members else {}
    for each in (members, kept):
        if rules.kinds is not None and "kind" in each:
            check_name(each["kind"], "kind", rules.kinds)
    if rules.providers is not None and "provider" in members:
        check_name(members["provider"], "provider", rules.providers)
    if "place" in members and "path" not in members and members["place"].plain is not None:
        members["place"].complain("a place says nothing without `path`", "Add the path of the endpoint it is in.")


def _noun(one: IncidentSetting, name: str, file: str) -> Incident:
    kept = one.kept
    return Incident(
        name, file, one.title, one.happened_at, one.provider, one.ended_at, one.method, one.path, one.status,
        one.place, one.kind, one.cause, one.assumption, one.invariant, one.missing_condition, one.links, one.guard,
        None if kept is None else Kept(kept.first, kept.kind, kept.finding, kept.unseen, kept.cause),
    )  # fmt: skip


def _bytes(path: Path, file: str) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise SettingsError([Mistake(file, "this is no file", "Keep nothing but incidents in the folder.")])
        with path.open("rb") as stream:
            raw = stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no such path").lower()
        raise SettingsError([Mistake(file, f"the incident cannot be read: {reason}", "Make it readable.")]) from error
    if len(raw) > SIZE_LIMIT:
        remedy = "Keep it to a page: logs and post-mortems stand behind its `links`."
        raise SettingsError([Mistake(file, "the incident has more than 64 KiB", remedy)])
    return raw


if __name__ == "__main__":
    sys.stdout.write(schema_text())
