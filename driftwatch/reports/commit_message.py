"""The message of a commit that heals one provider's mocks: a subject, then the findings it puts right."""

from collections.abc import Sequence
from typing import Final

from driftwatch.model.finding import Finding
from driftwatch.reports.digest import count
from driftwatch.reports.legible import legible, shorten, wrap

_SUBJECT: Final = 72
"""Columns of a subject line (git-commit(1) asks for fewer than fifty, and shows up to 72)."""
_BODY: Final = 72
_LONGEST: Final = 300
_MOST: Final = 200
"""Findings that are named."""


def message(provider: str, findings: Sequence[Finding]) -> str:
    """The whole message, ending in a newline; nothing in it comes from an answer but what findings say of it."""
    subject = f"Heal the mocks of {legible(provider)}: {count(len(findings), 'finding')}"
    told = "The service was asked what these mocks claim, and says otherwise. Each finding with its fingerprint:"
    lines = [subject if len(subject) <= _SUBJECT else f"Heal mocks: {count(len(findings), 'finding')}", ""]
    lines += [*wrap(told, _BODY), ""]
    for finding in findings[:_MOST]:
        asked = f"{finding.method} {finding.path_template}".strip()
        title = f"{finding.severity.value} {finding.kind} {finding.path or 'whole body'} of {asked}"
        lines += _point(f"{title} ({finding.fingerprint})")
        lines += [f"  {line}" for line in wrap(_said(f"{finding.claim} -> {finding.observed}"), _BODY - 2)]
    if len(findings) > _MOST:
        lines.append(f"- and {len(findings) - _MOST} more")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _point(text: str) -> list[str]:
    first, *others = wrap(_said(text), _BODY - 2, breaks_words=False)
    return [f"- {first}", *(f"  {line}" for line in others)]


def _said(text: str) -> str:
    return shorten(legible(text), _LONGEST)
