"""Where Smocker's answers stand: in ``response``, whose body is always text. What a script writes is left alone.

In a ``response`` nothing is a template (smocker-dev/smocker @ c270749c).
"""

from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_object
from driftwatch.model.interaction import Interaction

_SCRIPTED: Final = "a script makes its answer"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a mock."""
    mock = steps_of(document, interaction)
    is_scripted = as_object(value_at(document, mock)).get("dynamic_response") is not None
    here = (*mock, "response")
    home = Home(Status((*here, "status")), Headers((*here, "headers")), Body((*here, "body")))
    return [_SCRIPTED if is_scripted else home for _ in interaction.variants]
