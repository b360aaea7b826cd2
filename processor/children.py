"""A process of our own program that a server hands work to, on a socket that is its standard input."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SOCKET = 0


def started(
    module: str, kind: socket.SocketKind, environment: Mapping[str, str], *, first: bytes = b"", silent: bool = False
) -> "tuple[socket.socket, subprocess.Popen[bytes]]":
    """Our end of the line, on which `first` is said, and the process that has the other; a `silent` one says nothing
    to our log. It gets `environment` and nothing else of ours. Raises OSError.
    """
    line, its = socket.socketpair(socket.AF_UNIX, kind)
    said = subprocess.DEVNULL if silent else None
    path = ":".join(str(Path(place).absolute()) for place in sys.path)
    command = [sys.executable, "-P", "-m", module]
    try:
        line.sendall(first)
        process = subprocess.Popen(
            command, stdin=its.fileno(), stdout=said, stderr=said, env={**environment, "PYTHONPATH": path}
        )
    except BaseException:
        line.close()
        raise
    finally:
        its.close()
    return line, process


def let_the_server_go_first() -> None:
    """In the child: being handed something does not take the processor from whoever hands it over.

    It is handed the next one sooner, and takes several at a time: with two processors a quarter more submissions.
    Our systemd unit asks it of every process and forbids asking oneself.
    """
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
