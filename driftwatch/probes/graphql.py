"""Whether the body of a POST reads like a GraphQL query: worth a proposal to the operator, no reason to send it."""

import json
import re
from typing import Final

_LONGEST: Final = 64 * 1024
"""Bytes that are looked at; a mock's query is shorter."""
_TOKENS: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[{}]|[A-Za-z_][A-Za-z0-9_]*'
)  # strings and comments of the GraphQL specification, October 2021, 2.1


def is_query(body: bytes | None) -> bool:
    """Whether it is a GraphQL request (or several) in JSON, of which every operation is a query."""
    if not body or len(body) > _LONGEST or b"query" not in body:
        return False
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return False
    requests = document if isinstance(document, list) else [document]
    return bool(requests) and all(_asks(one) for one in requests)


def _asks(request: object) -> bool:
    text = request.get("query") if isinstance(request, dict) else None
    if not isinstance(text, str):
        return False
    depth, kinds = 0, []
    is_fresh = True
    for word in _TOKENS.findall(text):
        if word == "{":
            if depth == 0 and is_fresh:
                kinds.append("query")  # the short form
            depth, is_fresh = depth + 1, False
        elif word == "}":
            depth -= 1
            is_fresh = is_fresh or depth == 0
        elif depth == 0 and is_fresh and word[0] not in '"#':
            kinds.append(word)
            is_fresh = False
    return depth == 0 and "query" in kinds and set(kinds) <= {"query", "fragment"}
