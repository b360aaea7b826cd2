"""Which signs the fonts of printed letters can draw. What applicants type may hold others; they are shown as a box."""

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
BOX = "\u25a1"
BREAK = "\u200b"
# Signs without a shape, and those that every font draws its own way.
UNDRAWN = {"Cc", "Cf", "Co"}


def drawable(text: str) -> str:
    """In one line, composed, each sign that some face lacks replaced."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(sign if ord(sign) in signs_of_every_face() else BOX for sign in line)


@lru_cache(maxsize=1)
def signs_of_every_face() -> frozenset[int]:
    faces = [signs_of(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))]
    common = frozenset.intersection(*faces)
    return frozenset(code for code in common if unicodedata.category(chr(code)) not in UNDRAWN) | {ord(BREAK)}


def signs_of(face: bytes) -> frozenset[int]:
    """The code points that a TrueType file has a glyph for, by its Unicode table (format 4: the basic plane)."""
    table = part_of(face, b"cmap")
    (count,) = struct.unpack_from(">H", table, 2)
    records = [struct.unpack_from(">HHI", table, 4 + 8 * place) for place in range(count)]
    (offset,) = [offset for platform, encoding, offset in records if (platform, encoding) == (3, 1)]
    return frozenset(segments(table[offset:]))


def part_of(face: bytes, name: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", face, 4)
    for place in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", face, 12 + 16 * place)
        if tag == name:
            return face[offset : offset + length]
    raise ValueError(f"the font has no {name!r} table")


def segments(table: bytes) -> list[int]:
    """Of each segment the table holds last code, first code, a shift, and 0 or where the glyphs are listed."""
    kind, _, _, doubled = struct.unpack_from(">4H", table)
    assert kind == 4
    count = doubled // 2
    lasts, firsts, shifts, offsets = (
        struct.unpack_from(f">{count}H", table, 14 + part * doubled + (2 if part else 0)) for part in range(4)
    )
    base = 16 + 3 * doubled
    found: list[int] = []
    for place, (last, first, shift, offset) in enumerate(zip(lasts, firsts, shifts, offsets, strict=True)):
        for code in range(first, last + 1):
            glyph = code + shift
            if offset:
                (glyph,) = struct.unpack_from(">H", table, base + 2 * place + offset + 2 * (code - first))
                glyph = glyph + shift if glyph else 0
            if glyph & 0xFFFF and code != 0xFFFF:
                found.append(code)
    return found
