"""A request about personal data as an officer types it, and the desk of whoever handles it; invented."""

from datetime import timedelta

from processor.domain.forms.submission import Typed
from processor.services.parts import Wired
from processor.services.privacy.requests import do, enter_request
from tests.desk import officer

DEEDS = {
    "xac-dinh": {"identified": ["Gọi lại số đã ghi trong hồ sơ (ví dụ)"]},
    "phan-hoi": {"note": ["Đã báo nhận yêu cầu (ví dụ)"]},
    "gia-han": {"extended_to": ["31/12/2026"], "reason": ["Nhiều hồ sơ giấy (ví dụ)"]},
    "dong": {"outcome": ["done"], "answer": ["Đã gửi bản sao (ví dụ)"]},
}


def request_typed(wired: Wired, days_ago: int = 0, **changed: str) -> Typed:
    typed = {
        "kind": "view",
        "person": "Trần Thị Ví Dụ",
        "contact": "lien-he@vi-du.example",
        "wanted": "Xem dữ liệu của tôi (ví dụ)",
        "dossiers": "",
        "received_on": f"{wired.today() - timedelta(days=days_ago):%d/%m/%Y}",
    }
    return {name: [value] for name, value in (typed | changed).items()}


def a_request(wired: Wired, days_ago: int = 0, **changed: str) -> int:
    return enter_request(wired, officer(wired, "intake"), request_typed(wired, days_ago, **changed))


def deal(wired: Wired, number: int, *deeds: str) -> None:
    for deed in deeds:
        do(wired, officer(wired, "leader"), number, deed, DEEDS[deed])
