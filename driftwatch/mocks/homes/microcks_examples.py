"""Where the answers of Microcks' examples stand: ``response``, the body as text or as YAML that becomes JSON."""

from collections.abc import Sequence

from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.rewriting.expressions import handlebars
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_object
from driftwatch.model.interaction import Interaction


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of an example. Microcks' own examples quote the status, and so is one that is added."""
    here = (*steps_of(document, interaction), "response")
    body = as_object(value_at(document, here), *here).get("body")
    home = Home(
        status=Status((*here, "status"), is_text=True),
        headers=Headers((*here, "headers"), apart={"content-type": (*here, "mediaType")}),
        body=Body((*here, "body"), is_inline=not isinstance(body, str | None)),
        expressions=handlebars,
    )
    return [home for _ in interaction.variants]
