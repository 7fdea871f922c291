"""Mocks that are written in code: nothing is read from them, but whoever wrote them is told what would be.

A program says what it answers only when it runs, and nothing of a stranger's file is ever run. So a library is known by
its imports and its calls, in files of its languages, and its users are told which of its outputs can be read.
"""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from driftwatch.mocks.text.documents import Document

_HEAD: Final = 64 * 1024
"""Characters of a program that are looked at; imports and the first handlers stand there."""
_MINIFIED: Final = 1_000
"""The mean length of a line that nobody wrote by hand."""

_SCRIPT: Final = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
_JVM: Final = (".java", ".kt", ".kts", ".groovy", ".scala")
CONTRACT: Final = (
    "a Spring Cloud Contract; build it (`generateClientStubs` of Gradle, `convert` of Maven) and point driftwatch at "
    "the WireMock stubs below `build/stubs` or `target/stubs`"
)
"""Whether it is written in Groovy, Java, Kotlin or YAML: its build turns it into stubs."""
_HAR: Final = "record its answers as a HAR and point driftwatch at that"


class _Library(Struct, frozen=True):
    """A library whose mocks are code."""

    reason: str
    """What the file holds, and what to do."""
    suffixes: tuple[str, ...]
    words: tuple[str, ...]
    """Every file with the marks has one of these in it: looking for a text is ten times faster than for a pattern."""
    mark: re.Pattern[str]

    def is_in(self, document: Document, head: str) -> bool:
        """Whether a program uses it."""
        is_near = document.suffix in self.suffixes and any(word in head for word in self.words)
        return is_near and self.mark.search(head) is not None


def _library(reason: str, suffixes: Sequence[str], words: str, *marks: str) -> _Library:
    return _Library(reason, tuple(suffixes), tuple(words.split()), re.compile("|".join(marks)))


def _imported(package: str) -> str:
    """An import or a ``require`` of a package of npm, or of a part of it."""
    return rf"""(?:\bfrom\s?|\brequire\s?\(\s?|\bimport\s?\(?)["']{package}(?:/[\w./-]{{0,60}})?["']"""


_LIBRARIES: Final = (
    _library(
        "MSW's service worker script: it is generated and holds no mocks",
        _SCRIPT, "Mock", r"\* Mock Service Worker\b",
    ),
    _library(
        "Pact consumer tests in code; run them and point driftwatch at the pact files that they write",
        (*_SCRIPT, *_JVM), "Pact",
        r"\bnew (?:Pact|PactV[234])\s?\(", r"@Pact\(", r"\bPactDslWithProvider\b", r"\bPactBuilder\b",
    ),
    _library(f"MSW handlers in code; {_HAR}", _SCRIPT, "msw", _imported("msw")),
    _library(
        "Playwright routes in code; `page.routeFromHAR(file, {update: true})` records a HAR, which driftwatch reads",
        _SCRIPT, "route.fulfill", r"\broute\.fulfill\s?\(",
    ),
    _library(f"Cypress intercepts in code; {_HAR}", _SCRIPT, "cy.intercept", r"\bcy\.intercept\s?\("),
    _library(
        "nock interceptors in code; `nock.recorder.rec({output_objects: true})` and `nockBack` record fixtures, "
        "which driftwatch reads",
        _SCRIPT, "nock", _imported("nock"), r"""\bnock\s?\(\s?["'`]https?:""",
    ),
    _library(
        f"mocks-server routes in code; {_HAR}",
        _SCRIPT, "@mocks-server variants", _imported("@mocks-server"),
        r"\bvariants\s?:\s?\[\s{0,200}\{\s{0,200}id\s?:",
    ),
    _library(f"Mirage routes in code; {_HAR}", _SCRIPT, "mirage", _imported("miragejs"), _imported("ember-cli-mirage")),
    _library(
        f"mocks for axios or fetch in code; {_HAR}",
        _SCRIPT, "-mock", _imported("axios-mock-adapter"), _imported("fetch-mock"),
    ),
    _library(
        CONTRACT,
        _JVM, "ontract", r"\bContract\.make\b", r"\borg\.springframework\.cloud\.contract\.spec\b",
        r"\bcontract\s?\{\s{0,200}request\s?\{",
    ),
    _library(
        "WireMock stubs in code; `saveMappings()` or POST /__admin/mappings/save writes them as JSON, which driftwatch "
        "reads",
        _JVM, "stubFor wiremock", r"\bstubFor\s?\(", r"\bcom\.github\.tomakehurst\.wiremock\b", r"\borg\.wiremock\b",
    ),
    _library(
        "MockServer expectations in code; PUT /mockserver/retrieve?type=ACTIVE_EXPECTATIONS&format=JSON tells them as "
        "JSON, which driftwatch reads",
        (*_JVM, *_SCRIPT), "mockserver ockServerClient",
        r"\borg\.mockserver\b", r"\bMockServerClient\b", r"\bmockServerClient\s?\(",
    ),
    _library(
        "WireMock.Net stubs in code; `SaveStaticMappings()` writes them as JSON, which driftwatch reads",
        (".cs", ".fs", ".vb"), "WireMockServer Request.Create",
        r"\bWireMockServer\.Start\b", r"\.Given\s?\(\s{0,200}Request\.Create\s?\(",
    ),
    _library(
        f"a Karate mock, which is code; {_HAR}",
        (".feature",), "pathMatches methodIs Contains", r"\b(?:pathMatches|methodIs|typeContains|acceptContains)\s?\(",
    ),
    _library(
        "answers for Python's HTTP clients in code; a cassette of VCR.py or a file of the recorder of responses can be "
        "read",
        (".py",), "responses requests_mock httpretty respx pytest_httpx httpx_mock rsps",
        r"(?m)^\s{0,40}(?:import|from) (?:responses|requests_mock|httpretty|respx|pytest_httpx|aioresponses)\b",
        r"\b(?:responses|requests_mock|rsps|respx_mock|httpx_mock)\.(?:add|get|post|put|add_response)\s?\(",
    ),
    _library("WebMock stubs in code; a cassette of VCR can be read", (".rb",), "stub_request", r"\bstub_request\s?\("),
    _library(
        "answers for Go's HTTP client in code; a cassette of go-vcr can be read",
        (".go",), "gock. httpmock.", r"\bgock\.New\s?\(", r"\bhttpmock\.RegisterResponder\s?\(",
    ),
    _library("wiremock-rs mocks, which are code", (".rs",), "Mock::given", r"\bMock::given\s?\("),
)  # fmt: skip
"""In the order in which they are asked: a test with Pact may import MSW, and no other way round."""

_SUFFIXES: Final = frozenset(suffix for library in _LIBRARIES for suffix in library.suffixes)


def reason_of_code(document: Document) -> str:
    """Whose mocks stand in a program and what their owner can do; empty if none are seen in it."""
    if document.suffix not in _SUFFIXES:
        return ""
    head = document.text[:_HEAD]
    if len(head) / (head.count("\n") + 1) > _MINIFIED:
        return "a minified program"
    return next((one.reason for one in _LIBRARIES if one.is_in(document, head)), "")
