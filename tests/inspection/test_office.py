import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from processor.domain.files import FileFault
from processor.inspection.office import inspect_docx, inspect_xlsx
from tests.inspection.makers import (
    BILLION_LAUGHS,
    a_docx,
    a_lying_zip_bomb,
    a_macro_workbook,
    a_png,
    an_office_file_with_a_password,
    an_old_word_file,
    an_overlapping_zip,
    an_xlsx,
    rezipped,
    truncated,
)


def refused(path: Path, inspect: Callable[[Path], set[str]] = inspect_docx) -> str:
    with pytest.raises(FileFault) as refusal:
        inspect(path)
    return refusal.value.code


def refused_with(tmp_path: Path, parts: Mapping[str, bytes]) -> str:
    return refused(rezipped(a_docx(tmp_path / "a.docx"), add=parts))


def test_a_document_and_a_workbook_pass(tmp_path: Path) -> None:
    document, workbook = a_docx(tmp_path / "a.docx", size_bytes=100_000), an_xlsx(tmp_path / "a.xlsx")

    inspect_docx(document)
    inspect_xlsx(workbook)

    assert abs(document.stat().st_size - 100_000) < 5000


def test_a_document_and_a_workbook_are_not_taken_for_each_other(tmp_path: Path) -> None:
    document, workbook = a_docx(tmp_path / "a.docx"), an_xlsx(tmp_path / "a.xlsx")

    assert refused(workbook, inspect_docx) == "file_content_mismatch"
    assert refused(document, inspect_xlsx) == "file_content_mismatch"


def test_an_archive_of_something_else_is_no_document(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(a_png(tmp_path / "a.png"), "a.png")

    assert refused(path) == "file_content_mismatch"


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml"])
def test_a_document_without_its_main_parts_is_no_document(tmp_path: Path, part: str) -> None:
    path = rezipped(a_docx(tmp_path / "a.docx"), without=part)

    assert refused(path) == "file_content_mismatch"


def test_a_main_part_under_another_name_is_found_by_its_type(tmp_path: Path) -> None:
    def renamed(name: str, content: bytes) -> bytes:
        return content.replace(b"/word/document.xml", b"/word/document2.xml")

    path = a_docx(tmp_path / "a.docx")
    with zipfile.ZipFile(path) as archive:
        main = archive.read("word/document.xml")
    rezipped(path, add={"word/document2.xml": main}, without="word/document.xml", change=renamed)

    inspect_docx(path)


def test_a_password_is_named_and_an_old_format_is_told_from_it(tmp_path: Path) -> None:
    locked, old = an_office_file_with_a_password(tmp_path / "a.docx"), an_old_word_file(tmp_path / "b.docx")

    assert refused(locked) == "file_password"
    assert refused(locked, inspect_xlsx) == "file_password"
    assert refused(old) == "file_content_mismatch"


def test_a_macro_workbook_is_refused_under_any_name(tmp_path: Path) -> None:
    path = a_macro_workbook(tmp_path / "a.xlsx")

    assert refused(path, inspect_xlsx) == "file_macro"


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/VBAPROJECT.BIN", "x/vbaProjectSignature.bin"])
def test_a_macro_part_is_refused_whatever_the_types_say(tmp_path: Path, name: str) -> None:
    assert refused_with(tmp_path, {name: b"Attribut"}) == "file_macro"


def test_a_macro_part_under_an_innocent_name_is_known_by_its_type(tmp_path: Path) -> None:
    declaration = b'<Override PartName="/word/a.bin" ContentType="application/vnd.ms-office.vba&#80;roject"/></Types>'

    path = rezipped(
        a_docx(tmp_path / "a.docx"),
        add={"word/a.bin": b"Attribut"},
        change=lambda name, content: content.replace(b"</Types>", declaration),
    )

    assert refused(path) == "file_macro"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99, 0.9999])
def test_a_cut_archive_is_damaged(tmp_path: Path, share: float) -> None:
    path = truncated(a_docx(tmp_path / "a.docx"), share)

    assert refused(path) == "file_damaged"


def test_a_byte_changed_inside_a_part_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(rezipped(a_docx(path), add={"word/x.bin": b"nguyen van"}), "a") as archive:
        archive.writestr("word/y.bin", b"nguyen van stored", zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"nguyen van stored", b"nguyen van st0red"))

    assert refused(path) == "file_damaged"


def test_headers_that_lie_about_the_size_are_counted_out(tmp_path: Path) -> None:
    path = a_lying_zip_bomb(tmp_path / "a.docx")
    with zipfile.ZipFile(path) as archive:
        assert len(archive.read("word/media/big.bin")) == 100

    assert refused(path) == "file_too_complex"


def test_two_names_for_one_part_overlap(tmp_path: Path) -> None:
    path = an_overlapping_zip(tmp_path / "a.docx")

    assert refused(path) == "file_too_complex"


def test_a_part_that_shrinks_more_than_two_hundred_times_is_too_complex(tmp_path: Path) -> None:
    inspect_docx(rezipped(a_docx(tmp_path / "a.docx"), add={"word/a.bin": bytes(1 << 20)}))

    assert refused_with(tmp_path, {"word/a.bin": bytes((1 << 20) + 1)}) == "file_too_complex"


def test_parts_that_add_up_to_more_than_two_hundred_megabytes_are_too_complex(tmp_path: Path) -> None:
    part = bytes(1 << 20)

    assert refused_with(tmp_path, {f"word/{n}.bin": part for n in range(201)}) == "file_too_complex"


@pytest.mark.parametrize("count", [2001, 25_000])
def test_more_than_two_thousand_entries_are_too_complex(tmp_path: Path, count: int) -> None:
    assert refused_with(tmp_path, {f"{n}.bin": b"" for n in range(count)}) == "file_too_complex"


def test_a_directory_hidden_behind_a_wide_record_is_measured_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = rezipped(a_docx(tmp_path / "a.docx"))
    inspect_docx(path)

    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 5)
    rezipped(path, add={f"{n}.bin": b"" for n in range(25_000)})

    assert b"PK\x06\x07" in path.read_bytes()[-100:]
    assert refused(path) == "file_too_complex"


@pytest.mark.parametrize("name", ["../../x.xml", "/etc/x.bin", "word/../../x.bin", "..\\x.bin", "C:\\x.bin"])
def test_a_part_that_leaves_its_folder_is_damaged(tmp_path: Path, name: str) -> None:
    assert refused_with(tmp_path, {name: b""}) == "file_damaged"


def test_a_link_is_damaged(tmp_path: Path) -> None:
    path = a_docx(tmp_path / "a.docx")
    link = zipfile.ZipInfo("word/link.bin")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")

    assert refused(path) == "file_damaged"


def test_two_parts_of_one_name_are_damaged(tmp_path: Path) -> None:
    assert refused_with(tmp_path, {"WORD/document.xml": b"<x/>"}) == "file_damaged"


def test_another_compression_is_damaged(tmp_path: Path) -> None:
    path = a_docx(tmp_path / "a.docx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("word/a.bin", b"a" * 100)

    assert refused(path) == "file_damaged"


def test_an_archive_in_the_archive_is_too_complex(tmp_path: Path) -> None:
    inner = an_xlsx(tmp_path / "a.xlsx").read_bytes()

    assert refused_with(tmp_path, {"word/embeddings/oleObject1.bin": inner}) == "file_too_complex"


@pytest.mark.parametrize("name", ["word/x.xml", "word/x.bin"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_dtd_is_damaged_in_any_part_and_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    part = BILLION_LAUGHS.decode().encode(encoding)

    assert refused_with(tmp_path, {name: part}) == "file_damaged"


def test_a_dtd_in_the_list_of_types_is_damaged(tmp_path: Path) -> None:
    path = rezipped(a_docx(tmp_path / "a.docx"), add={"[Content_Types].xml": BILLION_LAUGHS})

    assert refused(path) == "file_damaged"


def test_a_prologue_without_end_is_damaged(tmp_path: Path) -> None:
    part = b"<?xml version='1.0'?>" + b" " * 70_000 + BILLION_LAUGHS[21:]

    assert refused_with(tmp_path, {"word/x.xml": part}) == "file_damaged"


def test_the_mention_of_a_dtd_in_a_text_is_not_a_dtd(tmp_path: Path) -> None:
    path = rezipped(a_docx(tmp_path / "a.docx"), add={"word/x.xml": b"<x>&lt;!DOCTYPE x&gt;</x>"})

    inspect_docx(path)
