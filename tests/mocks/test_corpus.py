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
REFUSED = {
    "har": {},
    "vcrpy": {"old_cassette.json": "before 1.0", "old_cassette.yaml": "before 1.0"},
    "wiremock": {"mytest-mapping.json": "mytest.json"},
}


@pytest.mark.parametrize("name", sorted(READ))
def test_the_corpus_holds_as_many_interactions_as_were_counted(name: str, shared: Path) -> None:
    """Each file yields the number of interactions that its origin notes state."""
    found: Counter[str] = Counter()
    for reading in FolderSource(shared / "corpus" / name).read():
        if isinstance(reading, Interaction):
            assert reading.format == name
            found[reading.origin.file if name == "har" else Path(reading.origin.file).name] += 1
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
        claims = [known.NAME for known in FORMATS if known.recognises(document)]
        assert claims in ([], [document.file.partition("/")[0]]), path


def test_no_credential_of_a_recording_is_ready_to_be_sent(shared: Path) -> None:
    """Not one request of the corpus carries a cookie, a token, a host or a recorder's own headers."""
    never = {"authorization", "cookie", "host", "user-agent", "accept-encoding", "content-length", "x-okapi-token"}
    for name in READ:
        for reading in FolderSource(shared / "corpus" / name).read():
            if isinstance(reading, Interaction):
                assert not never & {header.lower() for header, _ in reading.request.headers}, reading.origin
