"""The lens: who asks for what, what is said of it, and above all what is not."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from driftwatch.model.identity import NOBODY, Identities, Role
from driftwatch.model.interaction import Expectation, Interaction
from driftwatch.model.policy import Policy, ProbingPolicy
from driftwatch.model.probe import Failure, Observation, Probe, Purpose, Unreachable
from driftwatch.model.summary import Result, Summary
from driftwatch.probes.lens import SAMPLES
from tests.fakes import ScriptedProber
from tests.usecases.making import JSON, Desk, mock, only, says, service

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "lens.yaml").read_text(encoding="utf-8"))
ROLES = {role.value: role for role in Role}
BODIES = {
    "full": {"id": 1, "email": "ada@example.org", "salary": 5},
    "less": {"id": 1, "email": "ada@example.org"},
    "list": {"items": [{"id": 1, "salary": 5}, {"id": 2, "salary": 6}]},
    "short-list": {"items": [{"id": 1}, {"id": 2}]},
    "empty": {"items": []},
}
LOGIN = Observation(302, (("Location", "https://id.example.org/login?next=/users/1"),))
REFUSAL = '{"error": "refused"}'


def _says(word: Any) -> Observation:
    """What one word of the table stands for on the wire."""
    if word == "login":
        return LOGIN
    if word == "down":
        return Observation(failure=Failure.CONNECT_REFUSED)
    if isinstance(word, int):
        return Observation(word, JSON, REFUSAL.encode())
    return Observation(200, JSON, json.dumps(BODIES[word]).encode())


def _mock(written: Any) -> Interaction:
    fields = written if isinstance(written, Mapping) else {"status": written}
    bodies = fields.get("body", "full")
    statuses = fields["status"] if isinstance(fields["status"], list) else [fields["status"]]
    variants = tuple(
        says(json.dumps(BODIES[body]) if status < 300 else REFUSAL, status)
        for status in statuses
        for body in (bodies if isinstance(bodies, list) else [bodies])
    )
    one = mock("/users/1", variants=variants)
    more = {"asks_credentials": fields.get("asks", False), "recorded": fields.get("recorded", False)}
    return _with_request(one, **more)


def _with_request(one: Interaction, **more: Any) -> Interaction:
    return dataclasses.replace(one, request=replace(one.request, **more))


def _policy(bound: str, lens: list[str]) -> Policy:
    pairs = (("* /users/*", bound),) if bound else ()
    return Policy(ProbingPolicy(samples=2, spacing=0, identities=Identities(pairs, tuple(lens), ROLES)))


def _audited(
    one: Interaction, answers: Mapping[str, Any], bound: str = "", lens: tuple[str, ...] = (), *, has_auth: bool = True
) -> tuple[Summary, ScriptedProber]:
    canary = service()

    def answer(probe: Probe) -> Any:
        if probe.provider != "it" or probe.purpose is Purpose.UNKNOWN_ROUTE:
            return canary(probe)
        who = (probe.identity or "audit") if probe.with_credentials else NOBODY
        word = answers[who]
        if isinstance(word, Unreachable):
            return replace(word, probe=probe)
        has_shown = probe.with_credentials and (has_auth or bool(probe.identity))
        said = (word if isinstance(word, list) else [word]) * probe.samples
        return tuple(
            replace(_says(each), identity=probe.identity, credentials_sent=has_shown) for each in said[: probe.samples]
        )

    desk = Desk(ScriptedProber(answer), _policy(bound, list(lens)))
    summary = desk.audit(it=[one])
    assert desk.progress.done == desk.progress.total
    return summary, desk.prober


def _alarms(result: Result) -> list[str]:
    """All that alarms, with its place; that a view differs has none."""
    return sorted(f"{one.kind} {one.path}".strip() for one in result.findings if one.is_alarm)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_who_is_shown_what(case: dict[str, Any]) -> None:
    """The mock's own identity decides, the others add what hangs on who asks, and everybody is asked who is named."""
    summary, prober = _audited(
        _mock(case["mock"]), case["service"], case.get("bound", ""), tuple(case["lens"]),
        has_auth=case.get("auth") != "none",
    )  # fmt: skip
    result = only(summary)
    assert (_alarms(result), result.verdict.value) == (case["finds"], case["verdict"])
    asked = {(one.identity or "audit") if one.with_credentials else NOBODY for one in prober.sent if one.claims}
    if result.verdict.is_answer:
        assert asked - {"audit"} == case["service"].keys() - {"audit"}


def test_every_case_has_a_twin() -> None:
    """There are as many cases that stay silent as there are that find something, and more."""
    loud = [case for case in CASES if case["finds"]]
    assert len(CASES) - len(loud) > len(loud) > 15


def test_a_view_costs_few_samples_and_counts() -> None:
    """Others are asked twice each, without a pause, and only after the mock's own question; all of it is counted."""
    answers = {"audit": "full", "admin": "full", "none": 401}
    summary, prober = _audited(_mock({"status": 200, "asks": True}), answers, lens=("admin", "none"))
    mine = [probe for probe in prober.sent if probe.provider == "it" and probe.claims]
    assert [(one.identity, one.samples, one.spacing) for one in mine] == [
        ("", 2, 0), ("admin", SAMPLES, 0), (NOBODY, SAMPLES, 0),
    ]  # fmt: skip
    assert summary.requests_sent == sum(probe.samples for probe in prober.sent)


def test_what_the_lens_could_not_see_is_said() -> None:
    """A budget that ends before the lens leaves the verdict as it is, and the reason names who did not ask, and why."""
    spent = Unreachable(Probe("", mock("/x").request, ()), "the run's budget of 3 requests is spent", is_policy=True)
    summary, _ = _audited(_mock(200), {"audit": "full", "admin": spent, "none": "down"}, lens=("admin", "none"))
    result = only(summary)
    assert result.verdict.value == "verified"
    assert result.reason == (
        "not seen as admin: the run's budget of 3 requests is spent; not seen as none: connect-refused"
    )


def test_the_last_pattern_that_fits_counts() -> None:
    """A narrower pattern after a wider one takes some mocks out of it."""
    identities = Identities((("* /users/*", "admin"), ("GET /users/1", "ordinary"), ("POST /users/1", "x")), (), ROLES)
    desk = Desk(ScriptedProber(service()), Policy(ProbingPolicy(samples=1, identities=identities)))
    desk.audit(it=[mock("/users/1"), mock("/users/2"), mock("/other")])
    asked = {probe.request.path: probe.identity for probe in desk.prober.sent if probe.claims}
    assert asked == {"/canary": "", "/users/1": "ordinary", "/users/2": "admin", "/other": ""}


def test_one_question_is_asked_once_for_each_who_asks_it() -> None:
    """A mock of 200 and one of 401 ask the same, the one as the audit and the other as nobody."""
    one, other = mock("/users/1"), mock("/users/1", variants=(Expectation(401, JSON, b"{}"),), mock_id="2", group="2")
    desk = Desk(ScriptedProber(service()), _policy("", []))
    desk.audit(it=[one, other])
    asked = [(probe.identity, probe.with_credentials) for probe in desk.prober.sent if probe.request.path == "/users/1"]
    assert asked == [("", True), ("", False)]


@pytest.mark.parametrize(("method", "path"), [("POST", "/users"), ("GET", "/users/1/delete")])
def test_only_safe_requests_are_looked_at(method: str, path: str) -> None:
    """What the operator declared safe is asked, and not as others, too."""
    identities = Identities((), ("admin", "none"), ROLES)
    probing = ProbingPolicy(samples=1, spacing=0, identities=identities, declared_safe=(f"{method} {path}",))
    desk = Desk(ScriptedProber(service()), Policy(probing))
    desk.audit(it=[mock(path, method=method)])
    assert [probe.identity for probe in desk.prober.sent if probe.request.path == path] == [""]
