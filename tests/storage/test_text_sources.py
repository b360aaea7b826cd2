"""Word, PDF and text files give the same paragraphs; what would lose words is refused with what to do."""

from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pikepdf
import pytest
import typst
from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph
from PIL import Image

from processor.domain.official_text import read_official_text
from processor.storage.catalogue.text_sources import UnreadableText, read_paragraphs
from tests.inspection.makers import an_office_file_with_a_password, an_old_word_file

PLAN = Path(__file__).parent / "van-ban" / "ke-hoach-2024.txt"
SIGNATURE_STAMP = "Ký bởi: Sở Khoa học và Công nghệ"
LEVELS = [
    ("upperRoman", "%1."),
    ("decimal", "%2."),
    ("decimal", "%2.%3."),
    ("lowerLetter", "%4)"),
    ("bullet", "\uf0b7"),
]


def a_txt(folder: Path, text: str | bytes) -> Path:
    path = folder / "văn bản.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def a_pdf(folder: Path, *paragraphs: str, setup: str = "") -> Path:
    """Each paragraph is plain words, or an expression of Typst after a #."""
    path = folder / "văn bản.pdf"
    content = [paragraph if paragraph.startswith("#") else f'#"{paragraph}"' for paragraph in paragraphs]
    page = '#set page(width: 120mm, height: 90mm, numbering: "1")\n#set text(lang: "vi")'
    path.write_bytes(typst.compile("\n\n".join([page, setup, *content]).encode(), format="pdf"))
    return path


def a_docx(folder: Path, *paragraphs: str, then: Callable[[Document], object] = lambda document: None) -> Path:
    path = folder / "văn bản.docx"
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    then(document)
    document.save(str(path))
    return path


def numbered(document: Document, *lines: tuple[int, str], levels: Sequence[tuple[str, str]] = LEVELS) -> None:
    """Each line at its level of one multilevel list."""
    root = document.part.numbering_part.element
    pattern = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (kind, text) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="99">{pattern}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="99"><w:abstractNumId w:val="99"/></w:num>'))
    for depth, text in lines:
        number(document.add_paragraph(text), 99, depth)


def number(paragraph: Paragraph, key: int, depth: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = key
    properties.get_or_add_ilvl().val = depth


def tagged(tag: str) -> Callable[[Document], object]:
    """The last paragraph holds an element of this tag."""
    return lambda document: document.paragraphs[-1].runs[0]._r.append(OxmlElement(tag))


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableText) as caught:
        read_paragraphs(path)
    return str(caught.value)


def test_the_plan_of_2024_is_read_and_told_whole() -> None:
    paragraphs = read_paragraphs(PLAN)

    text = read_official_text(paragraphs)

    assert " ".join(paragraphs).split() == PLAN.read_text(encoding="utf-8").replace("*", "").split()
    assert paragraphs[-3:] == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Triệu Ngọc Trung"]
    assert text.title.startswith("Kế hoạch triển khai thực hiện Nghị quyết số 43/2022/NQ-HĐND")
    assert [block.name for block in text.blocks if block.anchor][-3:] == ["mục IV", "mục IV.1", "mục IV.2"]


def test_the_plan_gives_the_same_paragraphs_from_word_and_from_pdf(tmp_path: Path) -> None:
    paragraphs = read_paragraphs(PLAN)

    from_word = read_paragraphs(a_docx(tmp_path, *paragraphs))
    from_pdf = read_paragraphs(a_pdf(tmp_path, *paragraphs))

    assert from_word == paragraphs
    assert " ".join(from_pdf) == " ".join(paragraphs)
    assert [b.text for b in read_official_text(from_pdf).blocks if b.level] == [
        b.text for b in read_official_text(paragraphs).blocks if b.level
    ]


def test_lines_of_a_text_file_come_together_up_to_a_number_or_a_dash(tmp_path: Path) -> None:
    written = "\ufeffKẾ HOẠCH\r\nTriển khai\r\nnăm 2024\r\n\r\nI. MỤC\r\nĐÍCH\r\n1. Một\r\n- a\r\n"
    written += "+ b\r\nb tiếp\r\nĐiều 2. Hai"

    assert read_paragraphs(a_txt(tmp_path, written)) == [
        "KẾ HOẠCH",
        "Triển khai năm 2024",
        "I. MỤC ĐÍCH",
        "1. Một",
        "- a",
        "+ b b tiếp",
        "Điều 2. Hai",
    ]


def test_broken_lines_of_a_pdf_come_together_across_pages_without_page_numbers(tmp_path: Path) -> None:
    long = " ".join(["Triển khai chính sách hỗ trợ của tỉnh theo Nghị quyết số 43/2022/NQ-HĐND"] * 12)
    path = a_pdf(tmp_path, "I. MỤC ĐÍCH", "1. Yêu cầu", long + ".", "Xây dựng phương án", "- gạch đầu dòng")

    assert len(pikepdf.open(path).pages) > 1
    assert read_paragraphs(path) == ["I. MỤC ĐÍCH", "1. Yêu cầu", long + ".", "Xây dựng phương án", "- gạch đầu dòng"]


@pytest.mark.parametrize("broken", ["43/2022/NQ-#linebreak()HĐND", "43/2022/#linebreak()NQ-HĐND"])
def test_a_number_broken_at_its_hyphen_or_slash_stays_whole(tmp_path: Path, broken: str) -> None:
    path = a_pdf(tmp_path, f"#[Điều 1. Theo Nghị quyết số {broken} của tỉnh]")

    assert read_paragraphs(path) == ["Điều 1. Theo Nghị quyết số 43/2022/NQ-HĐND của tỉnh"]


def test_a_resolution_in_pdf_has_its_title_and_its_chapters(tmp_path: Path) -> None:
    path = a_pdf(
        tmp_path,
        "#align(center)[HỘI ĐỒNG NHÂN DÂN TỈNH \\ Số: 43/2022/NQ-HĐND \\ Bắc Giang, ngày 09 tháng 12 năm 2022]",
        "#align(center)[NGHỊ QUYẾT \\ Quy định chính sách hỗ trợ áp dụng tiêu chuẩn trên địa bàn tỉnh Bắc Giang]",
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
        "#align(center)[Chương I \\ QUY ĐỊNH CHUNG]",
        "Điều 1. Phạm vi điều chỉnh",
        "1. Nghị quyết này quy định chính sách hỗ trợ áp dụng tiêu chuẩn trên địa bàn tỉnh.",
    )

    text = read_official_text(read_paragraphs(path))

    assert text.title == "Nghị quyết quy định chính sách hỗ trợ áp dụng tiêu chuẩn trên địa bàn tỉnh Bắc Giang"
    assert (text.number_line, text.day_line) == ("Số: 43/2022/NQ-HĐND", "Bắc Giang, ngày 09 tháng 12 năm 2022")
    assert [block.text for block in text.blocks if block.level] == [
        "Chương I QUY ĐỊNH CHUNG",
        "Điều 1. Phạm vi điều chỉnh",
    ]


def test_a_head_and_a_signature_in_word_are_read_cell_by_cell_and_data_row_by_row(tmp_path: Path) -> None:
    def tables(document: Document) -> None:
        head = document.add_table(1, 2)
        head.cell(0, 0).text, head.cell(0, 1).text = "SỞ\nSố: /KH-KHCN", "Bắc Giang, ngày tháng 3 năm 2024"
        document.add_paragraph("1. Kinh phí")
        data = document.add_table(2, 3)
        for cell, text in zip(data._cells, ["TT", "Việc", "Tiền", "1", "", "5.000"], strict=True):
            cell.text = text

    assert read_paragraphs(a_docx(tmp_path, then=tables)) == [
        "SỞ",
        "Số: /KH-KHCN",
        "Bắc Giang, ngày tháng 3 năm 2024",
        "1. Kinh phí",
        "TT | Việc | Tiền",
        "1 | | 5.000",
    ]


def test_automatic_numbers_of_word_are_written_as_word_shows_them(tmp_path: Path) -> None:
    lines = [(0, "MỤC ĐÍCH"), (1, "Một"), (1, "Hai"), (2, "Hai một"), (3, "chữ a"), (3, "chữ b"), (4, "gạch")]
    lines += [(2, "Hai hai"), (0, "NHIỆM VỤ"), (1, "Một lại")]

    read = read_paragraphs(a_docx(tmp_path, then=lambda document: numbered(document, *lines)))

    assert [line.split(" ")[0] for line in read] == ["I.", "1.", "2.", "2.1.", "a)", "b)", "-", "2.2.", "II.", "1."]
    assert read[3] == "2.1. Hai một"


def test_a_style_numbers_its_paragraphs_and_one_paragraph_may_refuse(tmp_path: Path) -> None:
    def styled(document: Document) -> None:
        document.add_paragraph("Một", style="List Number")
        document.add_paragraph("Hai", style="List Number")
        number(document.add_paragraph("Không số", style="List Number"), 0, 0)
        document.add_paragraph("Gạch", style="List Bullet")

    assert read_paragraphs(a_docx(tmp_path, then=styled)) == ["1. Một", "2. Hai", "Không số", "- Gạch"]


def test_a_list_may_begin_again(tmp_path: Path) -> None:
    def twice(document: Document) -> None:
        numbered(document, (1, "Một"), (1, "Hai"))
        again = f'<w:num {nsdecls("w")} w:numId="100"><w:abstractNumId w:val="99"/><w:lvlOverride w:ilvl="1">'
        again += '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        document.part.numbering_part.element.append(parse_xml(again))
        number(document.add_paragraph("Một lại"), 100, 1)

    assert read_paragraphs(a_docx(tmp_path, then=twice)) == ["1. Một", "2. Hai", "1. Một lại"]


def test_a_level_numbered_by_law_shows_no_roman_numbers(tmp_path: Path) -> None:
    def by_law(document: Document) -> None:
        numbered(document, (0, "Một"), (1, "Một một"), levels=[("upperRoman", "%1."), ("decimal", "%1.%2.")])
        level = document.part.numbering_part.element.findall(f".//{qn('w:lvl')}")[1]
        level.append(OxmlElement("w:isLgl"))

    assert read_paragraphs(a_docx(tmp_path, then=by_law)) == ["I. Một", "1.1. Một một"]


def test_line_breaks_content_controls_and_text_boxes_of_word_lose_no_words(tmp_path: Path) -> None:
    def wrapped(document: Document) -> None:
        control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
        control[0].append(document.paragraphs[1]._p)
        document.element.body.insert(1, control)
        box = parse_xml(
            f"<w:pict {nsdecls('w')}><w:txbxContent><w:p><w:r><w:t>Ô chữ</w:t></w:r></w:p></w:txbxContent></w:pict>"
        )
        document.paragraphs[0].runs[0]._r.append(box)

    path = a_docx(tmp_path, "KẾ HOẠCH\nTriển khai\nnăm 2024", "Trong\tô", then=wrapped)

    assert read_paragraphs(path) == ["KẾ HOẠCH", "Triển khai năm 2024", "Ô chữ", "Trong ô"]


def test_what_word_would_lose_is_refused(tmp_path: Path) -> None:
    assert "còn sửa đổi chưa chấp nhận" in refusal(a_docx(tmp_path, "1. Một", then=tagged("w:ins")))
    assert "có chú thích cuối trang" in refusal(a_docx(tmp_path, "1. Một", then=tagged("w:footnoteReference")))


@pytest.mark.parametrize("levels", [[("vietnameseCounting", "%1.")], [("upperRoman", "%2.")], []])
def test_automatic_numbers_of_another_kind_are_refused(tmp_path: Path, levels: list[tuple[str, str]]) -> None:
    path = a_docx(tmp_path, then=lambda document: numbered(document, (0, "Một"), levels=levels))

    assert refusal(path) == "Tệp “văn bản.docx” có số tự động không đọc được. Đổi số tự động thành số gõ tay."


def test_a_scan_is_refused_even_with_the_words_of_a_signature_over_it(tmp_path: Path) -> None:
    Image.new("L", (600, 450), 255).save(tmp_path / "quet.png")
    picture = typst_picture(tmp_path / "quet.png")

    for stamp in ("", SIGNATURE_STAMP):
        path = a_pdf(tmp_path, picture, stamp, setup="#set page(margin: 0mm)")

        assert "không có lớp chữ ở trang 1, có thể là bản quét. Dùng tệp .docx gốc" in refusal(path)


def typst_picture(path: Path) -> str:
    content = ", ".join(map(str, path.read_bytes()))
    return f"#place(image(bytes(({content})), width: 100%, height: 100%))"


def test_a_small_picture_on_a_page_of_few_words_is_no_scan(tmp_path: Path) -> None:
    Image.new("L", (60, 45), 255).save(tmp_path / "dau.png")
    picture = typst_picture(tmp_path / "dau.png").replace("100%", "20%")

    assert read_paragraphs(a_pdf(tmp_path, "1. Một", picture)) == ["1. Một"]


def test_a_pdf_with_a_password_is_refused(tmp_path: Path) -> None:
    path = a_pdf(tmp_path, "1. Một")
    with pikepdf.open(path, allow_overwriting_input=True) as opened:
        opened.save(path, encryption=pikepdf.Encryption(user="mo", owner="chu"))

    assert refusal(path) == "Tệp “văn bản.pdf” có mật khẩu. Lưu lại bản không có mật khẩu."


@pytest.mark.parametrize("maker", [an_office_file_with_a_password, an_old_word_file])
def test_a_word_file_with_a_password_or_of_the_old_kind_is_refused(
    tmp_path: Path, maker: Callable[[Path], Path]
) -> None:
    assert "có mật khẩu hoặc là .doc cũ" in refusal(maker(tmp_path / "a.docx"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.doc", b"x", "không phải .docx, .pdf hay .txt"),
        ("a", b"x", "không phải .docx, .pdf hay .txt"),
        ("a.docx", b"PK\x03\x04hong", "hỏng hoặc không phải DOCX"),
        ("a.docx", b"", "hỏng hoặc không phải DOCX"),
        ("a.pdf", b"%PDF-1.7 hong", "hỏng hoặc không phải PDF"),
        ("a.pdf", b"", "hỏng hoặc không phải PDF"),
        ("a.txt", "Điều 1".encode("utf-16"), "không ở bảng mã UTF-8"),
        ("a.txt", "Điều 1".encode("cp1258", "ignore"), "không ở bảng mã UTF-8"),
        ("a.txt", b"\x00\x01", "không phải tệp chữ"),
        ("a.txt", b" \r\n\r\n", "không có chữ nào"),
        ("a.TXT", b"", "không có chữ nào"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)

    said = refusal(tmp_path / name)

    assert said.startswith(f"Tệp “{name}” {told}")
    assert said.endswith(".")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "thu-muc.txt").mkdir()

    for name in ("khong-co.docx", "thu-muc.txt"):
        assert refusal(tmp_path / name) == f"Không mở được tệp “{name}”. Kiểm tra đường dẫn và quyền đọc."


def test_a_truncated_word_file_is_refused(tmp_path: Path) -> None:
    path = a_docx(tmp_path, "1. Một")
    path.write_bytes(path.read_bytes()[:-200])

    assert "hỏng hoặc không phải DOCX" in refusal(path)


def test_an_empty_word_file_and_an_empty_pdf_have_no_words(tmp_path: Path) -> None:
    assert "không có chữ nào" in refusal(a_docx(tmp_path, ""))
    assert "không có chữ nào" in refusal(a_pdf(tmp_path, ""))
