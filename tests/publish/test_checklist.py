"""Task lists of Markdown: an enabled box inside the label that names it."""

import pytest
from bs4 import BeautifulSoup, Tag
from markdown import markdown


@pytest.mark.parametrize(
    ("text", "ticked"),
    [
        ("- [ ] Đơn đề nghị\n- [ ] Hóa đơn", [False, False]),
        ("- [ ] Đơn đề nghị\n- [x] Hóa đơn", [False, True]),
        ("- [X] Đơn đề nghị\n\n- [ ] Hóa đơn", [True, False]),
        ("* [ ] Đơn đề nghị\n* [ ] Hóa đơn", [False, False]),
    ],
)
def test_every_item_is_a_box_with_its_words(text: str, ticked: list[bool]) -> None:
    page = rendered(text)

    boxes = page.select("li > label > input, li > p > label > input")

    assert [label_words(box) for box in boxes] == ["Đơn đề nghị", "Hóa đơn"]
    assert [box.has_attr("checked") for box in boxes] == ticked
    assert {str(box["type"]) for box in boxes} == {"checkbox"}
    assert not any(box.has_attr("disabled") for box in boxes)


def test_every_box_has_its_own_id() -> None:
    page = rendered("- [ ] a\n- [ ] b\n\nvà\n\n- [ ] c\n    - [ ] d")

    ids = [str(box["id"]) for box in page.select("input")]

    assert len(set(ids)) == 4


def test_markdown_inside_an_item_still_works() -> None:
    page = rendered("- [ ] Đọc **kỹ** [mức](muc.md) và ((budget_2024))")

    label = page.select_one("label")

    assert label is not None
    assert [found.name for found in label.find_all()] == ["input", "strong", "a", "span"]
    assert label.get_text().strip().startswith("Đọc kỹ mức và 810")


def test_a_list_inside_an_item_stays_outside_its_label() -> None:
    page = rendered("- [ ] Hồ sơ\n    - [ ] Bản sao\n    - ghi chú")

    outer = page.select_one("li > label")

    assert outer is not None
    assert outer.get_text().strip() == "Hồ sơ"
    assert [label.get_text().strip() for label in page.select("li li > label")] == ["Bản sao"]
    assert [item.get_text().strip() for item in page.select("li li")] == ["Bản sao", "ghi chú"]


@pytest.mark.parametrize("text", ["- thường", "- [chữ](a.md)", "- [] trống", "[ ] ngoài danh sách", "- [ ]"])
def test_other_text_gets_no_box(text: str) -> None:
    page = rendered(text)

    assert page.find_all("input") == []


def rendered(text: str) -> BeautifulSoup:
    return BeautifulSoup(markdown(text, extensions=["hotro"]), "html.parser")


def label_words(box: Tag) -> str:
    label = box.find_parent("label")
    assert label is not None
    return " ".join(label.get_text().split())
