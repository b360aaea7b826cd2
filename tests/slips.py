"""What slips and drafts are filled with in tests: invented. And how their PDFs are read back."""

from datetime import UTC, date, datetime
from typing import Any

import pypdfium2

from processor.domain.slips.slips import Handover, RegisterRow, SlipContent, SlipItem

RECEIVED = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
# Every letter of Vietnamese, small and capital, and what typst would read as markup were it not text.
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
ALPHABET = " ".join(
    part for letters in (LETTERS, LETTERS.upper()) for part in (letters[:40], letters[40:65], letters[65:])
)
MARKUP = 'A#panic("x") *b* _c_ $d$ @e \\ <f> [g] `h` // i /* k */ #let m = 1'


def a_slip(**changed: Any) -> SlipContent:
    told: dict[str, Any] = {
        "made_on": date(2026, 11, 24),
        "reference": "HT-4K7M-9QX3-RTD6",
        "official_code": "H05.00-261124-0001",
        "organisation": "Hợp tác xã Ví dụ Lục Ngạn",
        "address": "Số 1, đường Ví Dụ, phường Chũ",
        "phone": "0912 345 678",
        "email": "lien-he@vi-du.example",
        "matter": "Hồ sơ đề nghị hỗ trợ áp dụng tiêu chuẩn",
        "items": (
            SlipItem(title="Bản sao giấy chứng nhận", originals=3, copies=4, reason="Thiếu trang ghi phạm vi."),
            SlipItem(title="Hợp đồng tư vấn", reason="Không rõ."),
        ),
        "days": 15,
        "received_at": RECEIVED,
        "due_on": date(2026, 12, 15),
        "results_at": "Trung tâm Ví dụ",
        "reasons": "Giấy chứng nhận thiếu trang.\nHợp đồng chưa ký.",
        "contact_name": "Lê Thị Ví Dụ",
        "contact_phone": "0204 3854 321",
        "officer": "Nguyễn Văn Ví Dụ",
        "agency": "Chi cục Ví dụ",
        "department": "Sở Ví dụ",
        "place": "Nơi Ví Dụ",
        "old_due_on": date(2026, 12, 16),
        "new_due_on": date(2026, 12, 22),
        "stage": "Đang thẩm định",
        "handovers": (
            Handover(
                unit="Bộ phận Một cửa",
                given_at=RECEIVED,
                giver="Trần Văn Ví Dụ",
                receiver="Phạm Thị Ví Dụ",
                result="Đúng hạn",
                note="Kèm bản giấy",
            ),
        ),
        "rows": tuple(a_row(number) for number in range(1, 3)),
    }
    return SlipContent(**(told | changed))


def a_row(number: int, **changed: Any) -> RegisterRow:
    told = {
        "no": number,
        "code": f"H05.00-261124-{number:04}",
        "procedure": "Hỗ trợ áp dụng tiêu chuẩn",
        "organisation": "Hợp tác xã Ví dụ Lục Ngạn",
        "address_phone": "Phường Chũ; 0912 345 678",
        "unit": "Chi cục Ví dụ",
        "received_on": date(2026, 11, 24),
        "due_on": date(2026, 12, 15),
        "returned_on": date(2026, 12, 14),
        "method": "Trực tuyến",
        "signed": "Đã ký",
    }
    return RegisterRow(**(told | changed))


def pages_of(pdf: bytes) -> list[str]:
    """What is read on each page; places where a word may break are not part of it."""
    return [page_words(page) for page in pypdfium2.PdfDocument(pdf)]


def words_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def page_words(page: Any) -> str:
    text = page.get_textpage().get_text_range()
    return " ".join(text.replace("\u200b", "").replace("\ufffe", "-").split())


def squeezed(text: str) -> str:
    """Without blanks: a line may end anywhere."""
    return "".join(text.replace("\u200b", "").split())


def signs_outside(pdf: bytes, side: float = 25, end: float = 15) -> list[str]:
    """The signs that reach into the last points at the edges of their page."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        text, (width, height) = page.get_textpage(), page.get_size()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            inside = left >= side and right <= width - side and bottom >= end and top <= height - end
            if right > left and not inside:
                found.append(text.get_text_range(index, 1))
    return found
