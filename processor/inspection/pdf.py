"""PDF: opened without repair, because qpdf mends a file cut in half without a word."""

import os
from pathlib import Path

import pikepdf
from pikepdf import settings

from processor.domain.files import MB, FileFault
from processor.inspection.pdf_hazards import hazards_of
from processor.inspection.scan_bounds import beyond, part_sizes

TAIL = 1024
BLANKS = b"\0\t\n\f\r "
INFLATED_BYTES = 64 * MB

# One for the whole process, and not synchronised by qpdf: set once, here, before any thread reads a file.
# Only the cross-reference and object streams are inflated below; 1 MB of them can otherwise become 1 GB. LZW has no
# such limit in qpdf, so a server still wants this in a child process with a memory limit.
settings.set_qpdf_limits(flate_max_memory=INFLATED_BYTES, run_length_max_memory=INFLATED_BYTES)


def inspect_pdf(path: Path) -> set[str]:
    """Its hazards."""
    if not has_end(path):
        raise FileFault("file_damaged")
    try:
        return read_pages(path)
    except pikepdf.PasswordError as error:
        raise FileFault("file_password") from error
    except pikepdf.PdfError as error:
        raise FileFault("file_damaged") from error


def has_end(path: Path) -> bool:
    """Nothing but blanks after the last mark: a cut appendix would leave the pages of an older revision."""
    with path.open("rb", buffering=0) as file:
        file.seek(-min(TAIL, path.stat().st_size), os.SEEK_END)
        return file.read(TAIL).rstrip(BLANKS).endswith(b"%%EOF")


def read_pages(path: Path) -> set[str]:
    """The page tree, then the hazards of every object.

    qpdf drops pages it cannot read, and would correct their number while opening.
    """
    with pikepdf.open(path, attempt_recovery=False, inherit_page_attributes=False) as pdf:
        declared = int(pdf.Root.Pages.Count)
        if not 0 < declared <= len(pdf.pages):
            raise FileFault("file_damaged")
        return hazards_of(pdf) | beyond(part_sizes(pdf))
