"""deepdiff (PyPI), timed in the peers' own environment: a process that compares the same two documents on demand."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from tests.bench.peers.installed import PYTHON, pip_version
from tests.bench.peers.peer import LeftOutError

_PROGRAM: Final = """
import gc, json, sys, time
from deepdiff import DeepDiff
old, new = json.loads(sys.stdin.readline())
assert DeepDiff(old, new), "there is a difference to find"
gc.disable()
for line in sys.stdin:
    start = time.process_time()
    for _ in range(int(line)):
        DeepDiff(old, new)
    print((time.process_time() - start) / int(line), flush=True)
"""


@contextmanager
def deepdiff(old: object, new: object) -> Iterator[Callable[[int], float]]:
    """CPU seconds of one comparison, the mean of so many; raises ``LeftOutError`` where deepdiff is not installed."""
    pip_version("deepdiff")
    with subprocess.Popen(
        [str(PYTHON), "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, told = process.stdin, process.stdout
        asked.write(json.dumps([old, new]) + "\n")

        def seconds(repeats: int) -> float:
            asked.write(f"{repeats}\n")
            line = told.readline()
            if not line:
                raise LeftOutError(f"deepdiff ended with {process.wait()}")
            return float(line)

        yield seconds
