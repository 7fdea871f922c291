"""Where a request of Postman's leads: the path of its URL, with its variables; the host is never asked.

An URL is what ``postman-url-encoder`` 3 and ``Url`` of postman-collection 5.3.1 take it for: without ``://`` the first
segment is the host, ``:name`` at the start of a segment is a path variable up to the next dot. ``http:///path`` has no
host here, as Microcks writes it. A variable at the start that has no value is taken for the host: so are most of those
in public collections (``{{base_url}}/users``).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.asking.requests import encode_path
from driftwatch.mocks.formats.postman.placeholders import is_placeholder
from driftwatch.mocks.formats.postman.spelled import Pair, Spelled, split_query
from driftwatch.mocks.formats.postman.variables import TOKEN, Filled, Variables
from driftwatch.model.route import path_template

_PIECE: Final = r"(?:\{\{[^{}]*\}\}|[^/])*+"
_HEAD: Final = re.compile(rf"((?:\{{\{{[^{{}}]*\}}\}}|[^/:{{}}])*+:/{{2,}})?({_PIECE})")
"""Scheme and authority."""
_GLUED: Final = re.compile(r"\{\{[^{}]*\}\}\w")
"""A variable that ends in the middle of a name: where the host ends cannot be said."""
_BRACES: Final = re.compile(r"\{([A-Za-z_][\w.-]*)\}")
_UNNAMED: Final = re.compile(r"[^\w.$-]")

VARIABLE: Final = "variable"
PATH_VARIABLE: Final = "path variable"

Named = dict[str, dict[str, None]]
"""Names by what they name."""


def listed(named: Named) -> str:
    """Names in words: the header `X-A`, the query parameters `a`, `b`, `{{c}}`."""
    return ", ".join(_words(kind, list(names)) for kind, names in named.items() if names)


def _words(kind: str, names: list[str]) -> str:
    if kind == VARIABLE:
        return ", ".join(f"`{{{{{name}}}}}`" for name in names)
    return f"the {kind}{'s' if len(names) > 1 else ''} {', '.join(f'`{name}`' for name in names)}"


class Location(Struct):
    """A path on its way to be sent."""

    path: str = "/"
    template: str = "/"
    query: tuple[Pair, ...] = ()
    """Pairs that stood inside of a variable's value."""
    missing: Named = field(default_factory=dict)
    """What has no value."""
    refused: list[str] = field(default_factory=list)
    filled: list[Filled] = field(default_factory=list)
    """The fillings that left a trace in the path."""
    from_config: list[str] = field(default_factory=list)
    """Path variables that the config gave a value."""
    notes: tuple[str, ...] = ()

    def miss(self, kind: str, *names: str) -> None:
        """Note what has no value."""
        self.missing.setdefault(kind, {}).update(dict.fromkeys(names))


def locate(spelled: Spelled, variables: Variables) -> Location:
    """The path of a request. Raises ``Refusal``."""
    head, rest = _split(spelled.url.replace("\\", "/"))
    filled_head, filled_rest = variables.fill(head), variables.fill(rest)
    whole, inner_query = split_query(filled_head.text + filled_rest.text)
    head, path = _split(whole)
    authority = head.rpartition("://")[2]
    location = Location(query=inner_query)
    if not _is_host(authority, path, filled_head, variables):
        location.miss(VARIABLE, *filled_head.missing)
        location.refused += filled_head.refused.values()
    elif "{{" in authority:
        names = dict.fromkeys(token.group(1).strip() for token in TOKEN.finditer(authority))
        location.notes = (f"taken for the host, which is never asked: {_words(VARIABLE, list(names))}",)
    if _split(split_query(filled_head.text)[0])[1].strip("/"):
        location.filled.append(filled_head)
    location.filled.append(filled_rest)
    _Path(spelled.path_variables, variables, location).read(path)
    return location


def _split(url: str) -> tuple[str, str]:
    """Scheme and host, and the path behind them."""
    match = _HEAD.match(url)
    if match is None or url.startswith("/"):
        return "", url
    scheme = match.group(1) or ""
    if len(scheme) - len(scheme.rstrip("/")) > len("//"):
        return scheme.rstrip("/") + "//", url[len(scheme) - 1 :]
    return match.group(), url[match.end() :]


def _is_host(authority: str, path: str, head: Filled, variables: Variables) -> bool:
    """Whether what stands before the path can only be a host."""
    if "{{" not in authority:
        return True
    if (TOKEN.fullmatch(authority) and not path) or _GLUED.match(authority):
        return False
    return all(map(variables.may_be_host, head.refused))


class _Path:
    """Fills the segments of a path."""

    def __init__(self, own: Mapping[str, str], variables: Variables, location: Location) -> None:
        self._own = own
        self._variables = variables
        self._location = location

    def read(self, path: str) -> None:
        """Path and template of the location, and what is missing in them."""
        found = list(self._segments(path))
        self._location.path = encode_path("/" + "/".join(value for value, _ in found).lstrip("/"))
        template = encode_path("/" + "/".join(name or value for value, name in found).lstrip("/"))
        self._location.template = path_template(template.replace("%7B", "{").replace("%7D", "}"))

    def _segments(self, path: str) -> Iterator[tuple[str, str]]:
        """Each segment, and its name in the template if it has one."""
        tokens: list[str] = []

        def hide(token: re.Match[str]) -> str:
            tokens.append(token.group(1).strip())
            return f"\ue000{len(tokens) - 1}\ue001"

        for segment in TOKEN.sub(hide, path).removeprefix("/").split("/"):
            yield self._open(segment, tokens) if "\ue000" in segment else self._segment(segment)

    def _open(self, segment: str, tokens: list[str]) -> tuple[str, str]:
        """A segment with a variable that has no value."""

        def show(token: re.Match[str]) -> str:
            name = tokens[int(token.group(1))]
            self._miss(name)
            return f":{_UNNAMED.sub('_', name)}"

        shown = re.sub("\ue000(\\d+)\ue001", show, segment)
        return shown, f"{{{shown[1:]}}}" if segment.count("\ue000") == 1 and shown.startswith(":") else ""

    def _miss(self, name: str) -> None:
        reasons = [one.refused[name] for one in self._location.filled if name in one.refused]
        if reasons:
            self._location.refused += reasons
        else:
            self._location.miss(VARIABLE, name)

    def _segment(self, segment: str) -> tuple[str, str]:
        braces = _BRACES.fullmatch(segment)
        name = braces.group(1) if braces else segment[1:].partition(".")[0] if segment.startswith(":") else ""
        if not name:
            return segment, ""
        suffix = "" if braces else segment[1 + len(name) :]
        return self._value(name) + suffix, f"{{{name}}}{suffix}"

    def _value(self, name: str) -> str:
        """A path variable's value: the example's own, which goes with its answer, or else the config's."""
        own = self._variables.fill(self._own.get(name, ""))
        if own.text and "{{" not in own.text and not is_placeholder(own.text):
            self._location.filled.append(own)
            return own.text
        if name in self._variables.config:
            self._location.from_config.append(name)
            return self._variables.config[name]
        self._location.refused += own.refused.values()
        if not own.refused:
            self._location.miss(PATH_VARIABLE, name)
        return f":{name}"
