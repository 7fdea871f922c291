"""Real exchanges into a tape: hear them, take one of each shape, put stand-ins in place of what may not rest in a file.

Bodies are disguised before paths and queries: a name that stands in a path is known for one by the member it is the
value of.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.heal.plausible import Disguise
from driftwatch.model.errors import UsageError
from driftwatch.model.interaction import Header, Ignored, Unreadable
from driftwatch.model.recording import LeftOut, Recording
from driftwatch.model.redaction import Rules
from driftwatch.model.route import has_parameter, path_template
from driftwatch.model.tape import Dialogue, Reply, Tape
from driftwatch.model.traffic import Heard, HeardReading
from driftwatch.usecases.identifiers import Keeper, Keeping, are_replaced
from driftwatch.usecases.takes import Filter, Taken, Takes, sent

KEPT_HEADERS: Final = frozenset({
    "accept-patch", "accept-ranges", "allow", "cache-control", "content-language", "content-type", "deprecation",
    "location", "retry-after", "sunset", "vary", "x-total-count",
})  # fmt: skip
"""Headers of an answer that say how the service behaves; all others tell of the moment, the caller or the way."""
_UNSENDABLE: Final = re.compile(r"[\r\n\0]")
"""No value of a header holds them (RFC 9110, 5.5): a server that was told to send one would send another header."""
_BYTES: Final = "the answer is bytes and no text: nobody can tell what is in it"
_LONGEST: Final = 8 * 1024 * 1024
"""Bytes of a body that becomes part of a mock."""
_TOO_LONG: Final = f"the answer has more than {_LONGEST >> 20} MiB"
_TOO_DEEP: Final = "the answer, or what was sent, is nested too deeply"
_SEED: Final = "record"


class Wanted(Struct, frozen=True):
    """What is to become of the exchanges."""

    provider: str
    base_url: str
    """Where the provider lives; empty to take it from the exchanges."""
    filter: Filter = Filter()
    rules: Rules = Rules()
    keeps_all: bool = False
    consumer: str = "consumer"
    title: str = ""
    """What files are called, if not like the provider."""
    keeping: Keeping = Keeping.NOTHING
    """How much of the questions stays as it was asked."""
    is_below: bool = False
    """The exchanges are told by their paths below the base URL, as an audit's probes are."""
    is_one: bool = False
    """One exchange is meant, the newest of those that fit."""


class Sources(Struct):
    """What was heard of, beside the exchanges themselves."""

    unreadable: list[Unreadable]
    ignored: list[Ignored]
    hosts: dict[str, int]


def record(readings: Iterable[HeardReading], wanted: Wanted) -> Recording:
    """The recording of all that is wanted. Raises ``UsageError`` where several hosts answer and none was named."""
    takes = Takes(wanted.filter, wanted.keeps_all, wanted.is_one)
    sources = Sources([], [], {})
    base = "" if wanted.is_below else _base_path(wanted.base_url)
    for reading in readings:
        match reading:
            case Unreadable():
                sources.unreadable.append(reading)
            case Ignored():
                sources.ignored.append(reading)
            case Heard():
                sources.hosts[reading.host] = sources.hosts.get(reading.host, 0) + 1
                _hear(takes, reading, base)
    base_url = wanted.base_url or _base_url_of(sources.hosts)
    blank = Tape(wanted.provider, base_url, (), wanted.consumer, wanted.title)
    tape, left_out, has_stand_ins = _disguised(takes.taken(), blank, wanted)
    return Recording(
        tape, takes.exchanges, takes.unwanted, (*takes.left_out, *left_out), has_stand_ins=has_stand_ins,
        unreadable=tuple(sources.unreadable), ignored=tuple(sources.ignored),
    )  # fmt: skip


def _hear(takes: Takes, heard: Heard, base: str) -> None:
    """By its path below the base URL; what was asked beside it is not about this provider."""
    if base and (heard.path == base or heard.path.startswith(f"{base}/")):
        takes.put(replace(heard, path=heard.path.removeprefix(base) or "/"))
    elif base and heard.host:
        takes.exchanges += 1
        takes.leave(heard, f"it is not below the provider's base URL: {base}")
    else:
        takes.put(heard)


def _base_path(base_url: str) -> str:
    _, _, rest = base_url.partition("://")
    slash = rest.find("/")
    return rest[slash:].rstrip("/") if slash >= 0 else ""


def _base_url_of(hosts: dict[str, int]) -> str:
    named = {host: number for host, number in hosts.items() if host}
    if len(named) > 1:
        told = ", ".join(f"{host} ({number})" for host, number in sorted(named.items(), key=lambda pair: -pair[1])[:10])
        raise UsageError(
            f"there are exchanges with {len(named)} hosts, and mocks imitate one: name it with --host: {told}"
        )
    host = next(iter(named), "localhost")
    bare = host.rpartition(":")[0] or host
    is_here = bare in ("localhost", "127.0.0.1", "[::1]") or host == "localhost"
    return f"{'http' if is_here else 'https'}://{host}"


def _disguised(taken: Sequence[Taken], blank: Tape, wanted: Wanted) -> tuple[Tape, tuple[LeftOut, ...], bool]:
    """The tape with nothing of anybody in it; what could not be made fit for a file; whether ids are others by now."""
    rules = wanted.rules
    scribe = _Scribe(
        Disguise(_SEED, (*rules.names, *rules.paths), rules.keep),
        Keeper(wanted.keeping),
        KEPT_HEADERS | {name.lower() for name in rules.headers},
    )
    scribe.disguise.keep(sorted(scribe.keeper.identifiers(heard for one in taken for heard in one.heard)))
    told: list[Callable[[], Dialogue]] = []
    first: list[Heard] = []
    left_out: list[LeftOut] = []
    for one in taken:
        reason = next((reason for heard in one.heard if (reason := _unfit(heard))), "")
        try:
            if not reason:
                told.append(scribe.told(one))
                first.append(one.heard[0])
        except ValueError:  # the reader of bodies says so
            reason = _TOO_DEEP
        if reason:
            left_out.append(LeftOut(_operation(one.heard[0]), reason, len(one.heard)))
    dialogues = tuple(finish() for finish in told)
    has_stand_ins = are_replaced(first, [one.path for one in dialogues], [one.query for one in dialogues])
    return replace(blank, dialogues=_merged(dialogues)), tuple(left_out), has_stand_ins


def _merged(dialogues: Iterable[Dialogue]) -> tuple[Dialogue, ...]:
    """Questions that became the same one, as one with all answers: of two mocks for it only one would ever answer."""
    found: dict[tuple[object, ...], Dialogue] = {}
    for one in dialogues:
        question = (one.method, one.path, one.query, one.body)
        before = found.get(question)
        found[question] = one if before is None else replace(before, replies=(*before.replies, *one.replies))
    return tuple(found.values())


def _unfit(heard: Heard) -> str:
    if len(heard.body or b"") > _LONGEST:
        return _TOO_LONG
    return _BYTES if _text(heard.body) is None else ""


def _text(body: bytes | None) -> str | None:
    try:
        return (body or b"").decode()
    except UnicodeDecodeError:
        return None


class _Scribe(Struct, frozen=True):
    """Writes one recording down."""

    disguise: Disguise
    keeper: Keeper
    headers: frozenset[str]
    """Names of headers of answers that are kept."""

    def told(self, taken: Taken) -> Callable[[], Dialogue]:
        """Bodies at once; what else is to be told, once all bodies have taught what is sensitive."""
        first = taken.heard[0]
        asked = sent(first)
        kind = _media_type(asked)
        body = self._body(asked, kind) if asked else asked
        answers = [self._body(heard.body or b"", _kind_of(heard)) or b"" for heard in taken.heard]

        def finish() -> Dialogue:
            replies = tuple(
                Reply(heard.status, self._headers(heard), answer, heard.at)
                for heard, answer in zip(taken.heard, answers, strict=True)
            )
            path = self.keeper.path(first.path, self.disguise.path(first.path, _open(path_template(first.path))))
            query = self.keeper.query(first.query, self.disguise.query(first.query))
            return Dialogue(f"{first.method} {path_template(path)}", first.method, path, query, replies, body, kind)

        return finish

    def _body(self, body: bytes, kind: str) -> bytes | None:
        text = _text(body)
        return None if text is None else self.disguise.text(text, kind).encode("utf-8", "replace") if text else b""

    def _headers(self, heard: Heard) -> tuple[Header, ...]:
        told = heard.headers or ()
        if not told and heard.content_type:
            told = (("Content-Type", heard.content_type),)
        kept = ((name, one) for name, one in told if name.lower() in self.headers and not _UNSENDABLE.search(one))
        return tuple((name, self.disguise.header(name, one)) for name, one in kept)


def _open(template: str) -> str:
    """The template with nothing in it but its open places: whatever else stands in the path is looked at too."""
    return "/".join(part if has_parameter(part) else "" for part in template.split("/"))


def _kind_of(heard: Heard) -> str:
    named = next((value for name, value in heard.headers or () if name.lower() == "content-type"), "")
    return named or heard.content_type


def _media_type(body: bytes | None) -> str:
    """What was sent, told by its look: recordings of traffic keep no header of a request."""
    text = (_text(body) or "").lstrip()
    if not text:
        return ""
    if text[:1] in ("{", "["):
        return "application/json"
    if text[:1] == "<":
        return "application/xml"
    return "application/x-www-form-urlencoded" if "=" in text and not any(map(str.isspace, text)) else "text/plain"


def _operation(heard: Heard) -> str:
    return f"{heard.method} {path_template(heard.path)}"
