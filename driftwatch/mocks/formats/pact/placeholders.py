"""What a contract's author left open in a request: ``{id}`` and ``:id`` in a path, ``{{x}}`` and ``<X>`` anywhere."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from driftwatch.mocks.answers.scrubbed import placeholder
from driftwatch.mocks.asking.requests import encode_segment

_SEGMENT: Final = re.compile(r"(?:%7B|\{)([A-Za-z_][\w.-]*)(?:%7D|\})|:([A-Za-z_]\w*)")
_DOUBLE: Final = re.compile(r"(?:\{\{|%7B%7B)\s*([\w.$-]{1,60}?)\s*(?:\}\}|%7D%7D)")
_LONGEST: Final = 64 * 1024


def fill_path(path: str, variables: Mapping[str, str]) -> tuple[str, str, list[str]]:
    """The path with its named segments filled, its template, and the names that nobody gave a value for."""
    filled, template, missing = [], [], []
    for segment in path.split("/"):
        match = _SEGMENT.fullmatch(segment)
        if match is None:
            filled.append(segment)
            template.append(segment)
            continue
        name = match.group(1) or match.group(2)
        template.append(f"{{{name}}}")
        filled.append(encode_segment(variables[name]) if name in variables else segment)
        missing += [] if name in variables else [name]
    return "/".join(filled), "/".join(template), missing


def left_open(*texts: str) -> Iterator[str]:
    """The names of what stands for a value in any part of a request."""
    for text in texts:
        for match in _DOUBLE.finditer(text[:_LONGEST]):
            yield match.group(1)
        if word := placeholder(text[:_LONGEST]):
            yield word
