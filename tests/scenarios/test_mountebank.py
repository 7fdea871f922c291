"""Identity with mountebank: what it serves from its own configs, audited with the same configs, yields nothing."""

from pathlib import Path

import pytest

from driftwatch.model.secret import Secret
from driftwatch.model.summary import Summary, Verdict
from driftwatch.settings.credentials import BearerAuth
from driftwatch.settings.paths import WrittenPath
from driftwatch.settings.probing import ProbingSettings
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.reference import Referenced
from driftwatch.settings.tree import Settings
from driftwatch.wiring.audits import run_audit
from tests.conftest import ROOT
from tests.mountebank import mountebank
from tests.scenarios.test_identity import OF_THE_FILES, told
from tests.watchers import Silence

CASES = ROOT / "tests" / "mocks" / "formats" / "mountebank"
SERVED = {
    "predicates": ("imposters.json", 12),
    "responses": ("imposter.json", 12),
    "includes": ("imposters.ejs", 5),
    "precedence": ("imposters.json", 5),
    "data-folder": ("4559", 1),
}
"""Cases with one imposter that mountebank itself takes: what it is started with, and how many stubs can be asked."""


def audit(mocks: Path, target: str) -> Summary:
    """One audit without waiting, that may send any method, with credentials, which some stubs want to see."""
    provider = ProviderSettings(
        mocks=(WrittenPath("mocks", mocks),),
        target=target,
        auth=BearerAuth(token=Referenced("audit", Secret("audit"))),
        probing=ProbingSettings(spacing_seconds=0, rate=1000, declared_safe=("POST /**", "PUT /**")),
    )
    return run_audit(Settings(providers={"it": provider}), Silence())


@pytest.mark.mountebank
@pytest.mark.parametrize("case", SERVED)
def test_our_configs_served_by_mountebank(case: str, tmp_path: Path) -> None:
    """Every stub that may be sent is verified, and nothing is found."""
    config, count = SERVED[case]
    with mountebank(CASES / case, config, tmp_path) as staging:
        summary = audit(CASES / case, staging)
    assert [line for line in told(summary) if not line.startswith(OF_THE_FILES)] == []
    sent = {r.interaction.mock_id: r.verdict for r in summary.results if r.samples}
    assert sent == dict.fromkeys(sent, Verdict.VERIFIED)
    assert len(sent) == count
    assert summary.canary.is_alive
