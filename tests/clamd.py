"""A real clamd of the tests' own, with two signatures that know the EICAR test file, and what a test lets it learn.

The hexadecimal of that file is put together as the tests run, so that no scanner takes this repository for infected.
"""

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from processor.addresses import ScannerAddress
from processor.inspection.clamd import Clamd, NoVerdict, ScannerDown
from processor.settings import ROOT

PROGRAM = Path("/usr/sbin/clamd")
EICAR = b"".join((b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTI", b"VIRUS-TEST-FILE!$H+H*"))
NAME = "Local.Eicar-Anywhere.UNOFFICIAL"
DEPLOYED = ROOT / "deploy" / "clamd.conf"


class RealClamd:
    """The process; `stop` and `start` may be called any number of times. It does not run as root."""

    def __init__(self, folder: Path) -> None:
        if not PROGRAM.exists():
            raise RuntimeError("clamd is missing: apt-get install --no-install-recommends clamav-daemon")
        self.folder = folder
        self.socket = folder / "clamd.ctl"
        self.user = "clamav" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.process: subprocess.Popen[bytes] | None = None
        signatures = folder / "signatures"
        signatures.mkdir()
        self.signatures = signatures / "local.ndb"
        write_signatures(self.signatures, EICAR)
        self.configuration = folder / "clamd.conf"
        self.configuration.write_text(configuration(signatures, self.socket, self.user))
        folder.chmod(0o755)
        if os.geteuid() == 0:
            for place in (folder, signatures):
                shutil.chown(place, self.user, self.user)

    @property
    def setting(self) -> str:
        """As HOTRO_CLAMD_URL takes it."""
        return f"unix:{self.socket}"

    @property
    def client(self) -> Clamd:
        return Clamd(ScannerAddress(path=str(self.socket)))

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([PROGRAM, "-c", self.configuration], stdout=log, stderr=log)
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            with suppress(ScannerDown, NoVerdict):
                self.client.version()
                return
            time.sleep(0.1)
        raise RuntimeError("clamd did not answer within 30 seconds")

    @contextmanager
    def learning(self, content: bytes) -> Iterator[None]:
        """As after an update: until the block ends its signatures know `content` too."""
        try:
            self._restart(EICAR, content)
            yield
        finally:
            self._restart(EICAR)

    def _restart(self, *known: bytes) -> None:
        self.stop()
        write_signatures(self.signatures, *known)
        self.start()

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(30)
            self.process = None
        self.socket.unlink(missing_ok=True)


def write_signatures(place: Path, *known: bytes) -> None:
    """Name:type:offset:hexadecimal. The first is the test file itself, the others find what is known anywhere."""
    anywhere = ("Local.Eicar-Anywhere", "Local.Learnt")
    lines = [f"{name}:0:*:{content.hex()}" for name, content in zip(anywhere, known, strict=False)]
    place.write_text("\n".join([f"Local.Eicar-Test:0:0:{EICAR.hex()}", *lines, ""]))


def configuration(signatures: Path, socket: Path, user: str) -> str:
    """The one that is deployed, at places of the tests' own."""
    own = {"DatabaseDirectory": signatures, "LocalSocket": socket, "User": user}
    text = DEPLOYED.read_text()
    for name, value in own.items():
        text = re.sub(rf"(?m)^{name} .*$", f"{name} {value}", text)
    return text


@contextmanager
def running_clamd() -> Iterator[RealClamd]:
    folder = Path(tempfile.mkdtemp(prefix="hotro-clamd-"))
    server = RealClamd(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def the_clamd() -> Iterator[RealClamd]:
    with running_clamd() as server:
        yield server


@pytest.fixture
def clamd(the_clamd: RealClamd) -> RealClamd:
    """Running, whatever the test before did to it."""
    if the_clamd.process is None:
        the_clamd.start()
    return the_clamd


Answer = Callable[[bytes], bytes | None]


class FaultyLine:
    """A proxy before the real clamd: it hands everything through, then does to the answer to a file what it is told.

    `answer` gives what is sent on instead, None for a line that is never answered.
    """

    def __init__(self, clamd: RealClamd, answer: Answer) -> None:
        self.socket = clamd.folder / f"line-{id(self)}.ctl"
        self.clamd_url = clamd
        self.answer = answer
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(self.socket))
        self.server.listen()
        self.held: list[socket.socket] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def setting(self) -> str:
        return f"unix:{self.socket}"

    def close(self) -> None:
        """May be called again."""
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for line in self.held:
            line.close()
        self.thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                self._hand_through(self.server.accept()[0])

    def _hand_through(self, line: socket.socket) -> None:
        with socket.socket(socket.AF_UNIX) as behind:
            behind.connect(str(self.clamd_url.socket))
            asked = b""
            while not complete(asked) and (piece := line.recv(65_536)):
                asked += piece
                behind.sendall(piece)
            said = behind.recv(4096)
        told = self.answer(said) if asked.startswith(b"zINSTREAM") else said
        if told is None:
            self.held.append(line)
            return
        line.sendall(told)
        line.close()


def complete(asked: bytes) -> bool:
    """A short command, or a file to its end."""
    return asked.endswith(bytes(4)) if asked.startswith(b"zINSTREAM") else asked.endswith(b"\0")


@contextmanager
def faulty_line(clamd: RealClamd, answer: Answer) -> Iterator[FaultyLine]:
    line = FaultyLine(clamd, answer)
    try:
        yield line
    finally:
        line.close()
