"""``driftwatch audit --dry-run``: every request that would be sent, and nothing sent."""

from pathlib import Path

from driftwatch.cli.options import find_config
from driftwatch.cli.output import put
from driftwatch.model.errors import UsageError
from driftwatch.model.shard import Shard
from driftwatch.reports import requests
from driftwatch.settings.tree import Settings
from driftwatch.wiring.dry_runs import dry_run

_FORMS = {"console": requests.script, "json": requests.document}


def tell(
    settings: Settings, providers: tuple[str, ...], config: Path | None, shard: Shard, form: str, output: Path | None,
    *, is_single: bool,
) -> None:  # fmt: skip
    """Put it where it is wanted. Raises ``UsageError`` for a format of findings: there are none."""
    if form not in _FORMS:
        raise UsageError(f"--dry-run is told with --format console or json, and not {form}: it finds nothing")
    folder = Path.cwd() if is_single else find_config(config).resolve().parent
    put(_FORMS[form](dry_run(settings, providers, folder, shard)), output)
