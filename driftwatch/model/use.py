"""Which test met which mock: what a run of a team's tests leaves behind, in whatever language they are written.

A ``Touch`` is a mock as the test met it, before anybody looked up which one it is: a cassette's third recording, the
stub that a server's journal names, a call that a patched library answered. Never a body, never the value of a query.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from driftwatch.model.secret import MASK
from driftwatch.model.secret_names import is_secret_name

SCHEMA: Final = "driftwatch.usage/1"
"""Names the documented JSON form of ``UseRecord``; ``reports/schemas/`` holds its JSON Schema."""
LONGEST_URL: Final = 2000
LONGEST: Final = 4000
"""Characters of any other name, path or pointer."""
IN_CODE: Final = "code"
"""The tool of mocks that stand in the tests' code alone, where no audit sees them."""

_USER_INFO: Final = re.compile(r"(?<=://)[^\s/?#@]*@")
_PARAMETER: Final = re.compile(r"(?<=[?&])([\w.-]+)=[^\s&#\]]+")


class Outcome(StrEnum):
    """What became of one test."""

    PASSED = "passed"
    FAILED = "failed"
    """Errors of set-up and tear-down, too."""
    SKIPPED = "skipped"
    """Expected failures, too: nothing rests on them."""


class Need(StrEnum):
    """How the code under test reads one place of an answer."""

    NEEDED = "needed"
    """It has no default: a lost member ends the call."""
    OPTIONAL = "optional"
    """It asks whether the member is there, or has a default."""
    WHOLE = "whole"
    """All below was walked, copied or compared: nobody can tell which of it matters."""


class Touch(Struct, frozen=True, forbid_unknown_fields=True):
    """One mock as a test met it. Whatever is known; the more, the more surely it is found."""

    tool: str
    """What served it: ``vcr``, ``responses``, ``wiremock``, ``file`` …"""
    file: str = ""
    """Where it stands, absolute or below the record's root, with ``/``; empty if that is not known."""
    pointer: str = ""
    """JSON Pointer of it in the file; empty for all of the file."""
    mock_id: str = ""
    """Its id as ``driftwatch mocks`` tells it, if the writer knows that."""
    name: str = ""
    """The id or name that the tool gives it: a stub's id, a Pact interaction's description."""
    method: str = ""
    url: str = ""
    """What was asked, without user info, query and fragment; a path alone where the host is not known."""
    reads: Mapping[str, Need] = field(default_factory=dict)
    """What was read of its answer, by JSON Pointer with ``*`` for items; empty where nobody looked.

    The root alone as optional says that nothing of it was read. A place that is needed and walked stands twice: itself
    needed, and its ``*`` whole.
    """


class TestUse(Struct, frozen=True, forbid_unknown_fields=True):
    """One test, run once or again; the last outcome counts, and all touches do."""

    __test__ = False

    test: str
    """Its name, stable across runs: pytest's node id, ``com.acme.OrdersTest#pays``."""
    outcome: Outcome
    touches: tuple[Touch, ...] = ()


class UseRecord(Struct, frozen=True):
    """One run of one suite."""

    suite: str
    """Its name: a later record of the same suite takes the place of this one."""
    uses: tuple[TestUse, ...]
    finished_at: datetime | None = None
    is_whole: bool = True
    """Whether all tests of the suite ran and all that they met was noted: else those not told of stay as they were."""
    made_by: str = ""
    """The tool and its version."""
    root: str = ""
    """What relative files are below; empty for where the record stands."""
    is_watching_reads: bool = False
    """Whether it was noted what is read of answers."""


def bare(url: str) -> str:
    """A URL without user info, query and fragment: where something was asked, never with what."""
    asked = url.partition("#")[0].partition("?")[0]
    scheme, separator, rest = asked.partition("://")
    if separator and "@" in rest:
        host, slash, path = rest.partition("/")
        asked = f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
    return asked[:LONGEST_URL]


def named(test: str) -> str:
    """The name of a test as it may be kept: bounded, and of URLs in it, which parameters bring, without credentials."""
    if "://" in test:
        test = _PARAMETER.sub(_masked, _USER_INFO.sub("", test))
    if len(test) <= LONGEST:
        return test
    digest = hashlib.sha256(test.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{test[: LONGEST - 20]}… {digest}"


def _masked(pair: re.Match[str]) -> str:
    return f"{pair[1]}={MASK}" if is_secret_name(pair[1]) else pair[0]
