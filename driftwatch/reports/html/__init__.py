"""For a browser: the report as one self-contained file, and the pages of ``driftwatch serve``.

Both are filled into the same templates, so that a finding looks the same wherever it is read. Nothing here needs a
script, and nothing is loaded from elsewhere.
"""

from driftwatch.reports.html.report import render

__all__ = ["render"]
