"""The process that inspects files, which does not survive those of some names."""

import os
import signal
from pathlib import Path

from processor.inspection.bounds import MEMORY_BYTES
from processor.inspection.child import serve
from processor.inspection.inspect import Question, Verdict, verdict_on


def deadly(question: Question) -> Verdict:
    match question.name:
        case "crashes.pdf":
            os.abort()
        case "hangs.pdf":
            while True:
                pass
        case "hungry.pdf":
            Path(question.path).write_bytes(bytes(2 * MEMORY_BYTES))
        case "killed.pdf":  # as the kernel does when memory runs out
            os.kill(os.getpid(), signal.SIGKILL)
        case "lies.pdf":
            os.write(0, b'["exe", []]\n')
    return verdict_on(question)


if __name__ == "__main__":
    serve(deadly)
