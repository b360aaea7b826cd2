"""The automatic numbers of a Word document, which it shows and the text of a paragraph does not hold."""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from processor.domain.errors import HotroError
from processor.domain.official_text import NUMERALS

FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": "{:02}".format,
    "lowerLetter": lambda number: "abcdefghijklmnopqrstuvwxyz"[number - 1],
    "upperLetter": lambda number: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number - 1],
    "lowerRoman": lambda number: NUMERALS[number].lower(),
    "upperRoman": lambda number: NUMERALS[number],
    "none": lambda number: "",
}


class UnknownNumbering(HotroError):
    """Word numbers these paragraphs in a way that this program does not."""


class Numbering:
    """Counts as Word does: `next` is asked of each paragraph in its order."""

    def __init__(self, document: Document) -> None:
        parts: Any = [
            rel.target_part for rel in document.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.NUMBERING
        ]
        root = parts[0].element if parts else ()
        self.styles = by_id(document.styles.element, "w:style", "w:styleId")
        self.plain = next((key for key, style in self.styles.items() if is_default(style)), "")
        self.lists = by_id(root, "w:num", "w:numId")
        self.patterns = by_id(root, "w:abstractNum", "w:abstractNumId")
        self.counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self.begun: set[str] = set()

    def next(self, paragraph: Any) -> str:
        """What Word shows before the paragraph: a number, a dash or nothing."""
        key, depth = self.place(paragraph.find(qn("w:pPr")))
        if key not in self.lists:
            return ""
        levels = self.levels(key)
        if depth not in levels:
            raise UnknownNumbering(f"{key}:{depth}")
        if value(levels[depth], "w:numFmt") == "bullet":
            return "-"
        counts = self.counted(key, depth, levels)
        return re.sub(
            r"%(\d)",
            lambda match: shown(levels, int(match[1]) - 1, counts, depth),
            value(levels[depth], "w:lvlText"),
        )

    def place(self, properties: Any) -> tuple[str, int]:
        """The list and the level, from the paragraph, else from its style or the styles that it rests on."""
        key = depth = ""
        style = value(properties, "w:pStyle") or self.plain
        for _ in range(len(self.styles) + 1):
            found = None if properties is None else properties.find(qn("w:numPr"))
            key, depth = key or value(found, "w:numId"), depth or value(found, "w:ilvl")
            above = self.styles.get(style)
            properties = None if above is None else above.find(qn("w:pPr"))
            style = value(above, "w:basedOn")
        return key, int(depth or 0)

    def levels(self, key: str) -> dict[int, Any]:
        pattern = self.patterns[value(self.lists[key], "w:abstractNumId")]
        found = [*pattern.iter(qn("w:lvl")), *self.lists[key].iter(qn("w:lvl"))]
        return {int(level.get(qn("w:ilvl"))): level for level in found}

    def counted(self, key: str, depth: int, levels: dict[int, Any]) -> dict[int, int]:
        """Lists of one pattern count on together, unless a list says where it begins."""
        counts = self.counts[value(self.lists[key], "w:abstractNumId")]
        if key not in self.begun:
            self.begun.add(key)
            for override in self.lists[key].iter(qn("w:lvlOverride")):
                if start := value(override, "w:startOverride"):
                    counts[int(override.get(qn("w:ilvl")))] = int(start) - 1
        for above in range(depth):
            counts.setdefault(above, start_of(levels, above))
        counts[depth] = counts.get(depth, start_of(levels, depth) - 1) + 1
        for below in [level for level in counts if level > depth]:
            del counts[below]
        return counts


def by_id(root: Any, tag: str, attribute: str) -> dict[str, Any]:
    return {found.get(qn(attribute)): found for found in root if found.tag == qn(tag)}


def is_default(style: Any) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true")


def value(element: Any, tag: str) -> str:
    found = None if element is None else element.find(qn(tag))
    return "" if found is None else found.get(qn("w:val"), "")


def start_of(levels: dict[int, Any], depth: int) -> int:
    return int(value(levels.get(depth), "w:start") or 1)


def shown(levels: dict[int, Any], depth: int, counts: dict[int, int], asking: int) -> str:
    legal = levels[asking].find(qn("w:isLgl")) is not None
    try:
        return FORMATS["decimal" if legal else value(levels[depth], "w:numFmt") or "decimal"](counts[depth])
    except (KeyError, IndexError) as error:
        raise UnknownNumbering(str(error)) from error
