"""What the operator says of values that may, or may not, go from a real answer into a file."""

from msgspec import Struct


class Rules(Struct, frozen=True):
    """On top of what is known to be secret, personal or alive by its name and look."""

    names: tuple[str, ...] = ()
    """Members, parameters and form fields whose values are replaced wherever they stand; without regard to case."""
    paths: tuple[str, ...] = ()
    """Places in bodies whose values are replaced, JSON Pointers in which ``*`` is any item or member."""
    headers: tuple[str, ...] = ()
    """Headers of answers that are kept beside those that always are, with their values replaced."""
    keep: tuple[str, ...] = ()
    """Names or places whose values stay as they are: they were made up in the first place."""
