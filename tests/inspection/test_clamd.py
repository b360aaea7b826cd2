"""What a real clamd says of a file, and what is made of its answers and of its silence."""

import io
import random
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest

from processor.addresses import ScannerAddress
from processor.domain.hazards import BEYOND_SCANNER
from processor.domain.scanning import BLOCKED, CLEAN, UNSCANNABLE, ScanVerdict
from processor.inspection.clamd import TOO_LONG, Clamd, NoVerdict, ScannerDown, verdict_of
from processor.inspection.inspect import inspect_file
from processor.inspection.scan_bounds import PART_BYTES, SUM_BYTES
from tests.clamd import DEPLOYED, EICAR, RealClamd, faulty_line
from tests.inspection.hazards import a_pdf_with
from tests.inspection.makers import (
    a_docx,
    a_jpeg,
    a_pdf,
    a_pdf_with_a_password,
    a_pdf_with_an_owner_password,
    a_png,
    an_xlsx,
    rezipped,
)
from tests.served import free_port

MB = 1 << 20


def scan(clamd: RealClamd, content: bytes) -> ScanVerdict:
    return clamd.client.scan(io.BytesIO(content))


def with_a_stream(path: Path, content: bytes) -> Path:
    """A PDF with a compressed stream that holds the content."""

    def fill(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Hidden = pdf.make_stream(content)

    return a_pdf_with(path, fill)


def test_sound_files_of_every_type_are_clean(clamd: RealClamd, tmp_path: Path) -> None:
    for make in (a_pdf, a_docx, an_xlsx, a_jpeg, a_png, a_pdf_with_an_owner_password):
        assert scan(clamd, make(tmp_path / make.__name__).read_bytes()) == ScanVerdict(CLEAN), make.__name__


def test_the_test_virus_is_found_bare_in_an_archive_in_a_document_and_in_a_packed_stream(
    clamd: RealClamd, tmp_path: Path
) -> None:
    document = rezipped(a_docx(tmp_path / "a.docx"), add={"word/media/x.bin": EICAR})
    packed = with_a_stream(tmp_path / "a.pdf", EICAR)
    assert EICAR not in packed.read_bytes()

    for content in (EICAR, EICAR + b"\r\n", document.read_bytes(), packed.read_bytes()):
        verdict = scan(clamd, content)
        assert verdict.state == BLOCKED
        assert (verdict.found or "").startswith("Local.Eicar-")


def test_a_password_and_a_file_over_the_limit_of_a_stream_cannot_be_scanned(clamd: RealClamd, tmp_path: Path) -> None:
    locked = scan(clamd, a_pdf_with_a_password(tmp_path / "a.pdf").read_bytes())
    long = scan(clamd, bytes(27 * MB))

    assert (locked.state, locked.found) == (UNSCANNABLE, "Heuristics.Encrypted.PDF")
    assert long == ScanVerdict(UNSCANNABLE, TOO_LONG)


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_clamd_calls_clean_what_it_did_not_look_at_and_the_inspector_knows(
    clamd: RealClamd, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"a.{ending}"
    hidden = bytes(31 * MB) + EICAR if ending == "docx" else bytes(PART_BYTES + 1)
    if ending == "docx":
        rezipped(a_docx(path), add={f"word/{n}.bin": part for n, part in enumerate(salted(hidden))})
    else:
        with_a_stream(path, hidden)

    assert scan(clamd, path.read_bytes()) == ScanVerdict(CLEAN)
    assert inspect_file(path, path.name, [ending]).hazards == (BEYOND_SCANNER,)


def salted(content: bytes) -> list[bytes]:
    """With so much that does not compress that the ratio of a bomb is not reached."""
    return [random.Random(1).randbytes(MB // 2) + content]


def test_the_bounds_of_the_inspector_lie_below_those_that_are_deployed() -> None:
    told = dict(line.split(maxsplit=1) for line in DEPLOYED.read_text().splitlines() if line and line[0] != "#")

    assert min(int(told["MaxFileSize"][:-1]) * MB, int(told["StreamMaxLength"])) > PART_BYTES
    assert int(told["MaxScanSize"][:-1]) * MB > SUM_BYTES
    assert {told[f"Alert{name}"] for name in ("ExceedsMax", "EncryptedDoc", "EncryptedArchive", "OLE2Macros")} == {
        "yes"
    }


@pytest.mark.parametrize(
    "said",
    [
        "",
        "stream:OK",
        "stream: OK ",
        "x: OK",
        "stream: ok",
        "stream: OK FOUND?",
        "OK",
        "stream: x ERROR",
        "UNKNOWN COMMAND",
    ],
)
def test_only_one_line_says_clean(said: str) -> None:
    with pytest.raises(NoVerdict):
        verdict_of(said)


@pytest.mark.parametrize("name", ["Heuristics.Limits.Exceeded.MaxRecursion", "Heuristics.Encrypted.Zip"])
def test_a_file_that_was_not_looked_into_is_neither_clean_nor_infected(name: str) -> None:
    assert verdict_of(f"stream: {name} FOUND") == ScanVerdict(UNSCANNABLE, name)


@pytest.mark.parametrize("answer", [b"stream: OK", b"stream: O", b"", b"stream: lstat() failed. ERROR\0"])
def test_half_an_answer_or_an_error_is_no_verdict(clamd: RealClamd, answer: bytes) -> None:
    with faulty_line(clamd, lambda said: answer) as line, pytest.raises(NoVerdict):
        Clamd(ScannerAddress(path=str(line.socket))).scan(io.BytesIO(b"xin"))


def test_a_silent_scanner_is_given_up_at_a_moment(clamd: RealClamd) -> None:
    with faulty_line(clamd, lambda said: None) as line, pytest.raises(NoVerdict):
        Clamd(ScannerAddress(path=str(line.socket)), seconds=0.5).scan(io.BytesIO(b"xin"))


def test_a_scanner_that_tells_its_answer_byte_by_byte_is_given_up_at_the_same_moment(tmp_path: Path) -> None:
    """A limit on each wait alone would let it go on for ever."""
    done = threading.Event()

    def trickle(server: socket.socket) -> None:
        with server.accept()[0] as line:
            while not done.is_set():
                with suppress(BrokenPipeError):
                    line.sendall(b"s")
                time.sleep(0.05)

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "slow.ctl"))
        server.listen()
        thread = threading.Thread(target=trickle, args=(server,))
        thread.start()
        with pytest.raises(NoVerdict):
            Clamd(ScannerAddress(path=str(tmp_path / "slow.ctl")), seconds=0.5).scan(io.BytesIO(b"xin"))
        done.set()
        thread.join(10)


def test_nobody_at_the_address_is_told_apart_from_no_verdict(tmp_path: Path) -> None:
    for address in (ScannerAddress(path=str(tmp_path / "nobody")), ScannerAddress(host="127.0.0.1", port=free_port())):
        with pytest.raises(ScannerDown):
            Clamd(address).version()
