"""How values are written for Vietnamese readers."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.catalogue import Catalogue
from processor.domain.forms.kinds import KINDS
from processor.domain.vietnamese import day, fold, iso, listed, moment, money, percent


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0, "0 đồng"), (999, "999 đồng"), (1000, "1.000 đồng"), (50_000_000, "50.000.000 đồng"), (-5000, "-5.000 đồng")],
)
def test_money_has_dots_and_stays_on_one_line(amount: int, words: str) -> None:
    assert money(amount) == words.replace(" ", "\u00a0")


@given(amount=st.integers(1, 10**12))
def test_money_as_written_is_read_as_the_same(amount: int, catalogue: Catalogue) -> None:
    (field,) = [field for field in catalogue.form("ho-so-tieu-chuan").single_fields if field.kind == "money"]

    assert KINDS["money"].read(money(amount), field, date(2026, 1, 1)) == amount


@pytest.mark.parametrize(
    ("value", "words"), [(date(2026, 3, 5), "05/03/2026"), (date(26, 1, 1), "01/01/0026"), (date.max, "31/12/9999")]
)
def test_a_day_has_two_two_and_four_digits(value: date, words: str) -> None:
    assert day(value) == words


def test_a_moment_is_told_in_the_time_of_viet_nam() -> None:
    late = datetime(2026, 2, 9, 17, 5, 59, tzinfo=UTC)

    assert moment(late) == "00 giờ 05, ngày 10/02/2026"
    assert iso(late) == "2026-02-10T00:05:59+07:00"


def test_a_percentage_has_no_space() -> None:
    assert percent(50) == "50%"


@pytest.mark.parametrize(
    ("words", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A hoặc B"), (["A", "B", "C"], "A, B hoặc C")]
)
def test_words_are_listed(words: list[str], said: str) -> None:
    assert listed(words) == said
    assert listed(words, last="và") == said.replace("hoặc", "và")


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
def test_marks_case_and_spaces_are_folded_away(form: str) -> None:
    typed = unicodedata.normalize(form, "  XÃ  Đại\tSơn ")  # type: ignore[arg-type]

    assert fold(typed) == "xa dai son"


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
