"""Settings of notices: who is told, what of, and how. The URLs of channels are secrets."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final

from msgspec import Struct, field

from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import Change
from driftwatch.model.notice import TOLD, Telling
from driftwatch.settings.credentials import NO_AUTH, BasicAuth, BearerAuth, NoAuth
from driftwatch.settings.forms import Choice, Form, Schema, SecretReference, Target, Text, Trust, Whole, choice_of
from driftwatch.settings.naming import check_name
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.reference import Referenced
from driftwatch.settings.sections import Named, Section, Several, Variant
from driftwatch.settings.spot import Spot

_CHANNEL: Final = Text(
    r"^[a-z0-9][a-z0-9_-]{0,39}$",
    "A channel's name begins with a small letter or digit and goes on with these, `_` or `-`, up to 40 in all.",
)
_LABEL: Final = Text(
    r"^(?!(?:alertname|impact|provider)$)[a-zA-Z_][a-zA-Z0-9_]{0,99}$",
    "A label's name begins with a letter and goes on with letters, digits or `_`; `alertname`, `impact` and `provider` "
    "are driftwatch's own.",
)
_VALUE: Final = Text(r"^\S(.{0,198}\S)?$", "Write a text that is not empty, up to 200 characters.", is_quoted=False)
_TELLABLE: Final = (*TOLD, Change.OBSOLETE)
_CHANGES: Final = Several(Choice({str(change): change for change in _TELLABLE}))


class ChannelNames(Struct, frozen=True):
    """Channels of ``notify.channels``, or the word for none of them."""

    def schema(self) -> Schema:
        """A list of names, or the word."""
        remedy = "Write a list of names below `notify.channels`, or `none`."
        return {
            "type": ["array", "string"], "pattern": "^none$", "items": _CHANNEL.schema(), "minItems": 1,
            "errorMessage": remedy,
        }  # fmt: skip

    def read(self, spot: Spot) -> tuple[str, ...]:
        """The names; complained of if no channel has one."""
        notify = spot.top().members().get("notify")
        channels = notify.members().get("channels") if notify is not None else None
        known = tuple(channels.members()) if channels is not None else ()
        names = [place for _, place in spot.children()] if isinstance(spot.plain, list) else []
        for name in names:
            check_name(name, "channel", known)
        return tuple(name.text for name in names)

    def show(self, value: tuple[str, ...] | None) -> list[str] | str | None:
        """The names."""
        return None if value is None else list(value) or "none"


class LeftOut(Struct, frozen=True):
    """A value that may be left out, and then means what stands elsewhere, or nothing."""

    form: Form

    def schema(self) -> Schema:
        """The form's own."""
        return self.form.schema()

    def read(self, spot: Spot) -> Any:
        """What the form reads."""
        return self.form.read(spot)

    def show(self, value: Any) -> Any:
        """Nothing for nothing."""
        return None if value in (None, "") else self.form.show(value)


class ChannelSettings(Struct, frozen=True, kw_only=True):
    """One chat, mailbox or webhook."""

    url: Annotated[
        Referenced, SecretReference(),
        "Where notices go, as Apprise writes it: `slack://…`, `mailtos://…`; for `format: json` an http or https URL.",
    ]  # fmt: skip
    format: Annotated[
        str, Choice({word: word for word in ("auto", "html", "json", "markdown", "text")}),
        "How they are written: `auto` as the service likes it best, `json` as a document for a webhook of your own.",
    ] = "auto"  # fmt: skip


class AlertmanagerSettings(Struct, frozen=True, kw_only=True):
    """Alertmanager, for those who have it and no Prometheus that scrapes driftwatch."""

    urls: Annotated[
        tuple[str, ...], Several(Target()), "The base URL of every replica, never of a load balancer before them."
    ]
    auth: Annotated[
        NoAuth | BasicAuth | BearerAuth,
        Variant(
            {
                "basic": Section(BasicAuth, sentence="User name and password (RFC 7617)."),
                "bearer": Section(BearerAuth, sentence="A bearer token (RFC 6750)."),
            },
            none="none",
            nothing=NO_AUTH,
        ),
        "What it asks for: `none`, `basic` or `bearer`.",
    ] = NO_AUTH
    verify: Annotated[
        WrittenPath | None, Trust(), "Whose certificates to trust: `true` for the usual authorities, or a PEM file."
    ] = None


class NotifySettings(Struct, frozen=True, kw_only=True):
    """Who is told of what."""

    channels: Annotated[
        Mapping[str, ChannelSettings], Named(Section(ChannelSettings), _CHANNEL),
        "Chats, mailboxes and webhooks, each by a name of your own, which is a label of metrics.",
    ] = field(default_factory=dict)  # fmt: skip
    alertmanager: Annotated[
        AlertmanagerSettings | None, Section(AlertmanagerSettings),
        "Alertmanager, told directly; where Prometheus scrapes driftwatch, its rules do that better.",
    ] = None  # fmt: skip
    to: Annotated[
        tuple[str, ...] | None, ChannelNames(), "The channels that are told; all of them if left out, or `none`."
    ] = None
    changes: Annotated[
        tuple[Change, ...], _CHANGES, "Changes that deserve a notice; what stands as it stood never does."
    ] = TOLD
    severity: Annotated[
        Severity,
        choice_of(Severity),
        "The lowest severity of findings that are spoken of, to channels and Alertmanager.",
    ] = Severity.WARNING
    labels: Annotated[
        Mapping[str, str],
        Named(_VALUE, _LABEL),
        "Labels of every alert beside driftwatch's own, for your routing tree.",
    ] = field(default_factory=dict)
    link: Annotated[
        str,
        LeftOut(Target()),
        "Where people look further, as they see it: the pages of `driftwatch serve`, a dashboard.",
    ] = ""
    remind_days: Annotated[
        int, Whole(0, 365), "Days after which findings that still stand are spoken of again; 0 for never."
    ] = 0


class OtherReaders(Struct, frozen=True, kw_only=True):
    """Where one provider differs."""

    to: Annotated[tuple[str, ...] | None, ChannelNames(), "The channels that are told of it, or `none`."] = None
    changes: Annotated[tuple[Change, ...] | None, LeftOut(_CHANGES), "Changes of it that deserve a notice."] = None
    severity: Annotated[
        Severity | None, LeftOut(choice_of(Severity)), "The lowest severity of its findings that are spoken of."
    ] = None
    labels: Annotated[
        Mapping[str, str],
        Named(_VALUE, _LABEL),
        "Labels of its alerts; they join those at the top and replace equal names.",
    ] = field(default_factory=dict)


def telling(notify: NotifySettings, other: OtherReaders | None, owner: str, interval: timedelta) -> Telling:
    """Whom to tell what of one provider, in terms of the domain."""
    own = other or OtherReaders()
    to = own.to if own.to is not None else notify.to
    return Telling(
        channels=tuple(dict.fromkeys(to if to is not None else notify.channels)),
        changes=frozenset(own.changes if own.changes is not None else notify.changes),
        least=own.severity or notify.severity,
        labels=tuple(sorted({**notify.labels, **own.labels}.items())),
        owner=owner,
        interval=interval,
        remind=timedelta(days=notify.remind_days) if notify.remind_days else None,
    )
