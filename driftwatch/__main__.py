"""The command ``driftwatch``, also ``python -m driftwatch``. The version is told without loading anything else."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code (``cli.main`` lists them)."""
    if sys.argv[1:] == ["--version"]:
        from driftwatch import __version__  # noqa: PLC0415 - the quick way

        sys.stdout.write(f"driftwatch {__version__}\n")
        return
    from driftwatch.cli.main import run  # noqa: PLC0415 - only where it is needed

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
