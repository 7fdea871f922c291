"""Which share of a run this process takes: ``--shard`` and ``--run``, and what Kubernetes says in an Indexed Job."""

import re
from collections.abc import Mapping
from typing import Final

from driftwatch.model.errors import UsageError
from driftwatch.model.shard import MOST, WHOLE, Shard

_WRITTEN: Final = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_INDEX: Final = "JOB_COMPLETION_INDEX"
"""Set by Kubernetes in every pod of an Indexed Job: kubernetes.io/docs/concepts/workloads/controllers/job."""
_COUNT: Final = "DRIFTWATCH_SHARDS"
_FORMS: Final = f"Write I/N, from 0/N to N-1/N, such as 0/4, with at most {MOST:,} shards; or auto."


def shard_from(written: str | None, environment: Mapping[str, str]) -> Shard:
    """What ``--shard`` says; the whole without it.

    Raises ``UsageError`` for what is no shard, and for ``auto`` where the environment does not tell it.
    """
    if written is None:
        return WHOLE
    if written.strip().lower() == "auto":
        return _from(environment)
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        raise UsageError(f"--shard {written} is none. {_FORMS}")
    return _checked(int(found[1]), int(found[2]), f"--shard {written}", _FORMS)


def run_name(written: str | None) -> str:
    """What ``--run`` or DRIFTWATCH_RUN says; empty without it. Raises ``UsageError`` for what is no name."""
    if not written:
        return ""
    if _NAME.fullmatch(written) is None:
        raise UsageError(
            "--run: a run's name has up to 64 letters, digits and . _ : - and begins with a letter or a digit. In "
            "Kubernetes take the Job's name, from the pod's label batch.kubernetes.io/job-name."
        )
    return written


def _from(environment: Mapping[str, str]) -> Shard:
    missing = [name for name in (_INDEX, _COUNT) if not environment.get(name, "").strip()]
    if missing:
        raise UsageError(
            f"--shard auto: {' and '.join(missing)} not set. Kubernetes sets {_INDEX} in the pods of an Indexed Job; "
            f"set {_COUNT} to the same number as its completions. Elsewhere write --shard I/N."
        )
    numbers = [environment[name].strip() for name in (_INDEX, _COUNT)]
    for name, number in zip((_INDEX, _COUNT), numbers, strict=True):
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            raise UsageError(f"--shard auto: {name} is no whole number.")
    index, count = map(int, numbers)
    return _checked(
        index, count, f"--shard auto: {_INDEX}={index}, {_COUNT}={count}", f"Set {_COUNT} to the Job's completions."
    )


def _checked(index: int, count: int, what: str, remedy: str) -> Shard:
    if not 0 < count <= MOST or index >= count:
        raise UsageError(f"{what} is none: there are 1 to {MOST:,} shards, numbered from 0. {remedy}")
    return Shard(index, count)
