"""The register of templates: how a notice is written for each kind of channel."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import Change
from driftwatch.model.notice import Item, News, Notice
from driftwatch.reports.notices import document, html, markdown, text


class Form(StrEnum):
    """How a channel wants to be written to."""

    HTML = "html"
    JSON = "json"
    MARKDOWN = "markdown"
    TEXT = "text"


class Template(Struct, frozen=True):
    """One way to write a notice."""

    form: Form
    render: Callable[[Notice, int], str]
    """The body, of at most so many characters."""
    longest: int
    """Characters that are never exceeded, whatever a channel takes."""


TEMPLATES: Final = (
    Template(Form.HTML, html.render, 100_000),
    Template(Form.JSON, document.render, 256_000),
    Template(Form.MARKDOWN, markdown.render, 3_000),
    Template(Form.TEXT, text.render, 3_000),
)
"""Every template, in alphabetical order."""


def written(notice: Notice, form: Form, limit: int | None = None) -> str:
    """The body of a notice, no longer than a channel takes."""
    template = {each.form: each for each in TEMPLATES}[form]
    return template.render(notice, min(template.longest, limit or template.longest))


def sample(channel: str, at: datetime, link: str) -> Notice:
    """What ``driftwatch notify --test`` sends: of every kind of line one, and of no mock that exists."""
    item = Item(
        Change.NEW, Severity.BREAKING, "field-missing", "a promised member is never delivered", "GET /v1/samples/{id}",
        "/email", "samples/sample.json:3", "0123456789abcdef",
    )  # fmt: skip
    news = News("sample", "", (item,), {Change.NEW: 1}, Severity.BREAKING)
    return Notice(f"sample/{channel}/{at:%Y%m%dT%H%M%S}", "sample", at, (news,), link, is_sample=True)
