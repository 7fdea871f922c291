"""The Pact verifier (PyPI ``pact-python``, whose wheel carries Pact's core in Rust): contracts held to a provider.

It is given a Pact of version 3 with a type matcher at the root of every body, which covers all below it; the careful
author also says ``integer``, the form of the date-time (with a ``Z``) and that the id is a UUID. It asks each endpoint
once a run and follows redirects.

Read by hand, each alone (pact-python 4.2.0): with type matchers a fraction is as good as a whole number and any string
as good as another; the careful contract finds all of these. A number beyond 53 bits is an integer. An added member
and a charset are let be, as Pact promises.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from tests.bench.accuracy.formats import FORMATS
from tests.bench.peers.installed import PYTHON, pip_version, run
from tests.bench.peers.peer import Bench, Outcome, Pass, Peer

_PROGRAM: Final = """
import json, sys
from pact import Verifier
url, contract, result = sys.argv[1:]
verifier = Verifier("service", host="127.0.0.1").add_transport(url=url).add_source(contract)
try:
    verifier.verify()
except RuntimeError:
    pass  # it says so when an interaction fails; which one stands in the results
with open(result, "w", encoding="utf-8") as file:
    json.dump(verifier.results, file)
"""
_UUID: Final = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CAREFUL: Final = {
    "$.id": {"match": "regex", "regex": _UUID},
    "$.created_at": {"match": "timestamp", "timestamp": "yyyy-MM-dd'T'HH:mm:ss'Z'"},
    "$.count": {"match": "integer"},
    "$.items[*].qty": {"match": "integer"},
}


def contract(bench: Bench) -> dict[str, Any]:
    """All mocks as one Pact."""
    spell = dict(FORMATS)["pact/bench-service.json"]
    document: dict[str, Any] = json.loads(spell(list(bench.endpoints)))
    if bench.careful:
        rules = {path: {"combine": "AND", "matchers": [matcher]} for path, matcher in _CAREFUL.items()}
        for interaction in document["interactions"]:
            body = interaction["response"]["matchingRules"]["body"]
            interaction["response"]["matchingRules"] = {"body": {**body, **rules}}
    return document


@contextmanager
def _start(bench: Bench) -> Iterator[Pass]:
    file, report = bench.folder / "bench-service.json", bench.folder / "report.json"
    file.write_text(json.dumps(contract(bench)), encoding="utf-8")
    command = (PYTHON, "-c", _PROGRAM, bench.url, file, report)

    def one_pass() -> dict[str, Outcome]:
        said = json.loads(run(command, bench.folder, report))["interactionResults"]
        return {one["description"]: Outcome.CLEAN if one["result"] == "OK" else Outcome.ALARM for one in said}

    yield one_pass


PEER: Final = Peer("Pact verifier", lambda: pip_version("pact-python"), _start)
