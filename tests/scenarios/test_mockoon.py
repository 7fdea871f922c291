"""Identity with Mockoon: what it serves from its own environments, audited with the same files, yields nothing."""

from pathlib import Path

import pytest

from driftwatch.model.secret import Secret
from driftwatch.model.summary import Verdict
from driftwatch.settings.credentials import BearerAuth
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import ProbingSettings
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.reference import Referenced
from driftwatch.settings.tree import Settings
from driftwatch.wiring.audits import run_audit
from tests.conftest import ROOT
from tests.mockoon import mockoon
from tests.scenarios.test_identity import OF_THE_FILES, told
from tests.watchers import Silence

CASES = ROOT / "tests" / "mocks" / "formats" / "mockoon"
VARIABLES = {"team": "red", "name": "report", "ext": "pdf", "rest": "a/b", "wildcard0": "x/y", "a": "1", "b": "2"}
SERVED = {
    ("environment", "shop.json"): 19,
    ("rules", "rules.json"): 26,
    ("crud", "crud.json"): 11,
    ("paths", "paths.json"): 13,
    ("order", "order.json"): 7,
    ("old-schema", "version-1.json"): 2,
    ("old-schema", "version-12.json"): 3,
}
"""Environments that Mockoon itself takes, and how many of their responses can be asked for."""


@pytest.mark.mockoon
@pytest.mark.parametrize(("case", "environment"), SERVED)
def test_our_environments_served_by_mockoon(case: str, environment: str, tmp_path: Path) -> None:
    """Every response that may be asked for is verified, and nothing is found."""
    mocks = CASES / case / environment
    with mockoon(CASES / case, environment, tmp_path) as staging:
        provider = ProviderSettings(
            mocks=(WrittenPath("mocks", mocks),),
            target=staging,
            auth=BearerAuth(token=Referenced("audit", Secret("audit"))),
            variables={name: Referenced(value, Secret(value)) for name, value in VARIABLES.items()},
            probing=ProbingSettings(spacing_seconds=0, rate=1000, declared_safe=("[!G]* /**",)),
        )
        summary = run_audit(Settings(providers={"it": provider}), Silence())
    assert [line for line in told(summary) if not line.startswith(OF_THE_FILES)] == []
    sent = {r.interaction.mock_id: r.verdict for r in summary.results if r.samples}
    assert sent == dict.fromkeys(sent, Verdict.VERIFIED)
    assert len(sent) == SERVED[case, environment]
    assert summary.canary.is_alive
