"""One header in place of another: credentials and live values go, what frames and describes an answer stays."""

import re
from typing import Final

from driftwatch.heal.stand_ins import moments
from driftwatch.heal.stand_ins.looks import Look, is_key, look
from driftwatch.heal.stand_ins.naming import Meaning, meaning
from driftwatch.heal.stand_ins.texts import Texts
from driftwatch.heal.stand_ins.ways import take_apart
from driftwatch.model.secret_names import is_secret_name
from driftwatch.model.shape import join

_KEPT: Final = frozenset({
    "accept", "accept-ch", "accept-encoding", "accept-language", "accept-patch", "accept-post", "accept-ranges",
    "access-control-allow-credentials", "access-control-allow-headers", "access-control-allow-methods",
    "access-control-expose-headers", "access-control-max-age", "age", "allow", "alt-svc", "cache-control",
    "connection", "content-disposition", "content-encoding", "content-language", "content-length",
    "content-security-policy", "content-type", "deprecation", "keep-alive", "permissions-policy", "pragma",
    "prefer", "preference-applied", "ratelimit", "ratelimit-limit", "ratelimit-policy", "ratelimit-remaining",
    "referrer-policy", "retry-after", "server", "strict-transport-security", "te", "trailer", "transfer-encoding",
    "upgrade", "vary", "via", "www-authenticate", "x-content-type-options", "x-dns-prefetch-control",
    "x-frame-options", "x-powered-by", "x-ratelimit-limit", "x-ratelimit-remaining", "x-xss-protection",
})  # fmt: skip
"""Nothing of anybody (RFC 9110, RFC 9111; draft-ietf-httpapi-ratelimit-headers)."""
_DISPOSITION: Final = "content-disposition"
_LONG_WORD: Final = re.compile(r"[\w~+/.-]{16,}")
_COOKIE: Final = re.compile(r"(?P<before>(?:^|;)\s*)(?P<name>[^=;\s]+)=(?P<value>[^;]*)")
_ATTRIBUTES: Final = frozenset({"path", "max-age", "samesite", "version", "priority"})
_LINK: Final = re.compile(r"<([^<>]*)>")
_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][\w-]{1,20}) +(?P<rest>.+)")


def disguised(texts: Texts, name: str, value: str) -> str:
    """The value that stands in for a header's; ``name`` is in lower case."""
    if name == _DISPOSITION:
        return re.sub(r"filename\*?=(?:\"[^\"]*\"|[^;]*)", 'filename="example"', value)
    if name in _KEPT or not value.strip():
        return _LONG_WORD.sub(lambda found: _drawn(texts, found[0]), value)
    if name in ("cookie", "set-cookie"):
        return _COOKIE.sub(lambda found: _cookie(texts, found, is_set=name == "set-cookie"), value)
    if is_secret_name(name):
        found = _SCHEME.fullmatch(value)
        secret = texts.disguised(found["rest"] if found else value, "", Meaning.SECRET)
        return f"{found['scheme']} {secret}" if found else secret
    if name == "link":
        return _LINK.sub(lambda found: f"<{_target(texts, found[1])}>", value)
    return _other(texts, name, value)


def _drawn(texts: Texts, word: str) -> str:
    """What nobody wrote stands for somebody wherever it is: the nonce of a policy or of a challenge, a session."""
    return texts.disguised(word, "", Meaning.SECRET) if is_key(word) or look(word) is Look.TOKEN else word


def _cookie(texts: Texts, found: re.Match[str], *, is_set: bool) -> str:
    name, value = found["name"], found["value"]
    is_own = not is_set or found.start() == 0
    if not is_own and name.lower() in _ATTRIBUTES:
        return found[0]
    if not is_own and name.lower() == "expires":
        other = texts.moment(value, Meaning.EXPIRY) or value
    elif not is_own and name.lower() == "domain":
        other = texts.disguised(value, "", Meaning.HOST)
    else:
        other = texts.disguised(value, "", Meaning.SECRET) if value else value
    return f"{found['before']}{name}={other}"


def _target(texts: Texts, url: str) -> str:
    return texts.way(url) if take_apart(url) is None else texts.url(url)


def _other(texts: Texts, name: str, value: str) -> str:
    weak = "W/" if value.startswith("W/") else ""
    bare = value.removeprefix(weak)
    if len(bare) >= 2 and bare[0] == bare[-1] == '"':
        return f'{weak}"{_other(texts, name, bare[1:-1])}"' if name == "etag" else value
    sense = Meaning.EXPIRY if name in ("expires", "sunset") else meaning(join("", name))
    if name == "etag" or name.endswith("-id"):
        sense = Meaning.IDENTIFIER
    if moments.read(value) is not None:
        return texts.moment(value, sense) or value
    return texts.disguised(value, join("", name), sense)
