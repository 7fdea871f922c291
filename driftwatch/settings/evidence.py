"""Settings of recorded traffic: where it is, whose it is, and how far it is believed."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Struct, field
from msgspec.structs import asdict

from driftwatch.model.traffic import Listening
from driftwatch.settings.forms import MockPaths, Text, Whole, choice_of
from driftwatch.settings.notify import LeftOut
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.sections import Section, Several

_NAME: Final = LeftOut(
    Text(r"^[^\s.]+(\.[^\s.]+)*$", "Write the name of a member, with dots where it stands in another: `http.status`.")
)
_HOST: Final = Text(
    r"^[a-z0-9_.-]{1,253}(:[0-9]{1,5})?$|^\[[0-9a-f:]+\](:[0-9]{1,5})?$",
    "Write a host in small letters, with a port if only that is meant: `payments.staging.example.com`.",
)


class Preference(StrEnum):
    """Which side of reality is believed, where both could be."""

    LIVE = "live"
    PASSIVE = "passive"


class FieldSettings(Struct, frozen=True, kw_only=True):
    """What the members of an access log are called, where they have names of their own."""

    method: Annotated[str, _NAME, "The method."] = ""
    target: Annotated[str, _NAME, "The path with its query, or the whole URL."] = ""
    query: Annotated[str, _NAME, "The query, where it stands by itself."] = ""
    request: Annotated[str, _NAME, "Method and target in one: `GET /users/1 HTTP/1.1`."] = ""
    status: Annotated[str, _NAME, "The status."] = ""
    time: Annotated[str, _NAME, "The moment: ISO 8601, nginx's `$time_local`, or counted from 1970."] = ""
    host: Annotated[str, _NAME, "The host that was asked."] = ""
    duration_ms: Annotated[str, _NAME, "How long the answer took, in milliseconds."] = ""
    duration_seconds: Annotated[str, _NAME, "The same in seconds."] = ""
    bytes: Annotated[str, _NAME, "The bytes of the answer's body."] = ""
    content_type: Annotated[str, _NAME, "The answer's media type."] = ""
    headers: Annotated[str, _NAME, "An object with all headers of the answer."] = ""
    request_body: Annotated[str, _NAME, "The body of the request, as text or JSON."] = ""
    response_body: Annotated[str, _NAME, "The body of the answer, as text or JSON."] = ""

    @property
    def named(self) -> Mapping[str, str]:
        """Those that are named."""
        return dict(self._pairs())

    def _pairs(self) -> Iterator[tuple[str, str]]:
        return ((part, name) for part, name in asdict(self).items() if name)


class EvidenceSettings(Struct, frozen=True, kw_only=True):
    """Recordings of real traffic, which stand for the real service where nothing is asked."""

    files: Annotated[
        tuple[WrittenPath, ...], MockPaths(),
        "Where they are: HAR, Keploy test sets, access logs in JSON, spans of OpenTelemetry; recognised by content.",
    ]  # fmt: skip
    hosts: Annotated[
        tuple[str, ...], Several(_HOST), "Whose exchanges are meant; left out, those of the target's host."
    ] = ()
    prefer: Annotated[
        Preference, choice_of(Preference),
        "`live`: what may be asked is asked. `passive`: what recordings hold is not asked.",
    ] = Preference.LIVE  # fmt: skip
    samples: Annotated[int, Whole(1, 1000), "The newest exchanges of a request that stand for it, at most."] = 20
    max_age_days: Annotated[int, Whole(1, 3650), "Days after which an exchange proves nothing any more."] = 30
    fields: Annotated[
        FieldSettings, Section(FieldSettings), "What an access log of your own calls the parts of an exchange."
    ] = field(default_factory=FieldSettings)

    @property
    def listening(self) -> Listening:
        """What is decided about them, in terms of the domain."""
        return Listening(self.samples, timedelta(days=self.max_age_days), self.prefer is Preference.PASSIVE)
