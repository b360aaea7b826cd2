"""How a letter is put together, whom it may go to, and how long it is tried."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.agency import Agency
from processor.domain.catalogue import Catalogue
from processor.domain.notice import (
    ABOUT_DRAFTS,
    NOTICES,
    TO_OFFICERS,
    Letter,
    compose,
    readable_address,
    tried_for,
    wait_after,
)

ALL = [(notice, variant) for notice, may in NOTICES.items() for variant in (None, *sorted(may.variants))]
PHONE = Agency(name="Chi cục Ví dụ", department="Sở", controller="Sở", contact_phone="0204 3854 321")


def written(catalogue: Catalogue, notice: str, variant: str | None = None, **changed: str) -> Letter:
    """Every placeholder filled with its own name."""
    values = {name: f"<{name}>" for name in NOTICES[notice].names} | changed
    named = changed.get("organisation_name", "Hợp tác xã Ví dụ")
    return compose(catalogue.notices, PHONE, notice, "a@vi-du.example", named, values, variant)


@pytest.mark.parametrize(("notice", "variant"), ALL)
def test_every_letter_opens_with_the_name_and_ends_with_the_agency(
    notice: str, variant: str | None, catalogue: Catalogue
) -> None:
    letter = written(catalogue, notice, variant)

    assert letter.body.startswith("Kính gửi: Hợp tác xã Ví dụ\n\n")
    assert letter.body.endswith(
        "\n\nChi cục Ví dụ, điện thoại 0204 3854 321. Thư gửi tự động; hỏi thêm thì gọi số này.\n"
    )
    framed = "[Hỗ trợ] " if notice in ABOUT_DRAFTS else "[Hỗ trợ] <reference>: "
    assert letter.subject.startswith("[Bàn xử lý] " if notice in TO_OFFICERS else framed)


@pytest.mark.parametrize(("notice", "variant"), ALL)
def test_the_subject_names_only_what_may_be_read_over_a_shoulder(
    notice: str, variant: str | None, catalogue: Catalogue
) -> None:
    letter = written(catalogue, notice, variant)

    named = {name for name in NOTICES[notice].names if f"<{name}>" in letter.subject}
    figures = {"overdue", "due_today", "since"} if notice in TO_OFFICERS else set()
    assert named <= {"reference", "count", "date", "year"} | figures


@pytest.mark.parametrize(("notice", "variant"), ALL)
def test_a_link_stands_alone_in_its_line(notice: str, variant: str | None, catalogue: Catalogue) -> None:
    lines = written(catalogue, notice, variant).body.splitlines()

    assert all(line.startswith("<") and line.endswith(">") for line in lines if "_url>" in line)


def test_without_a_phone_no_letter_tells_to_call(catalogue: Catalogue) -> None:
    silent = PHONE.model_copy(update={"contact_phone": None})
    values = dict.fromkeys(NOTICES["withdrawn"].names, "x")

    letter = compose(catalogue.notices, silent, "withdrawn", "a@vi-du.example", "HTX", values)

    assert "gọi" not in letter.body and "chưa có số điện thoại" in letter.body


@given(st.text())
def test_no_name_breaks_a_line_or_carries_a_link(catalogue: Catalogue, name: str) -> None:
    letter = written(catalogue, "receipt", organisation_name=name)

    opening = letter.body.split("\n\n")[0]
    assert letter.subject == "[Hỗ trợ] <reference>: đã nhận hồ sơ"
    assert len(opening.splitlines()) == 1 and "://" not in opening


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_subject_is_one_line_whatever_is_filled_in(catalogue: Catalogue, filled: str) -> None:
    letter = written(catalogue, "supplement_requested", count=filled)

    assert len(letter.subject.splitlines()) == 1


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ke-toan@vi-du.example", "ke-toan@vi-du.example"),
        (" ke.toan+1@vi-du.example\n", "ke.toan+1@vi-du.example"),
        ("a@vi-du.example, b@vi-du.example", None),
        ("a@vi-du.example b@vi-du.example", None),
        ("a@vi-du.example\r\nBcc: b@vi-du.example", None),
        ("Tên <a@vi-du.example>", None),
        ("kế-toán@vi-du.example", None),
        (".a@vi-du.example", None),
        ("a.@vi-du.example", None),
        ("a:b@vi-du.example", None),
        ("a@localhost", None),
        ("", None),
    ],
)
def test_a_letter_goes_to_one_plain_address_or_to_none(typed: str, address: str | None) -> None:
    assert readable_address(typed) == address


def test_the_waits_grow_from_a_minute_to_hours() -> None:
    waits = [wait_after(attempts) for attempts in range(1, 12)]

    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits) and waits[-1] == wait_after(1000) == timedelta(hours=4)


def test_three_days_are_about_25_tries() -> None:
    tries = next(attempts for attempts in range(100) if tried_for(attempts + 1) > timedelta(days=3))

    assert tries == 25
