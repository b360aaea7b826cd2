"""Slips of the one-stop circulars as PDF. The same content in the same form gives the same bytes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from processor.domain.catalogue import Catalogue
from processor.domain.errors import Conflict
from processor.domain.slips.slip_forms import Column, Paragraph, SlipForm, Table
from processor.domain.slips.slips import SlipContent
from processor.domain.vietnamese import letter_day
from processor.rendering.documents.receipt import breakable, lettered, place_and_day
from processor.rendering.glyphs import BREAK
from processor.rendering.printed import compiled, qr_code

QUIET_ZONE = 4  # modules
LONGEST_WORD, MM_OF_SIGN = 18, 2  # a word of cells; a sign of theirs is about as wide
PIECE = re.compile(r"(\S{4})(?=\S)")


def slip_pdf(catalogue: Catalogue, form: SlipForm, content: Mapping[str, Any]) -> bytes:
    """`content` is a SlipContent as JSON, or `frozen` with its form. Raises Conflict("slip_needs_official_code")."""
    filled = SlipContent.model_validate(content)
    if form.needs_official_code and not filled.official_code:
        raise Conflict("slip_needs_official_code", title=form.name)
    words = filled.words(catalogue.slips)
    title = f"{form.name} {filled.official_code or filled.reference}".strip()
    told: dict[str, object] = {
        "paper": form.paper,
        "landscape": form.landscape,
        "document_title": f"{title} – {form.draft}" if form.draft else title,
        "label": form.label,
        "draft": form.draft or "",
        "remark": form.remark or "",
        "head": head(catalogue, form, filled, words),
        "title": form.name,
        "under_title": [line.format_map(words) for line in form.under_name],
        "recipients_title": catalogue.slips.letterhead.recipients,
        "recipients": [line.format_map(words) for line in form.recipients],
        "signers": list(signers(form, words)),
        "body": [part for one in form.body for part in told_part(one, filled, words, catalogue)],
    }
    letter = {name: lettered(value) for name, value in told.items()}
    return compiled("slips/slip.typ", {**letter, "code": code(catalogue, form, filled)}, filled.made_on, letter=True)


def head(catalogue: Catalogue, form: SlipForm, filled: SlipContent, words: Mapping[str, str]) -> dict[str, str]:
    return {
        "above": filled.department,
        "issuer": filled.agency,
        "state": catalogue.slips.letterhead.state,
        "motto": catalogue.slips.letterhead.motto,
        "number": form.number.format_map(words) if form.number else "",
        "about": "",
        "place_and_day": place_and_day(filled.place, letter_day(filled.made_on)),
    }


def signers(form: SlipForm, words: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for signer in form.signers:
        name = signer.name.format_map(words) if signer.name else ""
        yield {"label": signer.label.format_map(words), "note": signer.note or "", "name": breakable(name)}


def told_part(
    part: Paragraph | Table, filled: SlipContent, words: Mapping[str, str], catalogue: Catalogue
) -> Iterator[dict[str, object]]:
    """A paragraph, and one more for each line that was typed in it; or a table."""
    if isinstance(part, Paragraph):
        for line in lines(part.text.format_map(words)):
            yield {"kind": "text", "style": part.style, "words": line}
        return
    blank = catalogue.slips.letterhead.short_blank
    rows = [row.words(number, blank) for number, row in enumerate(filled.table(part.rows), 1)]
    yield {
        "kind": "table",
        "columns": [told_column(column) for column in part.columns],
        "rows": [[list(cell(column, row)) for column in part.columns] for row in rows],
        "empty_rows": 0 if rows else part.empty_rows,
    }


def told_column(column: Column) -> dict[str, object]:
    wanted = {"title": column.title, "width": column.width, "centred": column.centred}
    return {**wanted, "group": column.group or ""}


def cell(column: Column, row: Mapping[str, str]) -> Iterator[str]:
    """Words that are long for the column may go on in the next line."""
    longest = min(LONGEST_WORD, column.width // MM_OF_SIGN) if column.width else LONGEST_WORD
    for line in column.cell.format_map(row).splitlines():
        words = (word if len(word) <= longest else PIECE.sub(f"\\1{BREAK}", word) for word in line.split())
        yield " ".join(words)


def lines(text: str) -> Iterator[str]:
    yield from (breakable(line.strip()) for line in text.splitlines() if line.strip())


def code(catalogue: Catalogue, form: SlipForm, filled: SlipContent) -> dict[str, str] | None:
    """Of the official code, on the slips that cannot be without one."""
    if not form.needs_official_code or not filled.official_code:
        return None
    words = catalogue.slips.labels.code_words.format(official_code=filled.official_code)
    return {"svg": qr_code(filled.official_code, QUIET_ZONE), "words": words}
