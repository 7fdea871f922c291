"""What an audit learnt of a service that no mock can say: neither drift nor a gap, and worth knowing."""

from enum import StrEnum

from msgspec import Struct


class Topic(StrEnum):
    """What a remark is about."""

    IDEMPOTENCY = "idempotency"
    MISSING_ID = "missing-id"
    CONDITIONAL = "conditional"
    COMPRESSION = "compression"
    WRONG_MEDIA_TYPE = "wrong-media-type"
    MALFORMED_BODY = "malformed-body"


class Remark(Struct, frozen=True):
    """One of them, in words without values."""

    topic: Topic
    says: str
