"""The receipt on paper: a letter that anybody can read, and a program can verify."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import typst
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.catalogue import Catalogue
from processor.domain.receipt import Received, signed_file, signed_receipt
from processor.rendering.documents.receipt import receipt_pdf
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from tests.receipts import a_file, a_receipt, a_received, a_signer

SITE = "https://hotro.example"
MARK = re.compile(rb"hotro-receipt-1:([A-Za-z0-9_-]+)")
CATALOGUE = load_catalogue(ROOT / "forms")


def pdf_of(received: Received, catalogue: Catalogue = CATALOGUE) -> bytes:
    form = catalogue.form(received.form_id)
    return receipt_pdf(catalogue, form, received, signed_receipt(received, a_signer()), SITE)


def words(pdf: bytes) -> str:
    """What is read on the pages; places where a word may break are not part of it."""
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.replace("\u200b", "").replace("\ufffe", "-").split())


def test_it_says_what_was_received_when_and_what_happens_next() -> None:
    received = a_received(a_file(), absences={"contracts": "Đang chờ bản gốc."})

    said = words(pdf_of(received))

    for told in (
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Ngày 24 tháng 11 năm 2026",
        "BIÊN NHẬN",
        "Mã tham chiếu: HT-4K7M-9QX3-RTD6",
        "Hợp tác xã Ví dụ",
        "09 giờ 05, ngày 24/11/2026 (giờ Việt Nam)",
        "Giấy chứng nhận.pdf",
        "1,2 MB",
        "Đang chờ bản gốc.",
        "Chưa rõ – chưa đối chiếu với văn bản gốc",
        "Gửi ở đây chưa phải là nộp hồ sơ chính thức.",
        f"{SITE}/xac-minh-bien-nhan/",
    ):
        assert told in said, said
    assert said.replace(" ", "").count("0123456789abcdef" * 2) == 2


def test_the_place_stands_before_the_date_once_it_is_known() -> None:
    known = replace(CATALOGUE, receipt=CATALOGUE.receipt.model_copy(update={"place": "Nơi Ví Dụ"}))

    assert "Nơi Ví Dụ, ngày 24 tháng 11 năm 2026" in words(pdf_of(a_received(), known))


@pytest.mark.parametrize("form_id", ["dang-ky-nhu-cau", "phan-anh-vuong-mac"])
def test_a_receipt_without_files_is_one_page(form_id: str) -> None:
    assert len(pypdfium2.PdfDocument(pdf_of(a_received(form_id=form_id)))) == 1


def test_pages_after_the_first_are_numbered_at_the_top_and_twenty_files_fit() -> None:
    files = [a_file(name=f"{number}-{'tên_rất_dài' * 13}.pdf") for number in range(20)]

    document = pypdfium2.PdfDocument(pdf_of(a_received(*files)))

    tops = [page.get_textpage().get_text_bounded(bottom=842 - 56).strip() for page in document]
    assert len(document) > 1
    assert tops[1:] == list(map(str, range(2, len(document) + 1)))


def test_its_code_is_the_seal() -> None:
    received = a_received(a_file())

    pages = [page.render(scale=2).to_pil() for page in pypdfium2.PdfDocument(pdf_of(received))]

    codes = [code.text for page in pages for code in zxingcpp.read_barcodes(page)]
    assert codes == [a_receipt(a_file()).seal]


def test_the_signed_document_stands_in_the_file_as_plain_text() -> None:
    received = a_received(a_file(name="Giấy “chứng nhận” 报价 😀.pdf"))

    pdf = signed_file(pdf_of(received), a_signer())

    found = MARK.findall(pdf)
    assert len(found) == 2 and len(set(found)) == 1
    document = json.loads(base64.urlsafe_b64decode(found[0] + b"=" * (-len(found[0]) % 4)))
    assert document == json.loads(signed_receipt(received, a_signer()).text)


def test_the_signed_file_is_whole_for_other_programs(tmp_path: Path) -> None:
    path = tmp_path / "bien-nhan.pdf"
    path.write_bytes(signed_file(pdf_of(a_received(a_file())), a_signer()))

    with pikepdf.open(path) as opened:
        assert opened.check_pdf_syntax() == []
        assert opened.Root.MarkInfo.Marked and str(opened.Root.Lang) == "vi"
        assert b"pdfaid" in bytes(opened.Root.Metadata.read_bytes())


def test_the_same_receipt_is_the_same_file() -> None:
    received = a_received(a_file())

    assert pdf_of(received) == pdf_of(received)


@settings(max_examples=60)
@given(name=st.text(min_size=1, max_size=150), organisation=st.text(max_size=200), reason=st.text(max_size=300))
def test_whatever_applicants_type_makes_a_letter_in_which_no_sign_is_missing(
    name: str, organisation: str, reason: str
) -> None:
    received = a_received(a_file(name="x"), organisation_name=organisation, absences={"contracts": reason})
    shown = replace(received, attachments=[a_file(name=name)])
    form = CATALOGUE.form(received.form_id)

    assert receipt_pdf(CATALOGUE, form, shown, signed_receipt(received, a_signer()), SITE).startswith(b"%PDF")


def test_a_sign_without_a_glyph_would_fail_the_making(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processor.rendering.documents.receipt.drawable", str)

    with pytest.raises(typst.TypstError, match="could not be displayed with font"):
        pdf_of(a_received(a_file(name="报价.pdf")))
