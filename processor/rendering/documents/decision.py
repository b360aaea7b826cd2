"""The draft decision and the letter of refusal: a PDF to read and a Word file for the records office."""

from dataclasses import asdict

from processor.domain.catalogue import Catalogue
from processor.domain.slips.decision_texts import DecisionContent
from processor.rendering.documents.decision_text import DraftText, Said, SumsTable, draft_text
from processor.rendering.documents.receipt import breakable, lettered
from processor.rendering.printed import compiled


def decision_pdf(catalogue: Catalogue, content: DecisionContent) -> bytes:
    """PDF/A and PDF/UA. The same content gives the same bytes."""
    text = draft_text(catalogue, content)
    told = lettered({**told_text(text), "document_title": text.document_title})
    assert isinstance(told, dict)
    return compiled("decision.typ", told, text.day, letter=True)


def decision_docx(catalogue: Catalogue, content: DecisionContent) -> bytes:
    from processor.rendering.documents.word import word_file

    return word_file(draft_text(catalogue, content))


def told_text(text: DraftText) -> dict[str, object]:
    plain = {name: value for name, value in asdict(text).items() if name not in ("body", "day")}
    return {**plain, "addressees": list(map(breakable, text.addressees)), "body": [told_part(one) for one in text.body]}


def told_part(part: Said | SumsTable) -> dict[str, object]:
    if isinstance(part, Said):
        return {"kind": "text", "lead": part.lead, "words": breakable(part.words)}
    rows = [[breakable(cell) for cell in row] for row in part.rows]
    return {"kind": "sums", "columns": part.columns, "rows": rows, "total": part.total}
