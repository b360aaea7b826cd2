"""Money in words: the exceptions of Vietnamese numerals, and that the words say the figure again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.amounts import DIGITS, LARGEST, amount_in_words

VALUES = {word: figure for figure, word in enumerate(DIGITS)} | {"mốt": 1, "tư": 4, "lăm": 5}
GROUP_VALUES = {"nghìn": 1000, "triệu": 1000**2}
SAID = {
    0: "không",
    1: "một",
    4: "bốn",
    5: "năm",
    10: "mười",
    11: "mười một",
    14: "mười bốn",
    15: "mười lăm",
    20: "hai mươi",
    21: "hai mươi mốt",
    24: "hai mươi tư",
    25: "hai mươi lăm",
    55: "năm mươi lăm",
    100: "một trăm",
    101: "một trăm linh một",
    104: "một trăm linh bốn",
    105: "một trăm linh năm",
    110: "một trăm mười",
    115: "một trăm mười lăm",
    141: "một trăm bốn mươi mốt",
    1_000: "một nghìn",
    1_005: "một nghìn không trăm linh năm",
    1_010: "một nghìn không trăm mười",
    21_500: "hai mươi mốt nghìn năm trăm",
    100_000: "một trăm nghìn",
    1_000_001: "một triệu không trăm linh một",
    42_000_000: "bốn mươi hai triệu",
    50_000_000: "năm mươi triệu",
    33_333_333: "ba mươi ba triệu ba trăm ba mươi ba nghìn ba trăm ba mươi ba",
    810_000_000: "tám trăm mười triệu",
    1_000_000_000: "một tỷ",
    1_000_000_005: "một tỷ không trăm linh năm",
    1_050_000_000: "một tỷ không trăm năm mươi triệu",
    24_000_015_000: "hai mươi tư tỷ không trăm mười lăm nghìn",
    LARGEST: "chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín tỷ "
    "chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín",
}


def read_back(words: list[str]) -> int:
    """The number that is said, read by another way than it was made: by the words alone."""
    if "tỷ" in words:
        place = words.index("tỷ")
        return read_back(words[:place]) * 10**9 + read_back(words[place + 1 :])
    total = group = figure = 0
    for word in words:
        if word in GROUP_VALUES:
            total, group, figure = total + (group + figure) * GROUP_VALUES[word], 0, 0
        elif word in ("trăm", "mươi", "mười"):
            group, figure = group + {"trăm": 100, "mươi": 10}.get(word, 0) * figure + 10 * (word == "mười"), 0
        elif word != "linh":
            figure = VALUES[word]
    return total + group + figure


@pytest.mark.parametrize("amount", SAID)
def test_an_amount_is_said_as_people_say_it(amount: int) -> None:
    assert amount_in_words(amount) == f"{SAID[amount]} đồng"


@given(st.integers(0, LARGEST) | st.integers(0, 10**6))
def test_the_words_say_the_figure_again(amount: int) -> None:
    words = amount_in_words(amount).split()

    assert words[-1] == "đồng"
    assert read_back(words[:-1]) == amount


@given(st.integers(0, LARGEST))
def test_no_figure_is_said_in_a_way_that_nobody_says_it(amount: int) -> None:
    words = f" {amount_in_words(amount)} "

    assert not [wrong for wrong in (" mươi một ", " mươi năm ", " mười năm ", " không mươi ", "  ") if wrong in words]


@pytest.mark.parametrize("amount", [-1, LARGEST + 1])
def test_there_are_no_words_for_what_is_no_sum_of_money(amount: int) -> None:
    with pytest.raises(ValueError):
        amount_in_words(amount)
