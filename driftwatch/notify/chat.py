"""Writes to chats and mailboxes through Apprise, which knows how more than a hundred of them want to be spoken to.

Apprise says only whether it was accepted, and the rest in log lines that may hold parts of the URL: they are kept from
everybody, and nothing but a status code is taken from them.
"""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from driftwatch.model.errors import UsageError
from driftwatch.model.parcel import Delivered, Outcome, Parcel, Undelivered
from driftwatch.model.secret import Secret
from driftwatch.reports.notices.catalog import Form, written
from driftwatch.reports.notices.words import Tone, title_of, tone_of

if TYPE_CHECKING:
    import apprise

_STATUS: Final = re.compile(r"\berror=(\d{3})\b")
_REFUSED: Final = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})
"""Status codes after which another attempt would come to the same."""
_BUSY: Final = 60.0
"""Seconds to wait for a channel that is told too much; Apprise does not say how long it asks for."""
_TYPES: Final = {Tone.BAD: "failure", Tone.DOUBTFUL: "warning", Tone.GOOD: "success"}
_MARGIN: Final = 50
"""Characters that Apprise may put around a body."""


class Chat(Struct, frozen=True):
    """One channel; its Apprise URL is the secret."""

    name: str
    url: Secret
    form: Form | None = None
    """How to write to it; as Apprise says it wants to be written to if ``None``."""

    def check(self) -> None:
        """Raises ``UsageError`` if Apprise knows no such kind of channel, or the URL lacks something."""
        with _listening():
            if _service(self.url) is None:
                raise UsageError(
                    f"the URL of the channel {self.name!r} is none that Apprise can use: see "
                    "https://github.com/caronc/apprise/wiki for how that of your service is written"
                )

    def deliver(self, parcel: Parcel) -> Outcome:
        """Say it."""
        notice = parcel.notice
        if notice is None:
            return Undelivered("nothing to say", is_final=True)
        with _listening() as heard:
            service = _service(self.url)
            if service is None:
                return Undelivered("the URL is none that Apprise can use", is_final=True)
            form = self.form or Form(str(service.resolve_format(None).value))
            title = title_of(notice)
            room = service.body_maxlen - len(title) - _MARGIN if service.body_maxlen else None
            body = written(notice, form, None if room is None else max(room, _MARGIN)) or title
            try:
                is_accepted = service.notify(
                    body=body, title=title, notify_type=_type(_TYPES[tone_of(notice)]), body_format=_format(form)
                )
            except Exception as error:  # a plugin's mistake, whose message may hold its URL, must not stop the others
                return Undelivered(f"the channel failed ({type(error).__name__})")
        if is_accepted:
            return Delivered()
        status = heard[-1] if heard else None
        reason = f"status {status}" if status is not None else "not accepted"
        return Undelivered(reason, status in _REFUSED, _BUSY if status == 429 else None)


def _service(url: Secret) -> "apprise.NotifyBase | None":
    import apprise  # noqa: PLC0415 - a third of a second, and only for who is told of something
    from apprise.common import PersistentStoreMode  # noqa: PLC0415

    asset = apprise.AppriseAsset(
        app_id="driftwatch", app_desc="driftwatch", async_mode=False, secure_logging=True,
        storage_mode=PersistentStoreMode.MEMORY,
    )  # fmt: skip
    with warnings.catch_warnings():
        # its first look at a URL loads all of its plugins, and those load what Python will not have for ever
        warnings.simplefilter("ignore", DeprecationWarning)
        return apprise.Apprise.instantiate(url.reveal(), asset=asset, suppress_exceptions=True)


def _type(word: str) -> Any:
    from apprise import NotifyType  # noqa: PLC0415

    return NotifyType(word)


def _format(form: Form) -> Any:
    from apprise import NotifyFormat  # noqa: PLC0415

    return NotifyFormat.TEXT if form is Form.JSON else NotifyFormat(form.value)


class _Ear(logging.Handler):
    """Takes status codes out of log lines, and lets go of the rest."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[int] = []

    def emit(self, record: logging.LogRecord) -> None:
        found = _STATUS.search(record.getMessage())
        if found is not None:
            self.heard.append(int(found[1]))


@contextmanager
def _listening() -> Iterator[list[int]]:
    """Nobody else hears what Apprise logs meanwhile."""
    import apprise  # noqa: F401, PLC0415 - it sets its logger up when it is loaded

    log = logging.getLogger("apprise")
    before = log.handlers, log.propagate, log.level
    ear = _Ear()
    log.handlers, log.propagate = [ear], False
    log.setLevel(logging.WARNING)
    try:
        yield ear.heard
    finally:
        log.handlers, log.propagate = before[0], before[1]
        log.setLevel(before[2])
