"""Prism's validation proxy (npm ``@stoplight/prism-cli``): traffic through it is checked against a description.

It is given the description in OpenAPI 3.0; the bench sends each question five times a pass through ``prism proxy
--errors``. Every violation counts, whatever its severity: with ``--errors`` only those it calls errors become an answer
of 500, while an undocumented status outside 200 to 299 is a warning, told in the header ``sl-violations`` and its log.
An answer of its own that is a problem document without that header (JSON that does not parse) counts as well. It
follows redirects.

Read by hand, each alone (5.14.2): of a date-time in another form, of another offset and of an id that is no UUID it
says nothing unless the description names a format; ``date-time`` allows any offset; a number beyond 53 bits is an
integer.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import requests

from tests.bench.bench_labelled import SAMPLES
from tests.bench.peers.installed import npm_version, package
from tests.bench.peers.openapi import openapi_3
from tests.bench.peers.peer import Bench, Outcome, Pass, Peer
from tests.node import free_port, running

_PACKAGE: Final = "@stoplight/prism-cli"


def is_alarm(answer: requests.Response) -> bool:
    """Whether the proxy complains of an answer."""
    is_its_own = answer.status_code == 500 and "problem+json" in answer.headers.get("content-type", "")
    return "sl-violations" in answer.headers or is_its_own


@contextmanager
def _start(bench: Bench) -> Iterator[Pass]:
    description = bench.folder / "openapi.json"
    description.write_text(json.dumps(openapi_3(bench.endpoints, bench.url, careful=bench.careful)), encoding="utf-8")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ("proxy", str(description), bench.url, "--errors", "--host", "127.0.0.1", "--port", str(port))

    def one_pass() -> dict[str, Outcome]:
        alarmed = {
            path
            for path in bench.paths
            for _ in range(SAMPLES)
            if is_alarm(asking.get(url + path, timeout=30, allow_redirects=False))
        }
        return bench.outcomes(alarmed)

    program = package(_PACKAGE) / "dist" / "index.js"
    with requests.Session() as asking, running(program, *arguments, ready=url, folder=bench.folder):
        yield one_pass


PEER: Final = Peer("Prism proxy", lambda: npm_version(_PACKAGE), _start)
