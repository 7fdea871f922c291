"""Gaps, put together: an audit that remembers what it saw, or a store alone; variants in their neighbours' formats."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.spelling.catalog import DELAYING, SPELLINGS, spelling
from driftwatch.mocks.spelling.parts import reason_of, slug, target_of
from driftwatch.model.errors import UsageError
from driftwatch.model.interaction import Interaction
from driftwatch.model.lifecycle import Life
from driftwatch.model.memory import Recollection, StoreError
from driftwatch.model.tape import Dialogue, Tape
from driftwatch.model.unshown import Endpoint, Gaps, ProviderGaps, Unshown
from driftwatch.ports import Progress, Store
from driftwatch.settings.tree import Settings
from driftwatch.usecases.audit import audit
from driftwatch.usecases.gaps import Known, gaps_of
from driftwatch.usecases.notebook import Notebook
from driftwatch.usecases.witness import Witness
from driftwatch.wiring.audits import prepared
from driftwatch.wiring.mocks import mocks_of

_SPELLABLE: Final = frozenset(SPELLINGS)
_DELAYING: Final = frozenset(DELAYING)
_LONGEST_TITLE: Final = 80


def ask(settings: Settings, names: Sequence[str], progress: Progress, store: Store | None) -> Gaps:
    """Audit these providers, and hold what they do against all that their mocks show. Nothing is remembered."""
    with prepared(settings, names, "", store=store) as ready:
        team, prober, clock, run = ready.team
        recollection = _recollection(store, names)
        notebook = Notebook(clock, recollection) if recollection is not None else None
        witness = Witness(prober)
        summary = audit(team, witness, clock, run, progress, notebook)
    found: dict[str, list[Interaction]] = {name: [] for name in names}
    for provider in summary.providers:
        found[provider.name] += [result.interaction for result in provider.results]
    lives = _lives(store, names) if store is not None else None
    histories = {**recollection.histories, **notebook.histories} if recollection is not None and notebook else {}
    known = Known(
        found, _targets(settings, names), summary.findings, lives or (), witness, {}, histories, settings.redact.rules,
        _SPELLABLE, _DELAYING,
    )  # fmt: skip
    return _spelled(gaps_of(known, summary, is_remembered=lives is not None), settings)


def look_back(settings: Settings, names: Sequence[str], store: Store | None) -> Gaps:
    """The same out of the store, nobody being asked. Raises ``UsageError`` if there is none."""
    if store is None:
        raise UsageError(
            "--offline looks into the store, and none is kept: name one in `store`, or leave --offline out"
        )
    found = {name: list(_mocks(settings, name)) for name in names}
    lives = _lives(store, names)
    if lives is None:
        raise UsageError("the store cannot be read: `driftwatch findings list` says why")
    compared = {name: _compared(store, name) for name in names}
    recollection = _recollection(store, names)
    histories = recollection.histories if recollection is not None else {}
    known = Known(
        found, _targets(settings, names), (), lives, None, compared, histories, settings.redact.rules, _SPELLABLE,
        _DELAYING,
    )  # fmt: skip
    return _spelled(gaps_of(known, is_remembered=True), settings)


def _recollection(store: Store | None, names: Sequence[str]) -> Recollection | None:
    found = store.recall(list(names)) if store is not None else None
    return None if isinstance(found, StoreError) else found


def _lives(store: Store, names: Sequence[str]) -> Sequence[Life] | None:
    found = store.lives(names)
    return None if isinstance(found, StoreError) else found


def _compared(store: Store, name: str) -> frozenset[str]:
    """The mocks that the last run over this provider compared with an answer."""
    found = store.mocks(name)
    return (
        frozenset()
        if isinstance(found, StoreError)
        else frozenset(one.mock_id for one in found if one.verdict.is_answer)
    )


def _mocks(settings: Settings, name: str) -> Iterator[Interaction]:
    for reading in mocks_of(settings, name).source.read():
        if isinstance(reading, Interaction):
            yield reading.of(name)


def _targets(settings: Settings, names: Sequence[str]) -> dict[str, str]:
    return {name: settings.providers[name].target for name in names}


def _spelled(gaps: Gaps, settings: Settings) -> Gaps:
    """With every variant written out."""
    return replace(gaps, providers=tuple(_of_provider(one, settings) for one in gaps.providers))


def _of_provider(provider: ProviderGaps, settings: Settings) -> ProviderGaps:
    taken: set[str] = set()
    target = settings.providers[provider.name].target.rstrip("/")
    endpoints = tuple(
        replace(
            endpoint, unshown=tuple(_written(one, endpoint, provider.name, target, taken) for one in endpoint.unshown)
        )
        for endpoint in provider.endpoints
    )
    return replace(provider, endpoints=endpoints)


def _written(one: Unshown, endpoint: Endpoint, provider: str, target: str, taken: set[str]) -> Unshown:
    if one.variant is None:
        return one
    title = _title(one, endpoint, taken)
    if one.format in _SPELLABLE:
        made = spelling(one.format).spell(Tape(provider, target, (one.variant,), title=title))
        if made.files and not made.unspelled:
            return replace(one, files=tuple((f"{slug(provider)}/{file}", content) for file, content in made.files))
        if one.variant.replies[0].delay_ms is not None:  # plain HTTP would not wait
            return replace(one, variant=None, why_not=made.unspelled[0].reason)
    return replace(one, files=((f"{slug(provider)}/{title}.http", _plain(one.variant)),))


def _title(one: Unshown, endpoint: Endpoint, taken: set[str]) -> str:
    place = one.path if one.path.startswith("/") else ""
    title = slug(f"{endpoint.name} {one.sort} {place} {one.detail}"[:_LONGEST_TITLE])
    number = 1
    while (unique := title if number == 1 else f"{title}-{number}") in taken:
        number += 1
    taken.add(unique)
    return unique


def _plain(dialogue: Dialogue) -> bytes:
    """Question and answer as HTTP/1.1 has them (RFC 9112)."""
    reply = dialogue.replies[0]
    head = [f"{dialogue.method} {target_of(dialogue)} HTTP/1.1"]
    head += [f"Content-Type: {dialogue.media_type}"] if dialogue.media_type else []
    answer = [f"HTTP/1.1 {reply.status} {reason_of(reply.status)}".rstrip()]
    answer += [f"{name}: {value}" for name, value in reply.headers]
    parts = ("\n".join(head).encode(), dialogue.body or b"", "\n".join(answer).encode(), reply.body)
    return b"\n\n".join(part for part in parts if part) + b"\n"
