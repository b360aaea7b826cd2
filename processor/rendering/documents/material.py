"""The material of a channel as files: leaflet, card and slides as PDF, the letter as DOCX, the text for a website."""

from dataclasses import asdict
from datetime import date

from processor.domain.catalogue import Catalogue
from processor.domain.outreach import Slide
from processor.domain.policy import SupportType, in_a_row
from processor.rendering.documents.decision_text import DraftText, Said
from processor.rendering.documents.handout import Handout, Words, handout, lowered, notices, type_levels
from processor.rendering.documents.receipt import breakable, lettered
from processor.rendering.printed import compiled, qr_code
from processor.rendering.templating import render


def leaflet_pdf(catalogue: Catalogue, support: SupportType | None, address: str, today: date) -> bytes:
    """One A4 page."""
    return sheet("outreach/leaflet.typ", handout(catalogue, support, address, today), today)


def card_pdf(catalogue: Catalogue, support: SupportType | None, address: str, today: date) -> bytes:
    """One A6 page."""
    return sheet("outreach/card.typ", handout(catalogue, support, address, today), today)


def sheet(template: str, told: Handout, today: date) -> bytes:
    words = lettered({**asdict(told), "shown_address": shown(told.address)})
    assert isinstance(words, dict)
    return compiled(template, {**words, "code": qr_code(told.address, border=2)}, today, letter=True)


def shown(address: str) -> str:
    """Without the scheme, which nobody types; it may be broken after each slash."""
    return breakable(address.partition("://")[2].replace("/", "/\u200b").rstrip("\u200b"))


def slides_pdf(catalogue: Catalogue, address: str, today: date) -> bytes:
    """16:9, a page a slide."""
    words = Words(catalogue, today)
    told = handout(catalogue, None, address, today)
    pages = [slide_page(catalogue, slide, words, told) for slide in catalogue.publicity.slides]
    plain = lettered({"title": told.title, "issuer": told.issuer, "printed": told.printed, "pages": pages})
    assert isinstance(plain, dict)
    code = {"code": qr_code(address, border=2), "code_words": told.code_words, "address": address}
    return compiled("outreach/slides.typ", {**plain, **code, "shown_address": shown(address)}, today, letter=True)


def slide_page(catalogue: Catalogue, slide: Slide, words: Words, told: Handout) -> dict[str, object]:
    levels = [level for one in catalogue.support_types.values() for level in type_levels(catalogue, one, words.today)]
    return {
        "title": words.filled(slide.title),
        "lines": [words.filled(line) for line in slide.lines],
        "numbered": slide.numbered,
        "shows": slide.shows or "",
        "types": list(told.types) if slide.shows == "types" else [],
        "levels": [asdict(one) for one in levels] if slide.shows == "levels" else [],
        "notices": [asdict(one) for one in notices(catalogue)] if slide.shows == "notices" else [],
    }


def letter_docx(catalogue: Catalogue, address: str, material_address: str, today: date) -> bytes:
    """In the layout of Nghị định 30; number, day and signer are left to the records office."""
    from processor.rendering.documents.word import word_file

    return word_file(letter_text(catalogue, address, material_address, today))


def letter_text(catalogue: Catalogue, address: str, material_address: str, today: date) -> DraftText:
    letterhead, texts = catalogue.slips.letterhead, catalogue.publicity.letter
    words = Words(catalogue, today)
    types = "; ".join(in_a_row(catalogue.facts["support_types"].options(today)))
    places = {"address": address, "material_address": material_address, "types": lowered(types)}
    blanks = {"blank": letterhead.blank, "short_blank": letterhead.short_blank, "year": str(today.year)}

    def said(text: str) -> str:
        return words.filled(text, **places, **blanks)

    return DraftText(
        above=letterhead.blank,
        issuer=catalogue.agency.department,
        state=letterhead.state,
        motto=letterhead.motto,
        number=said(texts.number),
        place_and_day=said(texts.undated),
        about=said(texts.about),
        title="",
        authority="",
        addressed=said(texts.addressees),
        addressees=tuple(body.name for body in catalogue.publicity.bodies if body.exists(today)),
        grounds=(),
        resolves="",
        body=tuple(Said(said(paragraph)) for paragraph in texts.body),
        recipients_title=letterhead.recipients,
        recipients=tuple(map(said, texts.recipients)),
        signer_title=said(texts.signer_title),
        signer=letterhead.blank,
        day=today,
    )


def post_html(catalogue: Catalogue, support: SupportType | None, address: str, today: date) -> bytes:
    """A piece of HTML to put into a page: no style, no script."""
    return str(render("outreach/post.html", told=handout(catalogue, support, address, today))).encode()


def post_text(catalogue: Catalogue, support: SupportType | None, address: str, today: date) -> bytes:
    told = handout(catalogue, support, address, today)
    parts = [
        told.title,
        told.lead,
        part(told.types_title, [f"- {one}" for one in told.types]) if told.types else "",
        part(told.who_title, [f"- {one}" for one in told.who]),
        part(told.levels_title, [*level_lines(told), told.no_level]),
        part(told.steps_title, [f"{number}. {step}" for number, step in enumerate(told.steps, 1)]),
        told.decided,
        part(told.papers_title, [told.papers]),
        *(f"{one.title} {one.words}" for one in told.notices),
        f"{told.ask} {told.address}",
        told.printed,
    ]
    return "\n\n".join(one for one in parts if one).encode() + b"\n"


def level_lines(told: Handout) -> list[str]:
    return [f"- {one.words}" if told.no_level else f"- {one.of}: {one.words}" for one in told.levels]


def part(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(line for line in lines if line)])
