"""Public mock files of thirty tools: what a correct reader finds in them, by an independent count."""

from collections import Counter
from pathlib import Path

import pytest

from driftwatch.mocks.catalog import FORMATS
from driftwatch.mocks.documents import Document, Options, open_document
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction, Unreadable

pytestmark = pytest.mark.shared

READ = {
    "betamax": {
        "GitHub_unfollow.json": 1,
        "digest_auth.json": 2,
        "empty_string_beside_base64.json": 1,
        "github_create_issue.json": 2,
        "hand_edited_string_wins_over_base64.json": 2,
        "multiple_cookies.json": 2,
        "preserve_exact_bytes.json": 1,
    },
    "go-vcr": {
        "v1_etcd.yaml": 2,
        "v1_linodego_TestMonitorNotAllowedServiceType_Get.yaml": 1,
        "v2_json-content-type.yaml": 1,
        "v2_redirect.yaml": 3,
    },
    "har": {
        "devtools_request-order.har": 2,
        "devtools_response-binary.har": 1,
        "devtools_response-compressed.har": 1,
        "devtools_response-cookies.har": 1,
        "devtools_response-error.har": 1,
        "devtools_response-status-304.har": 1,
        "devtools_response-stream.har": 1,
        "microcks_comment.har": 6,
        "playwright_attach/har-sha1.har": 1,
        "playwright_redirect.har": 3,
        "polly_gzip_chunks.har": 1,
        "polly_v1_hex_chunks.har": 1,
        "proxyman_request-parameters.har": 1,
    },
    "keploy": {
        "egress-http-path-only/mocks.yaml": 3,
        "egress-http-path-only/test-1.yaml": 1,
        "mixed-kinds-binary/mocks.yaml": 6,
        "mixed-kinds-binary/test-2.yaml": 1,
        "noise-dict/test-3.yaml": 1,
        "older-fields/test-1.yaml": 1,
        "sse-stream/http-test-3.yaml": 1,
        "sse-stream/test-7.yaml": 1,
        "v1beta2/2023-layout-test-1.yaml": 1,
        "v1beta2/egress-gzip-mocks.yaml": 1,
        "v1beta2/noise-list-test-1.yaml": 1,
    },
    "mountebank": {
        "blockending__jiraclient/mountebank/imposters.json": 4,
        "ewise-systems__aegisJS/mountebank/imposters.json": 1,
        "mountebank-testing__mountebank/mbTest/cli/dataStringify/services/data.ejs": 1,  # three answers in turn
        "mountebank-testing__mountebank/mbTest/cli/gzip.json": 2,
        "mountebank-testing__mountebank/mbTest/cli/imposters/accounts.json": 3,
        "mountebank-testing__mountebank/mbTest/cli/imposters/email.json": 1,  # an imposter that speaks SMTP
        "mountebank-testing__mountebank/mbTest/cli/imposters/orders.json": 3,
        "mountebank-testing__mountebank/mbTest/cli/imposters/users.json": 1,
        "mountebank-testing__mountebank/mbTest/cli/noparse.json": 1,
        "mountebank-testing__mountebank/mbTest/perf/scenarios/singleStub.json": 1,
        "polarityio__qradar/imposters.json": 8,
    },
    "nock": {
        "binary_get-archive_normalized-fixture.json": 2,
        "errors_normalized-fixture.json": 1,
        "mark-notifications-as-read_normalized-fixture.json": 1,
        "mark-notifications-as-read_raw-fixture.json": 1,
    },
    "openapi": {
        "beer-catalog-api-swagger.json": 3,
        "cars-openapi-3.1-complete.yaml": 4,
        "cars-openapi-quoted.yaml": 3,
        "examples-ref-openapi.yaml": 1,
        "hello-dynamic-openapi.yaml": 1,
        "swagger2_examples.yaml": 26,
        "swagger2_petstore.yaml": 20,
        "test-openapi-nocontent.yaml": 4,  # three operations, one of them with two pairs of examples
        "v3.0_example.yaml": 3,
        "v3.0_examples.yaml": 2,
        "v3.0_prism_petstore.yaml": 26,
        "v3.0_templated_server.yaml": 1,
        "weather-forecast-openapi-relative-ref.yaml": 5,  # one operation with five pairs of examples
    },
    "pact": {
        "declared_v2_rules_v3.json": 1,
        "more-specific-request.json": 2,
        "test_pact_encoded_query.json": 1,
        "test_pact_lowercase_method.json": 1,
        "test_pact_matchers_old_format.json": 1,
        "test_pact_no_version.json": 1,
        "test_pact_root_string_json.json": 1,
        "v1_specification_version_key.json": 25,
        "v3_match_values.json": 1,
        "v3_special_chars_timestamp.json": 1,
        "v4-combined-pact.json": 1,
        "v4_mixed_no_key.json": 2,
        "v4_plugin.json": 2,
        "v4_zoo.json": 3,
    },
    "php-vcr": {"unittest_curl_test": 3, "unittest_soap_test": 2},
    "vcr-ruby": {
        "base64_multipart.yml": 1,
        "binary_tag_json.yml": 1,
        "example.yml": 3,
        "fake_example_responses.yml": 4,
        "gzip_local_binary_tag.yml": 1,
        "hand_edited_misnested.yml": 1,
        "json_base64_placeholder.json": 1,
        "json_head_no_body.json": 1,
        "json_string_body.json": 1,
        "match_requests_on.yml": 12,
        "placeholder_in_host.yml": 1,
        "response_without_body.yml": 1,
        "utf8_body.yml": 1,
    },
    "vcrpy": {
        "betamax_converted.json": 2,
        "domain_redirect.yaml": 2,
        "gzip_header_text_body.yaml": 5,
        "gzip_httpx_old_format.yaml": 1,
        "gzip_requests.yaml": 1,
        "new_cassette.json": 1,
        "new_cassette.yaml": 1,
        "otel_chat_completion_404.yaml": 1,
        "otel_chat_completion_metrics.yaml": 1,
        "otel_chat_completion_streaming.yaml": 1,
        "parsed_body_dialect.yaml": 1,
        "python_unicode_tags.yaml": 3,
    },
    "webmock-raw": {
        "dnsimple_accounts_success-account.http": 1,
        "dnsimple_fixtures.http_method-not-allowed.http": 1,
        "dnsimple_fixtures.http_notfound-certificate.http": 1,
        "dnsimple_fixtures.http_pages-1of3.http": 1,
        "dnsimple_fixtures.http_success-with-malformed-json.http": 1,
        "example_curl_output.txt": 1,
    },
    "wiremock": {
        "converse.json": 2,
        "listBrokers-empty.json": 1,
        "listBrokers.json": 1,
        "rest_api_latest_issue_test-121-15239912-d7ff-4688-bb1e-47fd969ab9c3.json": 1,
        "chat_completions-agentic-step2-c3d4e5f6-0000-0000-0000-000000000002.json": 1,
        "200-get-by-id(limited renewals).json": 1,
        "201-post(any).json": 1,
        "dcb-entity-scenario.json": 3,
        "201-post(any shadow).json": 1,
        "New.json": 1,
        "hmpps-auth.json": 6,
        "body-matches-equaltoxml.json": 1,
        "resource-with-base64-body.json": 1,
        "user.json": 2,
        "profile.json": 6,
        "proxy-sample.json": 1,
        "sample.json": 1,
    },
}
WHOLE_PATHS = ("har", "keploy", "mountebank")
"""Formats whose corpus has several files of one name."""
REFUSED = {
    "betamax": {},
    "go-vcr": {},
    "har": {},
    "keploy": {},
    "mountebank": {
        "foo.ejs": "./ejs/foo.js",
        "originServer.ejs": "originServerResponse.ejs",
        "proxyServer.ejs": "proxy.ejs",
    },
    "nock": {},
    "openapi": {},
    "pact": {},
    "php-vcr": {},
    "vcr-ruby": {"1_x_cassette.yml": "VCR 1.x"},
    "vcrpy": {"old_cassette.json": "before 1.0", "old_cassette.yaml": "before 1.0"},
    "webmock-raw": {},
    "wiremock": {"mytest-mapping.json": "mytest.json"},
}


@pytest.mark.parametrize("name", sorted(READ))
def test_the_corpus_holds_as_many_interactions_as_were_counted(name: str, shared: Path) -> None:
    """Each file yields the number of interactions that its origin notes state."""
    found: Counter[str] = Counter()
    for reading in FolderSource(shared / "corpus" / name).read():
        if isinstance(reading, Interaction):
            assert reading.format == name
            found[reading.origin.file if name in WHOLE_PATHS else Path(reading.origin.file).name] += 1
    assert found == READ[name]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_read_is_refused_with_its_reason(name: str, shared: Path) -> None:
    """Old cassettes and a mapping whose body file is missing are named, and nothing else is."""
    readings = FolderSource(shared / "corpus" / name).read()
    refused = {Path(r.file).name: r.reason for r in readings if isinstance(r, Unreadable)}
    assert set(refused) == set(REFUSED[name])
    assert all(words in refused[file] for file, words in REFUSED[name].items())


def test_other_tools_files_are_not_claimed(shared: Path) -> None:
    """No file outside a format's own folder is claimed by it, and no file is claimed twice."""
    corpus = shared / "corpus"
    for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
        document = open_document(path, corpus, Limits(), Options())
        assert isinstance(document, Document), path
        claims = [known.NAME for known in (entry.load() for entry in FORMATS) if known.recognises(document)]
        assert claims in ([], [document.file.partition("/")[0]]), path


def test_no_credential_of_a_recording_is_ready_to_be_sent(shared: Path) -> None:
    """Not one request of the corpus carries a cookie, a token, a host or a recorder's own headers."""
    never = {"authorization", "cookie", "host", "user-agent", "accept-encoding", "content-length", "x-okapi-token"}
    for name in READ:
        for reading in FolderSource(shared / "corpus" / name).read():
            if isinstance(reading, Interaction):
                assert not never & {header.lower() for header, _ in reading.request.headers}, reading.origin
