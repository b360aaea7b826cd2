"""clamd over its socket: a file streamed to it, and its one line of answer, or none.

A client of our own, because it has to read the answer after clamd has hung up in the middle of a file that is too long,
and to give up at a moment, not after so many seconds without a byte. Protocol: `zINSTREAM\\0`, then for each piece its
length in four bytes, big end first, and the piece; a length of zero ends it.
"""

import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from processor.addresses import ScannerAddress
from processor.domain.scanning import BLOCKED, CLEAN, UNSCANNABLE, ScanVerdict

SECONDS = 60.0
PIECE = 128 * 1024
LONGEST_ANSWER = 4096
FOUND = re.compile(r"stream: (?P<name>[\x20-\x7e]{1,200}) FOUND\Z")
TOO_LONG = "INSTREAM size limit exceeded. ERROR"
NOT_LOOKED_AT = ("Heuristics.Limits.Exceeded", "Heuristics.Encrypted")
"""Names for what clamd could not look into, by the alerts of deploy/clamd.conf."""


class ScannerDown(Exception):
    """Nobody answers at the address."""


class NoVerdict(Exception):
    """An error, half an answer or none in time: nothing is known of the file."""


@dataclass(frozen=True)
class Clamd:
    """One connection a question; `seconds` is the time for all of it, `until` (monotonic) the end of all questions."""

    address: ScannerAddress
    seconds: float = SECONDS
    until: float | None = None

    def version(self) -> str:
        """Engine and signatures, such as `ClamAV 1.4.6/27800/Tue Nov 24 …`. Raises ScannerDown, NoVerdict."""
        return self._ask(b"zVERSION\0")

    def scan(self, file: BinaryIO) -> ScanVerdict:
        """Raises ScannerDown, NoVerdict."""
        return verdict_of(self._ask(b"zINSTREAM\0", file))

    def _ask(self, command: bytes, file: BinaryIO | None = None) -> str:
        end = time.monotonic() + self.seconds if self.until is None else self.until
        with self._connected(end) as line:
            # When clamd has hung up, why stands in its answer.
            with suppress(BrokenPipeError, ConnectionResetError):
                send(line, command, end)
                for piece in framed(file) if file else ():
                    send(line, piece, end)
            return answer(line, end)

    def _connected(self, end: float) -> socket.socket:
        family, place = (
            (socket.AF_UNIX, self.address.path)
            if self.address.path
            else (socket.AF_INET, (self.address.host, self.address.port))
        )
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.settimeout(left(end))
            line.connect(place)
        except OSError as error:
            line.close()
            raise ScannerDown(str(error)) from error
        return line


def framed(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield struct.pack(">I", len(piece)) + piece
    yield struct.pack(">I", 0)


def send(line: socket.socket, data: bytes, end: float) -> None:
    try:
        line.settimeout(left(end))
        line.sendall(data)
    except TimeoutError as error:
        raise NoVerdict("quá lâu không nhận hết tệp") from error


def answer(line: socket.socket, end: float) -> str:
    """Up to the NUL that ends it: half a line says nothing."""
    said = b""
    try:
        while b"\0" not in said and len(said) < LONGEST_ANSWER:
            line.settimeout(left(end))
            if not (piece := line.recv(LONGEST_ANSWER)):
                break
            said += piece
    except OSError as error:
        raise NoVerdict(f"không trả lời: {error}") from error
    text, ended, _ = said.partition(b"\0")
    if not ended:
        raise NoVerdict("trả lời dở dang")
    return text.decode("utf-8", "replace").strip()


def left(end: float) -> float:
    """Seconds, never zero: that would mean not to wait at all."""
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("quá lâu")
    return seconds


def verdict_of(said: str) -> ScanVerdict:
    """Raises NoVerdict for every line that is neither of the three."""
    if said == "stream: OK":
        return ScanVerdict(CLEAN)
    if found := FOUND.match(said):
        name = found["name"]
        return ScanVerdict(UNSCANNABLE if name.startswith(NOT_LOOKED_AT) else BLOCKED, name)
    if said == TOO_LONG:
        return ScanVerdict(UNSCANNABLE, TOO_LONG)
    raise NoVerdict(said[:200])
