"""What is wrong with text that is no YAML, in the words of a person who has to mend it."""

from typing import Final

import yaml

from driftwatch.model.errors import Mistake
from driftwatch.settings.node import address

_QUOTE_REMEDY: Final = "Put the text in quotes."

_WORDS: Final = (
    ("found character '\\t'", "a tab stands where spaces should", "Indent with spaces: YAML knows no tabs."),
    ("mapping values are not allowed", "a second `:` makes a key where none can be",
     "Put a text that holds `: ` in quotes, or indent the key below its parent."),
    ("could not find expected ':'", "a line without `:` stands between keys",
     "Write `key: value`, and indent the lines of a longer text."),
    ("expected ',' or ']'", "a list in brackets does not end", "Close it with `]`, and put `,` between its parts."),
    ("expected ',' or '}'", "a mapping in braces does not end", "Close it with `}`, and put `,` between its parts."),
    ("found unexpected end of stream", "a quoted text does not end", "Close it with the quote that opened it."),
    ("found unexpected document separator", "a quoted text does not end", "Close it with the quote that opened it."),
    ("expected <block end>", "this line is indented unlike its neighbours",
     "Give keys of one level the same number of spaces in front."),
    ("found unknown escape character", "a quoted text holds a `\\` that YAML does not know",
     "Write `\\\\`, or use single quotes."),
    ("expected escape sequence", "a quoted text holds a `\\` that YAML does not know",
     "Write `\\\\`, or use single quotes."),
    ("that cannot start any token", "a text begins with a sign that YAML keeps for itself", _QUOTE_REMEDY),
    ("expected alphabetic or numeric character", "a text begins with a sign that YAML keeps for itself", _QUOTE_REMEDY),
    ("expected the node content", "a value is missing here", "Write it, and close every bracket that is open."),
    ("found undefined tag handle", "a tag (`!…`) stands before the value", "Remove it, or put the text in quotes."),
    ("expected '<document start>'", "text stands after the end of the document", "Keep one document in the file."),
)  # fmt: skip
"""The scanner's and parser's complaints (PyYAML 6.0) by their stable part, and ours: what was found, what to do."""

_OTHERWISE: Final = ("this is not YAML", "Compare the line and the one before it with the sample `driftwatch.yaml`.")


def broken(file: str, text: str, error: Exception, line: int) -> Mistake:
    """The mistake behind an exception of the parser, with line and column; no part of the text is repeated.

    ``line`` is where the parser stood, for exceptions that do not know it.
    """
    if isinstance(error, yaml.reader.ReaderError):
        return _unprintable(file, text, error)
    if not isinstance(error, yaml.MarkedYAMLError):
        return Mistake(
            address(file, line), "an escape or a directive holds a number that is out of range", _QUOTE_REMEDY
        )
    problem = error.problem or ""
    found, remedy = next(((found, remedy) for part, found, remedy in _WORDS if part in problem), _OTHERWISE)
    mark = error.problem_mark or error.context_mark
    if found.endswith("does not end") and error.context_mark is not None:
        mark = error.context_mark  # where it began says more than where the file ended
    return Mistake(_spot(file, mark), found, remedy)


def _spot(file: str, mark: yaml.Mark | None) -> str:
    if mark is None:
        return address(file, 1)
    return f"{address(file, mark.line + 1)}:{mark.column + 1}"


def _unprintable(file: str, text: str, error: yaml.reader.ReaderError) -> Mistake:
    before = text[: error.position]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    code = ord(text[error.position])
    return Mistake(
        f"{address(file, line)}:{column}",
        f"an invisible character (U+{code:04X}) stands here",
        "Remove it; inside double quotes it can be written as an escape.",
    )
