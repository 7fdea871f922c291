"""Where php-vcr's answers stand: ``response`` of each recording, the status perhaps also in ``curl_info``.

A body is base64 where the reader takes it for it (``formats.php_vcr``); an empty one is left out and can be added.
"""

from collections.abc import Sequence

from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.homes import steps_of
from driftwatch.mocks.recording.homes import answer_at, status_home
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.expressions import stand_ins
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object
from driftwatch.model.interaction import Expectation, Interaction


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a recording."""
    here = (*steps_of(document, interaction), "response")
    answer = answer_at(document, *here)
    return [_home(answer, variant, *here) for variant in interaction.variants]


def _home(answer: Object, variant: Expectation, *here: Step) -> Home:
    content_type = variant.header("content-type") or ""
    coding = value_of(variant.headers, "content-transfer-encoding")
    is_base64 = "application/x-gzip" in content_type or coding == "binary"
    return Home(
        status=_status(answer, variant.status, *here),
        headers=Headers((*here, "headers")),
        body=Body((*here, "body"), is_base64=is_base64 and isinstance(answer.get("body"), str)),
        expressions=stand_ins,
    )


def _status(answer: Object, status: int, *here: Step) -> Status:
    home = status_home(answer, *here)
    info = answer.get("curl_info")
    says_so = isinstance(info, dict) and str(info.get("http_code")) == str(status)
    return Status(home.steps, home.phrase, also=((*here, "curl_info", "http_code"),)) if says_so else home
