"""Files of Pact's household that are no mocks: what a verification found, and the specification's own test cases."""

from driftwatch.mocks.text.fields import Object

_CASE = frozenset({"match", "expected", "actual"})


def lookalike(value: Object) -> str:
    """What a file is if it is no contract; empty if it may be one."""
    if _is_verification(value):
        return "the outcome of a Pact verification, not a mock"
    if value.keys() >= _CASE and isinstance(value["match"], bool) and isinstance(value["expected"], dict):
        return "a case of the Pact specification, not a mock"
    return ""


def _is_verification(value: Object) -> bool:
    """The broker's resource, pact-jvm's report (``execution``) and the Rust verifier's (``interactionResults``)."""
    if "providerApplicationVersion" in value and "success" in value:
        return True
    if isinstance(value.get("execution"), list) and "provider" in value and "metaData" in value:
        return True
    return "interactionResults" in value and "result" in value and "pendingErrors" in value
