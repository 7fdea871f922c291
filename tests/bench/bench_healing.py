"""What one change of a mock file costs and touches (G22): time, lines, and bytes over the fewest possible.

Run as ``python -m tests.bench.bench_healing``; prints one JSON object per figure. Times are CPU seconds of one change
in the last entry of a file, beside those of reading the file once; both take turns, the least count. So are those of
every format that holds many mocks in a file: one change in a thousand mocks, and changes in a hundred of them at once
(of a database, in ten of its hundred lists). Bytes are those of
each format's cases: every answer with a JSON body gets one other value, which takes as many bytes as the old one, so
that no length beside it changes (answers beside which a wrong one stands are left out). The fewest possible are those
that differ between the two values. Bodies in base64 or compressed cannot do with that, and are told apart.
"""

import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from driftwatch.mocks.format import HealableFormat
from driftwatch.mocks.homes import homes_of
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.rewriting.home import Home
from driftwatch.mocks.rewriting.sheet import home_of
from driftwatch.mocks.rewriting.splices import differing
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document, Options, open_document
from driftwatch.model.edit import Change, Draft, Edit, Mend, Part
from driftwatch.model.interaction import Expectation, Interaction
from tests.bench.bench_mocks import SEED, exchange, order
from tests.bench.healing_files import FILES as LARGE
from tests.mocks.rewriting.mending import Mocks, leaves, mend_of

ROUNDS = 3
BOUND = 1.5
MOCKS = 1000
CASES = Path(__file__).parents[1] / "mocks" / "formats"
_ALIKE = {**dict.fromkeys("0123456789", "7"), "7": "8", **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "x"), "x": "y"}
"""What takes the place of a value's last character."""


def cassette(folder: Path, count: int) -> None:
    """VCR.py's YAML."""
    entries = [exchange(random.Random(SEED + number), number) for number in range(count)]
    text = yaml.dump({"interactions": entries, "version": 1}, Dumper=yaml.CDumper, allow_unicode=True)
    (folder / "cassette.yaml").write_text(text, encoding="utf-8")


def archive(folder: Path, count: int) -> None:
    """A HAR, as browsers write it."""
    entries = []
    for number in range(count):
        one: Any = exchange(random.Random(SEED + number), number)
        asked, got = one["request"], one["response"]
        text = got["body"]["string"]
        content = {"size": len(text), "mimeType": "application/json", "text": text}
        entries.append(
            {
                "startedDateTime": "2026-03-02T10:00:00.000Z",
                "request": {"method": "GET", "url": asked["uri"], "headers": []},
                "response": {"status": 200, "statusText": "OK", "headers": [], "content": content},
            }
        )
    log = {"version": "1.2", "creator": {"name": "bench", "version": "1"}, "entries": entries}
    (folder / "archive.har").write_text(json.dumps({"log": log}, indent=2), encoding="utf-8")


def stubs(folder: Path, count: int) -> None:
    """WireMock's stubs in one file."""
    dice = random.Random(SEED)
    found = [
        {
            "request": {"method": "GET", "urlPath": f"/orders/{number}"},
            "response": {"status": 200, "jsonBody": order(dice, number, dice.randint(8, 30))},
        }
        for number in range(count)
    ]
    (folder / "stubs.json").write_text(json.dumps({"mappings": found}, indent=2), encoding="utf-8")


FILES: tuple[tuple[str, Callable[[Path, int], None], int], ...] = (
    ("a YAML cassette of 10 MB", cassette, 5200),
    ("a HAR of 12 MB", archive, 5500),
    ("a file of stubs of 12 MB", stubs, 3700),
    ("a YAML cassette of 1 MB", cassette, 520),
)


def one_change(mocks: Mocks) -> tuple[float, Draft]:
    """Seconds for another value in the last entry, and the draft."""
    edit = Edit(Part.BODY, Change.SET, ("customer", "name"), value='"Somebody Else"')
    mend = mend_of(mocks.interactions[-1], 0, edit)
    started = time.process_time()
    made = mocks.rewriter.rewrite([mend])
    seconds = time.process_time() - started
    (draft,) = made.drafts
    return seconds, draft


def one_load(mocks: Mocks) -> float:
    """Seconds for reading the file once."""
    started = time.process_time()
    for _ in mocks.places.read():
        pass
    return time.process_time() - started


def stretches(draft: Draft) -> Iterator[tuple[str, str]]:
    """What differs, line by line, without what the two have in common; all at once where lines came or went."""
    before, after = (text.decode("utf-8", "surrogateescape") for text in (draft.before, draft.after))
    old, new = before.split("\n"), after.split("\n")
    pairs = zip(old, new, strict=True) if len(old) == len(new) else [(before, after)]
    for line, other in pairs:
        for one in differing(line, other):
            yield line[one.start : one.end], one.text


def times() -> None:
    """Time and lines, for large files."""
    for what, write, count in FILES:
        with tempfile.TemporaryDirectory() as place:
            write(Path(place), count)
            mocks = Mocks(Path(place))
            rounds = [(one_change(mocks), one_load(mocks)) for _ in range(ROUNDS)]
            ratio = min(fix for (fix, _), _ in rounds) / min(load for _, load in rounds)
            lines = len(list(stretches(rounds[0][0][1])))
            figure("G22", f"one change in {what} / reading it once", ratio, BOUND)
            figure("G22", f"lines outside the changed value that differ, {what}", lines - 1, 0)


def many() -> None:
    """Time for files of every format: one change, and changes of a tenth of the mocks at once; the slowest of each."""
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for name, write in LARGE.items():
        with tempfile.TemporaryDirectory() as place:
            write(Path(place), MOCKS)
            mocks = Mocks(Path(place))
            whole = [one for one in mocks.interactions if chosen_in(one) is not None]
            for what, some in (("one change", whole[-1:]), ("changes of a tenth", whole[::10])):
                mends = [mend_of(one, 0, change) for one in some if (change := chosen_in(one)) is not None]
                rounds = [(seconds_of(mocks, mends), one_load(mocks)) for _ in range(ROUNDS)]
                found[what][name] = min(fix for fix, _ in rounds) / min(load for _, load in rounds)
                ratio = round(found[what][name], 3)
                line({"name": f"{what} / reading the file once, {name}", "goal": "-", "ratio": ratio})
    for what, ratios in found.items():
        slowest = max(ratios, key=lambda name: ratios[name])
        told = f"{what} in a file of {MOCKS:,} mocks / reading it once, the slowest of {len(ratios)} formats, {slowest}"
        figure("G22", told, ratios[slowest], BOUND)


def chosen_in(interaction: Interaction) -> Edit | None:
    """Another customer of an order, in a list of the last one; none for an item that its list shows as well."""
    document: Any = json.loads(interaction.variants[0].body or b"null")
    if interaction.format == "json-server" and isinstance(document, dict):
        return None
    steps = ("customer", "name") if isinstance(document, dict) else (len(document) - 1, "customer", "name")
    return Edit(Part.BODY, Change.SET, steps, value='"Somebody Else"')


def seconds_of(mocks: Mocks, mends: list[Mend]) -> float:
    """Seconds for all of these."""
    started = time.process_time()
    made = mocks.rewriter.rewrite(mends)
    seconds = time.process_time() - started
    assert not made.unwritten, made.unwritten[0].reason
    return seconds


def alike(value: Any) -> str | None:
    """JSON of another value of as many bytes; ``None`` where there is none."""
    if isinstance(value, str) and value and value[-1].isascii() and value[-1].isalnum():
        return json.dumps(value[:-1] + _ALIKE.get(value[-1], "7"), ensure_ascii=False)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)[:-1] + _ALIKE.get(str(value)[-1], "7")
    return None


def chosen(variant: Expectation) -> tuple[tuple[str | int, ...], str] | None:
    """The last value of a JSON body that another of as many bytes can replace."""
    try:
        body = json_text.decode((variant.body or b"").decode())
    except (ValueError, RecursionError):
        return None
    found = [(steps, new) for steps, value in leaves(body) if (new := alike(value)) is not None]
    return found[-1] if found else None


def has_right_length(variant: Expectation) -> bool:
    """Whether the length beside a body is that of the body; another is put right with it."""
    return variant.header("content-length") in (None, str(len(variant.body or b"")))


def touched(folder: Path) -> Iterator[tuple[bool, int, int]]:
    """For each answer that one value was changed of: whether its body is packed, bytes that differ, and must differ."""
    mocks = Mocks(folder)
    documents = {file: opened(folder, file) for file in {one.origin.file for one in mocks.interactions}}
    for interaction in mocks.interactions:
        for number, variant in enumerate(interaction.variants):
            if (change := chosen(variant)) is None or not has_right_length(variant):
                continue
            edit = Edit(Part.BODY, Change.SET, change[0], value=change[1])
            for draft in mocks.rewriter.rewrite([mend_of(interaction, number, edit)]).drafts:
                size = sum(
                    len(old.encode("utf-8", "replace")) + len(new.encode("utf-8", "replace"))
                    for old, new in stretches(draft)
                )
                yield is_packed(draft, home_of(documents[interaction.origin.file], interaction, number)), size, 2


def opened(folder: Path, file: str) -> Document:
    """A mock file."""
    document = open_document(folder / file, folder, Limits(), Options())
    assert isinstance(document, Document)
    return document


def is_packed(draft: Draft, home: Home) -> bool:
    """Whether no character of the body stands in the file."""
    is_coded = home.body is not None and (home.body.is_base64 or home.body.is_hex)
    return is_coded or draft.file.endswith(".zz") or b"!binary" in draft.before


def bytes_touched() -> None:
    """Bytes over the smallest possible, for each format."""
    packed: list[tuple[int, int]] = []
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for folder in sorted(CASES.iterdir()):
        if isinstance(homes_of(folder.name), HealableFormat):
            for case in sorted(folder.iterdir()):
                for is_packed, size, least in touched(case):
                    (packed if is_packed else found[folder.name]).append((size, least))
    for name, sizes in sorted(found.items()):
        figure("G22", f"bytes changed / fewest possible, {len(sizes)} answers, {name}", share(sizes), 1)
    line(
        {
            "name": "bytes changed / fewest possible, files with base64 or compression",
            "goal": "-",
            "ratio": round(share(packed), 1),
        }
    )


def share(sizes: list[tuple[int, int]]) -> float:
    """All bytes over all that had to be."""
    return sum(size for size, _ in sizes) / max(sum(least for _, least in sizes), 1)


def figure(goal: str, what: str, ratio: float, bound: float) -> None:
    """One line with a bound."""
    line({"goal": goal, "what": what, "ratio": round(ratio, 3), "bound": bound, "met": ratio <= bound})


def line(fields: dict[str, object]) -> None:
    """One line."""
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    times()
    many()
    bytes_touched()
