"""The command ``driftwatch``, also ``python -m driftwatch``. The version is told without loading anything else."""

import gc
import os
import sys


def main() -> None:
    """Run the command line and leave with its exit code (``cli.main`` lists them)."""
    if sys.argv[1:] == ["--version"]:
        from driftwatch import __version__  # noqa: PLC0415 - the quick way

        sys.stdout.write(f"driftwatch {__version__}\n")
        return
    signals = _heed_sigterm() if os.getpid() == 1 else []
    gc.disable()  # until the command is loaded (``cli.loading``)
    from driftwatch.cli.main import run  # noqa: PLC0415 - only where it is needed

    code = run(sys.argv[1:])
    gc.freeze()  # or the interpreter, on its way out, would look for garbage in all that it is about to leave
    sys.exit(128 + signals[0] if signals else code)


def _heed_sigterm() -> list[int]:
    """In a container: the kernel keeps from process 1 every signal that it has no handler for (pid_namespaces(7)).

    Elsewhere SIGTERM ends what has no handler of its own. Here an audit would go on, and be killed when the grace
    period is over, without having told the store that it was interrupted. Now the first one is like Ctrl-C, and a
    second one ends at once. The signals that came are in the list.
    """
    import signal  # noqa: PLC0415 - only where it is needed

    came: list[int] = []

    def stop(number: int, _: object) -> None:
        if came:
            os._exit(128 + number)
        came.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    return came


if __name__ == "__main__":
    main()
