"""Classes of strings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.model.shape import STRICT_FORMATS, Format
from driftwatch.shapes.formats import PATTERNS, UTC, classify, has_zero_offset

CASES = {
    Format.DATE_TIME: [
        "2024-05-01T10:00:00Z", "2024-05-01t10:00:00z", "2024-05-01T10:00:00.5Z", "2024-05-01T10:00:00.123456789Z",
        "2024-05-01T10:00:00+02:00", "2024-05-01T10:00:00-00:00", "2024-05-01 10:00:00Z", "2024-05-01 10:00:00-05:30",
        "2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z",
    ],
    Format.LOCAL_DATE_TIME: [
        "2024-05-01T10:00:00", "2024-05-01 10:00:00", "2024-05-01t10:00:00.25", "2024-02-29 00:00:00",
    ],
    Format.DATE: ["2024-05-01", "2024-02-29", "9999-12-31"],
    Format.TIME: ["10:00:00", "23:59:60", "10:00:00.5", "10:00:00Z", "10:00:00+02:00"],
    Format.HTTP_DATE: ["Sun, 06 Nov 1994 08:49:37 GMT"],
    Format.SLASH_DATE: [
        "01/05/2024", "1/5/2024", "5/31/2024", "31/5/2024", "2024/05/01", "2024/31/05", "31.12.2024", "1.2.2024",
        "01/05/24", "01/05/2024 10:00", "01/05/2024T10:00:00", "1/5/2024 3:04 PM", "2024.05.01 10:00:00.5",
    ],
    Format.UUID: [
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3F2504E0-4F89-11D3-9A0C-0305E82C3301",
        "00000000-0000-0000-0000-000000000000", "aaaaaaaa-bbbb-8ccc-dddd-eeeeeeeeeeee",
    ],
    Format.URI: ["https://example.com", "http://x/?q=1#f", "s3://bucket/key", "postgres+psycopg://u@h/db", "h://[::1]"],
    Format.EMAIL: ["ann@example.org", "a.b+c@mail.example.co", "1@example.com", "müller@example.de", "a@exämple.org",
                   "_a@example.com", "2024-05-01@example.org"],
    Format.NUMERIC: ["1024", "-12.50", "+5", "007", "1.024", "1e5", "2.5E-3", "0", "9" * 65],
    Format.NUMERIC_STYLED: [
        "1,024", "1,024.50", "-1,024", "12,34,567.00", "1.024.000", "1.024,50", "1'024", "1\u202f024", "1\u00a0024,5",
        "1 024,50", "12,50", "12%", "12.5 %", "€12", "$1,024.00", "-$5", "$-5", "12,50 €", "USD 12.50", "12.50 USD",
        "1 024 EUR",
    ],
    Format.TEXT: [
        # dates that are none
        "2024-02-30", "2024-13-01", "2024-00-10", "2024-05-32", "2024-04-31", "2024-5-1", "24:00:00", "10:60:00",
        "10:00:61", "10:00", "2024-05-01T24:00:00Z", "2024-05-01T10:00Z", "2024-05-01T10:00:00,5Z",
        "2024-05-01T10:00:00+0200", "2024-05-01T10:00:00+24:00", "2024-05-01T10:00:00 Z", "2024-05-01Z",
        "20240501T100000Z",
        "13/13/2024", "32/1/2024", "1/5", "1/2024", "1.2.24", "1.2.3", "10.0.0.1", "31.12/2024", "01-05-2024",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 +0000",
        # digits of other scripts are no digits to any parser of these forms
        "٢٠٢٤-٠٥-٠١", "١٢٣", "２０２４-０５-０１", "٢٠٢٤-٠٥-٠١T١٠:٠٠:٠٠Z", "१२,३४५",
        # nearly identifiers
        "3f2504e0-4f89-41d3-9a0c-0305e82c330", "3f2504e0-4f89-41d3-9a0c-0305e82c330g", "usr_01HV7R2",
        "{3f2504e0-4f89-41d3-9a0c-0305e82c3301}", "3f2504e04f8941d39a0c0305e82c3301",
        # nearly addresses
        "https://", "//example.com/a", "/a/b", "mailto:a@example.org", "file:///etc", "http://a b", "see http://x.org",
        "http://x.org now", "a@b", "@example.org", "a@", "a b@example.org", "a@b@example.org", "a@example..org",
        "Ann <ann@example.org>", "x" * 65 + "@example.org",
        # nearly numbers
        "1,2,3", "12,345,6", "030 123 456", "1 024", "+49 30 1234", "0x1F", "1_000", "12 pcs", "ABC 123",
        "1.",
        ".5", "--1", "%", "€", "12 XYZ", "NaN", "Infinity", "1" * 62 + ",5 %", "1/2", "SW1A 1AA",
        # plain text
        "paid", "Hello, world", "İstanbul", "日本", "\ufeff", "a\n", "2024-05-01\n", "1024\n",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("expected", "text"), [(kind, text) for kind, texts in CASES.items() for text in texts])
def test_a_text_is_of_its_class(expected: Format, text: str) -> None:
    """Each of these is what its parsers would say it is."""
    assert classify(text) is expected


def test_every_class_is_tried() -> None:
    """The table has rows for every class."""
    assert set(CASES) == set(Format)


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0"])
def test_blank_text_has_no_class_of_its_own(text: str) -> None:
    """Whoever counts, counts blanks apart; asked all the same, they are text."""
    assert classify(text) is Format.TEXT


@given(st.data(), st.sampled_from(sorted(STRICT_FORMATS)))
def test_strict_patterns_exclude_each_other(data: st.DataObject, kind: Format) -> None:
    """What the pattern of a strict class matches is of that class, in whatever order patterns are tried."""
    text = data.draw(st.from_regex(PATTERNS[kind].written, fullmatch=True))
    assert classify(text) is kind


@given(st.from_regex(PATTERNS[Format.DATE_TIME].written, fullmatch=True))
def test_the_pattern_of_utc_agrees_with_the_test_of_the_offset(text: str) -> None:
    """Two ways to ask whether a date-time is in UTC give one answer."""
    assert (UTC.fullmatch(text) is not None) is has_zero_offset(text)


@pytest.mark.parametrize(
    ("text", "is_zero"),
    [
        ("2024-05-01T10:00:00Z", True),
        ("2024-05-01T10:00:00z", True),
        ("2024-05-01T10:00:00+00:00", True),
        ("2024-05-01T10:00:00-00:00", True),
        ("2024-05-01T10:00:00+02:00", False),
        ("2024-05-01T10:00:00+10:00", False),
        ("2024-05-01T10:00:00-00:30", False),
    ],
)
def test_offsets_other_than_zero_are_told(text: str, is_zero: bool) -> None:
    """Only Z and 00:00 are zero."""
    assert has_zero_offset(text) is is_zero


@given(st.text(max_size=40))
def test_every_text_has_a_class(text: str) -> None:
    """No text makes the classes stumble."""
    assert classify(text) in Format
