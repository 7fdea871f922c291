"""Suppressions as they are written: in the config itself, or in a file of their own that another team may own."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Final

from msgspec import Struct

from driftwatch.model.errors import SettingsError
from driftwatch.model.suppression import LONGEST, Suppression
from driftwatch.settings.elsewhere import reading_of, tell
from driftwatch.settings.forms import Schema, Text
from driftwatch.settings.naming import check_name
from driftwatch.settings.node import address
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.sections import Section, attempt
from driftwatch.settings.spot import Spot
from driftwatch.settings.texts import KIND, PROVIDER_OR_ALL
from driftwatch.settings.validation import validate
from driftwatch.settings.words import describe, quote

_BESIDE_KIND: Final = {
    "path": 'Add a path or glob; `"*"` means everywhere.',
    "provider": 'Add the name of a provider; `"*"` means all.',
}
_SENTENCE: Final = r"^\S(.*\S)?$"


class Day(Struct, frozen=True):
    """A day of the calendar (ISO 8601)."""

    def schema(self) -> Schema:
        """The pattern; whether there is such a day is checked at reading."""
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "errorMessage": self._remedy}

    def read(self, spot: Spot) -> date:
        """The day that stands there, if it is not too far away."""
        try:
            day = date.fromisoformat(spot.text)
        except ValueError as error:
            raise RefusedError(f"there is no day {quote(spot.text)}", self._remedy) from error
        today = spot.reading.known.today
        if today is not None and day - today > timedelta(days=LONGEST):
            last = today + timedelta(days=LONGEST)
            raise RefusedError(f"{quote(spot.text)} is more than {LONGEST} days away", f"Today the last is `{last}`.")
        return day

    def show(self, value: date) -> str:
        """The day as written."""
        return value.isoformat()

    @property
    def _remedy(self) -> str:
        return f"Write a day such as `2026-06-30`, at most {LONGEST} days from today."


class Fingerprint(Struct, frozen=True):
    """Sixteen hexadecimal digits, which YAML may take for a number."""

    def schema(self) -> Schema:
        """A text, or what looks like a number; of that the digits are checked at reading."""
        return {"type": ["string", "number"], "pattern": _HEX.pattern, "errorMessage": _HEX.remedy}

    def read(self, spot: Spot) -> str:
        """The digits as written."""
        if len(spot.text) != 16 or not set(spot.text) <= set("0123456789abcdef"):
            raise RefusedError(describe(spot.plain), _HEX.remedy)
        return spot.text

    def show(self, value: str) -> str | None:
        """Itself."""
        return value or None


_HEX: Final = Text("^[0-9a-f]{16}$", "Write the 16 hexadecimal digits of a finding's `fingerprint` in the JSON report.")


class SuppressionSetting(Struct, frozen=True, kw_only=True):
    """One decision not to be told."""

    fingerprint: Annotated[
        str, Fingerprint(), "The one finding that is meant; or else `kind`, `path` and `provider` say which are."
    ] = ""
    kind: Annotated[str, KIND, "The kind of the findings that are meant."] = ""
    path: Annotated[
        str, Text(rf"^$|{_SENTENCE}", "Write a path of a finding or a glob of such: `/items/*/price`, `header:*`."),
        "The path of those findings, or a glob of such; an empty one is the whole body.",
    ] = "*"  # fmt: skip
    provider: Annotated[str, PROVIDER_OR_ALL, "The provider of those findings, or a glob of such names."] = "*"
    owner: Annotated[str, Text(_SENTENCE, "Write who answers for it: a team or a person."), "Who answers for it."]
    reason: Annotated[str, Text(_SENTENCE, "Write why nobody needs to be told of it."), "Why nobody needs to be told."]
    until: Annotated[
        date, Day(), f"The last day on which it holds, in UTC, at most {LONGEST} days ahead; from the next day on all "
        "that it hid is told again.",
    ]  # fmt: skip


_ONE: Final = Section(SuppressionSetting, either=("fingerprint", "kind"))


class Suppressions(Struct, frozen=True):
    """A list of suppressions, or the path of a YAML file that holds nothing else."""

    def schema(self) -> Schema:
        """A list or a text."""
        remedy = "Write a list, each suppression behind `- `, or the path of a file that holds such a list."
        return {"type": ["array", "string"], "minLength": 1, "items": _ONE.schema(), "errorMessage": remedy}

    def read(self, spot: Spot) -> tuple[Suppression, ...]:
        """Every suppression that can be read, with the place it is written at; mistakes are noted at theirs."""
        providers = spot.top().members().get("providers")
        names = tuple(providers.members()) if providers is not None else ()
        if not isinstance(spot.plain, str):
            return tuple(_listed(spot, names))
        file = WrittenPath.of(spot.text, spot.surroundings.folder)
        try:
            return _filed(file, spot, names)
        except SettingsError as error:
            tell(error, spot)
            return ()

    def show(self, value: tuple[Suppression, ...]) -> list[dict[str, Any]]:
        """The list, wherever it was written."""
        return [{**_meant(one), "owner": one.owner, "reason": one.reason, "until": f"{one.until}"} for one in value]


def _meant(one: Suppression) -> dict[str, str]:
    if one.fingerprint:
        return {"fingerprint": one.fingerprint}
    return {"kind": one.kind, "path": one.path, "provider": one.provider}


def _filed(file: WrittenPath, spot: Spot, names: Collection[str]) -> tuple[Suppression, ...]:
    """The list of another file."""
    reading = reading_of(file, spot, "Suppressions end, and whoever reads them must, too.")
    if reading.root.plain is None:
        return ()  # nothing but comments: nothing is suppressed any more
    validate(reading, {**Suppressions().schema(), "type": "array"})
    found = tuple(_listed(Spot(reading.root, (), reading), names))
    if reading.mistakes:
        raise SettingsError(reading.in_order())
    return found


def _listed(spot: Spot, names: Collection[str]) -> Iterator[Suppression]:
    for _, entry in spot.children():
        setting = attempt(_ONE, entry)
        _check(entry, names)
        if isinstance(setting, SuppressionSetting):
            where = address(entry.reading.file, entry.reading.root.line_of(entry.steps))
            yield Suppression(
                setting.owner, setting.reason, setting.until, setting.fingerprint, setting.kind, setting.path,
                setting.provider, where,
            )  # fmt: skip


def _check(entry: Spot, names: Collection[str]) -> None:
    """What single keys cannot tell: which of them go together, and whether the names in them exist."""
    members = entry.members()
    kinds = entry.reading.known.kinds
    for key, remedy in _BESIDE_KIND.items():
        if "kind" in members and key not in members:
            entry.reading.complain((*entry.steps, key), f"{quote(key)} is missing beside `kind`", remedy)
        if "fingerprint" in members and key in members:
            members[key].complain(
                f"{quote(key)} says nothing beside `fingerprint`", "Remove it: a fingerprint means one finding."
            )
    if kinds is not None and "kind" in members:
        check_name(members["kind"], "kind", kinds)
    if names and "provider" in members:
        check_name(members["provider"], "provider", names)
