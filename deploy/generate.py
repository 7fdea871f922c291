"""Writes what is derived from one source below ``deploy``: ``python -m deploy.generate``.

The dashboards come from ``deploy/grafana/*.py``; the PrometheusRule for the operator comes from the plain rule files.
A test compares what is checked in with what this would write.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from deploy.grafana.batch import batch
from deploy.grafana.overview import overview

DEPLOY: Final = Path(__file__).resolve().parent
RULES: Final = tuple(DEPLOY / "prometheus" / f"driftwatch.{name}.yaml" for name in ("rules", "alerts"))
PROMETHEUS_RULE: Final = DEPLOY / "kubernetes/components/prometheusrule/prometheusrule.yaml"


class _Legible(yaml.SafeDumper):
    """Writes texts of several lines as such."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """A block where the text has lines."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Legible.add_representer(str, _Legible.represent_text)


def files() -> Iterator[tuple[Path, str]]:
    """Every generated file with its text."""
    for dashboard in (overview(), batch()):
        text = json.dumps(dashboard.json(), indent=2, ensure_ascii=False)
        yield DEPLOY / "grafana" / f"{dashboard.uid}.json", f"{text}\n"
    yield PROMETHEUS_RULE, prometheus_rule()


def prometheus_rule() -> str:
    """The same groups as an object of the Prometheus operator; by default it selects none, so mind the labels."""
    groups = [group for path in RULES for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]]
    document: dict[str, Any] = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": "driftwatch",
            "namespace": "driftwatch",
            "labels": {"app.kubernetes.io/name": "driftwatch"},
        },
        "spec": {"groups": groups},
    }
    head = "# Made by `python -m deploy.generate` from deploy/prometheus/*.yaml, where the reasons stand.\n"
    return head + yaml.dump(document, Dumper=_Legible, sort_keys=False, allow_unicode=True, width=120)


def main() -> None:
    """Write them all."""
    for path, text in files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
