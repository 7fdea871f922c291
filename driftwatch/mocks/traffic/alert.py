"""Alerts as Alertmanager and Grafana send them to a webhook: which request failed since when, and nothing else of them.

Alertmanager 0.28 (``notify/webhook``, version 4 of the payload), Grafana 11 and 12 (its unified alerting sends the same
members and more), and the list of Alertmanager's ``GET /api/v2/alerts``. Summaries and descriptions are prose, and may
hold anybody's name: nothing is taken from them. An alert's name is taken where it is nothing but words; links lose
query and user info, since some are signed, and their path where it holds what looks like somebody's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from driftwatch.heal.endpoint import endpoint
from driftwatch.heal.plausible import Disguise
from driftwatch.mocks.text.json_text import decode, is_deeper
from driftwatch.model.route import path_of

_MOST: Final = 4 * 1024 * 1024
"""Bytes of a payload that are read; Alertmanager's default group has far fewer."""
_DEEPEST: Final = 32
_ALERTS: Final = 10_000
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_:.-]{0,78}[A-Za-z0-9]")
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
"""The words of ``PaymentsHttp5xxRateHigh`` or ``payments_http_5xx``."""
_GRAFANA: Final = re.compile(r"(/[a-z-]{1,20})?/(d/[\w-]{1,40}(/[\w-]{0,100})?|alerting/grafana/[\w-]{1,40}/view)")
"""Pages of Grafana: an id of theirs opens nothing by itself."""
_METHOD: Final = re.compile(r"[A-Za-z]{1,20}")
_STATUS: Final = re.compile(r"[1-5][0-9]{2}")
_PATH: Final = re.compile(r"(?:/|https?://)[^?#\s]{0,400}")
_LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    "provider": ("provider", "upstream", "service", "service_name", "app", "job"),
    "method": ("method", "http_method", "http_request_method", "verb"),
    "path": ("path_template", "route", "http_route", "path", "handler", "uri", "url", "endpoint"),
    "status": ("status", "code", "status_code", "http_status", "http_status_code", "http_response_status_code"),
}
"""What labels are called, the surest first; OpenTelemetry's names as Prometheus spells them."""
_LINKS: Final = ("generatorURL", "dashboardURL", "panelURL")
_NOTES: Final = ("runbook_url", "runbook")
_SEED: Final = "alert"


class Alert(Struct, frozen=True):
    """What an alert tells of an incident."""

    name: str = ""
    begun: datetime | None = None
    over: datetime | None = None
    providers: tuple[str, ...] = ()
    """Words that may be a provider's name, the surest first."""
    method: str = ""
    path: str = ""
    """A template: ids in it are named and no more."""
    status: int | None = None
    links: tuple[str, ...] = ()
    others: int = 0
    """Further alerts of the same payload."""


def read_alert(path: Path) -> Alert | None:
    """The first alert of a payload; ``None`` for a file that holds none."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MOST + 1)
        if len(raw) > _MOST:
            return None
        value = decode(raw.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    if is_deeper(value, _DEEPEST):
        return None
    return _first(list(_alerts(value)))


def _alerts(value: Any) -> Iterator[Mapping[str, Any]]:
    told = value.get("alerts") if isinstance(value, dict) else value
    for one in told[:_ALERTS] if isinstance(told, list) else ():
        if isinstance(one, dict) and isinstance(one.get("labels"), dict) and "startsAt" in one:
            yield one


def _first(alerts: list[Mapping[str, Any]]) -> Alert | None:
    dated = [(begun, one) for one in alerts if (begun := _moment(one.get("startsAt"))) is not None]
    if not dated:
        return None
    begun, one = min(dated, key=lambda pair: pair[0])
    labels = {str(name).lower(): text for name, text in one["labels"].items() if isinstance(text, str)}
    over = _moment(one.get("endsAt"))
    status = next(_values(labels, "status", _STATUS), "")
    return Alert(
        _harmless(labels.get("alertname", "")), begun, over if over is not None and over > begun else None,
        tuple(_values(labels, "provider", _NAME)), next(_values(labels, "method", _METHOD), "").upper(),
        _template(next(_values(labels, "path", _PATH), "")), int(status) if status else None,
        tuple(dict.fromkeys(_links(one))), len(alerts) - 1,
    )  # fmt: skip


def _values(labels: Mapping[str, str], sort: str, form: re.Pattern[str]) -> Iterator[str]:
    return (labels[name] for name in _LABELS[sort] if name in labels and form.fullmatch(labels[name]))


def _moment(value: object) -> datetime | None:
    """Alertmanager and Grafana write RFC 3339, and the year 1 where there is no end."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    plain = re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", value)
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        return None
    return found if found.tzinfo is not None and found.year > 1 else None


def _harmless(name: str) -> str:
    """The name, where it is words; a token has longer runs of letters or digits all over, and prose may name people."""
    words = _WORDS.findall(name)
    is_words = _NAME.fullmatch(name) is not None and all(map(_is_word, words))
    return name if is_words and sum(map(str.isdigit, words)) <= 2 else ""


def _is_word(word: str) -> bool:
    most = 4 if word.isdigit() else 6 if word.isupper() else 16
    return len(word) <= most


def _template(path: str) -> str:
    plain = path_of(path)
    return endpoint(plain) if plain.startswith("/") else ""


def _links(one: Mapping[str, Any]) -> Iterator[str]:
    notes = one.get("annotations")
    told: Iterable[object] = [one.get(name) for name in _LINKS]
    if isinstance(notes, dict):
        told = [*told, *(notes.get(name) for name in _NOTES)]
    for link in told:
        if isinstance(link, str) and len(link) <= 2_000 and (clean := _clean(link)):
            yield clean


def _clean(link: str) -> str:
    """The link without user info, query and fragment; empty if it is none, or something in its path is somebody's."""
    try:
        parts = urlsplit(link)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or not parts.path.isprintable() or " " in parts.path:
        return ""
    is_harmless = _GRAFANA.fullmatch(parts.path) or Disguise(_SEED).path(parts.path) == parts.path
    path = parts.path if is_harmless else ""
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{path}"
