"""Files made to hurt: nothing but a reason may come out of them, and the files beside them are read."""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.mocks.limits import MIB, Limits
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Ignored, Interaction, Reading, Unreadable
from tests.fuzz.target import check

GOOD = '{"request": {"method": "GET", "urlPath": "/ok"}, "response": {"status": 200}}'
CASES = Path(__file__).parent / "formats"
FUZZED = Path(__file__).parents[1] / "fuzz" / "corpus"
SAMPLES = sorted(path for path in CASES.rglob("*") if path.is_file() and path.name != "expected.json")
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


def read(folder: Path, **options: object) -> list[Reading]:
    """All readings of a folder."""
    return list(FolderSource(folder, **options).read())  # type: ignore[arg-type]


def refusals(folder: Path, **options: object) -> list[str]:
    """The reasons why files were not read, the good file beside them being read."""
    (folder / "good.json").write_text(GOOD)
    readings = read(folder, **options)
    assert [r.request.path for r in readings if isinstance(r, Interaction)] == ["/ok"]
    return [r.reason for r in readings if isinstance(r, Unreadable | Ignored)]


def deep_json(levels: int) -> str:
    """A WireMock stub with a deep answer."""
    return '{"request": {"urlPath": "/deep"}, "response": {"jsonBody": ' + "[" * levels + "]" * levels + "}}"


@pytest.mark.parametrize("levels", [199, 500, 10_000, 100_000])
def test_deep_json_is_refused(levels: int, tmp_path: Path) -> None:
    """Nesting beyond the limit is a reason, whatever the parser's own limit is."""
    (tmp_path / "deep.json").write_text(deep_json(levels))
    (reason,) = refusals(tmp_path)
    assert "nested deeper than 200 levels" in reason


def test_json_at_the_limit_is_read(tmp_path: Path) -> None:
    """Two hundred levels are allowed."""
    (tmp_path / "deep.json").write_text(deep_json(198))
    (reading,) = read(tmp_path)
    assert isinstance(reading, Interaction)


@pytest.mark.parametrize("text", ["[" * 10_000, "interactions: " + "[" * 10_000, "- " * 10_000, "{a: " * 50_000])
def test_deep_yaml_is_refused(text: str, tmp_path: Path) -> None:
    """Deep flow and block collections end in a reason before libyaml's composer could crash."""
    (tmp_path / "deep.yaml").write_text(text)
    (reason,) = refusals(tmp_path)
    assert "nested deeper than 200 levels" in reason


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    """Ten lines that stand for ten thousand million values cost nothing."""
    (tmp_path / "bomb.yaml").write_text(BOMB)
    (reason,) = refusals(tmp_path)
    assert "aliases expanded" in reason


def test_an_alias_to_itself_is_refused(tmp_path: Path) -> None:
    """A value that holds itself is no value."""
    (tmp_path / "self.yaml").write_text("a: &a [*a]\n")
    (reason,) = refusals(tmp_path)
    assert "no anchor before it" in reason


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"request": {"urlPath": "/\xff"}, "response": {}}', "not UTF-8: a wrong byte at offset 26"),
        (b"\xff\xfe" + GOOD.encode("utf-16-le")[:-1], "not UTF-16-LE"),
        (GOOD.encode()[:-1], "found the end of the file"),
        (b'{"request": {"urlPath": "/x"} "response": {}}', "expected ',' or '}'"),
        (b'{"request": {"urlPath": "/x"}, "response": {"body": "open}}', "does not end"),
    ],
    ids=["wrong byte", "half a character", "cut", "missing comma", "open quotes"],
)
def test_a_broken_file_is_refused_by_its_format(content: bytes, words: str, tmp_path: Path) -> None:
    """A file that was a WireMock stub once is unreadable, not ignored, and the reason names the place."""
    (tmp_path / "broken.json").write_bytes(content)
    (tmp_path / "good.json").write_text(GOOD)
    broken, good = read(tmp_path)
    assert isinstance(good, Interaction)
    assert isinstance(broken, Unreadable)
    assert (broken.file, broken.format) == ("broken.json", "wiremock")
    assert words in broken.reason


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.replace("{", "{\r\n").encode(),
    ],
    ids=["utf-8 with mark", "utf-16 little", "utf-16 big", "crlf"],
)
def test_other_encodings_are_read(encode: Callable[[str], bytes], tmp_path: Path) -> None:
    """Files that Windows tools write are read like any other."""
    (tmp_path / "stub.json").write_bytes(encode(GOOD))
    (reading,) = read(tmp_path)
    assert isinstance(reading, Interaction)


def test_a_file_beyond_the_size_limit_is_refused_unread(tmp_path: Path) -> None:
    """The limit holds for files that a format would claim, by what their beginning says."""
    (tmp_path / "big.json").write_text(GOOD + " " * 5000)
    reasons = refusals(tmp_path, limits=Limits(file_bytes=4000))
    assert reasons == ["larger than 4,000 bytes (`limits.file_size` of the config allows more)"]


def test_fifty_megabytes_are_read(tmp_path: Path) -> None:
    """A body of fifty megabytes is inside the limits, and its stub is read."""
    stub = {"request": {"urlPath": "/big"}, "response": {"body": "x" * (50 * MIB)}}
    (tmp_path / "big.json").write_text(json.dumps(stub))
    (reading,) = read(tmp_path)
    assert isinstance(reading, Interaction)
    assert len(reading.variants[0].body or b"") == 50 * MIB


def test_a_large_file_that_is_no_json_is_refused_quickly(tmp_path: Path) -> None:
    """The tolerant reader, which is slow, is kept for files of ordinary size."""
    (tmp_path / "big.json").write_text('{"request": {"urlPath": "/big"}, "response": [' + "1, " * (4 * MIB))
    (reason,) = refusals(tmp_path)
    assert "not standard JSON" in reason


def test_a_gzip_bomb_is_not_expanded(tmp_path: Path) -> None:
    """A recorded body that expands beyond the limit is left out with a note; the interaction stays."""
    packed = base64.b64encode(gzip.compress(b"0" * (20 * MIB))).decode()
    answer = {"status": 200, "headers": [], "content": {"text": packed, "encoding": "base64", "mimeType": "text/plain"}}
    entry = {"request": {"method": "GET", "url": "https://a.example/", "headers": []}, "response": answer}
    (tmp_path / "bomb.har").write_text(json.dumps({"log": {"entries": [entry]}}))
    (reading,) = read(tmp_path, limits=Limits(body_bytes=MIB))
    assert isinstance(reading, Interaction)
    assert reading.variants[0].body is None
    assert any("expands to more than" in note for note in reading.notes)


def test_body_files_stay_inside_their_folder(tmp_path: Path) -> None:
    """Neither dots, nor an absolute path, nor a symbolic link leads a body file out of ``__files``."""
    (tmp_path / "secret.txt").write_text("secret")
    mocks = tmp_path / "mocks"
    (mocks / "mappings").mkdir(parents=True)
    (mocks / "__files").mkdir()
    (mocks / "__files" / "link.txt").symlink_to(tmp_path / "secret.txt")
    names = ["../../secret.txt", str(tmp_path / "secret.txt"), "link.txt", "a\0b", "x" * 5000]
    stubs = [{"request": {"urlPath": f"/{i}"}, "response": {"bodyFileName": name}} for i, name in enumerate(names)]
    (mocks / "mappings" / "all.json").write_text(json.dumps({"mappings": stubs}))
    readings = read(mocks)
    assert sum(isinstance(reading, Unreadable) for reading in readings) == len(names)
    assert not any(isinstance(reading, Interaction) for reading in readings)


@pytest.mark.parametrize(
    "text",
    [
        '{"mappings": [1, null, [], {"request": {"urlPath": "/x"}, "response": {}}]}',
        '{"request": {"urlPath": "/x", "headers": [1]}, "response": {}}',
        '{"request": {"urlPath": {"a": 1}}, "response": {"headers": "none"}}',
        '{"request": {"urlPath": "/x", "bodyPatterns": {"and": 1}}, "response": {}}',
        '{"request": {"urlPathPattern": "((((((((a+)+)+)+)+)+)+)+)+$"}, "response": {"status": 1e99}}',
        '{"request": {"urlPattern": "[" }, "response": {"status": 99}}',
        '{"request": {"urlPathTemplate": "/{a}/{a}/{"}, "response": {"jsonBody": {"a": "b"}}}',
        '{"log": {"entries": [1, {"request": 3}, {"request": {"url": 5}, "response": []}, {}]}}',
        '{"log": {"creator": 3, "entries": [{"request": {"url": "http://["}, "response": {"status": -5}}]}}',
        '{"version": 1, "interactions": [{"request": {"uri": "http://a.b"}}, 3, {"request": {"uri": []}}]}',
    ],
)
def test_wrong_types_are_reasons(text: str, tmp_path: Path) -> None:
    """A field of another type than the format's costs its stub a reason, and never an exception."""
    (tmp_path / "odd.json").write_text(text)
    readings = read(tmp_path)
    assert readings
    assert not any("could not be read (" in r.reason for r in readings if isinstance(r, Unreadable))


@settings(max_examples=150, deadline=None)
@given(sample=st.sampled_from(SAMPLES), data=st.data())
def test_a_damaged_sample_yields_readings_only(sample: Path, data: st.DataObject) -> None:
    """Whatever bytes are cut, changed or doubled in a mock file, reading it ends, and every reader bears it itself."""
    content = sample.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    inserted = data.draw(
        st.binary(max_size=8) | st.sampled_from([b"", b"null", b"[]", b"{}", b'"', b"1e999", b"*a", b"!!"])
    )
    with TemporaryDirectory() as folder:
        Path(folder, f"sample{sample.suffix}").write_bytes(content[:start] + inserted + content[end:])
        readings = read(Path(folder))
    assert readings
    assert not any("could not be read (" in r.reason for r in readings if isinstance(r, Unreadable))


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200), suffix=st.sampled_from([".json", ".yaml", ".har", ""]))
def test_random_bytes_yield_readings_only(content: bytes, suffix: str) -> None:
    """Noise is ignored with a reason."""
    with TemporaryDirectory() as folder:
        Path(folder, f"noise{suffix}").write_bytes(content)
        (reading,) = read(Path(folder))
    assert isinstance(reading, Ignored | Unreadable)


@pytest.mark.parametrize("path", sorted(FUZZED.iterdir()), ids=lambda path: path.name)
def test_what_fuzzing_found_is_read_or_refused(path: Path) -> None:
    """Inputs that once reached code no other did; none makes a reader raise."""
    check(path.read_bytes())


def _hurt(value: object) -> Iterator[object]:
    """The same document, one place after the other holding what no stub should, but JSON allows."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ({**value, name: hurt} for hurt in _hurt(inner))
    elif isinstance(value, list):
        for place, inner in enumerate(value[:3]):
            yield from ([*value[:place], hurt, *value[place + 1 :]] for hurt in _hurt(inner))
    elif isinstance(value, str):
        yield f"{value}\ud800"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield 10**30


@pytest.mark.timeout(300)
@pytest.mark.parametrize("format_", sorted({path.relative_to(CASES).parts[0] for path in SAMPLES}))
def test_half_characters_and_endless_numbers_are_no_fault_of_ours(format_: str, tmp_path: Path) -> None:
    """Half a surrogate pair (RFC 8259, 8.2) or a number of thirty digits costs at most the stub it stands in."""
    for sample in (path for path in SAMPLES if path.relative_to(CASES).parts[0] == format_):
        try:
            document = json.loads(sample.read_bytes())
        except ValueError:
            continue
        for hurt in islice(_hurt(document), 60):
            (tmp_path / sample.name).write_text(json.dumps(hurt), encoding="ascii")
            reasons = [one.reason for one in read(tmp_path) if isinstance(one, Unreadable)]
            assert not [reason for reason in reasons if reason.startswith("could not be read (")], (sample, hurt)
            (tmp_path / sample.name).unlink()
