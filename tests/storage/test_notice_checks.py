"""A wrong letter stops everything, with file, line and what to write instead."""

import shutil
from pathlib import Path

import pytest

from processor.domain.errors import BrokenDefinition
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue

NEW = "  of_tomorrow: {subject: x, body: x}\n  withdrawn:"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("gồm {files} tệp", "gồm {tep} tệp", "{tep}"),
        ("gồm {files} tệp", "gồm {access_code} tệp", "{access_code}"),
        ("    subject: đã nhận hồ sơ", "    subject: đã nhận {amount}", "{amount}"),
        ("gồm {files} tệp", "gồm {files tệp", "viết dở"),
        ("        subject: đã nhận đăng ký nhu cầu", "        subject: đã nhận {files_} x", "{files_}"),
        ("Kính gửi: {organisation_name}", "Kính gửi: {ten}", "{ten}"),
        ("{reference}: {about}", "{ma}: {about}", "{ma}"),
        ("điện thoại {contact_phone}", "điện thoại {phone}", "{phone}"),
        ("  withdrawn:", NEW, "không gửi thư “of_tomorrow”"),
        ("      feedback:\n        subject: đã nhận", "      phan_anh:\n        subject: đã nhận", "“phan_anh”"),
        ("  draft_link:", "  draft_lnk:", "Thiếu thư “draft_link”"),
        ("    subject: đường dẫn bản nháp", "    tieu_de: đường dẫn bản nháp", "tieu_de"),
    ],
)
def test_each_mistake_in_a_letter_is_named_with_its_file_and_line(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    forms = Path(shutil.copytree(ROOT / "forms", tmp_path / "forms"))
    text = (forms / "notices.yml").read_text()
    assert old in text
    (forms / "notices.yml").write_text(text.replace(old, new, 1))
    line = text[: text.index(old)].count("\n") + 1

    with pytest.raises(BrokenDefinition) as broken:
        load_catalogue(forms)

    (fault, *_) = [fault for fault in broken.value.faults if said in fault.message]
    assert fault.file == "forms/notices.yml"
    assert abs(fault.line - line) <= 3 or "Thiếu" in said
