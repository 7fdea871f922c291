"""Where the answers of Ruby's VCR stand: ``response`` of each interaction (``recording.homes``).

A text stays text and base64 stays base64, wrapped as Psych wraps it. Stand-ins of ``filter_sensitive_data`` and
expressions of ERB are kept.
"""

from collections.abc import Sequence

from driftwatch.mocks.homes import steps_of
from driftwatch.mocks.recording.homes import answer_at, body_home, status_home
from driftwatch.mocks.rewriting.expressions import stand_ins
from driftwatch.mocks.rewriting.home import Headers, Home
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Interaction


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of an interaction."""
    here = (*steps_of(document, interaction), "response")
    answer = answer_at(document, *here)
    home = Home(
        status=status_home(answer, *here),
        headers=Headers((*here, "headers"), is_list=True),
        body=body_home(answer, *here, does_text_win=False),
        expressions=stand_ins,
    )
    return [home for _ in interaction.variants]
