"""Where `hotro` begins, and all that a process which opens strangers' files reads of it.

That process reads the main module of its parent again before anything else, as those of multiprocessing do.
"""

import gc


def main() -> None:
    gc.disable()  # a third of the time to read the program went into looking for garbage in it
    from processor.commands import run

    gc.freeze()
    gc.enable()
    run()
