"""A body in place of a body: JSON, forms, XML and HTML keep their form; other text becomes words of no weight."""

import json
import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import Final

from driftwatch.heal.stand_ins.making import prose
from driftwatch.heal.stand_ins.texts import spelled
from driftwatch.heal.stand_ins.ways import each_pair
from driftwatch.model.shape import join

Document = Callable[[object, str], object]
"""Disguises a JSON document at a place."""

_ENDS: Final = (("<![CDATA[", "]]>"), ("<!--", "-->"), ("<", ">"))
"""How what is no text begins and ends, in the order in which it is tried."""
_TAG: Final = re.compile(r"<(?P<close>/)?(?P<name>[A-Za-z_][\w:.-]*)(?P<rest>.*?)(?P<alone>/)?>", re.DOTALL)
_ATTRIBUTE: Final = re.compile(
    r"(?P<before>\s(?P<name>[\w:.-]+)\s*=\s*)(?P<quote>[\"'])(?P<value>.*?)(?P=quote)", re.DOTALL
)
_VOID: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip
_KEPT: Final = frozenset({
    "xmlns", "version", "encoding", "lang", "charset", "rel", "href-lang", "class", "type",
})  # fmt: skip
_LONGEST_NAMES: Final = 100


def disguised(body: str, media_type: str, document: Document) -> str:
    """The body that stands in for one; ``media_type`` as the answer says it, empty if it does not."""
    kind = media_type.partition(";")[0].strip().lower()
    start = body.lstrip("\ufeff \t\r\n")[:1]
    if not start:
        return body
    if "json" in kind or (start in "{[" and "xml" not in kind and "html" not in kind):
        found = _json(body, document)
        if found is not None:
            return found
    if kind == "application/x-www-form-urlencoded":
        return each_pair(body, lambda name, value: _scalar(document, name, value))
    if start == "<" or "xml" in kind or "html" in kind:
        return _marked_up(body, document)
    return prose(body)


def _json(body: str, document: Document) -> str | None:
    try:
        return spelled(document(json.loads(body.lstrip("\ufeff")), ""), body)
    except RecursionError:
        return None
    except ValueError:
        pass
    lines = body.splitlines()
    try:  # a document in each line
        return "\n".join(spelled(document(json.loads(line), ""), line) if line.strip() else line for line in lines)
    except (ValueError, RecursionError):
        return None


def _scalar(document: Document, name: str, value: str) -> str:
    found = document({name: value}, "")
    return str(next(iter(found.values()), "")) if isinstance(found, dict) else ""


def _marked_up(body: str, document: Document) -> str:
    """Text between tags and values of attributes, by the names around them; comments go."""
    names: list[str] = []
    parts: list[str] = []
    for start, token in _tokens(body):
        if start == "<![CDATA[":
            parts.append(f"<![CDATA[{_text(document, names, token[9:-3])}]]>")
        elif start == "<":
            parts.append(_tag(document, names, token))
        elif not start:
            parts.append(escape(_text(document, names, unescape(token)), quote=False))
    return "".join(parts)


def _tokens(body: str) -> Iterator[tuple[str, str]]:
    """How each piece begins, and the piece; text begins with nothing. Looks at no character twice."""
    place = 0
    while place < len(body):
        if body[place] != "<":
            end = body.find("<", place)
            end = len(body) if end < 0 else end
            yield "", body[place:end]
        else:
            start, close = next(pair for pair in _ENDS if body.startswith(pair[0], place))
            end = body.find(close, place + len(start))
            if end < 0:  # it never ends, and no other tag behind it does
                yield "", body[place:]
                return
            end += len(close)
            yield start, body[place:end]
        place = end


def _tag(document: Document, names: list[str], token: str) -> str:
    found = _TAG.fullmatch(token)
    if found is None:
        return token if token.startswith(("<?", "<!")) else escape(token)
    name = found["name"].rpartition(":")[2]
    if found["close"]:
        if names and names[-1] == name:
            names.pop()
        return token
    if not found["alone"] and name.lower() not in _VOID and len(names) < _LONGEST_NAMES:
        names.append(name)
    return _ATTRIBUTE.sub(lambda attribute: _attribute(document, attribute), token)


def _attribute(document: Document, found: re.Match[str]) -> str:
    name = found["name"]
    if name.startswith("xmlns") or name.rpartition(":")[2].lower() in _KEPT:
        return found[0]
    value = escape(_scalar(document, name, unescape(found["value"])))
    return f"{found['before']}{found['quote']}{value}{found['quote']}"


def _text(document: Document, names: list[str], text: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    path = ""
    for name in names[-3:]:
        path = join(path, name)
    before, _, after = text.partition(inner)
    return f"{before}{document(inner, path)}{after}"
