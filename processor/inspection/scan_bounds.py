"""What a scanner sees of a file: below these bounds all of it, with the settings of deploy/clamd.conf or Debian's own.

clamd says OK to what it skipped, even when it is told to alert: a signature at the end of a part of 101 MB is missed.
"""

import zlib
from collections.abc import Iterable

import pikepdf

from processor.domain.files import MB
from processor.domain.hazards import BEYOND_SCANNER

PART_BYTES = 24 * MB
SUM_BYTES = 90 * MB
STEP = 256 * 1024


def beyond(sizes: Iterable[int]) -> set[str]:
    """The hazard, when a part of a file is too large or all together are; no size is asked for after that."""
    total = 0
    for size in sizes:
        total += size
        if size > PART_BYTES or total > SUM_BYTES:
            return {BEYOND_SCANNER}
    return set()


def part_sizes(pdf: pikepdf.Pdf) -> Iterable[int]:
    """In bytes, of streams as they are inflated. A picture counts as packed: nobody runs its pixels."""
    return (unpacked_size(kept) for kept in pdf.objects if isinstance(kept, pikepdf.Stream))


def unpacked_size(stream: pikepdf.Stream) -> int:
    filters = stream.stream_dict.get("/Filter")
    packed = stream.read_raw_bytes()
    if filters is None or stream.stream_dict.get("/Subtype") == pikepdf.Name.Image:
        return len(packed)
    if isinstance(filters, pikepdf.Array) and len(filters) == 1:
        filters = filters[0]
    if filters == pikepdf.Name.FlateDecode:
        return inflated_size(packed)
    try:
        return len(stream.read_bytes())
    except pikepdf.PdfError:
        return len(packed)


def inflated_size(packed: bytes) -> int:
    """As far as it inflates, and not much beyond what a scanner sees."""
    inflater, size = zlib.decompressobj(), 0
    while packed and not inflater.eof and size <= PART_BYTES:
        try:
            size += len(inflater.decompress(packed, STEP))
        except zlib.error:
            return size
        packed = inflater.unconsumed_tail
    return size
