"""What an audit would send, as a shell script for a person or as a document for a machine."""

from collections.abc import Iterator, Sequence

from driftwatch.model.spoken import Foreseen, Foresight, Withheld
from driftwatch.reports.curl import curl
from driftwatch.reports.digest import count
from driftwatch.reports.json import Document, encoded, origin
from driftwatch.reports.legible import legible


def script(told: Sequence[Foresight]) -> str:
    """Comments and one curl command for each request, ending in a newline."""
    lines = ["# driftwatch audit --dry-run: nothing was sent. This is what an audit would send, as curl."]
    for one in told:
        lines += ["", *_provider(one)]
    return "\n".join(lines) + "\n"


def document(told: Sequence[Foresight]) -> str:
    """The ``driftwatch.requests/1`` document, indented, ending in a newline."""
    providers: list[Document] = [
        {
            "name": one.provider,
            "target": one.target,
            "requests": [_request(request, one) for request in one.requests],
            "skipped": [_skipped(withheld) for withheld in one.withheld],
            "notes": list(one.notes),
        }
        for one in told
    ]
    return encoded({"schema": "driftwatch.requests/1", "providers": providers}, indent=2)


def _provider(one: Foresight) -> Iterator[str]:
    sent = [request for request in one.requests if request.spoken is not None]
    times = sum(request.samples for request in sent)
    yield _comment(f"{one.provider} at {one.target}: {count(len(sent), 'request')}, sent {count(times, 'time')} in all")
    for note in one.notes:
        yield _comment(note)
    for request in one.requests:
        yield ""
        yield _comment(_about(request))
        if request.spoken is not None:
            yield curl(request.spoken, one.places)
    if one.withheld:
        yield ""
        yield _comment(f"{one.provider}: {count(len(one.withheld), 'interaction')} not asked")
    for withheld in one.withheld:
        interaction = withheld.claim.interactions[0]
        asked = f"{interaction.request.method} {interaction.request.target}"
        yield _comment(f"{interaction.origin} {asked}: {withheld.reason} (tier {withheld.tier.value})")


def _about(request: Foreseen) -> str:
    name = request.tier.name.lower().replace("_", " ")
    parts = [f"tier {request.tier.value} ({name})", request.purpose]
    parts += [request.origin] if request.origin else []
    parts += [f"as {request.identity}"] if request.identity else []
    parts += [f"{request.samples} times"] if request.samples > 1 else []
    told = ", ".join(parts)
    if request.spoken is None:
        return f"{told}: not sent, {request.reason}"
    return f"{told}; {request.reason}" if request.reason else told


def _comment(text: str) -> str:
    """One line of a script, whatever a mock is called."""
    return "# " + legible(" ".join(text.splitlines()))


def _request(request: Foreseen, one: Foresight) -> Document:
    spoken = request.spoken
    return {
        "command": None if spoken is None else curl(spoken, one.places),
        "method": None if spoken is None else spoken.method,
        "tier": request.tier.value,
        "purpose": request.purpose,
        "samples": request.samples,
        "identity": request.identity or None,
        "origin": request.origin or None,
        "reason": request.reason or None,
    }


def _skipped(withheld: Withheld) -> Document:
    interaction = withheld.claim.interactions[0]
    return {
        "mock_id": interaction.mock_id,
        "origin": origin(interaction.origin),
        "method": interaction.request.method,
        "path_template": interaction.request.path_template,
        "tier": withheld.tier.value,
        "reason": withheld.reason,
    }
