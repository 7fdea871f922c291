"""From a request as it is spelled to one that may be sent: variables filled, credentials and hosts left out."""

from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.answers.bodies import encode_text
from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.headers import is_credential, safe_headers, value_of, with_accept, withheld
from driftwatch.mocks.asking.requests import Target, encode_query, encode_query_text, is_secret
from driftwatch.mocks.formats.postman.bodies import is_multipart, multipart
from driftwatch.mocks.formats.postman.placeholders import is_placeholder, placeholder_in
from driftwatch.mocks.formats.postman.spelled import Body, Pair, Spelled
from driftwatch.mocks.formats.postman.urls import VARIABLE, Location, Named, listed, locate
from driftwatch.mocks.formats.postman.variables import Filled, Variables
from driftwatch.model.interaction import Grade, Header, Request

_TYPED_BODY: Final = "its body has {} where a value should be"


def build(spelled: Spelled, variables: Variables, answer: tuple[Header, ...]) -> tuple[Request, tuple[str, ...]]:
    """The request, and what was left out of it. ``answer`` are headers of the answer. Raises ``Refusal``."""
    return _Builder(spelled, variables).build(answer)


class _Builder(Struct):
    spelled: Spelled
    variables: Variables
    missing: Named = field(default_factory=dict)
    """What nobody gives a value."""
    refused: list[str] = field(default_factory=list)
    sources: dict[str, Grade] = field(default_factory=dict)
    """Where values came from, other than from the collection itself, in words."""
    left_out: Named = field(default_factory=dict)
    """Optional parts without a value."""
    notes: list[str] = field(default_factory=list)
    proofs: list[str] = field(default_factory=list)
    """Names of what shows who asks."""

    def build(self, answer: tuple[Header, ...]) -> tuple[Request, tuple[str, ...]]:
        location = locate(self.spelled, self.variables)
        self._take_location(location)
        target = Target(location.path, self._query((*location.query, *self.spelled.query)))
        headers = self._headers()
        body, media_type = self._body()
        if media_type and not value_of(headers, "content-type"):
            headers = (*headers, ("Content-Type", media_type))
        graded = self._graded()
        self.proofs += withheld(headers)
        self.notes += [f"needs credentials from the config: {name}" for name in withheld(headers)]
        request = Request(
            method=self.spelled.method,
            path=target.path,
            path_template=location.template,
            query=target.query,
            raw_query=target.raw_query,
            headers=with_accept(safe_headers(headers), answer),
            body=None if body is None else encode_text(body, value_of(headers, "content-type")),
            grade=graded.grade,
            reason="; ".join(dict.fromkeys(graded.reasons)),
            asks_credentials=bool(self.proofs),
        )
        return request, tuple(dict.fromkeys((*location.notes, *self.notes)))

    def _take_location(self, location: Location) -> None:
        for kind, names in location.missing.items():
            self.missing.setdefault(kind, {}).update(names)
        self.refused += location.refused
        for filled in location.filled:
            self._take_sources(filled)
        if location.from_config:
            self.sources["the config"] = Grade.CHOSEN

    def _take_sources(self, filled: Filled) -> None:
        self.sources.update(dict.fromkeys(filled.sources, filled.grade))

    def _filled(self, text: str) -> str:
        """A text with its variables; what they lack is noted."""
        if "{{" not in text:
            return text
        filled = self.variables.fill(text)
        self._take_sources(filled)
        self.missing.setdefault(VARIABLE, {}).update(dict.fromkeys(filled.missing))
        self.refused += filled.refused.values()
        return filled.text

    def _query(self, pairs: tuple[Pair, ...]) -> str:
        found = []
        for pair in pairs:
            if is_secret(pair.name, pair.value or ""):
                self.proofs.append(pair.name)
                self.notes.append(f"the credential `{pair.name}` of the query is not sent")
                continue
            value = self._value(pair, "query parameter")
            if value is None and pair.value is not None:
                continue
            name = encode_query_text(self._filled(pair.name)).replace("&", "%26").replace("=", "%3D")
            shown = encode_query_text(value or "").replace("&", "%26")
            found.append(name if pair.value is None else f"{name}={shown}")
        return "&".join(found)

    def _value(self, pair: Pair, kind: str) -> str | None:
        """A pair's value, the config's where the file has a placeholder; ``None`` if it is left out."""
        if not is_placeholder(pair.value or ""):
            return self._filled(pair.value or "")
        if pair.name in self.variables.config:
            self.sources["the config"] = Grade.CHOSEN
            return self.variables.config[pair.name]
        (self.missing if pair.is_required else self.left_out).setdefault(kind, {})[pair.name] = None
        return None

    def _headers(self) -> tuple[Header, ...]:
        """Headers with their values; a credential's stays as it is, since it is but named in a note."""
        found: list[Header] = []
        for pair in self.spelled.headers:
            if is_credential(pair.name, pair.value or ""):
                found.append((pair.name, pair.value or ""))
            elif safe_headers([(pair.name, "")]):
                value = self._value(pair, "header")
                found += [] if value is None else [(pair.name, value)]
        return tuple(found)

    def _body(self) -> tuple[str | None, str]:
        """The body's text and its media type."""
        body = self.spelled.body
        if body is None:
            return None, ""
        if body.problem:
            self.refused.append(body.problem)
            return None, ""
        if body.fields:
            return self._form(body)
        text = self._filled(body.text)
        if word := placeholder_in(text):
            self.refused.append(_TYPED_BODY.format(f"`{word}`"))
        return text, body.media_type

    def _form(self, body: Body) -> tuple[str, str]:
        named = ((pair, self._value(pair, "field")) for pair in body.fields)
        fields = tuple((self._filled(pair.name), value) for pair, value in named if value is not None)
        return multipart(fields) if is_multipart(body) else (encode_query(fields), body.media_type)

    def _graded(self) -> Candidate:
        """How complete the request is, and why; the first obstacle speaks for all."""
        graded = Candidate(Asked(self.spelled.method, "/"))
        for source, grade in self.sources.items():
            graded = graded.weakened(grade, f"values were filled in from {source}")
        if self.left_out:
            reason = f"without {listed(self.left_out)}, which may be left out and {_has(self.left_out)} no value"
            graded = graded.weakened(Grade.CHOSEN, reason)
        obstacles = dict.fromkeys(self.refused)
        if any(self.missing.values()):
            them = "it one" if _has(self.missing) == "has" else "them one each"
            reason = f"{listed(self.missing)} {_has(self.missing)} no value; give {them} in `variables`"
            obstacles[reason] = None
        return graded.weakened(Grade.NEEDS_INPUT, "; ".join(obstacles)) if obstacles else graded


def _has(named: Named) -> str:
    return "has" if sum(map(len, named.values())) == 1 else "have"
