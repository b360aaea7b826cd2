"""The one question asked of every uploaded file: is it whole, and what its name says it is?

A pure function of its arguments whose faults can be pickled, so that it may run in a child process.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from processor.domain.files import FileFault, FileType, SoundFile, file_words, type_of_name
from processor.domain.hazards import in_order
from processor.inspection.image import inspect_jpeg, inspect_png
from processor.inspection.office import inspect_docx, inspect_xlsx
from processor.inspection.pdf import inspect_pdf

HEAD = 1024
BOM_AND_BLANKS = b"\xef\xbb\xbf \t\r\n\f\0"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "docx": (ZIP, OLE),
    "xlsx": (ZIP, OLE),
}

INSPECTORS: dict[str, Callable[[Path], set[str]]] = {
    "pdf": inspect_pdf,
    "jpeg": inspect_jpeg,
    "png": inspect_png,
    "docx": inspect_docx,
    "xlsx": inspect_xlsx,
}


@dataclass(frozen=True)
class Question:
    """One file, the name it came under, and the types that its item accepts."""

    path: Path
    name: str
    accept: Sequence[str]


Verdict = SoundFile | FileFault


def verdict_on(question: Question) -> Verdict:
    try:
        return inspect_file(question.path, question.name, question.accept)
    except FileFault as fault:
        return fault


def inspect_file(path: Path, name: str, accept: Sequence[str]) -> SoundFile:
    kind = type_of_name(name, accept)
    try:
        compare_signature(path, kind)
        hazards = inspect_content(path, kind)
    except FileFault as fault:
        raise FileFault(fault.code, **file_words(name, accept)) from fault
    return SoundFile(kind, in_order(hazards))


def compare_signature(path: Path, kind: FileType) -> None:
    with path.open("rb", buffering=0) as file:
        head = file.read(HEAD)
    if not head:
        raise FileFault("file_empty")
    start = head.lstrip(BOM_AND_BLANKS) if kind.id == "pdf" else head
    if not start.startswith(SIGNATURES[kind.id]):
        raise FileFault("file_content_mismatch")


def inspect_content(path: Path, kind: FileType) -> set[str]:
    """The hazards. A parser that stumbles in a way nobody foresaw is a refusal too."""
    try:
        return INSPECTORS[kind.id](path)
    except FileFault:
        raise
    except MemoryError as error:
        raise FileFault("file_too_complex") from error
    except Exception as error:
        raise FileFault("file_damaged") from error
