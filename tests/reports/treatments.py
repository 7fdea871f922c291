"""Hand-made healings with what was done with them, each a situation that a report has to tell well."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from driftwatch.model.branch import Branch, Commit, Refused
from driftwatch.model.edit import Change as How
from driftwatch.model.edit import Draft, Edit, Mend, Part, Unsaved
from driftwatch.model.finding import Finding, Severity
from driftwatch.model.healing import Healed, Healing, Left, ProviderHealing
from driftwatch.model.interaction import Expectation, Interaction, Origin
from driftwatch.model.rehearsal import Fate, Performance, Rehearsal, Test
from driftwatch.model.treatment import Place, Treatment
from driftwatch.reports.commit_message import message
from driftwatch.reports.healed import document
from driftwatch.reports.healing import render_changes, render_end
from tests.reports.samples import a_finding, a_provider, a_summary, an_interaction, drifted

_FOLDER: Final = "repository"


def _text(**changes: object) -> bytes:
    stub = {"id": "ch_1", "amount": 5, "currency": "EUR", "created": "2024-05-01", "email": "a@b.example", **changes}
    request = {"method": "GET", "url": "/v1/charges/42", "headers": {"Accept": {"contains": "json"}}}
    kept = {key: value for key, value in stub.items() if value is not None}
    return (json.dumps({"request": request, "response": {"status": 200, "jsonBody": kept}}, indent=2) + "\n").encode()


def _draft(file: str, before: bytes, after: bytes) -> Draft:
    return Draft(file, f"{_FOLDER}/{file}", before, after)


def _healed(of: Interaction, finding: Finding) -> Healed:
    edit = Edit(Part.BODY, How.REMOVE, ("email",))
    mend = Mend(finding.provider, of.origin, of.format, of.mock_id, 0, (edit,), (finding.fingerprint,))
    return Healed(finding, (mend,))


def _treatment(*providers: ProviderHealing, of: tuple[Interaction, ...] = ()) -> Treatment:
    summary = a_summary(a_provider(*(drifted(one) for one in of)))
    healing = Healing(summary, providers)
    places = {draft.path: Place(draft.file) for draft in healing.drafts}
    return Treatment(healing, _FOLDER, places)


_CHARGE: Final = an_interaction(file="mocks/charge.json")
_GONE: Final = an_interaction("refund", "GET /v1/refunds/{id}", "mocks/refund.json", 7)
_LEFT: Final = (
    Left(a_finding(_GONE, "endpoint-gone", path="status"), "what the service answers instead is an error"),
    Left(a_finding(_CHARGE, "mock-stale", Severity.INFO, "mock"), "only a new look at the service makes a mock fresh"),
    Left(a_finding(_GONE, "latency-mock-mismatch", Severity.INFO, "latency"),
         "only a new look at the service makes a mock fresh"),
)  # fmt: skip
_DRAFT: Final = _draft("mocks/charge.json", _text(), _text(email=None, id="ch_100000000001"))


def one_file() -> Treatment:
    """Two findings in one file, three left for two reasons, nothing written."""
    other = replace(a_finding(_CHARGE, "format-changed", Severity.WARNING, "/id"), claim="short", observed="long")
    healed = (_healed(_CHARGE, a_finding(_CHARGE)), _healed(_CHARGE, other))
    notes = ("Content-Length of the charge counts the new body",)
    return _treatment(ProviderHealing("payments", (_DRAFT,), healed, _LEFT, notes), of=(_CHARGE, _GONE))


def nothing_to_heal() -> Treatment:
    """Every mock tells the truth."""
    return _treatment(ProviderHealing("payments", (), (), ()), of=(_CHARGE,))


def every_place() -> Treatment:
    """Two stubs of one file far apart, a body in a file of its own, a file that is no text, one that two share."""
    lines = [f'    "{number}": {number},' for number in range(40)]
    before = "\r\n".join(["{", *lines, '    "end": 1', "}"])
    after = before.replace('"7": 7', '"7": "seven"').replace('"30": 30,', '"30": 30,\r\n    "more": 1,')
    first, second = (
        _on_lines(an_interaction(str(line), f"GET /{line}", "mocks/many.json", line), line, line + 5)
        for line in (6, 29)
    )
    body = an_interaction("body", "GET /body", "mocks/mappings/body.json")
    apart = _with_body(body, "__files/body.json")
    many = _draft("mocks/many.json", before.encode(), after.encode())
    own = _draft("mocks/__files/body.json", b'{"a": 1}', b'{"a": "1"}')
    packed = _draft("mocks/packed.zz", b"\x78\x9c\x00\x01", b"\x78\x9c\x00\x02\x03")
    zipped = an_interaction("packed", "GET /packed", "mocks/packed.zz")
    drafts = (many, own, packed)
    healed = tuple(_healed(one, a_finding(one)) for one in (first, second, apart, zipped))
    shared = _draft("mocks/many.json", before.encode(), after.replace('"0": 0', '"0": null').encode())
    third = _on_lines(an_interaction("0", "GET /0", "mocks/many.json", 2, "users"), 2, 3)
    return _treatment(
        ProviderHealing("payments", drafts, healed, ()),
        ProviderHealing("users", (shared,), (_healed(third, a_finding(third)),), ()),
        of=(first, second, apart, zipped, third),
    )


def long_lines() -> Treatment:
    """A recording whose bodies are lines of thousands of characters, and signs that steer a terminal."""
    before = b'{"a": "' + b"x" * 2000 + b'", "email": "a@b.example", "z": "' + b"y" * 2000 + b'"}\n'
    before += '{"esc": "\x1b[2J", "bidi": "\u202e"}'.encode()
    draft = _draft("mocks/charge.json", before, before.replace(b', "email": "a@b.example"', b""))
    return _treatment(ProviderHealing("payments", (draft,), (_healed(_CHARGE, a_finding(_CHARGE)),), ()), of=(_CHARGE,))


def done() -> Treatment:
    """Everything was ordered: a patch, a branch, writing; some of it could not be."""
    treated = one_file()
    other = _draft("mocks/other.json", b"1\n", b"2\n")
    branch = Branch(
        "heal-mocks",
        (Commit("payments", "0" * 40, ("mocks/charge.json",)),),
        (Refused("mocks/other.json", "it has changes that are not committed: commit or stash them first"),),
    )
    withheld = (a_finding(_CHARGE),)
    return replace(
        treated, rehearsal=_rehearsed(), branch=branch, patch="heal.patch", is_to_be_written=True, written=(_DRAFT,),
        unsaved=(Unsaved(other, "it was changed while it was healed"),), withheld=withheld,
    )  # fmt: skip


def _rehearsed() -> Rehearsal:
    def performed(code: int, **fates: Fate) -> Performance:
        tests = tuple(Test(f"tests.test_shop::{name}", fate, "KeyError" * (fate is Fate.FAILED))
                      for name, fate in fates.items())  # fmt: skip
        return Performance(code, 1.5, tests, "2 failed, 3 passed in 1.5 s")

    good, bad = Fate.PASSED, Fate.FAILED
    before = performed(1, test_mail=good, test_receipt=good, test_odd=bad, test_late=bad, test_gone=good)
    return Rehearsal("pytest -q", before, performed(1, test_mail=bad, test_receipt=bad, test_odd=bad, test_late=good))


def _on_lines(interaction: Interaction, first: int, last: int) -> Interaction:
    """The same stub, on these lines."""
    return dataclasses.replace(interaction, origin=Origin(interaction.origin.file, f"/{first}", first, 1, last))


def _with_body(interaction: Interaction, file: str) -> Interaction:
    """The same stub, with its body in a file."""
    return dataclasses.replace(interaction, variants=(Expectation(200, body_file=file),))


TREATMENTS: Final[dict[str, Callable[[], Treatment]]] = {
    "done": done, "every-place": every_place, "long-lines": long_lines, "nothing-to-heal": nothing_to_heal,
    "one-file": one_file,
}  # fmt: skip
GOLD: Final = Path(__file__).parent / "gold_heal"


def rendered(name: str) -> dict[str, str]:
    """What is printed of one of them, by gold file; ``python -m tests.reports.treatments`` writes all."""
    treatment = TREATMENTS[name]()
    messages = [
        message(one.name, [healed.finding for healed in one.healed])
        for one in treatment.healing.providers
        if one.drafts
    ]
    return {
        f"{name}.txt": _shown(treatment, colour=False, width=100),
        f"{name}.colour.txt": _shown(treatment, colour=True, width=60),
        f"{name}.json": document(treatment),
        f"{name}.commits.txt": "\n".join(messages),
    }


def _shown(treatment: Treatment, *, colour: bool, width: int) -> str:
    changes = render_changes(treatment, colour=colour, width=width)
    return changes + render_end(treatment, colour=colour, width=width)


if __name__ == "__main__":
    GOLD.mkdir(exist_ok=True)
    for treatment_name in TREATMENTS:
        for file_name, text in rendered(treatment_name).items():
            (GOLD / file_name).write_text(text, encoding="utf-8")
