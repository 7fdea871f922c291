"""One text in place of another, by what the member's name says of it and by what it looks like."""

import json
import re
from collections.abc import Callable
from typing import Final

from driftwatch.heal.stand_ins import making, moments
from driftwatch.heal.stand_ins.drawing import like_text
from driftwatch.heal.stand_ins.looks import UUID, Look, is_amount, is_chosen, is_code, look
from driftwatch.heal.stand_ins.moments import Era
from driftwatch.heal.stand_ins.naming import Meaning, meaning
from driftwatch.heal.stand_ins.register import Register
from driftwatch.heal.stand_ins.ways import each_pair, each_segment, take_apart
from driftwatch.model.names import name_of, words
from driftwatch.model.shape import join

_ERAS: Final = {Meaning.BIRTH: Era.BIRTH, Meaning.EXPIRY: Era.END}
_EPOCH: Final = re.compile(r"[0-9]{10}|[0-9]{13}|[0-9]{16}")
_FRACTION: Final = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{1,18}")
_VERSION: Final = re.compile(r"v[0-9]{1,3}|api|[0-9]{1,3}")
_DRAWN: Final = frozenset({Look.UUID, Look.IDENTIFIER, Look.TOKEN, Look.EMAIL, Look.IP})
_NO_IDENTIFIERS: Final = frozenset({Look.URL, Look.WAY, Look.EMAIL, Look.PROSE, Look.TOKEN})
_PEOPLE: Final = frozenset({Meaning.PERSON, Meaning.USER_NAME})
"""Who is called by a number here is meant by an identifier."""
_NOBODY: Final = frozenset({
    "me", "self", "current", "new", "search", "count", "all", "list", "export", "import", "login", "logout", "register",
    "invite", "avatar", "avatars", "settings", "password",
})  # fmt: skip
"""What stands behind ``/users`` and calls nobody."""
_UNUSUAL: Final = re.compile(r"[^\w.~$!*'(),;:@{}%-]")
_SLUG: Final = 3
"""So many hyphens make a title of a segment."""

_Maker = Callable[["Texts", str, str], str]


class Texts:
    """Makes the stand-ins of texts and remembers them."""

    def __init__(self, register: Register, document: Callable[[object, str], object]) -> None:
        """``document`` disguises the JSON document that a text turns out to be."""
        self.register = register
        self._document = document

    def disguised(self, text: str, path: str, sense: Meaning) -> str:
        """The text that stands in for one at a place; one that is nobody's is the text itself."""
        if not text or text.isspace() or making.is_stand_in(text):
            return text
        if sense is Meaning.WORD and is_chosen(text) and look(text) not in _DRAWN and not self.register.hides(text):
            return text
        known = self.register.known(text)
        if known is not None:
            return known
        if sense in _PEOPLE and text.isdecimal():
            sense = Meaning.IDENTIFIER
        if sense in (Meaning.IDENTIFIER, Meaning.OTHER) and self.register.keeps(text):
            return text
        if sense is not Meaning.SECRET and (moment := self.moment(text, sense)) is not None:
            return moment
        maker = _BY_MEANING.get(sense)
        if maker is not None and (sense not in _ONLY_LIKE or _ONLY_LIKE[sense](text)):
            return maker(self, text, path)
        return self._by_look(text, path)

    def moment(self, text: str, sense: Meaning) -> str | None:
        """The same way of writing another moment; ``None`` if the text is none."""
        number = int(text) if sense in (Meaning.TIME, Meaning.EXPIRY) and _EPOCH.fullmatch(text) else text
        instant = moments.read(number)
        if instant is None:
            return None
        return str(moments.written(self.register.moment(_ERAS.get(sense, Era.USUAL), instant), number))

    def identified(self, text: str, path: str, sense: Meaning) -> str:
        """One of a path's open places: an identifier, unless it is a word."""
        if sense in (Meaning.OTHER, Meaning.IDENTIFIER, Meaning.NAME):
            known = self.register.known(text) or (self.register.known_number(text) if text.isdecimal() else None)
            if known is not None:
                return known
            if not text.isdecimal() and is_code(text):
                return text
            sense = Meaning.IDENTIFIER
        return self.disguised(text, path, sense)

    def way(self, text: str) -> str:
        """A path with or without a query."""
        path, mark, query = text.partition("?")
        path = path.partition("#")[0]
        kept = each_segment(path, self.segment)
        return f"{kept}?{each_pair(query, self.pair)}" if mark and query else kept + mark

    def pair(self, name: str, value: str) -> str:
        """One value of a query inside a text."""
        found = self._document({name: value}, "")
        return str(found.get(name, "")) if isinstance(found, dict) else ""

    def segment(self, before: str, segment: str) -> str:
        """One part of a path, by the part before it: words stay, but for those that call somebody."""
        stem, dot, ending = segment.rpartition(".")
        if dot and stem and ending.isalnum() and len(ending) <= 5 and not ending.isdecimal():
            return f"{self.segment(before, stem)}.{ending}"
        known = self.register.known(segment)
        if known is not None:
            return known
        if _VERSION.fullmatch(segment) and len(segment) < 3:
            return segment
        if segment.isdecimal() or look(segment) in _DRAWN:
            return _identifier(self, segment, "/id")
        if _names_somebody(before) and segment.lower() not in _NOBODY:
            return _BY_MEANING[Meaning.USER_NAME](self, segment, "/username")
        if self.register.mentions(segment) or segment.count("-") >= _SLUG or _UNUSUAL.search(segment):
            return making.prose("x")
        return segment

    def url(self, text: str) -> str:
        """An URL of nobody's host, its path kept."""
        url = take_apart(text)
        if url is None:
            return _other_scheme(self, text)
        own = self.register.once(url.host, "host", "", making.host) if url.host or not url.path else ""
        query = "" if url.query is None else f"?{each_pair(url.query, self.pair)}"
        return f"{url.scheme}{own}{url.port}{each_segment(url.path, self.segment)}{query}"

    def nested(self, text: str, path: str) -> str | None:
        """A JSON document inside a text; ``None`` if it is none."""
        if text.lstrip()[:1] not in ("{", "["):
            return None
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return spelled(self._document(document, path), text)

    def _by_look(self, text: str, path: str) -> str:
        found = look(text)
        if found is Look.WORD:
            return text if not self.register.mentions(text) else _prose(self, text, path)
        return _BY_LOOK[found](self, text, path)


def _names_somebody(before: str) -> bool:
    """Whether what follows a part of a path is a person: ``/users/ada``, ``/u/ada``."""
    return before in ("u", "~", "profile", "profiles") or (bool(before) and meaning(join("", before)) is Meaning.PERSON)


def spelled(document: object, like: str) -> str:
    """A JSON document with as much white space as another text of one has."""
    if "\n" in like.strip():
        return json.dumps(document, ensure_ascii=False, indent=2)
    if '": ' in like or ", " in like:
        return json.dumps(document, ensure_ascii=False)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _called(path: str) -> str:
    """What a place is called, in words."""
    return " ".join(words(name_of(path)))


def _from_list(kind: str, make: Callable[[int], str]) -> _Maker:
    def maker(texts: Texts, text: str, path: str) -> str:
        register = texts.register
        start = register.start(path)
        return register.once(text, kind, path, lambda turn: make(start + turn), is_unique=False)

    return maker


def _in_turn(kind: str, make: Callable[[int], str]) -> _Maker:
    return lambda texts, text, _: texts.register.once(text, kind, "", make)


def _like(kind: str, make: Callable[[int, str], str]) -> _Maker:
    return lambda texts, text, _: texts.register.once(text, kind, "", lambda turn: make(turn, text))


def _identifier(texts: Texts, text: str, path: str) -> str:
    register = texts.register
    if register.keeps(text):
        return text
    if UUID.fullmatch(text):
        return register.once(text, "uuid", path, lambda turn: making.uuid(register.octets("uuid", path, turn), text))
    keeps_start = _keeps_start(texts, text, path)

    def make(turn: int) -> str:
        return making.identifier(register.octets("identifier", path, turn), text, keeps_start=keeps_start)

    return register.once(text, "identifier", path, make)


def _keeps_start(texts: Texts, text: str, path: str) -> bool | None:
    """Whether the first word of an identifier is the place's own (``order-77``), or somebody's; ``None``: neither."""
    word = re.split("[_-]", text)[0].lower()
    if texts.register.mentions(word):
        return False
    return True if word in path.lower() else None


def _prose(texts: Texts, text: str, path: str) -> str:
    nested = texts.nested(text, path)
    if nested is not None:
        return nested
    return making.prose(text, _called(path))


def _street(texts: Texts, text: str, path: str) -> str:
    start = texts.register.start(path) % 90
    return texts.register.once(text, "street", path, lambda turn: making.street(start + turn, text), is_unique=False)


def _digits(texts: Texts, text: str, path: str) -> str:
    register = texts.register

    def make(turn: int) -> str:
        return like_text(register.octets("digits", path, turn), text)

    return register.once(text, "digits", path, make, is_unique=False)


def _number_of_person(texts: Texts, text: str, path: str) -> str:
    return _BY_LOOK[Look.IBAN](texts, text, path) if look(text) is Look.IBAN else _digits(texts, text, path)


def _secret(texts: Texts, text: str, path: str) -> str:  # noqa: ARG001  # every maker is called alike
    return texts.register.once(text, "secret", "", lambda _: making.secret(text), is_unique=False)


def _token(texts: Texts, text: str, path: str) -> str:  # noqa: ARG001
    return texts.register.once(text, "token", "", lambda _: making.token(text), is_unique=False)


def _other_scheme(texts: Texts, text: str) -> str:
    scheme, colon, rest = text.partition(":")
    if scheme.lower() == "data":
        kept, comma, _ = rest.partition(",")
        return f"{scheme}{colon}{kept}{comma}{'ZXhhbXBsZQ==' if 'base64' in kept else 'example'}"
    return f"{scheme}{colon}{texts.disguised(rest, '', Meaning.OTHER)}"


def _name(texts: Texts, text: str, path: str) -> str:
    return texts.register.once(text, "name", path, lambda _: making.prose(text, _called(path)), is_unique=False)


def _coordinate(texts: Texts, text: str, path: str) -> str:
    return texts.register.once(text, "coordinate", path, lambda turn: making.latitude(turn, text), is_unique=False)


def _is_fraction(text: str) -> bool:
    return _FRACTION.fullmatch(text) is not None


def _has_digits(text: str) -> bool:
    return sum(map(str.isdecimal, text)) >= 5


def _user_name(place: int, like: str) -> str:
    return making.email(place) if "@" in like else making.user_name(place)


_BY_LOOK: Final[dict[Look, _Maker]] = {
    Look.UUID: _identifier,
    Look.EMAIL: _in_turn("e-mail", making.email),
    Look.URL: lambda texts, text, _: texts.url(text),
    Look.TOKEN: _token,
    Look.IP: _like("ip", making.network_address),
    Look.MAC: _like("mac", making.hardware_address),
    Look.IBAN: _like("iban", making.iban),
    Look.CARD: lambda texts, text, _: texts.register.once(
        text, "card", "", lambda _: making.card(text), is_unique=False
    ),
    Look.PHONE: _like("phone", making.phone),
    Look.IDENTIFIER: _identifier,
    Look.HOST: _in_turn("host", making.host),
    Look.WAY: lambda texts, text, _: texts.way(text),
    Look.PROSE: _prose,
}
_BY_MEANING: Final[dict[Meaning, _Maker]] = {
    Meaning.SECRET: _secret,
    Meaning.IDENTIFIER: _identifier,
    Meaning.EMAIL: _BY_LOOK[Look.EMAIL],
    Meaning.PHONE: _BY_LOOK[Look.PHONE],
    Meaning.PERSON: _from_list("person", making.person),
    Meaning.GIVEN_NAME: _from_list("given name", making.given_name),
    Meaning.FAMILY_NAME: _from_list("family name", making.family_name),
    Meaning.USER_NAME: _like("user name", _user_name),
    Meaning.COMPANY: _from_list("company", making.company),
    Meaning.STREET: _street,
    Meaning.CITY: _from_list("city", making.city),
    Meaning.POSTAL_CODE: _digits,
    Meaning.CARD: _BY_LOOK[Look.CARD],
    Meaning.LAST_DIGITS: lambda *_: "4242",
    Meaning.NUMBER_OF_PERSON: _number_of_person,
    Meaning.HOST: _BY_LOOK[Look.HOST],
    Meaning.NAME: _name,
    Meaning.LATITUDE: _coordinate,
    Meaning.LONGITUDE: _coordinate,
    Meaning.COORDINATES: _coordinate,
}
_ONLY_LIKE: Final[dict[Meaning, Callable[[str], bool]]] = {
    Meaning.EMAIL: lambda text: "@" in text,
    Meaning.PERSON: lambda text: look(text) in (Look.PROSE, Look.WORD),
    Meaning.PHONE: _has_digits,
    Meaning.CARD: _has_digits,
    Meaning.LATITUDE: _is_fraction,
    Meaning.LONGITUDE: _is_fraction,
    Meaning.COORDINATES: _is_fraction,
    Meaning.HOST: lambda text: look(text) in (Look.HOST, Look.WORD, Look.IDENTIFIER) and not text.isdecimal(),
    Meaning.IDENTIFIER: lambda text: look(text) not in _NO_IDENTIFIERS and not is_amount(text),
}
"""A meaning that a name gives only to texts that could be so."""
