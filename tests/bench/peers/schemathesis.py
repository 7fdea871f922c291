"""Schemathesis (PyPI): property-based tests of a service from its OpenAPI description.

It is given the description in OpenAPI 3.0 and runs its default phases with the five checks that judge an answer. The
others judge how a service treats wrong requests, which the labelled service does not do: it answers any method alike.
For the same reason only valid requests are made. An operation without parameters has one valid request: its phases send
two a pass, however many examples are asked for, and nothing makes it repeat them. It follows redirects and judges where
they end.

Read by hand, each alone (4.32.5): of a date-time in another form, of another offset and of an id that is no UUID it
says nothing unless the description names a format; ``date-time`` allows any offset; a number beyond 53 bits is an
integer.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.bench.peers.installed import PYTHON, pip_version, run
from tests.bench.peers.openapi import openapi_3
from tests.bench.peers.peer import Bench, Outcome, Pass, Peer

CHECKS: Final = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
)  # fmt: skip


@contextmanager
def _start(bench: Bench) -> Iterator[Pass]:
    description, report = bench.folder / "openapi.json", bench.folder / "report.json"
    description.write_text(json.dumps(openapi_3(bench.endpoints, bench.url, careful=bench.careful)), encoding="utf-8")
    options = ("--mode", "positive", "--max-examples", "5", "--continue-on-failure", "--seed", "1", "--workers", "1")
    written = ("--report", "json", "--report-json-path", report)
    program = (PYTHON, "-m", "schemathesis.cli", "run", description, "--url", bench.url, "--checks", ",".join(CHECKS))

    def one_pass() -> dict[str, Outcome]:
        said = json.loads(run((*program, *options, *written), bench.folder, report))
        named = {one.removeprefix("GET ") for failure in said["failures"] for one in failure["operations"]}
        return bench.outcomes(named)

    yield one_pass


PEER: Final = Peer("Schemathesis", lambda: pip_version("schemathesis"), _start)
