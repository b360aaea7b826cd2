"""Entries of an archive are inflated to their end, and no further."""

import io
import random
import zipfile
import zlib

import pytest

from processor.domain.errors import HotroError
from processor.inspection.archive import STEP, Entry, read_head


def an_entry(packed: bytes, whole: bytes) -> Entry:
    """As its header tells it: `packed` is all of what the header calls its compressed bytes."""
    info = zipfile.ZipInfo("word/document.xml")
    info.compress_type = zipfile.ZIP_DEFLATED
    info.compress_size, info.file_size, info.CRC = len(packed), len(whole), zlib.crc32(whole)
    return Entry(info, 0)


def deflated(whole: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(whole) + packer.flush()


WHOLE = random.Random(1).randbytes(STEP // 2) * 5
"""So much that it is inflated in several steps."""


def test_a_whole_entry_passes() -> None:
    packed = deflated(WHOLE)

    assert read_head(io.BytesIO(packed), an_entry(packed, WHOLE), 10) == WHOLE[:10]


@pytest.mark.parametrize("after", [1, 100, 3 * STEP])
def test_bytes_after_the_end_of_an_entry_are_damage_and_end_the_inflating(after: int) -> None:
    packed = deflated(WHOLE) + b"x" * after

    with pytest.raises(HotroError, match="file_damaged"):
        read_head(io.BytesIO(packed), an_entry(packed, WHOLE), 10)


def test_an_entry_that_breaks_off_is_damaged() -> None:
    packed = deflated(WHOLE)[:-5]

    with pytest.raises(HotroError, match="file_damaged"):
        read_head(io.BytesIO(packed), an_entry(packed, WHOLE), 10)
