"""How a form turns a written value down: with what was found and what would be right."""


class RefusedError(Exception):
    """A written value that cannot be used; whoever knows its place turns it into a ``Mistake``."""

    def __init__(self, found: str, remedy: str) -> None:
        self.found = found
        """What stands there, without trailing full stop and never with a secret in it."""
        self.remedy = remedy
        """What would be right, as whole sentences."""
        super().__init__(f"{found}. {remedy}")


class IncompleteError(Exception):
    """A section lacks a part that has been complained of already: nothing can be built, nothing is to be added."""
