"""Where `hotro` begins, and all that a process which opens strangers' files reads of it.

That process reads the main module of its parent again before anything else, as those of multiprocessing do.
"""


def main() -> None:
    from processor.commands import run

    run()
