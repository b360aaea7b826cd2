"""The fonts of letters draw every Vietnamese letter; what they lack is shown as a box, never left out."""

import unicodedata
from pathlib import Path

import pytest

from processor.rendering.glyphs import BOX, FONTS, drawable, signs_of, signs_of_every_face

FACES = sorted(FONTS.glob("*.ttf"))
BARE = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = {unicodedata.normalize("NFC", letter + tone) for letter in BARE for tone in TONES} | set("đĐ")


def test_there_are_the_four_faces_and_their_licence() -> None:
    assert [face.stem for face in FACES] == ["Tinos-Bold", "Tinos-BoldItalic", "Tinos-Italic", "Tinos-Regular"]
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.stem)
def test_every_vietnamese_letter_is_in_each_face(face: Path) -> None:
    found = signs_of(face.read_bytes())

    assert len(LETTERS) == 2 * 12 * 6 + 2
    assert sorted(letter for letter in LETTERS if ord(letter) not in found) == []
    assert all(ord(sign) in found for sign in "₫–“”‘’…•§©°²×0123456789.,:;/()&%@#-_+=" + BOX)


def test_a_sign_that_no_face_has_becomes_a_box_each() -> None:
    assert drawable("Hợp tác xã 报价 😀") == f"Hợp tác xã {BOX}{BOX} {BOX}"


def test_signs_without_a_shape_are_shown_too() -> None:
    assert drawable("hóa\u202eđơn\ue000") == f"hóa{BOX}đơn{BOX}"


def test_decomposed_letters_are_composed_and_lines_joined() -> None:
    assert drawable(unicodedata.normalize("NFD", "Giấy\nchứng nhận")) == "Giấy chứng nhận"


def test_space_and_letters_are_among_the_signs_and_controls_are_not() -> None:
    signs = signs_of_every_face()

    assert {ord(" "), ord("A"), ord("ế")} <= signs
    assert min(signs) == ord(" ")
