"""WireMock.Net's matchers, read into what they ask of a text.

Facts: ``MatcherMapper`` and the matchers of wiremock/WireMock.Net @ 525f41f. Of several patterns or matchers one must
hold unless ``MatchOperator`` says otherwise; ``RejectOnMatch`` turns a matcher round.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking.wish import How, Wish
from driftwatch.mocks.formats.wiremock_net.folders import read_file
from driftwatch.mocks.formats.wiremock_net.model import Model
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import as_list

_ORIGIN: Final = re.compile(
    r"\^?(?:https?\??|\(https?\|https?\)):(?:\\?/){2}(?:\[\^\\?/\][*+]?|\\[^/]|[^/\\\[])*|\*+(?=/)"
)
"""The part of an URL's pattern before its path."""
_JSON: Final = {
    "JsonMatcher": How.DOCUMENT, "JsonPartialMatcher": How.COVERS, "JsonPartialWildcardMatcher": How.COVERS,
    "SystemTextJsonMatcher": How.DOCUMENT, "SystemTextJsonPartialMatcher": How.COVERS,
    "SystemTextJsonPartialWildcardMatcher": How.COVERS,
}  # fmt: skip
_JSON_PATH: Final = ("JsonPathMatcher", "SystemTextJsonPathMatcher")
_PRESENT: Final = Wish(How.PRESENT)
_MOST_STARS: Final = 10
"""In a pattern that only a regular expression can say; more of them could be tried for ever."""


class Matched(Struct, frozen=True):
    """What several matchers of one thing ask together."""

    wish: Wish | None = None
    never: tuple[Wish, ...] = ()
    """What must not hold of a value that is there."""
    undecided: str = ""
    """Why nothing can be told."""

    @property
    def needed(self) -> Wish:
        """What a value must be that has to be there."""
        return self.wish if self.wish is not None else _PRESENT


def read_matchers(matchers: Iterable[Model], operator: str) -> Matched:
    """Several matchers joined by an operator. Raises ``Refusal`` with the place of what cannot be read."""
    wishes: list[Wish] = []
    rejected: list[Wish] = []
    for model in matchers:
        wish = read_matcher(model)
        if isinstance(wish, str):
            return Matched(undecided=wish)
        (rejected if model.flag("RejectOnMatch") else wishes).append(wish)
    if not rejected:
        return Matched(_joined(wishes, operator)) if wishes else Matched()
    if _needs_all(operator) or (not wishes and len(rejected) == 1):
        return Matched(_joined(wishes, operator) if wishes else None, tuple(rejected))
    if wishes:
        return Matched(undecided="a matcher that accepts or one that rejects decides")
    return Matched(None, (Wish(How.EACH, parts=tuple(rejected)),))


def _needs_all(operator: str) -> bool:
    """An average is only perfect if all parts are."""
    return operator.lower() in ("and", "average")


def _joined(wishes: list[Wish], operator: str) -> Wish:
    if len(wishes) == 1:
        return wishes[0]
    return Wish(How.EACH if _needs_all(operator) else How.EITHER, parts=tuple(wishes))


def read_matcher(model: Model) -> Wish | str:
    """One matcher, or why it cannot be told whether it holds. Raises ``Refusal``."""
    name = model.text("Name").partition(".")[0]
    ignores_case = model.flag("IgnoreCase")
    if name == "NotNullOrEmptyMatcher":
        return _PRESENT
    if name in _JSON:
        return _json(model, name)
    patterns = _patterns(model)
    match name:
        case "ExactMatcher":
            wishes = [exact(text, ignores_case=ignores_case) for text in patterns]
        case "WildcardMatcher" | "":
            wishes = [wildcard(text, ignores_case=ignores_case) for text in patterns]
        case "RegexMatcher":
            wishes = [Wish(How.WITHIN, f"(?i){text}" if ignores_case else text) for text in patterns]
        case "ContentTypeMatcher":
            wishes = [_content_type(text, ignores_case=ignores_case) for text in patterns]
        case "ExactObjectMatcher":
            wishes = [_bytes(text, *model.at("Pattern")) for text in patterns]
        case _ if name in _JSON_PATH:
            wishes = [Wish(How.AT, text if text.startswith("$") else f"$.{text}", (_PRESENT,)) for text in patterns]
        case _:
            return f"the matcher {name[:60]} decides"
    if not wishes:
        raise Refusal(f"the matcher {name[:60]} has no pattern", steps=model.steps)
    return _joined(wishes, model.text("MatchOperator"))


def _patterns(model: Model) -> list[str]:
    """The texts of a matcher, which may stand in a file."""
    value = model.get("Pattern")
    if value is None and model.get("Patterns") is None and model.get("PatternAsFile"):
        found = read_file(model.text("PatternAsFile"), model.document, *model.at("PatternAsFile"))
        return [found.content.decode("utf-8", "replace")]
    name = "Pattern" if value is not None else "Patterns"
    if name == "Pattern" and not isinstance(value, list):
        return [model.text("Pattern")]
    texts = enumerate(as_list(model.get(name), *model.at(name)))
    return [model.document.spelled(text, *model.at(name), index) for index, text in texts]


def exact(text: str, *, ignores_case: bool = False) -> Wish:
    """One text; in the spelling of the file if the case does not matter."""
    equal = Wish(How.EQUAL, text)
    return Wish(How.EITHER, parts=(equal, Wish(How.FOLDED, text))) if ignores_case else equal


def wildcard(text: str, *, ignores_case: bool = False) -> Wish:
    """``*`` stands for any characters, ``?`` for one."""
    if "*" not in text and "?" not in text:
        return exact(text, ignores_case=ignores_case)
    plain = re.sub(r"\*{2,}", "*", text)
    if "?" not in plain and not ignores_case:
        return Wish(How.GLOB, plain)
    if plain.count("*") > _MOST_STARS:
        # what fits by the stars alone fits for certain; of the rest nothing is known
        return Wish(How.UNSURE, parts=(Wish(How.GLOB, plain), _PRESENT))
    pieces = ({"*": ".*", "?": r"[^\n]"}.get(letter) or re.escape(letter) for letter in plain)
    return Wish(How.WHOLE, ("(?i)" if ignores_case else "") + "".join(pieces))


def beyond_origin(wish: Wish) -> Wish:
    """A matcher of whole URLs as one of path and query: the host is the mock server's."""
    if wish.parts:
        return Wish(wish.how, wish.text, tuple(beyond_origin(part) for part in wish.parts))
    found = _ORIGIN.match(wish.text)
    text = wish.text[found.end() :] if found else wish.text
    if wish.how is How.WHOLE:
        # one character that may be any is nearly always the question mark before the query
        text = text.replace(r"[^\n]", r"\?")
    if "*" not in text and wish.how in (How.GLOB, How.EQUAL):
        return Wish(How.EQUAL, text)
    return Wish(How.WITHIN, f"^{text}") if wish.how is How.WITHIN and found else Wish(wish.how, text)


def _content_type(text: str, *, ignores_case: bool) -> Wish:
    """The media type alone is compared, or all of the value if the pattern has parameters."""
    bare = wildcard(text, ignores_case=ignores_case)
    return Wish(How.EITHER, parts=(bare, wildcard(f"{text};*", ignores_case=ignores_case)))


def _json(model: Model, name: str) -> Wish | str:
    """A JSON document, which is an object of the file or JSON in a text."""
    if model.flag("Regex"):
        return f"the matcher {name} with regular expressions decides"
    member = "Pattern" if model.get("Pattern") is not None else "Patterns"
    value = model.get(member)
    if value is None:
        raise Refusal(f"the matcher {name} has no pattern", steps=model.steps)
    text = value if isinstance(value, str) else model.document.json(*model.at(member))
    if "Wildcard" in name and ("*" in text or "?" in text):
        return f"the matcher {name} decides"
    return Wish(_JSON[name], text)


def _bytes(text: str, *steps: Step) -> Wish:
    try:
        return Wish(How.EQUAL, base64.b64decode(text, validate=True).decode("utf-8"))
    except (binascii.Error, ValueError) as error:
        raise Refusal("the pattern of an ExactObjectMatcher is no text in base64", steps=steps) from error


def is_json(text: str) -> bool:
    """Whether a text is JSON."""
    try:
        json_text.decode(text)
    except (ValueError, RecursionError):
        return False
    return True
