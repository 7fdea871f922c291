"""The request half of a pair as the schema versions spell it.

v1: texts, recorded ones exact and templates with ``*``; v2 to v4: objects like ``{"exactMatch": …}``; v5: lists of
matchers. Hoverfly turns the old ones into v5 itself (``simulation_views_upgrade.go``, 1.12.8), where the old query
becomes ``deprecatedQuery``. Like all Go programs it takes the names of fields in any case.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final
from urllib.parse import unquote_plus

from driftwatch.mocks.formats.hoverfly.wanted import FORM, KINDS, Matcher, Matchers, Wanted
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text, describe

_VERSION: Final = re.compile(r"v([1-5])(?:\.\d{1,3})?")
_OLD: Final = {
    "exactMatch": "exact",
    "globMatch": "glob",
    "jsonMatch": "json",
    "jsonPathMatch": "jsonpath",
    "regexMatch": "regex",
    "xmlMatch": "xml",
    "xpathMatch": "xpath",
}
_LONGEST_CHAIN: Final = 20
_FIELDS: Final = ("scheme", "method", "destination", "path", "body")


def major(schema_version: str) -> int:
    """The schema's main version. Raises ``Refusal`` for one that Hoverfly does not have."""
    match = _VERSION.fullmatch(schema_version)
    if match is None:
        shown = f"`{schema_version[:20]}`"
        raise Refusal(
            f"the schema version {shown} is not one of v1 to v5.3, and Hoverfly drops all pairs of such a file",
            steps=("meta", "schemaVersion"),
        )
    return int(match.group(1))


def member(fields: Object, name: str) -> object:
    """A member by its name in any case; ``None`` if it is not there."""
    return fields.get(spelled(fields, name))


def spelled(fields: Object, name: str) -> str:
    """A member's name as the file has it; as it should be if it is not there."""
    if name in fields:
        return name
    wanted, length = name.lower(), len(name)
    for key in fields:
        if len(key) == length and key.lower() == wanted:
            return key
    return name


def read_wanted(value: object, version: int, *steps: Step) -> Wanted:
    """The request half of a pair. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(value, *steps)
    state = {
        name: as_text(shown, *steps, "requiresState", name)
        for name, shown in as_object(member(fields, "requiresState"), *steps, "requiresState").items()
    }
    if version == 1:
        return _first(fields, *steps)
    if version < 5:
        return _old(fields, state, *steps)
    query = member(fields, "query")
    return _wanted(
        {name: _list(member(fields, name), *steps, name) for name in _FIELDS},
        headers=_named(member(fields, "headers"), *steps, "headers"),
        query=None if query is None else _named(query, *steps, "query"),
        whole_query=_list(member(fields, "deprecatedQuery"), *steps, "deprecatedQuery"),
        state=state,
    )


def _wanted(
    named: Mapping[str, Matchers],
    headers: Mapping[str, Matchers],
    whole_query: Matchers,
    query: Mapping[str, Matchers] | None = None,
    state: Mapping[str, str] | None = None,
) -> Wanted:
    return Wanted(
        scheme=named["scheme"],
        method=named["method"],
        destination=named["destination"],
        path=named["path"],
        body=named["body"],
        headers=headers,
        query=query,
        # both at once are what an upgrade leaves behind, and Hoverfly looks at the new form
        whole_query=() if query else whole_query,
        state=state or {},
    )


def _first(fields: Object, *steps: Step) -> Wanted:
    kind = "exact" if member(fields, "requestType") in (None, "", "recording") else "glob"

    def one(name: str, *, is_query: bool = False) -> Matchers:
        shown = member(fields, name)
        if shown is None:
            return ()
        if not isinstance(shown, str):
            raise Refusal(f"`{name}` must be text in schema v1, found {describe(shown)}", steps=(*steps, name))
        return (_matcher(kind, unquote_plus(shown) if is_query else shown),)

    named = {name: one(name) for name in _FIELDS}
    return _wanted(named, headers=_joined(fields, *steps), whole_query=one("query", is_query=True))


def _old(fields: Object, state: Mapping[str, str], *steps: Step) -> Wanted:
    headers = dict(_joined(fields, *steps))
    for name, shown in as_object(member(fields, "headersWithMatchers"), *steps, "headersWithMatchers").items():
        headers[name] = (*headers.get(name, ()), *_object(shown, *steps, "headersWithMatchers", name))
    queries = member(fields, "queriesWithMatchers")
    query = {
        name: _object(shown, *steps, "queriesWithMatchers", name)
        for name, shown in as_object(queries, *steps, "queriesWithMatchers").items()
    }
    whole = _object(member(fields, "query"), *steps, "query")
    return _wanted(
        {name: _object(member(fields, name), *steps, name) for name in _FIELDS},
        headers,
        query=None if queries is None else query,
        whole_query=tuple(_matcher(matcher.kind, unquote_plus(matcher.text)) for matcher in whole),
        state=state,
    )


def _joined(fields: Object, *steps: Step) -> dict[str, Matchers]:
    """Headers before schema v5's: all values of a name in one pattern."""
    found: dict[str, Matchers] = {}
    for name, shown in as_object(member(fields, "headers"), *steps, "headers").items():
        place = (*steps, "headers", name)
        found[name] = (_matcher("glob", ";".join(as_text(one, *place) for one in as_list(shown, *place))),)
    return found


def _object(value: object, *steps: Step) -> Matchers:
    fields = as_object(value, *steps)
    pairs = ((kind, member(fields, name), name) for name, kind in _OLD.items())
    return tuple(_matcher(kind, as_text(shown, *steps, name)) for kind, shown, name in pairs if shown is not None)


def _matcher(kind: str, value: object) -> Matcher:
    return Matcher(kind, value, points=2 if kind == "exact" else 1)


def _named(value: object, *steps: Step) -> dict[str, Matchers]:
    return {name: _list(shown, *steps, name) for name, shown in as_object(value, *steps).items()}


def _list(value: object, *steps: Step) -> Matchers:
    return tuple(_matchers(value, *steps))


def _matchers(value: object, *steps: Step) -> Iterator[Matcher]:
    for index, shown in enumerate(as_list(value, *steps)):
        yield _read(shown, 0, *steps, index)


def _read(value: object, depth: int, *steps: Step) -> Matcher:
    """One matcher of schema v5 with all that hangs on it."""
    if depth > _LONGEST_CHAIN:
        raise Refusal(f"more than {_LONGEST_CHAIN} matchers in a chain", steps=steps)
    fields = as_object(value, *steps)
    shown = as_text(member(fields, "matcher"), *steps, "matcher")
    operand = member(fields, "value")
    if shown == FORM and steps[-2:-1] == ("body",):
        return _form(operand, *steps, "value")
    kind = shown.lower() or "exact"
    if kind not in KINDS:
        raise Refusal(_unknown(shown), steps=(*steps, "matcher"))
    if kind != "negate" and not isinstance(operand, list if kind == "array" else str):
        wanted = "a list" if kind == "array" else "text"
        reason = f"the `value` of `{kind}` must be {wanted}, found {describe(operand)}; Hoverfly never matches it"
        raise Refusal(reason, steps=(*steps, "value"))
    config = member(fields, "config")
    chained = member(fields, "doMatch")
    return Matcher(
        kind,
        operand,
        None if config is None else as_object(config, *steps, "config"),
        None if chained is None else _read(chained, depth + 1, *steps, "doMatch"),
        points=2 if shown == "exact" or (kind == "array" and config is None) else 1,
    )


def _form(value: object, *steps: Step) -> Matcher:
    fields = _named(value, *steps)
    points = sum(matcher.points for matchers in fields.values() for matcher in matchers)
    return Matcher(FORM, None, fields=fields, points=points)


def _unknown(shown: str) -> str:
    if shown.lower() == FORM:
        return "the matcher `form` is written so, in small letters, and stands in a body alone"
    guess = get_close_matches(shown.lower()[:40], KINDS, n=1)
    hint = f"did you mean `{guess[0]}`?" if guess else f"there are {', '.join(KINDS)} and, for a body, {FORM}"
    return f"the matcher `{shown[:40]}` is none that Hoverfly knows; {hint}"
