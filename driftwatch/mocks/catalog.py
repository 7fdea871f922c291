"""The register of mock formats, in alphabetical order. Adding one: a file in ``formats/`` and a line here.

A format is loaded when a file could be of it: most folders hold one or two formats, and an audit should not pay at
every start for the others. What a file must contain to be asked about are a format's words.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

from driftwatch.mocks.format import Format, StreamingFormat
from driftwatch.mocks.text.documents import Document


@dataclass(frozen=True, slots=True)
class Entry:
    """A format by name, before it is loaded."""

    name: str
    """The module or package below ``formats``."""
    words: tuple[str, ...] = ()
    """Every file of the format, be it broken, has one of these in its text; none: every file is asked about."""

    def could_be(self, document: Document) -> bool:
        """Whether it is worth asking the format itself."""
        return not self.words or any(word in document.text for word in self.words)

    def load(self) -> Format:
        """The format."""
        return cast("Format", import_module(f"driftwatch.mocks.formats.{self.name}"))


FORMATS: Final = (
    Entry("betamax", ("http_interactions",)),
    Entry("bruno", ("meta {", "opencollection", "info:", '"info"')),
    Entry("go_vcr", ("interactions",)),
    Entry("har", ("entries",)),
    Entry("hoverfly", ("pairs", "schemaVersion", "timeStarted", "headerMatch", "diffReports", "encodedBody")),
    Entry("imposter", ("plugin",)),
    Entry("insomnia", ("insomnia", "__export_format")),
    Entry("json_server", ('"id"', "'id'", "id:", "id :")),
    Entry("keploy", ("keploy", "globalNoise", "preScript")),
    Entry("killgrave", ("endpoint",)),
    Entry("microcks_examples", ("microcks.io",)),
    Entry("mmock", ("statusCode", "proxyBaseURL")),
    Entry("mockoon", ("endpoint",)),
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
    ),
    Entry("pact", ("consumer", "provider", "interactionResults", "match")),
    Entry("php_vcr", ("request",)),
    Entry("postman", ("postman", "$kind", '"item"', '"requests"', '"executions"', '"totalPass"', "values")),
    Entry("responses", ("response",)),
    Entry("smocker", ("path", "query_params", "dynamic_response", "Should")),
    Entry("stubby", ("url", "includes")),
    Entry("vcr_ruby"),
    Entry("vcrpy", ("interactions", "request", "!!python")),
    Entry("webmock_raw", ("HTTP/",)),
    Entry("wiremock"),
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
    for entry in FORMATS:
        if entry.could_be(document):
            known = entry.load()
            if known.recognises(document):
                return known
    return None
