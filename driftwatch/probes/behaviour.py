"""Questions that no mock asks: a record that surely does not exist, a caller who knows the answer, a broken body."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from driftwatch.model.identity import NOBODY
from driftwatch.model.interaction import Claim, Header, Request
from driftwatch.model.policy import Behaviour, ProbingPolicy
from driftwatch.model.probe import Observation, Probe, Purpose, Tier
from driftwatch.probes.callers import asked_as
from driftwatch.probes.plan import decide
from driftwatch.probes.safety import tier_of

_PARAMETER: Final = re.compile(r"\{[^{}/]+\}")
_CONDITIONS: Final = frozenset({
    "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range",
})  # fmt: skip
_STRANGE: Final = "application/vnd.driftwatch.unknown"
"""A media type that nobody reads; the vendor tree is open to everybody (RFC 6838, 3.2)."""
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEAST: Final = 12
"""Characters that an identifier of letters and digits has at least, so that nobody has it by chance."""
_LARGEST: Final = "2147483629"
"""A prime near the end of 32 bits: a service that reads integers can read it, and no sequence has come so far."""


def missing_ids(claims: Iterable[Claim], policy: ProbingPolicy, name: str) -> Iterator[Probe]:
    """One GET for each path template with a parameter, for a record that surely does not exist.

    ``name`` is unlikely to exist, for instance the run's id. Its shape is that of the identifier which the mocks know,
    so that it is the record that is missed and not the form that is refused.
    """
    if Behaviour.MISSING_ID not in policy.behaviours:
        return
    asked: set[tuple[str, str]] = set()
    for claim in claims:
        request = claim.request
        place = (claim.provider, request.path_template)
        if request.method.upper() != "GET" or place in asked or asked_as(claim, policy.identities) == NOBODY:
            continue
        path = without_record(request, name)
        if path is None or not _is_plainly_asked(claim, policy):
            continue
        missing = replace(request, path=path, recorded=False)
        if tier_of(missing, policy)[0] is Tier.SAFE:
            asked.add(place)
            who = asked_as(claim, policy.identities)
            yield Probe(
                claim.provider, missing, (), samples=1, spacing=0, purpose=Purpose.BEHAVIOUR, identity=who
            )  # fmt: skip


def _is_plainly_asked(claim: Claim, policy: ProbingPolicy) -> bool:
    decision = decide(claim, policy)
    return decision.is_send and decision.tier is Tier.SAFE


def without_record(request: Request, name: str) -> str | None:
    """The path with its last identifier replaced by one that nobody has; ``None`` if it has none to replace."""
    segments, template = request.path.split("/"), request.path_template.split("/")
    if len(segments) != len(template):
        return None
    for place in range(len(segments) - 1, -1, -1):
        if _PARAMETER.fullmatch(template[place]):
            other = unknown_id(segments[place], name)
            if other is None:
                return None
            return "/".join([*segments[:place], other, *segments[place + 1 :]])
    return None


def unknown_id(known: str, name: str) -> str | None:
    """An identifier of the same shape that surely names nothing; ``None`` where every one may name something."""
    if not known or "%" in known or _DAY.fullmatch(known):
        return None
    letters = hashlib.blake2b(f"{name}\0{known}".encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()
    if known.isascii() and known.isdigit():
        other = _LARGEST if len(known) <= len(_LARGEST) else "9" * len(known)
        return other if other != known else f"{other[:-1]}7"
    if _UUID.fullmatch(known):
        made = f"{letters[:8]}-{letters[8:12]}-4{letters[13:16]}-a{letters[17:20]}-{letters[20:32]}"
        return made.upper() if known.isupper() else made
    if "@" in known:
        return f"{letters[:12]}@driftwatch.invalid"
    prefix = re.match(r"[A-Za-z]{1,12}[_-](?=.)", known)
    head = prefix[0] if prefix else ""
    return head + _alike(known[len(head) :], letters)


def _alike(known: str, letters: str) -> str:
    """Letters for letters, digits for digits, and no fewer than nobody has by chance."""
    pattern = known if len(known) >= _LEAST else known + (known[-1:] or "0") * (_LEAST - len(known))
    return "".join(_like(char, letters[place % len(letters)]) for place, char in enumerate(pattern))


def _like(char: str, letter: str) -> str:
    number = int(letter, 16)
    if char.isdigit():
        return str(number % 10)
    if char.isascii() and char.isalpha():
        return chr((ord("A") if char.isupper() else ord("a")) + number % 6)
    return char


def revalidation(request: Request, answer: Observation) -> Request | None:
    """The same question by a caller who has this answer; ``None`` if nothing tells answers apart (RFC 9110, 13.1)."""
    if {name.lower() for name, _ in request.headers} & _CONDITIONS:
        return None
    tag, moment = answer.header("etag"), answer.header("last-modified")
    if tag:
        return _with(request, ("If-None-Match", tag))
    return _with(request, ("If-Modified-Since", moment)) if moment else None


def strange_type(request: Request) -> Request:
    """The same body under a media type that the service cannot know."""
    return _with(request, ("Content-Type", _STRANGE))


def broken_body(request: Request) -> Request | None:
    """A body that breaks off, under the right media type; ``None`` for a kind of body of which none is broken."""
    try:
        json.loads(request.body or b"")
    except (ValueError, RecursionError):
        return None
    kept = request if _type_of(request) else _with(request, ("Content-Type", "application/json"))
    return replace(kept, body=b'{"driftwatch": ')


def misuses(request: Request, policy: ProbingPolicy) -> Iterator[tuple[Behaviour, Request]]:
    """What is wrongly asked where the operator wants it (drift semantics 3.8: on tier 2 and above)."""
    if policy.is_production or not request.body:
        return
    if Behaviour.WRONG_MEDIA_TYPE in policy.behaviours:
        yield Behaviour.WRONG_MEDIA_TYPE, strange_type(request)
    if Behaviour.MALFORMED_BODY in policy.behaviours and (broken := broken_body(request)) is not None:
        yield Behaviour.MALFORMED_BODY, broken


def _type_of(request: Request) -> str:
    return next((value for name, value in request.headers if name.lower() == "content-type"), "")


def _with(request: Request, header: Header) -> Request:
    kept = tuple(one for one in request.headers if one[0].lower() != header[0].lower())
    return replace(request, headers=(*kept, header))
