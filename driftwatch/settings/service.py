"""Settings of what runs on: when it audits, how it works and stops, what it serves."""

from collections.abc import Mapping
from datetime import UTC, timedelta, tzinfo
from typing import Annotated, Final

from msgspec import Struct, field

from driftwatch.model.cadence import Cadence
from driftwatch.model.crontab import Crontab
from driftwatch.model.password import is_hash
from driftwatch.settings.amounts import parse_duration
from driftwatch.settings.forms import PATH_REMEDY, Schema, Seconds, SecretReference, Text, Truth, Whole
from driftwatch.settings.listening import HOST, PORT
from driftwatch.settings.notify import OtherReaders
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.reference import Referenced
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.sections import Named, Section
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import describe, quote

_LONGEST: Final = timedelta(days=31)
_USER: Final = Text(r"^[^:\s]{1,100}$", "Write the name of a user, without a colon or a space.")


class When(Struct, frozen=True):
    """When something is done, as written and as meant."""

    written: str
    meant: timedelta | Crontab


class Times(Struct, frozen=True):
    """A duration, or the five fields of a crontab."""

    def schema(self) -> Schema:
        """A text, which is read with more care than a pattern has."""
        return {"type": "string", "minLength": 1, "maxLength": 200, "errorMessage": self._remedy}

    def read(self, spot: Spot) -> When:
        """When that is; refused if it never is."""
        written = spot.text.strip()
        try:
            seconds = parse_duration(written)
        except ValueError:
            return When(written, self._crontab(written))
        meant = timedelta(seconds=seconds)
        if not timedelta(seconds=1) <= meant <= _LONGEST:
            raise RefusedError(describe(written), "Write a duration from `1s` to `744h`, or a crontab.")
        return When(written, meant)

    def _crontab(self, written: str) -> Crontab:
        try:
            return Crontab.parse(written)
        except ValueError as error:
            raise RefusedError(f"found the text {quote(written)}: {error}", self._remedy) from error

    def show(self, value: When) -> str:
        """As written."""
        return value.written

    @property
    def _remedy(self) -> str:
        words = ", ".join(f"`{word}`" for word in ("@hourly", "@daily", "@weekly"))
        return (
            "Write a duration, such as `30m` or `6h`, or minute, hour, day, month and weekday as a Kubernetes CronJob "
            f"has them: `15 6 * * 1-5` in quotes, or {words}."
        )


class TimeZone(Struct, frozen=True):
    """A time zone by its name in the IANA database."""

    def schema(self) -> Schema:
        """A text; whether there is such a zone is checked at reading."""
        return {"type": "string", "minLength": 1, "maxLength": 100, "errorMessage": self._remedy}

    def read(self, spot: Spot) -> str:
        """The name of a zone that this machine knows."""
        try:
            zone_of(spot.text)
        except (OSError, ValueError, KeyError) as error:
            raise RefusedError(f"{quote(spot.text)} is no time zone known here", self._remedy) from error
        return spot.text

    def show(self, value: str) -> str:
        """The name."""
        return value

    @property
    def _remedy(self) -> str:
        return "Write a name such as `Europe/Berlin`, or `UTC`; zones come with the system's package tzdata."


def zone_of(name: str) -> tzinfo:
    """The zone of a name; UTC is known everywhere."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - loaded on demand: most schedules are in UTC

    return ZoneInfo(name)


class FilePath(Struct, frozen=True):
    """The path of a file. It is opened where it is needed, so that an audit does not need the files of a server."""

    def schema(self) -> Schema:
        """A text."""
        return {"type": "string", "minLength": 1, "errorMessage": PATH_REMEDY}

    def read(self, spot: Spot) -> WrittenPath:
        """The path, relative to the config's folder."""
        return WrittenPath.of(spot.text, spot.surroundings.folder)

    def show(self, value: WrittenPath | None) -> str | None:
        """As written."""
        return None if value is None else value.written


class PasswordHash(SecretReference, frozen=True):
    """A reference to the hash of a password."""

    def read(self, spot: Spot) -> Referenced:
        """The hash, looked up and found to be one."""
        found = SecretReference.read(self, spot)
        if not is_hash(found.secret.reveal().strip()):
            raise RefusedError(
                f"{quote(found.written)} leads to no hash of a password",
                "Put there what `driftwatch config hash-password` prints, and nothing else.",
            )
        return found


class ScheduleSettings(Struct, frozen=True, kw_only=True):
    """When the audits of a provider begin."""

    when: Annotated[
        When,
        Times(),
        "When audits begin: a duration, or the five fields of a crontab as a Kubernetes CronJob has them.",
    ] = When("1h", timedelta(hours=1))
    jitter: Annotated[
        float, Seconds(allows_zero=True), "Each begins up to so many seconds later, so that not all ask at once."
    ] = 0.0
    time_zone: Annotated[str, TimeZone(), "The time zone that a crontab is meant in."] = "UTC"
    at_start: Annotated[
        bool, Truth(),
        "One more begins with `driftwatch serve`, whatever the hour; at a PostgreSQL only where one is due.",
    ] = True  # fmt: skip

    def cadence(self) -> Cadence:
        """The same in terms of the domain."""
        return Cadence(self.when.meant, zone_of(self.time_zone), timedelta(seconds=self.jitter), self.at_start)


class DaemonSettings(Struct, frozen=True, kw_only=True):
    """How ``driftwatch serve`` works."""

    workers: Annotated[int, Whole(1, 64), "Providers that are audited at the same time; never one twice."] = 4
    grace: Annotated[
        float, Seconds(),
        "Seconds that running audits get to end after SIGTERM; keep it below Kubernetes' own grace period.",
    ] = 30.0  # fmt: skip
    reload: Annotated[
        float, Seconds(allows_zero=True),
        "Seconds between two looks at config and mocks for changes; 0 to look only on SIGHUP.",
    ] = 15.0  # fmt: skip


class TlsSettings(Struct, frozen=True, kw_only=True):
    """Encryption of what is served. Files that change are read anew, without a restart."""

    certificate: Annotated[WrittenPath, FilePath(), "The PEM file of the certificate with its chain."]
    key: Annotated[WrittenPath, FilePath(), "The PEM file of its key."]
    client_authorities: Annotated[
        WrittenPath | None, FilePath(), "Only clients with a certificate of these authorities (a PEM file) may ask."
    ] = None


class WebSettings(Struct, frozen=True, kw_only=True):
    """Where metrics, health and pages are served, and to whom."""

    host: Annotated[
        str, Text(r"^[A-Za-z0-9.:_-]+$", "Write an address or a host name, such as `0.0.0.0`."),
        "The address to listen at; `0.0.0.0` for all of them.",
    ] = HOST  # fmt: skip
    port: Annotated[int, Whole(0, 65_535), "The port; 0 for a free one, which the log tells."] = PORT
    tls: Annotated[TlsSettings | None, Section(TlsSettings), "Encryption; left out, there is none."] = None
    users: Annotated[
        Mapping[str, Referenced], Named(PasswordHash(), _USER),
        "Who may read metrics and pages (HTTP Basic): a reference to a hash by `driftwatch config hash-password` for "
        "each user. Without any, everybody may. /livez and /readyz are open to all.",
    ] = field(default_factory=dict)  # fmt: skip
    connections: Annotated[int, Whole(1, 10_000), "Connections at the same time; more are turned away."] = 64


class MetricsSettings(Struct, frozen=True, kw_only=True):
    """How much is told in metrics."""

    operations: Annotated[
        int, Whole(0, 10_000), "Operations with series of their own, the worst first; the rest is only counted."
    ] = 1000


class RouteSettings(Struct, frozen=True, kw_only=True):
    """Whose a provider's mocks are."""

    owner: Annotated[
        str, Text(r"^\S(.{0,98}\S)?$", "Write the name of a team, such as `team-payments`."),
        "The team that looks after the mocks; a label of `driftwatch_mock_info`.",
    ] = ""  # fmt: skip
    notify: Annotated[
        OtherReaders | None, Section(OtherReaders), "What differs from `notify` at the top for this one."
    ] = None
