"""Dredd (npm ``dredd``): one request for each documented answer, compared with the description.

It is given the description in Swagger 2.0, since of an OpenAPI 3 document it takes no types, only the members of the
example: with that it missed six more of the 25 lasting changes. It asks each endpoint once a run. It compares the media
type as text, so that a charset which was not mocked is an alarm. It does not follow redirects.

Read by hand, each alone (14.1.0): of a date-time in another form, of another offset and of an id that is no UUID it
says nothing unless the description names a format; ``date-time`` allows any offset; a number beyond 53 bits is an
integer.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.etree import ElementTree as ET

from tests.bench.peers.installed import npm_version, package, run
from tests.bench.peers.openapi import swagger_2
from tests.bench.peers.peer import Bench, LeftOutError, Outcome, Pass, Peer


@contextmanager
def _start(bench: Bench) -> Iterator[Pass]:
    description, report = bench.folder / "swagger.json", bench.folder / "report.xml"
    description.write_text(json.dumps(swagger_2(bench.endpoints, bench.url, careful=bench.careful)), encoding="utf-8")
    program = ("node", package("dredd") / "bin" / "dredd", description, bench.url)
    written = ("--reporter", "xunit", "--output", report, "--loglevel", "error")

    def one_pass() -> dict[str, Outcome]:
        text = run((*program, *written), bench.folder, report)
        try:
            root = ET.fromstring(text)  # noqa: S314  # of answers that this bench made up
        except ET.ParseError as error:
            raise LeftOutError(f"its report is no XML: {error}") from error
        said = {case.get("name", "").rpartition(" ")[2]: case for case in root.iter("testcase")}
        return {
            path: Outcome.CLEAN if case.find("failure") is None and case.find("error") is None else Outcome.ALARM
            for path, case in said.items()
            if case.find("skipped") is None
        }

    yield one_pass


PEER: Final = Peer("Dredd", lambda: npm_version("dredd"), _start)
