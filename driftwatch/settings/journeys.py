"""Journeys as they are written: in the config itself, or in files of their own that another team may own."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from msgspec import Struct, field

from driftwatch.model.errors import SettingsError
from driftwatch.model.journey import Journey
from driftwatch.settings.elsewhere import reading_of, tell
from driftwatch.settings.forms import Schema, Text
from driftwatch.settings.journey_checks import check_journeys
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.sections import Named, Section, Several, attempt
from driftwatch.settings.spot import Spot
from driftwatch.settings.steps import STEPS, StepSettings, steps_of
from driftwatch.settings.validation import validate
from driftwatch.settings.variables import VARIABLE_NAME

_NAME: Final = Text(
    r"^\S(.{0,98}\S)?$", "Write a few words that name the journey, such as `checkout`; no two may be called alike."
)
_VALUE: Final = Text(
    r"^(?!.*\$\{)", "Write a text; what is looked up stands in the provider's `variables`.", is_quoted=False
)


class JourneySettings(Struct, frozen=True, kw_only=True):
    """Ordered requests in one session, each of which may use what earlier ones were answered."""

    name: Annotated[str, _NAME, "What reports call it."]
    identity: Annotated[
        str, Text(r"^\S*$", "Write the name of one of the provider's `identities`, or `none`."),
        "As whom its requests are sent: one of the provider's `identities`, or `none`; left out, with its `auth`.",
    ] = ""  # fmt: skip
    variables: Annotated[
        Mapping[str, str], Named(_VALUE, VARIABLE_NAME),
        "Values for `{{name}}` beside those of the provider and those that steps capture.",
    ] = field(default_factory=dict)  # fmt: skip
    set_up: Annotated[
        tuple[StepSettings, ...], STEPS, "What goes before the steps; if one of them fails, the steps are not taken."
    ] = ()
    steps: Annotated[
        tuple[StepSettings, ...], Several(STEPS.form, least=1),
        "The requests in their order. The first that fails ends the journey, and the rest is not verified.",
    ]  # fmt: skip
    clean_up: Annotated[
        tuple[StepSettings, ...], STEPS,
        "What follows whatever happens, step by step; one whose values were never captured is left out.",
    ] = ()  # fmt: skip


class WrittenJourneys(Struct, frozen=True):
    """The journeys of one provider, and the files that they stand in where it is not the config itself."""

    journeys: tuple[JourneySettings, ...] = ()
    places: tuple[str, ...] = ()
    """Where each is written, for a reader."""
    files: tuple[WrittenPath, ...] = ()

    def of(self, provider: str, variables: Mapping[str, str]) -> tuple[Journey, ...]:
        """In terms of the domain; ``variables`` are the provider's."""
        return tuple(
            Journey(
                one.name,
                provider,
                steps_of(one.steps),
                steps_of(one.set_up),
                steps_of(one.clean_up),
                one.identity,
                {**variables, **one.variables},
                where,
            )
            for one, where in zip(self.journeys, self.places, strict=True)
        )


_ONE: Final = Section(JourneySettings)


class Journeys(Struct, frozen=True):
    """A list of journeys, or the path or glob of YAML files that hold such a list each."""

    def schema(self) -> Schema:
        """A list or a text."""
        remedy = "Write a list, each journey behind `- `, or the path or glob of files that hold such a list."
        return {"type": ["array", "string"], "minLength": 1, "items": _ONE.schema(), "errorMessage": remedy}

    def read(self, spot: Spot) -> WrittenJourneys:
        """Every journey that can be read; mistakes are noted at their places."""
        _, name, *_ = spot.steps
        provider = spot.top().members()["providers"].members()[str(name)].members()
        if not isinstance(spot.plain, str):
            check_journeys([entry for _, entry in spot.children()], provider)
            return _written(_listed(spot))
        paths = WrittenPath.of(spot.text, spot.surroundings.folder)
        files = tuple(WrittenPath(str(path), path) for path in paths.expand())
        if not files:
            raise RefusedError(*paths.complaint())
        found: list[tuple[JourneySettings, str]] = []
        for file in files:
            try:
                found += _filed(file, spot, provider)
            except SettingsError as error:
                tell(error, spot)
        return _written(found, files)

    def show(self, value: WrittenJourneys) -> list[dict[str, Any]]:
        """The list, wherever it was written."""
        return [_ONE.show(one) for one in value.journeys]


def _written(found: Any, files: tuple[WrittenPath, ...] = ()) -> WrittenJourneys:
    pairs = list(found)
    return WrittenJourneys(tuple(one for one, _ in pairs), tuple(where for _, where in pairs), files)


def _filed(file: WrittenPath, spot: Spot, provider: Mapping[str, Spot]) -> list[tuple[JourneySettings, str]]:
    """The list of another file."""
    reading = reading_of(file, spot, "Write the journeys into several files.")
    validate(reading, {**Journeys().schema(), "type": "array"})
    root = Spot(reading.root, (), reading)
    found = list(_listed(root))
    check_journeys([entry for _, entry in root.children()], provider)
    if reading.mistakes:
        raise SettingsError(reading.in_order())
    return found


def _listed(spot: Spot) -> Iterator[tuple[JourneySettings, str]]:
    for _, entry in spot.children():
        journey = attempt(_ONE, entry)
        if isinstance(journey, JourneySettings):
            yield journey, f"{entry.reading.file}:{entry.reading.root.line_of(entry.steps)}"
