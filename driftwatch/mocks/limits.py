"""How much of a stranger's file is read before it is refused."""

from typing import Final

from msgspec import Struct

MIB: Final = 1024 * 1024


class Limits(Struct, frozen=True):
    """Bounds for one file; each is far above what was seen in public repositories (the largest mock had 3 MB)."""

    file_bytes: int = 256 * MIB
    """A larger file is refused unread."""
    whole_bytes: int = 64 * MIB
    """A file larger than this is read only if its format can read it entry by entry."""
    depth: int = 200
    """Containers inside containers. libyaml's composer crashes the process between 20,000 and 30,000."""
    nodes: int = 2_000_000
    """Values of one YAML document with its aliases expanded; a few lines of aliases can stand for billions."""
    tolerant_bytes: int = 8 * MIB
    """Up to this size a file that is not standard JSON is read by the slower, tolerant reader."""
    body_bytes: int = 64 * MIB
    """A stored body after decompression; a gzip of some kilobytes can hold gigabytes."""
