"""Pact contracts, versions 1 to 4: what a consumer's tests promise themselves of a provider.

Facts from the specification (pact-foundation/pact-specification, branches version-1 @ d83700c, 1.1 @ 64b2a01,
2 @ e96b2ac, 3 @ c1aba5c, 4 @ b16fd6f), from the reference implementation (pact-foundation/pact-reference @ 9930b06) and
from files that pact-python 4.2.0 writes. The declared version is often wrong, so every part is read by its own form.
A rule loosens the example at its path and below; what no rule speaks of is promised to the letter.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.pact.interaction import NAME, Contract, is_message, read_interaction
from driftwatch.mocks.formats.pact.lookalikes import lookalike
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.model.interaction import Ignored

__all__ = ["NAME", "read", "recognises"]

_MARK: Final = re.compile(r'"(?:pactSpecification(?:Version)?|pact-specification|providerStates?)"\s*:')
_PARTY: Final = re.compile(r'\s*\{\s*"(?:consumer|provider)"\s*:\s*\{\s*"name"\s*:')
"""A file too broken to be parsed is Pact's by its first party or by names that only Pact has."""


def recognises(document: Document) -> bool:
    """Consumer, provider and a list of interactions or messages; a broken file by its marks."""
    if document.syntax is not Syntax.JSON:
        return False
    if document.problem is not None:
        return _PARTY.match(document.text) is not None and _MARK.search(document.text) is not None
    value = document.value
    if not isinstance(value, dict):
        return False
    return bool(lookalike(value)) or _is_contract(value)


def _is_contract(value: Object) -> bool:
    has_parties = all(
        isinstance(party, dict) and isinstance(party.get("name"), str)
        for party in (value.get("consumer"), value.get("provider"))
    )
    return has_parties and ("interactions" in value or "messages" in value)


def read(document: Document) -> Iterator[Stub]:
    """The HTTP interactions of a contract; a bad one costs nothing else, messages are counted and left aside."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    fields = as_object(document.value)
    if what := lookalike(fields):
        yield Ignored(document.file, what)
        return
    try:
        interactions = as_list(fields.get("interactions"), "interactions")
        messages = as_list(fields.get("messages"), "messages")
        contract = _contract(fields)
    except Refusal as refusal:
        yield document.unreadable(NAME, refusal)
        return
    yield from _http(interactions, contract, document)
    skipped = len(messages) + sum(map(is_message, interactions))
    if skipped:
        yield Ignored(document.file, _message_contracts(skipped))


def _contract(fields: Object) -> Contract:
    consumer, provider = (as_text(as_object(fields[party], party).get("name")) for party in ("consumer", "provider"))
    created = fields.get("createdAt")
    return Contract(consumer, provider, created if isinstance(created, str) else "")


def _http(interactions: list[object], contract: Contract, document: Document) -> Iterator[Stub]:
    seen: Counter[str] = Counter()
    for index, value in enumerate(interactions):
        if is_message(value):
            continue
        steps = ("interactions", index)
        try:
            interaction = read_interaction(value, contract, document, *steps)
        except Refusal as refusal:
            yield document.unreadable(NAME, refusal.below(steps), *steps)
            continue
        seen[interaction.mock_id] += 1
        ordinal = seen[interaction.mock_id]
        yield interaction if ordinal == 1 else replace(interaction, mock_id=f"{interaction.mock_id}-{ordinal}")


def _message_contracts(count: int) -> str:
    return f"{count} message interaction{'s are' if count > 1 else ' is'} not audited: a message contract has no HTTP"
