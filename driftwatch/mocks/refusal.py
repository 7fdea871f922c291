"""Why something could not be read, on its way from where it was noticed to the ``Unreadable`` it becomes."""

Step = str | int
"""One step from a container to a value in it: a member's name or an item's position."""


class Refusal(ValueError):  # noqa: N818 - it is no error of ours, and nearly always ends as a value
    """A file, a stub or a body cannot be read; raised deep inside, caught where the file or the stub is left.

    ``reason`` is written for the mock's owner. ``offset`` counts characters from the start of the document;
    ``steps`` lead to the place inside the value at hand. Either may be unknown.
    """

    def __init__(self, reason: str, offset: int | None = None, steps: tuple[Step, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset
        self.steps = steps

    def below(self, steps: tuple[Step, ...]) -> "Refusal":
        """The same refusal with its place told from ``steps`` on; a place elsewhere is forgotten."""
        is_inside = self.steps[: len(steps)] == steps
        return Refusal(self.reason, self.offset, self.steps[len(steps) :] if is_inside else ())
