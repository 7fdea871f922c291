"""What tests read, brought to the audits of providers that want it heeded. Loaded only where a config asks for it."""

import structlog
from msgspec.structs import replace

from driftwatch.model.memory import StoreError
from driftwatch.ports import Store
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.usage import reads_of


def with_usage(provider: Provider, store: Store | None) -> Provider:
    """The provider whose severities heed what its consumer's tests were seen to read, as far as the store knows it."""
    log = structlog.get_logger().bind(provider=provider.name)
    uses = store.uses() if store is not None else ()
    if isinstance(uses, StoreError):
        log.warning("usage.unknown", problem=uses.problem, remedy=uses.remedy)
        return provider
    by_mock = reads_of(uses, provider.name)
    if not by_mock:
        remedy = "run the tests with --driftwatch-reads and import what they write: driftwatch tests import"
        log.warning("usage.unknown", problem="the store knows of no test that uses these mocks", remedy=remedy)
        return provider
    log.info("usage.known", mocks=len(by_mock), told=sum(one.may_be_unread for one in by_mock.values()))
    consumer = replace(provider.policy.consumer, by_mock=by_mock)
    return replace(provider, policy=replace(provider.policy, consumer=consumer))
