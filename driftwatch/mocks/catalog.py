"""The register of mock formats, in alphabetical order. Adding one: a file in ``formats/`` and a line here.

A format is loaded when a file could be of it: most folders hold one or two formats, and an audit should not pay at
every start for the others. What a file must contain to be asked about are a format's words.
"""

from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from typing import Final, cast

from msgspec import Struct

from driftwatch.mocks.format import Format, StreamingFormat
from driftwatch.mocks.text.documents import Document


class Entry(Struct, frozen=True):
    """A format by name, before it is loaded."""

    name: str
    """The module or package below ``formats``."""
    words: tuple[str, ...] = ()
    """Every file of the format, be it broken, has one of these in its text; none: every file is asked about."""
    top: tuple[str, ...] = ()
    """Members of a well-formed file, any of which makes this format one of the first to be asked, and mostly the last:
    searching a whole text for the words of all formats takes longer than parsing it."""

    def could_be(self, document: Document) -> bool:
        """Whether it is worth asking the format itself."""
        return not self.words or any(word in document.text for word in self.words)

    def load(self) -> Format:
        """The format."""
        return cast("Format", import_module(f"driftwatch.mocks.formats.{self.name}"))


FORMATS: Final = (
    Entry("betamax", ("http_interactions",), top=("http_interactions",)),
    Entry("bruno", ("meta {", "opencollection", "info:", '"info"')),
    Entry("go_vcr", ("interactions",)),
    Entry("har", ("entries",), top=("log",)),
    Entry("hoverfly", ("pairs", "schemaVersion", "timeStarted", "headerMatch", "diffReports", "encodedBody")),
    Entry("imposter", ("plugin",), top=("plugin",)),
    Entry("insomnia", ("insomnia", "__export_format")),
    Entry("json_server", ('"id"', "'id'", "id:", "id :")),
    Entry("keploy", ("keploy", "globalNoise", "preScript")),
    Entry("killgrave", ("endpoint",)),
    Entry("microcks_examples", ("microcks.io",)),
    Entry("mmock", ("statusCode", "proxyBaseURL")),
    Entry("mockoon", ("endpoint",), top=("endpointPrefix",)),
    Entry(
        "mockserver",
        (
            "httpRe",
            "specUrlOrPayload",
            "httpForward",
            "httpOverride",
            "httpError",
            "httpSse",
            "httpLlm",
            "httpWeb",
            "maximumNumberOfRequestToReturn",
        ),
    ),
    Entry("moco", ('"request"', '"mount"', '"resource"', '"include"')),
    Entry(
        "mountebank",
        ("imposters", "protocol", "stubs", "predicates", "response", '"is"', '"proxy"', '"inject"', '"fault"'),
    ),
    Entry("nock", ("scope",)),
    Entry(
        "openapi",
        ("openapi", "swagger", "asyncapi", "json-schema.org", "schemas", "properties", "items", "responses"),
        top=("openapi", "swagger"),
    ),
    Entry("pact", ("consumer", "provider", "interactionResults", "match"), top=("consumer",)),
    Entry("php_vcr", ("request",)),
    Entry("postman", ("postman", "$kind", '"item"', '"requests"', '"executions"', '"totalPass"', "values")),
    Entry("responses", ("response",)),
    Entry("smocker", ("path", "query_params", "dynamic_response", "Should")),
    Entry("stubby", ("url", "includes")),
    Entry("vcr_ruby", top=("http_interactions",)),
    Entry("vcrpy", ("interactions", "request", "!!python"), top=("interactions",)),
    Entry("webmock_raw", ("HTTP/",)),
    Entry("wiremock", top=("mappings", "request")),
    Entry("wiremock_net", ("Request",)),
)


def recognise(document: Document) -> Format | None:
    """The format of a file; ``None`` if none claims it. No two claim the same file (a test holds them to it)."""
    known = _recognise(document.head)
    if document.is_parsed or isinstance(known, StreamingFormat):
        return known
    document.load()
    return _recognise(document)


def _recognise(document: Document) -> Format | None:
    for entry in chain(_likely(document), FORMATS):
        if entry.could_be(document):
            known = entry.load()
            if known.recognises(document):
                return known
    return None


def _likely(document: Document) -> Iterator[Entry]:
    """The formats whose members stand at the top of the file. As no two claim the same file, the order is free."""
    names = document.value
    if isinstance(names, dict):
        yield from (entry for entry in FORMATS if any(name in names for name in entry.top))
