"""The register of formats."""

from pathlib import Path

from driftwatch.mocks.catalog import FORMATS, recognise
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.text.documents import Document, Options, open_document

CASES = Path(__file__).parent / "formats"
KNOWN = [entry.load() for entry in FORMATS]


def test_names_are_unique_and_in_alphabetical_order() -> None:
    """One finds a format where one looks for it, and no two share a name."""
    names = [entry.load().NAME for entry in FORMATS]
    assert names == sorted(set(names))


def test_every_format_has_cases() -> None:
    """A format without a single case could not be trusted to read anything."""
    assert {path.name for path in CASES.iterdir()} >= {entry.load().NAME for entry in FORMATS}


def test_every_format_says_what_its_facts_rest_on() -> None:
    """A format's docstring names a source with a version or a commit."""
    for known in KNOWN:
        assert "@" in (known.__doc__ or ""), known.NAME


def test_no_sample_is_claimed_twice() -> None:
    """Whatever the order of the register, a file has one format at most."""
    for path in sorted(path for path in CASES.rglob("*") if path.is_file()):
        document = open_document(path, CASES, Limits(), Options())
        if not isinstance(document, Document):
            continue  # a binary body file beside its mock: nobody is asked about it
        assert len([known.NAME for known in KNOWN if known.recognises(document)]) <= 1, path


def test_whom_to_ask_first_changes_nothing() -> None:
    """The members at the top of a file only shorten the search for the one format that claims it."""
    for path in sorted(path for path in CASES.rglob("*") if path.is_file()):
        document = open_document(path, CASES, Limits(), Options())
        if isinstance(document, Document):
            claimed = [known.NAME for known in KNOWN if known.recognises(document)]
            found = recognise(document)
            assert [found.NAME if found else ""] == (claimed or [""]), path


def test_words_never_hide_a_format() -> None:
    """Whatever a format claims, its words are in the file: loading on demand changes nothing."""
    for path in sorted(path for path in CASES.rglob("*") if path.is_file()):
        document = open_document(path, CASES, Limits(), Options())
        if not isinstance(document, Document):
            continue  # a binary body file beside its mock: nobody is asked about it
        for entry in FORMATS:
            assert entry.could_be(document) or not entry.load().recognises(document), (entry.name, path)
