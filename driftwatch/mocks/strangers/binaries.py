"""Binary files beside mocks: recorders keep sessions in such, and most of them can export what driftwatch reads."""

import re
from typing import Final

_HEAD: Final = 4_096
"""Bytes that are looked at."""
_FLOWS: Final = re.compile(
    rb"\d{1,12}:(?=.{0,4000}?\b(?:7:request|8:response|11:client_conn|11:server_conn)[;,])", re.DOTALL
)
"""mitmproxy writes tnetstrings: a length, a colon, and names after their own lengths."""
_ZIP: Final = b"PK\x03\x04"

MITMPROXY: Final = "flows of mitmproxy; `mitmdump -nr FILE --set hardump=FILE.har` makes a HAR, which driftwatch reads"
_FIDDLER: Final = "a session of Fiddler; export it as HAR (File, Export Sessions, HTTPArchive), which driftwatch reads"


def kind_of_binary(content: bytes) -> str:
    """What a binary file is, by how it begins, and what its owner can do."""
    head = content[:_HEAD]
    if is_mitmproxy(head):
        return MITMPROXY
    if head.startswith(_ZIP):
        return _FIDDLER if re.search(rb"raw/\d{1,9}_[csm]\.(?:txt|xml)", head) else "an archive: unpack it first"
    return "a binary file"


def is_mitmproxy(content: bytes) -> bool:
    """Whether this is how mitmproxy's saved flows begin."""
    return _FLOWS.match(content[:_HEAD]) is not None
