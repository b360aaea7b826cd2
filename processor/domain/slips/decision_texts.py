"""What a draft decision and a letter of refusal say, as forms/decision.yml tells it, and what one is filled with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from processor.domain.policy import Frozen
from processor.domain.slips.decision import Outcome


class Ground(Frozen):
    """`year` is the only year of decisions that may rest on it, None for every year."""

    text: str
    year: int | None = None


class Paragraph(Frozen):
    """`lead` is set in bold before it. `each`: once for every dossier."""

    text: str
    lead: str = ""
    each: bool = False


class Sums(Frozen):
    """The place of the table of organisations and amounts."""

    sums: bool


class LetterTexts(Frozen):
    number: str
    about: str
    addressees: str
    body: tuple[Paragraph, ...] = Field(min_length=1)
    signer_title: str
    recipients: tuple[str, ...] = ()


class OrderTexts(Frozen):
    """`columns` are the titles of number, organisation, matter and amount; `total` that of the last row."""

    number: str
    title: str
    about: str
    authority: str
    resolves: str
    body: tuple[Paragraph | Sums, ...] = Field(min_length=1)
    columns: tuple[str, str, str, str]
    total: str
    signer_title: str
    recipients: tuple[str, ...] = ()


class DecisionTexts(Frozen):
    """forms/decision.yml. `undated` stands where place and date go while the date is open."""

    undated: str
    grounds: tuple[Ground, ...] = Field(min_length=1)
    decision: OrderTexts
    letter: LetterTexts

    def grounds_of(self, year: int) -> list[str]:
        """What a decision of that year rests on, with names in braces: only what was read in a source."""
        return [ground.text for ground in self.grounds if ground.year in (None, year)]

    def patterns(self) -> Iterator[tuple[tuple[str | int, ...], str, bool]]:
        """Each text with braces, its place, and whether it may name what only one dossier has."""
        yield ("undated",), self.undated, False
        for place, ground in enumerate(self.grounds):
            yield ("grounds", place, "text"), ground.text, False
        for name in ("number", "title", "about", "authority", "resolves"):
            yield ("decision", name), getattr(self.decision, name), False
        for name in ("number", "about", "addressees"):
            yield ("letter", name), getattr(self.letter, name), False
        for key in ("decision", "letter"):
            texts: OrderTexts | LetterTexts = getattr(self, key)
            yield (key, "signer_title"), texts.signer_title, False
            yield from (((key, "recipients", place), text, False) for place, text in enumerate(texts.recipients))
            for place, part in enumerate(texts.body):
                if isinstance(part, Paragraph):
                    yield (key, "body", place, "text"), part.text, part.each


PLACEHOLDERS = frozenset(
    (
        *("agency", "department", "year", "resolution", "decision_maker", "blank", "short_blank"),
        *("place", "number", "total", "total_words", "funding", "reasons", "contact"),
    )
)
LINE_PLACEHOLDERS = PLACEHOLDERS | {"organisation", "tax_code", "matter"}


@dataclass(frozen=True)
class SupportLine:
    """One dossier in it; `amount` in đồng, None for a refusal."""

    organisation: str
    tax_code: str | None
    matter: str
    amount: int | None = None


@dataclass(frozen=True)
class DecisionContent:
    """`grounds` are those of DecisionTexts.grounds_of. `parent` is the body above the department.

    `funding` says where the money comes from, `recipients` those besides the usual ones. What is None
    is left in dots to the records office.
    """

    outcome: Outcome
    department: str
    agency: str
    year: int
    grounds: tuple[str, ...]
    lines: tuple[SupportLine, ...]
    parent: str | None = None
    place: str | None = None
    reasons: str = ""
    funding: str | None = None
    contact: str = ""
    recipients: tuple[str, ...] = ()
    number: int | None = None
    dated: date | None = None
    signer: str | None = None

    @property
    def total(self) -> int:
        return sum(line.amount or 0 for line in self.lines)
