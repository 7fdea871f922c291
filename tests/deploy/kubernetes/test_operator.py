"""The objects of the Prometheus operator, against the types and the validators made from its own sources."""

import json
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.deploy.kubernetes.rendering import Arrangement, Object, objects
from tests.node import package_file

pytestmark = pytest.mark.kubernetes

OPERATOR: Final = "@kubernetes-models/prometheus-operator"
VERSION: Final = "6.0.0"
ARRANGEMENT: Final = Arrangement("overlays/daemon", ("prometheusrule", "servicemonitor"))
KINDS: Final = ("PrometheusRule", "ServiceMonitor")
CHECK: Final = """
import * as models from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
const told = {};
for (const [name, object] of Object.entries(JSON.parse(process.argv[2]))) {
  try { new models[object.kind](object).validate(); told[name] = ""; } catch (error) { told[name] = String(error); }
}
console.log(JSON.stringify(told));
"""


def _modules(folder: Path) -> Path:
    """The folder with a way to the packages."""
    found = package_file(OPERATOR, VERSION, "package.json")
    (folder / "node_modules").symlink_to(found.parents[2])
    return folder


def _made() -> dict[str, Object]:
    return {kind: objects(ARRANGEMENT, kind)[0] for kind in KINDS}


def _broken() -> dict[str, Object]:
    """A required field left out, and durations that are none: what the operator's API server would refuse."""
    monitor, rule = (json.loads(json.dumps(_made()[kind])) for kind in ("ServiceMonitor", "PrometheusRule"))
    del monitor["spec"]["selector"]
    late = json.loads(json.dumps(_made()["ServiceMonitor"]))
    late["spec"]["endpoints"][0]["interval"] = "soon"
    rule["spec"]["groups"][0]["rules"][0]["for"] = "a while"
    return {"no selector": monitor, "no duration": late, "no time": rule}


def test_the_operator_accepts_them(tmp_path: Path) -> None:
    """What is required is there, and durations are durations; broken ones are refused."""
    script = _modules(tmp_path) / "check.mjs"
    script.write_text(CHECK, encoding="utf-8")
    command = ["node", str(script), json.dumps({**_made(), **_broken()})]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    told = json.loads(ran.stdout)
    assert {kind: told[kind] for kind in KINDS} == dict.fromkeys(KINDS, "")
    assert all(told[name] for name in _broken())


@pytest.mark.timeout(300)
def test_they_have_no_field_that_the_operator_does_not_know(tmp_path: Path) -> None:
    """The validators pass over unknown fields, so the TypeScript compiler looks for them; it finds a planted one."""
    compiler = package_file("typescript", "7.0.2", "bin/tsc")
    misspelt = json.loads(json.dumps(_made()["ServiceMonitor"]))
    misspelt["spec"]["endpoints"][0]["scrapeTimeuot"] = "10s"
    texts = {**_made(), "misspelt": misspelt}
    for name, made in texts.items():
        text = (
            f'import type {{ I{made["kind"]} }} from "{OPERATOR}/monitoring.coreos.com/v1/{made["kind"]}";\n'
            f"export const made: I{made['kind']} = {json.dumps(made)};\n"
        )
        (_modules(tmp_path) if name == KINDS[0] else tmp_path).joinpath(f"{name}.ts").write_text(text, encoding="utf-8")
    options = ["--noEmit", "--strict", "--skipLibCheck", "--moduleResolution", "bundler", "--module", "esnext"]
    command = ["node", str(compiler), *options, *(f"{name}.ts" for name in texts)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False)
    mistakes = [line for line in ran.stdout.splitlines() if "error TS" in line]
    assert [line for line in mistakes if not line.startswith("misspelt.ts")] == []
    assert any("scrapeTimeuot" in line for line in mistakes), ran.stdout
