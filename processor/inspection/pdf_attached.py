"""Files inside a PDF, taken out for the scanner: clamd does not look into them."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from processor.domain.files import FileFault
from processor.inspection.scan_bounds import PART_BYTES, SUM_BYTES

PDF = b"%PDF-"
HEAD = 1024


def attached_files(path: Path) -> list[bytes]:
    """Runs in a child. Raises FileFault for more than a scanner looks at, and for a PDF in a PDF."""
    found, total = [], 0
    with pikepdf.open(path, attempt_recovery=False, inherit_page_attributes=False) as pdf:
        for stream in attached_streams(pdf):
            content = unpacked(stream)
            total += len(content)
            if total > SUM_BYTES or PDF in content[:HEAD]:
                raise FileFault("file_too_complex")
            found.append(content)
    return found


def attached_streams(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Stream]:
    """Every stream that a file specification names, wherever the specification lies."""
    for kept in pdf.objects:
        if isinstance(kept, pikepdf.Dictionary) and isinstance(named := kept.get("/EF"), pikepdf.Dictionary):
            yield from (stream for _, stream in named.items() if isinstance(stream, pikepdf.Stream))
        elif isinstance(kept, pikepdf.Stream) and kept.stream_dict.get("/Type") == pikepdf.Name.EmbeddedFile:
            yield kept


def unpacked(stream: pikepdf.Stream) -> bytes:
    filters = stream.stream_dict.get("/Filter")
    if isinstance(filters, pikepdf.Array) and len(filters) == 1:
        filters = filters[0]
    if filters == pikepdf.Name.FlateDecode:
        inflater = zlib.decompressobj()
        content = inflater.decompress(stream.read_raw_bytes(), PART_BYTES + 1)
    else:
        content = stream.read_bytes()
    if len(content) > PART_BYTES:
        raise FileFault("file_too_complex")
    return content
