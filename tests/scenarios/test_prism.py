"""Identity with OpenAPI's own mock server: what Prism answers from a description is audited with that description."""

from pathlib import Path

import pytest

from driftwatch.model.summary import Verdict
from tests.conftest import ROOT
from tests.prism import prism
from tests.scenarios.test_identity import audit, told

CASES = ROOT / "tests" / "mocks" / "formats" / "openapi"
SERVED = ("served/bookshop.yaml", "served-3.1/parcels.yaml", "served-swagger-2/library.json")


@pytest.mark.prism
@pytest.mark.parametrize("case", SERVED)
def test_our_descriptions_served_by_prism(case: str) -> None:
    """Every operation that may be sent is verified, and nothing is found."""
    description: Path = CASES / case
    with prism(description) as staging:
        summary = audit(description, staging)
    assert told(summary) == []
    unsent = {r.interaction.request.method for r in summary.results if r.verdict is not Verdict.VERIFIED}
    assert unsent <= {"POST", "PUT", "PATCH", "DELETE"}
    assert any(result.verdict is Verdict.VERIFIED for result in summary.results)
    assert summary.canary.is_alive
