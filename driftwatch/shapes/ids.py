"""Whether the names in an object are identifiers, so that the object is a map and no record."""

import re
from collections.abc import Collection
from itertools import islice
from typing import Final

FEWEST: Final = 33
"""Up to so many names (less one) a record may have, whatever they look like."""
MOST: Final = 1024
"""No record has more members than this, whatever they look like; it bounds the memory for one place."""
_SAMPLE: Final = 64
_SHARE: Final = 0.9

_is_id = re.compile(
    r"[0-9]+"
    r"|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
    r"|[0-9A-Fa-f]{16,}"
    r"|[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}"  # ULID
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[^@\s]+@[^@\s]+"
    r"|(?=[^0-9]*[0-9])[A-Za-z]{1,16}[_-][0-9A-Za-z]+"  # usr_12
).fullmatch


def are_ids(names: Collection[str]) -> bool:
    """Whether there are more names than a record has, and nine in ten of a sample of them look like identifiers."""
    count = len(names)
    if count < FEWEST:
        return False
    if count > MOST:
        return True
    sample = list(islice(names, 0, None, max(1, count // _SAMPLE)))[:_SAMPLE]
    return sum(map(bool, map(_is_id, sample))) >= _SHARE * len(sample)
