"""The checklist on paper: every paper with its box, the version, and a QR code that leads back."""

from datetime import date

import pypdfium2
import pytest
import zxingcpp

from processor.domain.catalogue import Catalogue
from processor.rendering.printed import checklist_pdf

TODAY = date(2026, 11, 24)
ADDRESS = "https://vi-du.example/chinh-sach/tieu-chuan/?ban=0123456789abcdef#giay-to"


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


@pytest.mark.parametrize("form_id", ["ho-so-tieu-chuan", "ho-so-truy-xuat"])
def test_every_paper_stands_on_it_with_what_it_has_to_show(catalogue: Catalogue, form_id: str) -> None:
    form = catalogue.form(form_id)

    said = words(checklist_pdf(catalogue, form, ADDRESS, TODAY))

    assert [item.title for item in form.items if item.title not in said] == []
    assert [item.guidance for item in form.items if " ".join(item.guidance.split()) not in said] == []
    assert said.count("thường được yêu cầu, chưa đối chiếu") == len(form.items)
    assert f"Mã phiên bản {form.version}, in từ trang ngày 24/11/2026" in said
    assert "Chưa rõ – chưa đối chiếu với văn bản gốc" in said


def test_its_code_leads_back_to_the_page_of_its_version(catalogue: Catalogue) -> None:
    pdf = checklist_pdf(catalogue, catalogue.form("ho-so-tieu-chuan"), ADDRESS, TODAY)

    (code,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil())

    assert code.text == ADDRESS


def test_the_same_list_on_the_same_day_is_the_same_file(catalogue: Catalogue) -> None:
    form = catalogue.form("ho-so-cong-cu")

    first, second = (checklist_pdf(catalogue, form, ADDRESS, TODAY) for _ in range(2))

    assert first == second
