import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.files import FILE_TYPES, FileFault, FileType, Limits, shown_name, size_words, type_of_name

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("TCCS 01.pdf", "TCCS 01.pdf"),
        ("C:\\Users\\Lan\\Báo cáo.docx", "Báo cáo.docx"),
        ("../../etc/passwd", "passwd"),
        ("thư mục/", "thư mục"),
        (unicodedata.normalize("NFD", "Chứng nhận hợp chuẩn.pdf"), "Chứng nhận hợp chuẩn.pdf"),
        ("hoadon\u202efdp.exe", "hoadonfdp.exe"),
        ("a\u200bb\u00adc\ufeff\x00.png", "abc.png"),
        ("dòng\nhai\t.pdf", "dòng hai .pdf"),
        ("hóa đơn.pdf          .exe", "hóa đơn.pdf .exe"),
        ("  quyết định.pdf . ", "quyết định.pdf"),
        ("\ud800.pdf", ".pdf"),
        ("..", "tệp"),
        ("\u200b/\u202e", "tệp"),
        ("", "tệp"),
    ],
)
def test_a_name_is_shown_as_one_readable_path_element(raw: str, shown: str) -> None:
    assert shown_name(raw) == shown


@pytest.mark.parametrize("sign", ["a", "ế", "語", "😀"])
def test_a_long_name_is_cut_before_its_extension(sign: str) -> None:
    shown = shown_name(sign * 400 + ".PDF")

    assert shown.endswith(sign + ".PDF")
    assert len(shown) <= 150
    assert 190 < len(shown.encode()) <= 200 or len(shown) == 150


@given(
    st.text(st.characters(exclude_categories=[]), max_size=300), st.sampled_from(["", ".pdf", ".Docx", "/", "\u202e"])
)
def test_any_name_is_shown_short_visible_and_the_same_the_second_time(stem: str, end: str) -> None:
    shown = shown_name(stem + end)

    assert 0 < len(shown) <= 150
    assert len(shown.encode()) <= 200
    assert unicodedata.is_normalized("NFC", shown)
    assert not {"Cc", "Cf", "Cs", "Zl", "Zp"} & {unicodedata.category(sign) for sign in shown}
    assert not set("/\\") & set(shown)
    assert shown_name(shown) == shown


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", "pdf"),
        ("A.JPG", "jpeg"),
        ("a.jfif", "jpeg"),
        ("a.jpeg", "jpeg"),
        ("đơn.b.Docx", "docx"),
        ("a.xlsx ", "xlsx"),
    ],
)
def test_the_extension_tells_the_type(name: str, kind: str) -> None:
    assert type_of_name(name, list(FILE_TYPES)) == FILE_TYPES[kind]


def test_a_type_that_is_not_accepted_is_refused_with_the_words_of_the_message() -> None:
    with pytest.raises(FileFault) as refusal:
        type_of_name("C:\\Máy tính\\bản vẽ.dwg", ["pdf", "jpeg", "png"])

    assert refusal.value.code == "file_type"
    assert refusal.value.values == {"file": "bản vẽ.dwg", "ext": "DWG", "accept": "PDF, JPEG hoặc PNG"}


@pytest.mark.parametrize("name", ["giấy phép", "phiên bản 1. bản cuối", "a.", "pdf"])
def test_a_name_without_an_extension_says_so(name: str) -> None:
    with pytest.raises(FileFault) as refusal:
        type_of_name(name, ["pdf"])

    assert refusal.value.values["ext"] == "không rõ"
    assert refusal.value.values["accept"] == "PDF"


def test_a_known_type_is_refused_where_the_item_does_not_take_it() -> None:
    with pytest.raises(FileFault, match="file_type"):
        type_of_name("bảng kê.xlsx", ["pdf", "docx"])


def test_a_fault_survives_the_way_back_from_a_child_process() -> None:
    fault = FileFault("file_macro", file="a.docx", ext="DOCX", accept="DOCX")

    copy = pickle.loads(pickle.dumps(fault))

    assert (type(copy), copy.code, copy.values) == (FileFault, fault.code, fault.values)


@pytest.mark.parametrize("kind", FILE_TYPES.values(), ids=FILE_TYPES)
def test_every_suffix_of_a_type_leads_to_it(kind: FileType) -> None:
    found = {type_of_name(f"tệp{suffix}", list(FILE_TYPES)) for suffix in kind.suffixes}

    assert found == {kind}


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [
        (0, "0 byte"),
        (1023, "1.023 byte"),
        (1024, "1 kB"),
        (1025, "2 kB"),
        (100_000, "98 kB"),
        (1024 * 1023, "1.023 kB"),
        (1024 * 1023 + 1, "1 MB"),
        (1024 * 1024, "1 MB"),
        (9 * 512 * 1024, "4,5 MB"),
        (Limits().file_bytes, "20 MB"),
        (Limits().file_bytes + 1, "20,1 MB"),
        (Limits().dossier_bytes, "60 MB"),
        (10 * 1024**3 - 1, "10.240 MB"),
        (10 * 1024**3 + 1, "10,1 GB"),
        (2 * 1024**4, "2.048 GB"),
    ],
)
def test_a_size_is_written_for_vietnamese_readers_and_never_rounded_down(n_bytes: int, words: str) -> None:
    assert size_words(n_bytes) == words.replace(" ", NBSP)
