"""``python -m tests.reports.update_gold``: write all gold files anew; then read the difference."""

from tests.reports.gold import FOLDER, outputs


def main() -> None:
    """Replace what is there, and take away what no summary renders any more."""
    current = {name: render() for name, render in outputs().items()}
    FOLDER.mkdir(exist_ok=True)
    for stale in {path.name for path in FOLDER.iterdir()} - current.keys():
        (FOLDER / stale).unlink()
    for name, text in current.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
