"""The columns side by side, as Markdown: first by mode, then by change."""

from collections.abc import Callable, Iterator, Sequence

from tests.bench.accuracy.endpoints import Mode
from tests.bench.peers.peer import Outcome
from tests.bench.peers.runs import ANSWERS, PASSES, Column, Score, labels, paths_of

Measure = Callable[[Score], str]


def _alarmed(paths: set[str], passes: int | None) -> Measure:
    """How many of these endpoints it raised an alarm on, and how many more it only told of."""

    def measure(score: Score) -> str:
        alarms, notes = len(score.said(Outcome.ALARM, passes) & paths), len(score.told(passes) & paths)
        return f"{alarms} (+{notes} info)" if notes else str(alarms)

    return measure


def _asked(score: Score) -> str:
    """How often it asks an endpoint in a pass: the usual number."""
    asked = sorted(score.asked[0].values())
    return str(asked[len(asked) // 2])


def _unchecked(score: Score) -> str:
    return str(len(score.unchecked()))


def _cell(column: Column, measure: Measure) -> str:
    """Both documents where they lead to different figures."""
    plain = measure(column.plain)
    careful = measure(column.careful) if column.careful else plain
    return plain if plain == careful else f"{plain} / {careful}"


def _rows() -> Iterator[tuple[str, int, Measure]]:
    """Name, number of endpoints, and the figure."""
    always, sometimes, never = (paths_of(mode) for mode in (Mode.ALWAYS, Mode.SOMETIMES, Mode.NEVER))
    everything = always | sometimes | never
    yield "answers asked for, by endpoint and pass", len(everything), _asked
    yield "**changed for good, found in one pass**", len(always), _alarmed(always, 1)
    yield "**changed now and then, found in one pass**", len(sometimes), _alarmed(sometimes, 1)
    yield f"**the same within {PASSES} passes**", len(sometimes), _alarmed(sometimes, PASSES)
    yield f"**the same within {ANSWERS} answers**", len(sometimes), _alarmed(sometimes, None)
    yield f"**harmless, falsely alarmed within {PASSES} passes**", len(never), _alarmed(never, PASSES)
    yield "**could not check, in one pass**", len(everything), _unchecked
    for change in dict.fromkeys(label.change for label in labels().values()):
        paths = {path for path, label in labels().items() if label.change == change}
        mode = "harmless: " if paths <= never else ""
        yield f"{mode}{change}", len(paths), _alarmed(paths, PASSES)


def table(columns: Sequence[Column]) -> str:
    """One line a figure, one column a tool."""
    heads = ["", "endpoints", *(column.title for column in columns)]
    lines = [heads, ["---"] * len(heads)]
    lines += [[name, str(size), *(_cell(one, measure) for one in columns)] for name, size, measure in _rows()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
