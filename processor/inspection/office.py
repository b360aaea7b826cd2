"""DOCX and XLSX: a sound archive, the right main part, no macro, no DTD; the older container means a password."""

import mmap
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from processor.domain.files import MB, FileFault
from processor.inspection.archive import Entry, checked_entries, checked_pieces, read_head
from processor.inspection.office_parts import OLE, part_hazards
from processor.inspection.part_reader import parser_without_dtd
from processor.inspection.scan_bounds import beyond

ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
CONTENT_TYPES = "[Content_Types].xml"
CONTENT_TYPES_BYTES = 1 * MB
MACRO_WORDS = ("macroenabled", "vbaproject", "macrosheet")
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.{}.main+xml"


def inspect_docx(path: Path) -> set[str]:
    return inspect_office(path, MAIN_TYPE.format("wordprocessingml.document"))


def inspect_xlsx(path: Path) -> set[str]:
    return inspect_office(path, MAIN_TYPE.format("spreadsheetml.sheet"))


def inspect_office(path: Path, main_type: str) -> set[str]:
    """The hazards of all its parts."""
    with path.open("rb") as file:
        if file.read(len(OLE)) == OLE:
            raise FileFault("file_password" if is_encrypted_package(file) else "file_content_mismatch")
        entries = {entry.info.filename: entry for entry in checked_entries(file)}
        types = read_content_types(file, entries)
        refuse_macros(entries, types)
        if not any(types.of(name) == main_type for name in entries):
            raise FileFault("file_content_mismatch")
        found = beyond(entry.info.file_size for entry in entries.values())
        return found.union(*(part_hazards(name, checked_pieces(file, entry)) for name, entry in entries.items()))


def is_encrypted_package(file: BinaryIO) -> bool:
    """Word and Excel put a document with a password in the container of their old formats, under this name."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(ENCRYPTED_PACKAGE) >= 0


@dataclass
class ContentTypes:
    of_part: dict[str, str] = field(default_factory=dict)
    of_extension: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        part = f"/{name}".casefold()
        return self.of_part.get(part) or self.of_extension.get(part.rpartition(".")[2], "")

    def add(self, tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        if tag.endswith("Override"):
            self.of_part[attributes["PartName"].casefold()] = kind
        elif tag.endswith("Default"):
            self.of_extension[attributes["Extension"].casefold()] = kind

    def words(self) -> str:
        return " ".join((*self.of_part, *self.of_part.values(), *self.of_extension.values())).casefold()


def read_content_types(file: BinaryIO, entries: dict[str, Entry]) -> ContentTypes:
    if CONTENT_TYPES not in entries:
        raise FileFault("file_content_mismatch")
    if entries[CONTENT_TYPES].info.file_size > CONTENT_TYPES_BYTES:
        raise FileFault("file_too_complex")
    types = ContentTypes()
    parser = parser_without_dtd()
    parser.StartElementHandler = types.add
    parser.Parse(read_head(file, entries[CONTENT_TYPES], CONTENT_TYPES_BYTES), True)
    return types


def refuse_macros(entries: dict[str, Entry], types: ContentTypes) -> None:
    said = f"{' '.join(entries).casefold()} {types.words()}"
    if any(word in said for word in MACRO_WORDS):
        raise FileFault("file_macro")
