"""The channels by which the policy is made known, and the words of the material that each may print."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from processor.domain.policy import Frozen

ChannelId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Ending = Literal["pdf", "docx", "html", "txt"]
Path_ = tuple[str | int, ...]
GENERAL = "chung"
"""The subject of material about every support type; of one type it is the last part of its page."""


class Channel(Frozen):
    """`clause` is the anchor of the plan's text, `page` where its link leads. It is no more from `ended_on` on."""

    id: ChannelId
    label: str
    clause: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    page: Annotated[str, StringConstraints(pattern=r"^/([a-z0-9-]+/)*$")]
    ended_on: date | None = None
    note: str = ""

    def used(self, today: date) -> bool:
        return self.ended_on is None or today < self.ended_on


class Body(Frozen):
    """Who is asked by letter to make the policy known too."""

    name: str
    ended_on: date | None = None
    note: str = ""

    def exists(self, today: date) -> bool:
        return self.ended_on is None or today < self.ended_on


class Material(Frozen):
    id: ChannelId
    ending: Ending
    label: str
    general_only: bool = False


class PageTexts(Frozen):
    title: str
    about: str
    choose: str
    channel: str
    subject: str
    show: str
    general: str
    made: str
    link: str
    printing: str
    bodies: str


class HandoutTexts(Frozen):
    """What the leaflet, the card and the text for a website say."""

    general_title: str
    lead: str
    types: str
    who: str
    who_lines: tuple[str, ...] = Field(min_length=1)
    levels: str
    other_types: str
    level_line: str
    no_level: str
    steps: str
    step_lines: tuple[str, ...] = Field(min_length=1)
    decided: str
    papers: str
    papers_line: str
    scan: str
    ask: str
    code_words: str
    printed: str


class Slide(Frozen):
    """`shows` is what the program draws besides the lines."""

    title: str
    lines: tuple[str, ...] = ()
    numbered: bool = False
    shows: Literal["cover", "types", "levels", "notices", "code"] | None = None


class OfficialLetter(Frozen):
    number: str
    about: str
    undated: str
    addressees: str
    body: tuple[str, ...] = Field(min_length=1)
    signer_title: str
    recipients: tuple[str, ...] = ()


class Outreach(Frozen):
    """forms/outreach.yml."""

    channels: tuple[Channel, ...] = Field(min_length=1)
    bodies: tuple[Body, ...] = Field(min_length=1)
    bodies_note: str
    page: PageTexts
    materials: tuple[Material, ...] = Field(min_length=1)
    handout: HandoutTexts
    slides: tuple[Slide, ...] = Field(min_length=1)
    letter: OfficialLetter

    def material(self, material_id: str, ending: str) -> Material | None:
        return next((one for one in self.materials if (one.id, one.ending) == (material_id, ending)), None)

    def patterns(self) -> Iterator[tuple[Path_, str, frozenset[str]]]:
        """Each text with braces, its place, and the names that it may use besides facts and the agency's."""
        yield ("page", "made"), self.page.made, frozenset({"channel"})
        more: dict[str, set[str]] = {
            "level_line": {"rate", "ceiling"},
            "code_words": {"address"},
            "printed": {"day"},
        }
        for name, said in self.handout:
            allowed = frozenset(more.get(name, ()))
            if isinstance(said, str):
                yield ("handout", name), said, allowed
            else:
                yield from ((("handout", name, place), line, allowed) for place, line in enumerate(said))
        for place, slide in enumerate(self.slides):
            yield ("slides", place, "title"), slide.title, frozenset()
            yield from ((("slides", place, "lines", at), line, frozenset()) for at, line in enumerate(slide.lines))
        for name in ("number", "about", "undated", "addressees", "signer_title"):
            yield ("letter", name), getattr(self.letter, name), LETTER_NAMES
        for name in ("body", "recipients"):
            lines: tuple[str, ...] = getattr(self.letter, name)
            yield from ((("letter", name, place), line, LETTER_NAMES) for place, line in enumerate(lines))


LETTER_NAMES = frozenset({"blank", "short_blank", "year", "address", "material_address", "types"})
