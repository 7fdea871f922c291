"""Settings of guards: mocks of exchanges that once went wrong, each watched by name."""

from typing import Annotated, Final

from msgspec import Struct

from driftwatch.settings.forms import PATH_REMEDY, Schema, Text
from driftwatch.settings.notify import LeftOut
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import guess, quote

GUARD_NAME: Final = Text(
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
    "A guard's name begins with a letter or digit and goes on with these, `.`, `_` or `-`, up to 63 in all.",
)


class MockPath(Struct, frozen=True):
    """A file of mocks. It need not be there: every audit tells that a guard is missing, and goes on."""

    def schema(self) -> Schema:
        """A text."""
        return {"type": "string", "minLength": 1, "maxLength": 500, "errorMessage": PATH_REMEDY}

    def read(self, spot: Spot) -> WrittenPath:
        """The path from the config's folder."""
        return WrittenPath.of(spot.text, spot.surroundings.folder)

    def show(self, value: WrittenPath) -> str:
        """As written."""
        return value.written


class GuardSettings(Struct, frozen=True, kw_only=True):
    """One guard: an assumption that broke once, and the mock that an audit holds against the service since."""

    provider: Annotated[str, Text(r"^\S+$", "Write the name of a provider."), "The provider whose mock it is."]
    mock: Annotated[WrittenPath, MockPath(), "The file of the mock, below the provider's `mocks`."]
    id: Annotated[
        str, LeftOut(Text(r"^\S.*$", "Write the id of a mock, as reports name it.")),
        "Which mock of that file, by the id that reports name; all of them if left out.",
    ] = ""  # fmt: skip
    sentence: Annotated[
        str, LeftOut(Text(r"^\S.*$", "Write a sentence.")), "What it guards, for whoever reads that it fell."
    ] = ""


def check_guards(spot: Spot) -> None:
    """The provider of a guard must exist: a guard of a misspelt one would never be looked at."""
    members = spot.members()
    providers, guards = members.get("providers"), members.get("guards")
    known = list(providers.members()) if providers is not None else []
    for guard in guards.members().values() if guards is not None and known else ():
        named = guard.members().get("provider")
        if named is not None and named.text not in known:
            named.complain(f"there is no provider {quote(named.text)}", guess(named.text, known))
