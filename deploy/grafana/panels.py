"""What a dashboard is made of: panels in Grafana's classic schema, each from a few words.

Nothing here knows driftwatch's metrics; ``overview`` and ``batch`` do. Field names and values are those of
``@grafana/schema`` 13.2.3, against which a test checks the result; ``schemaVersion`` 39 is the last one that every
Grafana from 11 on reads without a migration of panels.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]

RUNBOOK: Final = "https://runbooks.example.com/driftwatch"
"""Where deploy/runbook.md is published; the alerts lead there, too."""
DATASOURCE: Final[Json] = {"type": "prometheus", "uid": "${datasource}"}
GREEN, AMBER, RED, GREY = "green", "orange", "red", "text"
PLAIN: Final = ((None, GREY),)
"""Thresholds of a number that is neither good nor bad: colour is for judgement."""
WIDTH: Final = 24
"""Columns of Grafana's grid."""

Steps = Sequence[tuple[float | None, str]]
"""From which value on which colour; the first from minus infinity."""


@dataclass(frozen=True, slots=True)
class Query:
    """One expression of a panel."""

    expr: str
    legend: str = ""
    instant: bool = False
    """The value now, in place of a line."""
    table: bool = False
    exemplars: bool = False

    def json(self, letter: str) -> Json:
        """The query as a target of a panel, called by a letter."""
        return {
            "refId": letter,
            "datasource": DATASOURCE,
            "expr": self.expr,
            "legendFormat": self.legend or "__auto",
            "instant": self.instant,
            "range": not self.instant,
            "format": "table" if self.table else "time_series",
            "exemplar": self.exemplars,
        }


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture: a question as title, what the answer means as description."""

    kind: str
    """Grafana's type: ``stat``, ``timeseries``, ``table``, ``bargauge``, ``state-timeline``."""
    title: str
    description: str
    queries: tuple[Query, ...]
    unit: str
    size: tuple[int, int]
    """Width in columns of 24, height in rows."""
    steps: Steps = PLAIN
    decimals: int | None = None
    bounds: tuple[float | None, float | None] = (0, None)
    """Least and greatest value of the axis."""
    mappings: tuple[tuple[str, str, str], ...] = ()
    """A value, the word to show in its place, and its colour."""
    no_value: str = "no data"
    stacked: bool = False
    transformations: tuple[Json, ...] = ()
    overrides: tuple[Json, ...] = ()

    def json(self, number: int, x: int, y: int) -> Json:
        """The panel at its place."""
        width, height = self.size
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": DATASOURCE,
            "gridPos": {"x": x, "y": y, "w": width, "h": height},
            "targets": [query.json(chr(ord("A") + place)) for place, query in enumerate(self.queries)],
            "fieldConfig": {"defaults": self._defaults(), "overrides": list(self.overrides)},
            "options": _OPTIONS[self.kind],
            "transformations": list(self.transformations),
        }

    def _defaults(self) -> Json:
        least, greatest = self.bounds
        defaults: Json = {
            "unit": self.unit,
            "noValue": self.no_value,
            "color": {"mode": "palette-classic" if self.kind == "timeseries" else "thresholds"},
            "thresholds": {"mode": "absolute", "steps": [{"value": value, "color": hue} for value, hue in self.steps]},
            "mappings": [_mapping(*mapping) for mapping in self.mappings],
            "custom": _custom(self.kind, stacked=self.stacked),
        }
        optional = {"decimals": self.decimals, "min": least, "max": greatest}
        return defaults | {name: value for name, value in optional.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of panels under one heading, from left to right, wrapped at 24 columns."""

    title: str
    panels: tuple[Panel, ...]
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A whole page."""

    uid: str
    title: str
    description: str
    variables: tuple[Json, ...]
    rows: tuple[Row, ...]
    annotations: tuple[Json, ...] = ()

    def json(self) -> Json:
        """What Grafana imports or is provisioned with: without an id, and not to be edited in place."""
        return {
            "id": None,
            "uid": self.uid,
            "title": self.title,
            "description": self.description,
            "tags": ["driftwatch", "mocks"],
            "schemaVersion": 39,
            "editable": False,
            "graphTooltip": 1,
            "refresh": "1m",
            "time": {"from": "now-24h", "to": "now"},
            "timezone": "browser",
            "links": [_link("Runbook", RUNBOOK)],
            "templating": {"list": list(self.variables)},
            "annotations": {"list": list(self.annotations)},
            "panels": list(_laid_out(self.rows)),
        }


def datasource() -> Json:
    """The one variable that says which Prometheus."""
    return {
        "type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus",
        "refresh": 1, "hide": 0, "options": [], "multi": False, "includeAll": False,
    }  # fmt: skip


def labels(name: str, label: str, metric: str, everything: str = ".+") -> Json:
    """A variable with all values that a label of a metric has; several may be chosen, and all are at first.

    ``everything`` is the pattern for all: ``.*`` where metrics may lack the label.
    """
    query = f"label_values({metric}, {name})"
    return {
        "type": "query", "name": name, "label": label, "datasource": DATASOURCE,
        "query": {"query": query, "refId": name}, "refresh": 2, "sort": 1, "hide": 0, "regex": "",
        "multi": True, "includeAll": True, "allValue": everything, "options": [],
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
    }  # fmt: skip


def marks(name: str, expr: str, hue: str) -> Json:
    """Moments that are shown in all panels: where the expression has a value."""
    return {
        "name": name, "datasource": DATASOURCE, "enable": True, "hide": False, "iconColor": hue,
        "target": {"refId": "Anno", "expr": expr, "interval": "60s", "legendFormat": name},
    }  # fmt: skip


def column(name: str, unit: str, steps: Steps = ()) -> Json:
    """The unit of one column of a table, and from which value on it has which colour."""
    properties: list[Json] = [{"id": "unit", "value": unit}]
    if steps:
        colours = [{"value": value, "color": hue} for value, hue in steps]
        properties.append({"id": "thresholds", "value": {"mode": "absolute", "steps": colours}})
        properties.append({"id": "custom.cellOptions", "value": {"type": "color-text"}})
    return {"matcher": {"id": "byName", "options": name}, "properties": properties}


def joined(columns: Mapping[str, str]) -> tuple[Json, ...]:
    """Instant queries as one table with a row for each provider: its columns, in their order, and what to call them.

    Grafana calls the value of query A ``Value #A``.
    """
    places = {name: place for place, name in enumerate(columns)}
    return (
        {"id": "joinByField", "options": {"byField": "provider", "mode": "outer"}},
        {"id": "filterFieldsByName", "options": {"include": {"names": list(columns)}}},
        {
            "id": "organize",
            "options": {"excludeByName": {}, "indexByName": places, "renameByName": dict(columns)},
        },
    )


def _laid_out(rows: Sequence[Row]) -> Iterator[Json]:
    number, y = 1, 0
    for row in rows:
        heading, number = number, number + 1
        inner, x, top, tallest = [], 0, y + 1, 0
        for panel in row.panels:
            width, height = panel.size
            if x + width > WIDTH:
                x, top, tallest = 0, top + tallest, 0
            inner.append(panel.json(number, x, top))
            number, x, tallest = number + 1, x + width, max(tallest, height)
        yield {
            "id": heading, "type": "row", "title": row.title, "collapsed": row.collapsed,
            "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}, "panels": inner if row.collapsed else [],
        }  # fmt: skip
        y = y + 1 if row.collapsed else top + tallest
        yield from () if row.collapsed else inner


def _mapping(value: str, text: str, hue: str) -> Json:
    return {"type": "value", "options": {value: {"text": text, "color": hue, "index": 0}}}


def _link(title: str, url: str) -> Json:
    return {
        "title": title, "url": url, "type": "link", "icon": "doc", "tags": [], "tooltip": "What each alert means",
        "asDropdown": False, "includeVars": False, "keepTime": False, "targetBlank": True,
    }  # fmt: skip


def _custom(kind: str, *, stacked: bool) -> Json:
    if kind == "timeseries":
        return {
            "drawStyle": "line", "lineWidth": 1, "fillOpacity": 40 if stacked else 0, "showPoints": "never",
            "spanNulls": False, "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
        }  # fmt: skip
    return {"fillOpacity": 80, "lineWidth": 0} if kind == "state-timeline" else {}


_REDUCE: Final[Json] = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_LEGEND: Final[Json] = {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}
_OPTIONS: Final[dict[str, Json]] = {
    "stat": {"reduceOptions": _REDUCE, "colorMode": "value", "graphMode": "none", "textMode": "auto",
             "justifyMode": "auto", "orientation": "auto"},
    "bargauge": {"reduceOptions": _REDUCE, "displayMode": "basic", "orientation": "horizontal", "showUnfilled": True},
    "timeseries": {"legend": _LEGEND, "tooltip": {"mode": "multi", "sort": "desc"}},
    "table": {"showHeader": True, "cellHeight": "sm",
              "footer": {"show": False, "reducer": ["sum"], "countRows": False}},
    "state-timeline": {"legend": _LEGEND, "tooltip": {"mode": "single", "sort": "none"}, "showValue": "never",
                       "mergeValues": True, "rowHeight": 0.9, "alignValue": "left"},
}  # fmt: skip
