"""Every judged example of the drift semantics is mended: what is healed is silent, and nothing new comes of it."""

from pathlib import Path
from typing import Final

import pytest

from driftwatch.heal.plausible import Disguise
from driftwatch.mocks.cases.reading import read_cases
from driftwatch.model.case import Case
from driftwatch.usecases.heal_trial import Disguises
from tests.heal.applying import applied
from tests.heal.making import Plain, look_at, treated

FOLDER: Final = Path(__file__).parents[1] / "drift" / "judged"
FILES: Final = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("disguises", [Plain, Disguise], ids=["plain", "disguised"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_judged_examples_are_mended_in_one_step(file: Path, disguises: Disguises) -> None:
    """None of the findings that were healed is there any more, and none that was not there before."""
    cases = [one for one in read_cases(file) if isinstance(one, Case) and one.claim is not None and one.claim.variants]
    assert cases
    for case in cases:
        assert case.claim is not None
        came = treated(case.claim, case.samples, case.context, disguises=disguises)
        (look,) = came.kept.looks
        after = {one.fingerprint for one in look_at(came.claim, case.samples, case.context).findings}
        before = {one.fingerprint for one in look.findings}
        assert after <= before - {one.fingerprint for one in came.goal.chosen}, case.id
        for mend in came.mends:
            mended = applied(came.kept.claim.interactions[0].variants[mend.variant], mend.edits)
            assert mended.status == came.claim.interactions[0].variants[mend.variant].status
