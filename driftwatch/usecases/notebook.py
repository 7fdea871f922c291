"""What an audit knows of those before it, and what it writes down for those after it."""

import dataclasses
import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct, field

from driftwatch.drift.difference import Comparison
from driftwatch.drift.learning import learn
from driftwatch.model.history import History
from driftwatch.model.interaction import Claim
from driftwatch.model.memory import Recollection, key_of
from driftwatch.ports import Clock

_NOTHING: Final = History()


class Notebook(Struct):
    """One run's. An audit without a store has none, and so learns nothing and pays nothing for it."""

    clock: Clock
    recollection: Recollection
    histories: dict[str, History] = field(default_factory=dict)
    """What is known after this run, by ``interaction_key``, of mocks that were really compared."""
    claims: dict[str, str] = field(default_factory=dict)
    """Digests of what these mocks say, by the same."""

    def history_of(self, claim: Claim) -> History:
        """What earlier audits learnt of a claim; it is kept with the first of its mocks."""
        known = self.recollection.histories.get(key_of(claim.interactions[0]))
        return known if known is not None else _NOTHING

    def learn(self, comparison: Comparison) -> None:
        """Write down what a claim taught that was really compared."""
        now = self.clock.now()
        keys = list(dict.fromkeys(map(key_of, comparison.claim.interactions)))
        before = self.recollection.histories.get(keys[0], History(salt=self.recollection.salt))
        self.histories |= dict.fromkeys(keys[1:], History(verified_at=now))
        self.histories[keys[0]] = learn(comparison, before, now)
        self.claims |= dict.fromkeys(keys, digest_of(comparison.claim, self.recollection.salt))

    def hear(self, claim: Claim, at: datetime) -> None:
        """Write down that a claim was compared with recordings up to a moment; no more is learnt of others' calls."""
        for key in dict.fromkeys(map(key_of, claim.interactions)):
            before = self.recollection.histories.get(key, History(salt=self.recollection.salt))
            known = before.verified_at
            self.histories[key] = dataclasses.replace(before, verified_at=at if known is None else max(known, at))
            self.claims[key] = digest_of(claim, self.recollection.salt)


def digest_of(claim: Claim, salt: bytes) -> str:
    """Changes when any of the claim's answers does; keyed, since an answer may be as short as a secret."""
    digest = hashlib.blake2b(key=salt, digest_size=8)
    for part in _parts(claim):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _parts(claim: Claim) -> Iterator[bytes]:
    for variant in claim.variants:
        yield variant.body if variant.body is not None else b"none"
        told = (
            variant.status,
            variant.headers,
            variant.body is None,
            variant.matchers,
            variant.delay_ms,
            variant.fault,
        )
        yield repr(told).encode("utf-8", "surrogatepass")
