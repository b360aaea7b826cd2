"""One XML part of an Office file, read as it is inflated: no DTD, and what it would reach for when it is opened."""

import re
from xml.parsers import expat

from processor.domain.files import FileFault
from processor.domain.hazards import CARRIES_FILES, OFFICE_DDE, OFFICE_EXTERNAL, OFFICE_TEMPLATE

ELEMENTS = {
    "ddeLink": OFFICE_DDE,
    "oleLink": OFFICE_EXTERNAL,
    "dbPr": OFFICE_EXTERNAL,
    "webPr": OFFICE_EXTERNAL,
    "olapPr": OFFICE_EXTERNAL,
}
CARRIED = {"oleobject", "package", "control", "afchunk"}
"""Kinds of relations to parts that another program opens."""
DDE_FIELD = re.compile(r"^\s*DDE(AUTO)?\b", re.IGNORECASE | re.MULTILINE)
REACHING_FIELD = re.compile(r"^\s*(INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|RD)\b", re.IGNORECASE | re.MULTILINE)
REACHING_FORMULA = re.compile(r"\b(WEBSERVICE|RTD)\s*\(", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')


class PartReader:
    """`feed` its pieces, then `finish`; `hazards` holds what was found. Raises FileFault, expat.ExpatError."""

    def __init__(self) -> None:
        self.hazards: set[str] = set()
        self.parser = parser_without_dtd()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.field: list[str] = []
        self.formula: list[str] = []

    def feed(self, piece: bytes) -> None:
        self.parser.Parse(piece, False)

    def finish(self) -> None:
        self.parser.Parse(b"", True)
        self._judge_field()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in ELEMENTS:
            self.hazards.add(ELEMENTS[name])
        elif name == "Relationship":
            self._judge_relation(attributes)
        elif name == "instrText":
            self.parser.CharacterDataHandler = self.field.append
        elif name == "f":
            self.parser.CharacterDataHandler = self.formula.append
        elif name == "fldChar":
            self.field.append("\n")
        elif name == "fldSimple":
            self.field += ["\n", *(text for key, text in attributes.items() if key.rpartition(":")[2] == "instr"), "\n"]

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("instrText", "f"):
            self.parser.CharacterDataHandler = None
        if name == "f":
            self._judge_formula("".join(self.formula))
            self.formula.clear()

    def _judge_relation(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2].casefold()
        if kind == "vbaproject":
            raise FileFault("file_macro")
        if kind in CARRIED:
            self.hazards.add(CARRIES_FILES)
        if attributes.get("TargetMode", "").strip().casefold() == "external" and kind != "hyperlink":
            self.hazards.add(OFFICE_TEMPLATE if kind == "attachedtemplate" else OFFICE_EXTERNAL)

    def _judge_field(self) -> None:
        """The words of one field may be spread over many runs; they are one text between its marks."""
        said = "".join(self.field)
        if DDE_FIELD.search(said):
            self.hazards.add(OFFICE_DDE)
        if REACHING_FIELD.search(said):
            self.hazards.add(OFFICE_EXTERNAL)

    def _judge_formula(self, formula: str) -> None:
        """A bar is no operator of a formula: it stands between the program and the topic of a DDE."""
        bare = QUOTED.sub("", formula)
        if "|" in bare:
            self.hazards.add(OFFICE_DDE)
        if REACHING_FORMULA.search(bare):
            self.hazards.add(OFFICE_EXTERNAL)


def parser_without_dtd() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


def refuse_doctype(name: str, system_id: str | None, public_id: str | None, has_internal_subset: bool) -> None:
    raise FileFault("file_damaged")
