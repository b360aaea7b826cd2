"""Feedback as tests send it, invented."""

from typing import Any

from processor.domain.forms.examples import example_fields
from processor.services.intake.intake import submit_and_wait
from processor.services.parts import Wired
from tests.desk import Sent

FORM = "phan-anh-vuong-mac"
ANSWER = "Gửi bản sao có đủ trang ghi phạm vi (ví dụ)."
QUESTION = "Gửi bản sao giấy chứng nhận nào?"
CLAUSE = "Khoản về thành phần hồ sơ (ví dụ)"


def a_feedback(wired: Wired, agreed: bool = False, **changed: Any) -> Sent:
    form = wired.catalogue.form(FORM)
    told: dict[str, Any] = {**example_fields(form, wired.today()), **changed}
    if agreed:
        told["publication_consent"] = ["publication"]
    typed = {name: value if isinstance(value, list) else [value] for name, value in told.items()}
    receipt = submit_and_wait(wired, form, typed, [])
    assert receipt.access_code
    return Sent(receipt.dossier.reference, receipt.access_code)


def answer_typed(publish: bool = False, clause: str = CLAUSE, answer: str = ANSWER) -> dict[str, list[str]]:
    return {
        "clause": [clause],
        "answer": [answer],
        "publish": ["publish" if publish else "keep"],
        "public_question": [QUESTION if publish else ""],
    }


def forward_typed(to: str = "Sở Ví dụ", reason: str = "Thuộc việc của nơi nhận (ví dụ).") -> dict[str, list[str]]:
    return {"clause": [""], "forwarded_to": [to], "reason": [reason]}
