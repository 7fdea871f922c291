"""The paper that all pages are written on: templates and the style sheet. The only file that knows jinja2.

Whatever a template puts out is made legible, cut to a bearable length and escaped; there is no way around it but
``Markup``, which nothing in this room makes of foreign text.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from driftwatch.reports.html.words import FILTERS
from driftwatch.reports.legible import legible, shorten

if TYPE_CHECKING:
    from jinja2 import Environment

_LONGEST: Final = 1000
"""Characters of one foreign text; the JSON report has it whole."""


def _fit(value: object) -> object:
    """One expression of a template, fit to be shown; what is marked up was so fitted before."""
    if value is None:
        return ""
    return value if isinstance(value, Markup) else shorten(legible(str(value)), _LONGEST)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - with the first page that is read

    environment = Environment(
        loader=PackageLoader("driftwatch.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_fit,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= FILTERS
    return environment


def _source(name: str) -> str:
    return files("driftwatch.reports.html").joinpath("templates", name).read_text(encoding="utf-8")


STYLE: Final = _source("style.css")
ICON: Final = _source("icon.svg")
STYLE_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""As a Content-Security-Policy names what may stand inline (CSP 3, 2.3.1: ``'sha256-…'``)."""
STYLE_NAME: Final = f"style-{hashlib.sha256(STYLE.encode()).hexdigest()[:12]}.css"
"""Under which the sheet is served; another sheet has another name, so a browser never mixes them up."""


def fill(template: str, **parts: object) -> str:
    """The filled template, ending in one newline. ``UndefinedError`` if a part is missing: our mistake."""
    return _environment().get_template(template).render(parts).rstrip() + "\n"


def sheet() -> Markup:
    """The style sheet for a ``<style>`` element; its own text, character by character as it was digested."""
    return Markup(STYLE)  # noqa: S704 - ours
