"""All peers, one after the other: ``python -m tests.bench.peers``; with ``--readme`` the table goes into the README.

Further arguments are names of peers, to run these alone (not into the README). A peer that does not work here is left
out, and why is said on standard error.
"""

import logging
import sys

import structlog

from tests.bench.__main__ import README
from tests.bench.peers.register import PEERS
from tests.bench.peers.runs import Column, columns
from tests.bench.peers.table import table

BEGIN, END = "<!-- begin: peers -->", "<!-- end: peers -->"


def main() -> int:
    """Print the table; 0 unless nothing could be run at all."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    names = {argument for argument in sys.argv[1:] if not argument.startswith("--")}
    chosen = [peer for peer in PEERS if not names or peer.name in names]
    shown: list[Column] = []
    for one in columns(chosen):
        if isinstance(one, Column):
            shown.append(one)
            sys.stderr.write(f"{one.title}: {len(one.plain.passes)} passes\n")
        else:
            sys.stderr.write(f"{one}\n")
    text = table(shown)
    sys.stdout.write(f"{text}\n")
    if "--readme" in sys.argv[1:] and shown and not names:
        before, rest = README.read_text(encoding="utf-8").split(BEGIN, 1)
        _, after = rest.split(END, 1)
        README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
    return 0 if shown else 1


if __name__ == "__main__":
    sys.exit(main())
