"""A draft decision or letter as one description, from which the PDF and the Word file are both made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from processor.domain.amounts import amount_in_words
from processor.domain.catalogue import Catalogue
from processor.domain.slips.decision_texts import DecisionContent, LetterTexts, OrderTexts, Paragraph, Sums, SupportLine
from processor.domain.slips.slip_forms import Letterhead
from processor.domain.vietnamese import grouped, letter_day, money


@dataclass(frozen=True)
class Said:
    """A paragraph; `lead` in bold before it."""

    words: str
    lead: str = ""


@dataclass(frozen=True)
class SumsTable:
    """Rows of number, organisation, matter and amount; the last row is the total."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, str]


@dataclass(frozen=True)
class DraftText:
    """In the order of reading. Empty is what the kind of document does not have: a letter has no title and no grounds,
    a decision no addressees.

    `about` is under the title of a decision and under the number of a letter.
    """

    above: str
    issuer: str
    state: str
    motto: str
    number: str
    place_and_day: str
    about: str
    title: str
    authority: str
    addressed: str
    addressees: tuple[str, ...]
    grounds: tuple[str, ...]
    resolves: str
    body: tuple[Said | SumsTable, ...]
    recipients_title: str
    recipients: tuple[str, ...]
    signer_title: str
    signer: str
    day: date

    @property
    def document_title(self) -> str:
        return f"{self.title} {self.about}".strip()


def draft_text(catalogue: Catalogue, content: DecisionContent) -> DraftText:
    letterhead = catalogue.slips.letterhead
    words = words_of(catalogue, content)
    order = catalogue.decision.decision if content.outcome == "approved" else None
    texts: OrderTexts | LetterTexts = order or catalogue.decision.letter
    first, *others = (text.format_map(words) for text in texts.recipients)
    return DraftText(
        above=content.parent or letterhead.blank,
        issuer=content.department,
        state=letterhead.state,
        motto=letterhead.motto,
        number=texts.number.format_map(words),
        place_and_day=place_and_day(catalogue, content, words),
        about=texts.about.format_map(words),
        title=order.title.format_map(words) if order else "",
        authority=order.authority.format_map(words) if order else "",
        addressed="" if order else catalogue.decision.letter.addressees.format_map(words),
        addressees=() if order else tuple(dict.fromkeys(line.organisation for line in content.lines)),
        grounds=tuple(text.format_map(words) for text in content.grounds) if order else (),
        resolves=order.resolves.format_map(words) if order else "",
        body=tuple(body(texts, content, words, letterhead)),
        recipients_title=letterhead.recipients,
        recipients=(first, *content.recipients, *others),
        signer_title=texts.signer_title.format_map(words),
        signer=content.signer or letterhead.blank,
        day=content.dated or date(content.year, 1, 1),
    )


def words_of(catalogue: Catalogue, content: DecisionContent) -> dict[str, str]:
    """A number under 10 has a zero before it (Nghị định 30/2020, Phụ lục I, mục II.3)."""
    letterhead, last_day = catalogue.slips.letterhead, date(content.year, 12, 31)
    return {
        "agency": content.agency,
        "department": content.department,
        "year": str(content.year),
        "resolution": catalogue.facts["resolution"].words(last_day),
        "decision_maker": catalogue.facts["decision_maker"].words(last_day),
        "blank": letterhead.blank,
        "short_blank": letterhead.short_blank,
        "place": content.place or letterhead.short_blank,
        "number": f"{content.number:02}" if content.number else letterhead.short_blank,
        "total": money(content.total),
        "total_words": amount_in_words(content.total),
        "funding": content.funding or letterhead.blank,
        "reasons": content.reasons or letterhead.blank,
        "contact": content.contact or content.agency,
    }


def place_and_day(catalogue: Catalogue, content: DecisionContent, words: Mapping[str, str]) -> str:
    if content.dated is None:
        return catalogue.decision.undated.format_map(words)
    return f"{words['place']}, {letter_day(content.dated)}"


def body(
    texts: OrderTexts | LetterTexts, content: DecisionContent, words: Mapping[str, str], letterhead: Letterhead
) -> Iterator[Said | SumsTable]:
    for part in texts.body:
        if isinstance(part, Sums):
            assert isinstance(texts, OrderTexts)
            yield sums(texts, content)
        else:
            yield from paragraphs(part, content, words, letterhead)


def paragraphs(
    part: Paragraph, content: DecisionContent, words: Mapping[str, str], letterhead: Letterhead
) -> Iterator[Said]:
    """One, or one for every dossier; what was typed in several lines becomes several."""
    for line in content.lines if part.each else (None,):
        filled = part.text.format_map({**words, **(line_words(line, letterhead) if line else {})})
        first, *rest = [typed.strip() for typed in filled.splitlines() if typed.strip()] or [""]
        yield Said(first, part.lead)
        yield from map(Said, rest)


def line_words(line: SupportLine, letterhead: Letterhead) -> dict[str, str]:
    told = {"organisation": line.organisation, "matter": line.matter}
    return {**told, "tax_code": line.tax_code or letterhead.short_blank}


def sums(texts: OrderTexts, content: DecisionContent) -> SumsTable:
    rows = tuple(
        (
            str(number),
            ", ".join(part for part in (line.organisation, line.tax_code) if part),
            line.matter,
            grouped(line.amount or 0),
        )
        for number, line in enumerate(content.lines, 1)
    )
    return SumsTable(texts.columns, rows, (texts.total, grouped(content.total)))
