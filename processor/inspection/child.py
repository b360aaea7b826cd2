"""What runs apart: a line of JSON for each file comes in on the socket, a line goes out for each, in their order.

It is started with nothing of its parent: no settings, no open file but the socket.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

from processor.children import SOCKET, let_the_server_go_first
from processor.domain.files import FILE_TYPES, FileFault, SoundFile
from processor.inspection.bounds import bound
from processor.inspection.inspect import Question, Verdict, verdict_on

READY = b"\n"


def serve(answer: Callable[[Question], Verdict]) -> None:
    """An answer goes out before the next file is touched: who dies leaves no doubt over which."""
    os.write(SOCKET, READY)
    with os.fdopen(SOCKET, "rb") as questions:
        for line in questions:
            bound()
            os.write(SOCKET, line_of(answer(question_in(line))))


def line_of_question(question: Question) -> bytes:
    return json.dumps([str(question.path), question.name, list(question.accept)]).encode() + b"\n"


def question_in(line: bytes) -> Question:
    path, name, accept = json.loads(line)
    return Question(Path(path), name, accept)


def line_of(verdict: Verdict) -> bytes:
    """The id of the type with the hazards, or the code of the fault with its values."""
    told = (verdict.code, verdict.values) if isinstance(verdict, FileFault) else (verdict.type.id, verdict.hazards)
    return json.dumps(told).encode() + b"\n"


def verdict_in(line: bytes) -> Verdict:
    """Raises ValueError, KeyError, TypeError, AttributeError for what no child of ours says."""
    told, more = json.loads(line)
    if isinstance(more, dict):
        return FileFault(str(told), **{str(name): str(value) for name, value in more.items()})
    return SoundFile(FILE_TYPES[told], tuple(map(str, more)))


if __name__ == "__main__":
    let_the_server_go_first()
    serve(verdict_on)
