"""Memory without a database: the file that ``driftwatch audit --format json`` wrote, as far as tests ask for it.

Where a CI job audits and another runs the tests, this file is what goes from one to the other. It knows of one audit
only: a mock that this one could not compare counts as one that nobody ever did.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from driftwatch.model.errors import UsageError
from driftwatch.model.finding import SUPPRESSED
from driftwatch.model.interaction import Origin
from driftwatch.model.reliance import NOT_DRIFT, Drift
from driftwatch.model.summary import Verdict

SCHEMA: Final = "driftwatch.report/1"
_MIB: Final = 1024 * 1024
MOST_BYTES: Final = 256 * _MIB
_REMEDY: Final = "Write it with `driftwatch audit --format json --output FILE`"


class _Run(Struct, frozen=True):
    started_at: datetime
    shard: object = None


class _Interaction(Struct, frozen=True):
    mock_id: str
    origin: Origin
    method: str
    path_template: str
    verdict: Verdict
    reason: str = ""
    findings: tuple[str, ...] = ()


class _Provider(Struct, frozen=True):
    name: str
    interactions: tuple[_Interaction, ...]


class _Report(Struct, frozen=True):
    schema: str
    run: _Run
    providers: tuple[_Provider, ...]
    findings: tuple[Drift, ...]


class Reported(Struct, frozen=True):
    """One mock in one audit."""

    provider: str
    mock_id: str
    method: str
    path_template: str
    origin: Origin
    verdict: Verdict
    reason: str
    standing: tuple[Drift, ...]
    """What was found of it and nobody suppressed."""
    suppressed: int = 0
    """Warnings and worse that people decided not to be told of."""


class Report(Struct, frozen=True):
    """One audit."""

    started_at: datetime
    mocks: tuple[Reported, ...]
    is_whole: bool = True
    """Not one process's share of it."""


def read_report(path: Path) -> Report:
    """The audit in a file. Raises ``UsageError`` that says what is wrong with it and what to do."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be opened: {error.strerror or type(error).__name__}. {_REMEDY}") from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"{path} is larger than {MOST_BYTES // _MIB} MiB. {_REMEDY}, for some providers at a time")
    try:
        found = msgspec.json.decode(content, type=_Report)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path} is not what an audit tells as JSON: {error}. {_REMEDY}") from None
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise UsageError(f"{path} is no JSON that can be read. {_REMEDY}") from None
    if found.schema != SCHEMA:
        raise UsageError(f"{path} is of another form: its `schema` is not {SCHEMA!r}. {_REMEDY}")
    drift = {one.fingerprint: one for one in found.findings}
    mocks = (_reported(one, provider.name, drift) for provider in found.providers for one in provider.interactions)
    return Report(_in_zone(found.run.started_at), tuple(mocks), is_whole=found.run.shard is None)


def _reported(one: _Interaction, provider: str, drift: Mapping[str, Drift]) -> Reported:
    mine = [drift[name] for name in one.findings if name in drift and drift[name].kind not in NOT_DRIFT]
    standing = tuple(each for each in mine if each.state != SUPPRESSED)
    suppressed = sum(each.is_alarm and each.state == SUPPRESSED for each in mine)
    return Reported(
        provider, one.mock_id, one.method, one.path_template, one.origin, one.verdict, one.reason, standing, suppressed
    )


def _in_zone(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
