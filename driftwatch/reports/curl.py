"""Requests as curl commands for a shell, one for each, to be read and perhaps to be tried.

Every byte is quoted for a POSIX shell. A credential is never there: the shell looks it up where the config does.
"""

import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Mapping
from typing import Final

from driftwatch.model.spoken import Spoken

_PLAIN: Final = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_TEXT: Final = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*")
"""What a terminal shows as it is: no control character but the line break, nothing invisible."""
_LONGEST: Final = 100_000
"""Bytes of one argument; Linux takes 128 KiB (``MAX_ARG_STRLEN``)."""
_SPECIAL: Final = re.compile(r'["$`\\!]')
_GLOBS: Final = re.compile(r"[\[\]{}]")

Places = Mapping[str, str]
"""What stands for a credential, and the shell's words that yield it."""


def curl(spoken: Spoken, places: Places) -> str:
    """The command, on one line unless the body has several."""
    words = ["curl"]
    if spoken.method == "HEAD" and not spoken.body:
        words.append("--head")
    elif spoken.method != "GET" or spoken.body is not None:
        words += ["--request", quoted(spoken.method, places)]
    for option, value in spoken.ways:
        words += [option, quoted(value, places)]
    names = {name.lower() for name, _ in spoken.headers}
    for name, value in spoken.headers:
        words += _header(name, value, places)
    words += _unsaid(names, spoken)
    before = ""
    if spoken.body is not None:
        before, options = _body(spoken.body)
        words += options
    if _GLOBS.search(spoken.url):
        words.append("--globoff")
    return before + " ".join([*words, quoted(spoken.url, places)])


def _unsaid(names: set[str], spoken: Spoken) -> list[str]:
    """What curl would say of its own accord."""
    unsaid = [] if "accept" in names else ["Accept:"]
    if spoken.body is not None:
        unsaid += [] if "content-type" in names else ["Content-Type:"]
        unsaid += ["Expect:"] if len(spoken.body) > 1024 else []
    return [word for name in unsaid for word in ("-H", name)]


def _header(name: str, value: str, places: Places) -> list[str]:
    user = _user_of(value, places) if name.lower() == "authorization" else None
    if user is not None:
        return ["--user", quoted(user, places)]
    if not value:
        return ["-H", quoted(f"{name};", places)]
    return ["-H", quoted(f"{name}: {value}", places, is_latin=True)]


def _user_of(value: str, places: Places) -> str | None:
    """User and password of Basic credentials that are looked up: curl puts them into base64 itself."""
    scheme, _, encoded = value.partition(" ")
    if scheme != "Basic":
        return None
    try:
        user = b64decode(encoded, validate=True).decode()
    except (BadBase64, ValueError):
        return None
    return user if any(place in user for place in places) else None


def _body(body: bytes) -> tuple[str, list[str]]:
    """What goes before the command, and its option for the body."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = "\x00"
    if len(body) <= _LONGEST and _TEXT.fullmatch(text):
        return "", ["--data-raw", _single(text)]
    return f"printf {_octal(body)} | ", ["--data-binary", "@-"]


def quoted(text: str, places: Places, *, is_latin: bool = False) -> str:
    """A word for the shell: as it is where that is harmless, in quotes else; what is looked up, in double quotes."""
    found = [place for place in places if place in text]
    if found:
        return _looked_up(text, found, places)
    if _PLAIN.fullmatch(text):
        return text
    if text.isascii() and text.isprintable():
        return _single(text)
    return f'"$(printf {_octal(text.encode("latin-1" if is_latin else "utf-8", "replace"))})"'


def _looked_up(text: str, found: list[str], places: Places) -> str:
    parts = re.split(f"({'|'.join(map(re.escape, found))})", text)
    plain = [part for part in parts if part not in places]
    if any(_SPECIAL.search(part) or not part.isascii() for part in plain):
        return "".join(f'"{places[part]}"' if part in places else _single(part) for part in parts if part)
    return f'"{"".join(places.get(part, part) for part in parts)}"'


def _single(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _octal(octets: bytes) -> str:
    """Bytes as a format of ``printf``, which every shell has built in."""
    spelled = []
    for octet in octets:
        char = chr(octet)
        if char == "%":
            spelled.append("%%")
        elif char.isascii() and char.isprintable() and char not in "\\'":
            spelled.append(char)
        else:
            spelled.append(f"\\{octet:03o}")
    return f"'{''.join(spelled)}'"
