"""Mocks and answers, and what mending makes of them (``cases/*.yaml``)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import yaml

from driftwatch.heal.kinds import KINDS
from driftwatch.model.context import Context
from driftwatch.model.edit import Change, Edit, Part
from driftwatch.model.history import History, KnownValues
from driftwatch.model.interaction import Expectation, Matcher, MatcherKind
from driftwatch.model.probe import Observation
from driftwatch.usecases.heal_trial import Treated
from tests.drift.making import a_claim
from tests.heal.applying import applied
from tests.heal.making import NOW, look_at, treated

FOLDER: Final = Path(__file__).with_name("cases")
JSON: Final = {"Content-Type": "application/json"}


class Case(NamedTuple):
    """One entry of the files."""

    name: str
    told: Mapping[str, Any]

    @property
    def mock(self) -> Expectation:
        """The mocked answer."""
        headers = tuple(self.told.get("headers", JSON).items())
        matchers = tuple(_matcher(told) for told in self.told.get("matchers", ()))
        return Expectation(self.told.get("status", 200), headers, _body(self.told, "mock"), matchers)

    @property
    def samples(self) -> tuple[Observation, ...]:
        """The real answers: one that is told alone comes three times."""
        headers = tuple(self.told.get("real_headers", JSON).items())
        status = self.told.get("real_status", self.told.get("status", 200))
        told = self.told.get("real")
        bodies = [_body(self.told, "real")] if told is None else [json.dumps(one).encode() for one in told]
        days = self.told.get("days", [0, 0, 0])
        moments = [NOW - timedelta(days=max(days) - day) for day in days]
        answers = bodies * len(moments) if len(bodies) == 1 else bodies
        return tuple(
            Observation(status, headers, body or b"", at=at)
            for body, at in zip(answers, moments if len(bodies) == 1 else [NOW] * len(bodies), strict=True)
        )

    @property
    def context(self) -> Context:
        """What is known of earlier audits."""
        known = {
            path: KnownValues(frozenset(one["values"]), one["n"]) for path, one in self.told.get("history", {}).items()
        }
        return Context(now=NOW, history=History(values=known))

    def treated(self) -> Treated:
        """What mending makes of it."""
        return treated(a_claim(self.mock), self.samples, self.context)


def _matcher(told: Mapping[str, Any]) -> Matcher:
    values = tuple(told.get("values", ()))
    return Matcher(**{**told, "kind": MatcherKind(told["kind"]), **({"values": values} if values else {})})


def _body(told: Mapping[str, Any], side: str) -> bytes | None:
    text = told.get(f"{side}_text")
    return text.encode() if text is not None else json.dumps(told[side]).encode()


def _cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from (Case(name, told) for name, told in yaml.safe_load(path.read_text(encoding="utf-8")).items())


CASES: Final = tuple(_cases())


def _names(findings: Sequence[Any]) -> list[str]:
    return sorted(f"{one.kind} {one.path}".strip() for one in findings)


def _word(edit: Edit) -> str:
    place = " ".join(map(str, edit.steps))
    if edit.part is Part.STATUS:
        return f"status {edit.value}"
    if edit.part is Part.HEADER:
        return f"{edit.change} header {edit.name}" + (f" = {edit.value}" if edit.value else "")
    if edit.change is Change.RENAME:
        return f"rename {place} to {edit.name}"
    value = f" = {edit.value}" if edit.value else ""
    return f"{edit.change} {place}{value}" + (f" after {edit.after}" if edit.after else "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case(case: Case) -> None:
    """What is told is found, healed or left; what comes of it is as told, and silent where it was healed."""
    came = case.treated()
    assert _names(came.goal.chosen) == sorted(case.told.get("heals", ()))
    left = {f"{finding.kind} {finding.path}".strip(): reason for finding, reason in came.left}
    assert left.keys() == case.told.get("leaves", {}).keys()
    for place, words in case.told.get("leaves", {}).items():
        assert words in left[place]
    (mended,) = came.claim.variants
    if "becomes" in case.told:
        assert json.loads(mended.body or b"") == case.told["becomes"]
        assert list(_order(json.loads(mended.body or b""))) == list(_order(case.told["becomes"]))
    if "becomes_text" in case.told:
        assert mended.body == case.told["becomes_text"].encode()
    if "headers_become" in case.told:
        assert dict(mended.headers) == case.told["headers_become"]
    assert mended.status == case.told.get("status_becomes", case.mock.status)
    edits = [edit for mend in came.mends for edit in mend.edits]
    if "edits" in case.told:
        assert [_word(edit) for edit in edits] == case.told["edits"]
    if not case.told.get("heals"):
        assert edits == []
    found = look_at(came.claim, case.samples, case.context).findings
    assert _names(found) == sorted(case.told.get("leaves", {}))


def _order(value: Any) -> Iterator[str]:
    """The names of a document in their order, of objects that are not empty."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _order(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _order(inner)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_edits_say_what_was_done(case: Case) -> None:
    """Carried out on the answer as it was, the edits of a mend make the answer that was judged."""
    came = case.treated()
    edits = [edit for mend in came.mends for edit in mend.edits]
    (mended,) = came.claim.variants
    again = applied(case.mock, edits)
    assert (again.status, again.headers) == (mended.status, mended.headers)
    assert _plain(again.body) == _plain(mended.body)


def _plain(body: bytes | None) -> Any:
    try:
        return json.loads(body or b"")
    except ValueError:
        return body


def test_every_kind_that_can_be_healed_is() -> None:
    """Each healable kind heads a case in which it is healed, and no other kind is ever healed."""
    healed = {place.split(" ")[0] for case in CASES for place in case.told.get("heals", ())}
    assert healed == {kind for kind, remedy in KINDS.items() if remedy.is_healable}
