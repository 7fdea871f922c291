"""Files that often lie beside mocks and are none: what they are, and where mocks may be had from them.

A file comes here only after every format has declined it, so a wrong guess costs a sentence and never a mock. Only a
file's beginning or its outermost names are looked at.
"""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Final

from msgspec import Struct

from driftwatch.mocks.strangers.binaries import MITMPROXY, is_mitmproxy
from driftwatch.mocks.strangers.written_in_code import CONTRACT, reason_of_code
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.parsing import JSON_SUFFIXES, YAML_SUFFIXES, Syntax

UNKNOWN: Final = "no known mock format"

_HEAD: Final = 4_096
"""Characters that tell what a text is."""
_NAMED: Final = 3
"""Embedded files that are named."""


class _Names(Struct, frozen=True):
    """A kind of JSON or YAML file, by the outermost names that all stand in it."""

    names: frozenset[str]
    reason: str


def _names(reason: str, *names: str) -> _Names:
    return _Names(frozenset(names), reason)


_CHARLES: Final = "a session of Charles; export it as HAR (File, Export Session, HTTP Archive), which driftwatch reads"
_TRACE: Final = "traces of an application, which hold no answers"
_SETTINGS: Final = "settings of a tool"
_REPORT: Final = "a report of tests"
_DESCRIPTION: Final = "a description of data"
_PACKAGES: Final = "packages and their versions"

_BY_NAMES: Final = (
    _names(_TRACE, "resourceSpans"),
    _names(_TRACE, "traceEvents"),
    _names(_REPORT, "numTotalTests", "testResults"),
    _names(_REPORT, "stats", "results", "meta"),
    _names(_REPORT, "suites", "config", "errors"),
    _names(_REPORT, "uuid", "status", "stage", "start", "stop"),
    _names(_REPORT, "uid", "name", "children"),
    _names(_REPORT, "tests", "summary", "exitcode"),
    _names("a report of an analysis (SARIF)", "runs", "version", "$schema"),
    _names("a report of Lighthouse", "lighthouseVersion"),
    _names("a list of components (SBOM)", "bomFormat"),
    _names("a list of components (SBOM)", "spdxVersion"),
    _names(_PACKAGES, "lockfileVersion"),
    _names(_PACKAGES, "name", "version", "dependencies"),
    _names(_PACKAGES, "name", "version", "devDependencies"),
    _names(_PACKAGES, "name", "version", "scripts"),
    _names(_PACKAGES, "name", "private"),
    _names(_PACKAGES, "name", "require"),
    _names(_PACKAGES, "packages", "packages-dev"),
    _names("the state of Terraform", "terraform_version", "serial"),
    _names("a template of CloudFormation", "AWSTemplateFormatVersion"),
    _names("settings of TypeScript", "compilerOptions"),
    _names("settings of TypeScript", "extends", "include"),
    _names("settings of Prometheus", "scrape_configs"),
    _names("settings of Alertmanager", "route", "receivers"),
    _names("a dashboard of Grafana", "panels", "schemaVersion"),
    _names("a workflow of GitHub", "on", "jobs"),
    _names("a test of Tavern", "test_name", "stages"),
    _names("a pipeline of GitLab", "stages"),
    _names("values or metadata of a Helm chart", "apiVersion", "name", "version"),
    _names("a Jupyter notebook", "nbformat", "cells"),
    _names(_SETTINGS, "repos"),
    _names(_SETTINGS, "rules", "extends"),
    _names(_SETTINGS, "plugins", "presets"),
    _names("places in GeoJSON", "type", "features"),
    _names("places in GeoJSON", "type", "geometry"),
    _names("places in GeoJSON", "type", "coordinates"),
    _names(_DESCRIPTION + " (Avro)", "type", "fields", "name"),
    _names(_DESCRIPTION + " (Avro)", "protocol", "messages", "namespace"),
    _names(_DESCRIPTION + " (GraphQL introspection)", "__schema"),
)  # fmt: skip
"""In the order in which they are asked."""

_BY_ITEM: Final = (
    _names(_TRACE, "traceId", "id", "timestamp"),
    _names(_CHARLES, "status", "method", "protocolVersion", "scheme", "host"),
    _names(_REPORT, "keyword", "elements", "uri"),
)  # fmt: skip
"""Kinds of lists, by the names in their first item."""

_BY_TEXT: Final = (
    (re.compile(r"\s{0,100}(?:<\?xml[^>]{0,200}>\s{0,100})?<testsuites?\b"), _REPORT),
    (re.compile(r"(?s).{0,500}<con:soapui-project\b"), "a SoapUI project, which driftwatch does not read"),
    (re.compile(r"(?s).{0,500}<charles-session\b"), _CHARLES),
    (re.compile(r"(?s).{0,500}<jmeterTestPlan\b"), "a test plan of JMeter"),
    (re.compile(r"(?s).{0,500}<(?:\w{1,20}:)?definitions\b[^>]{0,2000}/wsdl/"), "a description of SOAP (WSDL)"),
)  # fmt: skip
"""Kinds of texts, by how they begin."""

_HELM: Final = re.compile(
    r"\{\{-?\s{0,20}(?:\.Values\b|\.Release\b|\.Chart\b|(?:include|define|template|range|if|with)\s)"
)
_EMBEDDED: Final = re.compile(r"""(?m)^ {2,8}["']?([\w.-]{1,200}\.(?:json|ya?ml|har|xml|js|groovy))["']?:\s""")
"""A file in the data of a ConfigMap, whichever of a file's documents it stands in."""
_CONFIG_MAP: Final = re.compile(r"""(?m)^ {0,8}"?kind"?: ?"?ConfigMap\b""")


def reason_to_ignore(document: Document) -> str:
    """Why nobody reads a file, as well as it can be told."""
    known = reason_of_code(document) or _by_text(document) or _by_value(document)
    if known:
        return known
    # a file that never claimed to be JSON or YAML is not told that it is broken
    is_data = document.suffix in JSON_SUFFIXES | YAML_SUFFIXES or document.syntax is Syntax.TEXT
    return f"{UNKNOWN}, and {document.problem.reason}" if document.problem and is_data else UNKNOWN


def _by_text(document: Document) -> str:
    head = document.text[:_HEAD]
    if document.suffix in YAML_SUFFIXES and _HELM.search(document.text[: 16 * _HEAD]):
        return "a template of Helm; render it with `helm template` and point driftwatch at the outcome"
    if is_mitmproxy(head.encode("utf-8", "replace")):
        return MITMPROXY
    if document.problem is None and document.value is not None:
        return ""
    return next((reason for mark, reason in _BY_TEXT if mark.match(head)), "")


def _by_value(document: Document) -> str:
    value = document.value
    if isinstance(value, list):
        first = value[0] if value else None
        while isinstance(first, list) and first:  # Zipkin groups spans by trace
            first = first[0]
        return _first_fitting(_BY_ITEM, first) if isinstance(first, dict) else ""
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("apiVersion"), str) and isinstance(value.get("kind"), str):
        return _kubernetes(document.text)
    return _by_parts(value) or _first_fitting(_BY_NAMES, value)


def _first_fitting(kinds: tuple[_Names, ...], value: Mapping[str, object]) -> str:
    return next((kind.reason for kind in kinds if kind.names <= value.keys()), "")


def _kubernetes(text: str) -> str:
    """Mocks are often mounted from a ConfigMap, which may be any of a file's documents."""
    files = [found[1] for found in islice(_EMBEDDED.finditer(text), _NAMED + 1)] if _CONFIG_MAP.search(text) else []
    if not files:
        return "an object of Kubernetes"
    named = ", ".join(files[:_NAMED]) + (", …" if len(files) > _NAMED else "")
    return f"a ConfigMap of Kubernetes with files embedded in it ({named}): extract them first"


def _by_parts(value: Mapping[str, object]) -> str:
    """What the outermost names alone do not tell."""
    schema, request = value.get("schema"), value.get("request")
    if _holds(value.get("data"), "__schema"):
        return f"{_DESCRIPTION} (GraphQL introspection)"
    if _holds(_first(value.get("data")), "traceID", "spans"):
        return _TRACE
    if _holds(_first(value.get("groups")), "name", "rules"):
        return "rules of Prometheus"
    if _holds(_first(value.get("services")), "image") or _holds(_first(value.get("services")), "build"):
        return "settings of Docker Compose"
    if _holds(_first(value.get("providers")), "mocks"):
        return "a config of driftwatch"
    if isinstance(schema, str) and schema.startswith("driftwatch."):
        return "a report of driftwatch"
    if _holds(_first(value.get("services")), "endpoints"):
        return "a config of Mockintosh, which driftwatch does not read"
    is_contract = _holds(request, "method", "url") or _holds(request, "method", "urlPath")
    return CONTRACT if is_contract and _holds(value.get("response"), "status") else ""


def _first(value: object) -> object:
    """The first item or member."""
    if isinstance(value, list):
        return value[0] if value else None
    return next(iter(value.values()), None) if isinstance(value, dict) else None


def _holds(value: object, *names: str) -> bool:
    return isinstance(value, dict) and value.keys() >= set(names)
