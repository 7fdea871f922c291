"""A healing for a machine: the ``driftwatch.heal/1`` document.

Of what staging answered it holds only what is in the patch.
"""

from collections.abc import Collection

from driftwatch.model.branch import Branch
from driftwatch.model.finding import Finding
from driftwatch.model.rehearsal import Performance, Rehearsal, Test
from driftwatch.model.treatment import Change, Treatment
from driftwatch.reports.json import Document, encoded, instant, origin
from driftwatch.reports.patch import Changed, patch_of
from driftwatch.reports.rehearsal import conclusion


def document(treatment: Treatment) -> str:
    """The document, indented, ending in a newline."""
    healing, summary = treatment.healing, treatment.healing.summary
    changes = treatment.changes
    written = {draft.path for draft in treatment.written}
    withheld = {finding.fingerprint for finding in treatment.withheld}
    unsaved = {one.draft.path: one.reason for one in treatment.unsaved}
    healed = {one.finding.fingerprint: one.finding for one in healing.healed}
    left = {one.finding.fingerprint: one for one in healing.left}
    return encoded(
        {
            "schema": "driftwatch.heal/1",
            "run": {
                "id": summary.run_id,
                "started_at": instant(summary.started_at),
                "seconds": summary.seconds,
                "version": summary.version,
                "config_digest": summary.config_digest,
            },
            "totals": {
                "healed": len(healed),
                "left": len(left),
                "withheld": len(withheld),
                "files": len(changes),
                "files_written": len(written),
                "requests_sent": healing.requests_sent,
                "is_incomplete": summary.is_incomplete(),
            },
            "healed": [{**_finding(one), "is_withheld": one.fingerprint in withheld} for one in healed.values()],
            "left": [{**_finding(one.finding), "reason": one.reason} for one in left.values()],
            "folder": treatment.folder,
            "files": [_file(change, written, unsaved.get(change.draft.path)) for change in changes],
            "notes": [note for provider in healing.providers for note in provider.notes],
            "patch": treatment.patch or None,
            "tests": None if treatment.rehearsal is None else _rehearsal(treatment.rehearsal),
            "branch": None if treatment.branch is None else _branch(treatment.branch),
        },
        indent=2,
    )


def _finding(finding: Finding) -> Document:
    return {
        "fingerprint": finding.fingerprint,
        "kind": finding.kind,
        "severity": finding.severity.value,
        "path": finding.path,
        "provider": finding.provider,
        "method": finding.method,
        "path_template": finding.path_template,
        "mock_id": finding.mock_id,
        "origin": origin(finding.origin),
    }


def _file(change: Change, written: Collection[str], reason: str | None) -> Document:
    changed = Changed(change.place.path, change.draft.before, change.draft.after, change.place.mode)
    return {
        "file": change.draft.file,
        "providers": list(change.providers),
        "findings": list(dict.fromkeys(finding.fingerprint for finding in change.findings)),
        "is_text": changed.is_text,
        "bytes_before": len(change.draft.before),
        "bytes_after": len(change.draft.after),
        "patch": patch_of([changed]).decode("utf-8"),
        "is_written": change.draft.path in written,
        "reason": reason,
    }


def _rehearsal(rehearsal: Rehearsal) -> Document:
    return {
        "command": rehearsal.command,
        "is_conclusive": rehearsal.is_conclusive,
        "is_worse": rehearsal.is_worse,
        "conclusion": conclusion(rehearsal),
        "before": _performance(rehearsal.before),
        "after": None if rehearsal.after is None else _performance(rehearsal.after),
        "broken": [_test(test) for test in rehearsal.broken],
        "still_failing": [_test(test) for test in rehearsal.still_failing],
        "mended": list(rehearsal.mended),
        "vanished": list(rehearsal.vanished),
    }


def _performance(performance: Performance) -> Document:
    return {
        "exit_code": performance.code,
        "seconds": performance.seconds,
        "tests": len(performance.tests),
        "trouble": performance.trouble or None,
    }


def _test(test: Test) -> Document:
    return {"name": test.name, "message": test.words}


def _branch(branch: Branch) -> Document:
    return {
        "name": branch.name,
        "is_made": bool(branch.commits),
        "commits": [{"provider": one.provider, "id": one.id, "files": list(one.files)} for one in branch.commits],
        "refused": [{"file": one.file, "reason": one.reason} for one in branch.refused],
    }
