"""The parts of an Office file, whatever they are named: no archive, no DTD, no macro; the hazards of the others."""

from collections.abc import Iterable

from processor.domain.files import FileFault
from processor.inspection.part_reader import PartReader, parser_without_dtd

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACRO_STORAGE = "_VBA_PROJECT".encode("utf-16-le")
HEAD = 64 * 1024
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
XML_NAMES = (".xml", ".rels")
XML_STARTS = (b"<", b"\xff\xfe<", b"\xfe\xff\x00<", b"\x00<")


def part_hazards(name: str, pieces: Iterable[bytes]) -> set[str]:
    """Of one part, read to its end."""
    return xml_hazards(pieces) if name.casefold().endswith(XML_NAMES) else other_hazards(pieces)


def xml_hazards(pieces: Iterable[bytes]) -> set[str]:
    reader = PartReader()
    for piece in pieces:
        reader.feed(piece)
    reader.finish()
    return reader.hazards


def other_hazards(pieces: Iterable[bytes]) -> set[str]:
    """None of its own: a relation names it. A macro, an archive or a DTD is refused under any name."""
    head, tail = b"", b""
    for piece in pieces:
        head += piece[: HEAD - len(head)]
        if head.startswith(OLE) and MACRO_STORAGE in tail + piece:
            raise FileFault("file_macro")
        tail = piece[-len(MACRO_STORAGE) :]
    if head.startswith(ARCHIVES):
        raise FileFault("file_too_complex")
    if looks_like_xml(head):
        refuse_dtd(head)
    return set()


def looks_like_xml(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(XML_STARTS)


class RootReached(Exception):
    pass


def refuse_dtd(head: bytes) -> None:
    """A DTD can only stand before the root element, so reading stops there."""
    parser = parser_without_dtd()
    parser.StartElementHandler = stop_at_root
    try:
        parser.Parse(head, len(head) < HEAD)
    except RootReached:
        return
    raise FileFault("file_damaged")


def stop_at_root(tag: str, attributes: dict[str, str]) -> None:
    raise RootReached
