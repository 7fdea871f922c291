"""One half of an interaction (the request or the answer) as the file has it, and where it stands."""

from msgspec import Struct

from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.model.interaction import Header


class Half(Struct, frozen=True):
    """The fields of a request or an answer."""

    fields: Object
    document: Document
    steps: tuple[Step, ...]
    is_v4: bool
    """The interaction has a ``type``, which only version 4 knows: its bodies are wrapped."""

    @property
    def headers(self) -> tuple[Header, ...]:
        """Name and value pairs; version 4 has lists of values. Raises ``Refusal``."""
        at = (*self.steps, "headers")
        return tuple(
            (name, as_text(value, *at, name))
            for name, shown in as_object(self.fields.get("headers"), *at).items()
            for value in (shown if isinstance(shown, list) else [shown])
        )

    def text(self, name: str) -> str:
        """One field as text; empty if it is not there. Raises ``Refusal``."""
        return as_text(self.fields.get(name), *self.steps, name)


def half(interaction: object, name: str, document: Document, *steps: Step) -> Half:
    """The request or the answer of an interaction. Raises ``Refusal`` if there is none."""
    fields = as_object(interaction, *steps)
    if fields.get(name) is None:
        raise Refusal(f"the interaction has no `{name}`", steps=steps)
    is_v4 = isinstance(fields.get("type"), str)
    return Half(as_object(fields[name], *steps, name), document, (*steps, name), is_v4)
