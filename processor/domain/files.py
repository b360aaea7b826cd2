"""Which files a dossier takes, how a file is named to its reader, and the fault that refuses one."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processor.domain.errors import Refused
from processor.domain.scanning import CLEAN, UNSCANNED, CalledClean
from processor.domain.vietnamese import NBSP, grouped, listed

if TYPE_CHECKING:
    from processor.settings import Settings

KB = 1024
MB = 1024 * KB
GB = 1024 * MB
NAMELESS = "tệp"
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")
INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
INVISIBLE_LETTERS = {*"\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0", *map(chr, range(0xFE00, 0xFE10))}
OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class FileType:
    id: str
    label: str
    suffixes: tuple[str, ...]
    media_type: str


FILE_TYPES = {
    kind.id: kind
    for kind in (
        FileType("pdf", "PDF", (".pdf",), "application/pdf"),
        FileType("jpeg", "JPEG", (".jpg", ".jpeg", ".jfif"), "image/jpeg"),
        FileType("png", "PNG", (".png",), "image/png"),
        FileType("docx", "DOCX", (".docx",), f"{OFFICE}.wordprocessingml.document"),
        FileType("xlsx", "XLSX", (".xlsx",), f"{OFFICE}.spreadsheetml.sheet"),
    )
}


@dataclass(frozen=True)
class Limits:
    file_bytes: int = 20 * MB
    dossier_bytes: int = 60 * MB
    files: int = 20


def limits_of(settings: "Settings") -> Limits:
    return Limits(settings.file_megabytes * MB, settings.dossier_megabytes * MB, settings.dossier_files)


class FileFault(Refused):
    """A file is refused. `code` is one of the catalogue's `file_…`; the caller adds the item's title."""


@dataclass(frozen=True)
class SoundFile:
    """Whole, and what its name says; `hazards` are those of domain/hazards.py that it carries.

    `clean` is None while no scanner has called it so.
    """

    type: FileType
    hazards: tuple[str, ...] = ()
    clean: CalledClean | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """What is kept of it beside its name and its size."""
        return {
            "media_type": self.type.media_type,
            "hazards": list(self.hazards),
            "scan_state": CLEAN if self.clean else UNSCANNED,
            "scanned_by": self.clean and self.clean.by,
            "scanned_at": self.clean and self.clean.at,
        }


def type_of_name(name: str, accept: Sequence[str]) -> FileType:
    suffix = extension(shown_name(name)).lower()
    for kind in (FILE_TYPES[accepted] for accepted in accept):
        if suffix in kind.suffixes:
            return kind
    raise FileFault("file_type", **file_words(name, accept))


def file_words(name: str, accept: Sequence[str]) -> dict[str, str]:
    """What the messages about a file say of it."""
    shown = shown_name(name)
    return {
        "file": shown,
        "ext": extension(shown)[1:].upper() or "không rõ",
        "accept": listed([FILE_TYPES[accepted].label for accepted in accept]),
    }


def extension(name: str) -> str:
    found = EXTENSION.search(name)
    return found[0] if found else ""


def shown_name(raw: str, signs: int = 150, size: int = 200) -> str:
    """The last path element, fit to be read: one line, nothing invisible, `size` bytes at most."""
    last = raw.replace("\\", "/").rstrip("/").rpartition("/")[2]
    visible = "".join(map(visible_sign, last))
    name = " ".join(unicodedata.normalize("NFC", visible).split()).rstrip(". ")
    suffix = extension(name)
    stem = name.removesuffix(suffix)[: signs - len(suffix)].encode()[: size - len(suffix)].decode(errors="ignore")
    return f"{stem}{suffix}".rstrip(". ") or NAMELESS


def visible_sign(sign: str) -> str:
    if sign.isspace():
        return " "
    hidden = sign in INVISIBLE_LETTERS or unicodedata.category(sign) in INVISIBLE_CATEGORIES
    return "" if hidden else sign


def size_words(n_bytes: int) -> str:
    """Rounded up, so that a file just over its limit never reads as equal to it."""
    if n_bytes < KB:
        return f"{grouped(n_bytes)}{NBSP}byte"
    if n_bytes <= MB - KB:
        return f"{grouped(-(-n_bytes // KB))}{NBSP}kB"
    unit, name = (MB, "MB") if n_bytes < 10 * GB else (GB, "GB")
    whole, tenth = divmod(-(-n_bytes * 10 // unit), 10)
    return f"{grouped(whole)}{f',{tenth}' if tenth else ''}{NBSP}{name}"
