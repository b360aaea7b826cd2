"""The same matter twice: told before it is sent, sent all the same when it is another one, shown to officers."""

from pathlib import Path

from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.appraisal.appraisal import open_dossier
from processor.services.parts import Wired
from tests.submissions import DOSSIER, answers, papers, sent
from tests.web.test_applicant import text_of

CHECK = f"/nop/{DOSSIER}/kiem-tra"


def a_second_draft(client: TestClient, catalogue: Catalogue, folder: Path, **changed: str) -> str:
    form = catalogue.form(DOSSIER)
    answer = client.post(f"/nop/{DOSSIER}", data=answers(form, **changed), files=papers(form, folder))
    return str(answer.headers["location"]).split("=")[1]


def test_who_sends_the_same_again_is_told_without_a_word_about_the_other(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    first = sent(client, catalogue.form(DOSSIER), tmp_path)
    token = a_second_draft(client, catalogue, tmp_path, certificate_no="vd 2026 0001")

    check = client.get(f"{CHECK}?ban-nhap={token}")
    unasked = client.post(CHECK, data={"_draft": token, "_shown": "x"})

    assert "Có thể đã có hồ sơ cùng mã số thuế và nội dung này" in text_of(check.text)
    assert "Vẫn gửi" in text_of(check.text)
    assert first["reference"] not in check.text
    assert unasked.status_code == 409


def test_who_goes_on_sends_and_the_officer_sees_both(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    first = sent(client, catalogue.form(DOSSIER), tmp_path)
    token = a_second_draft(client, catalogue, tmp_path)

    second = client.post(CHECK, data={"_draft": token, "_duplicate": "1"})

    assert second.status_code == 201
    opened = open_dossier(wired, first["reference"])
    assert len(opened.others) == 1
    assert open_dossier(wired, opened.others[0]).others == [first["reference"]]


def test_another_certificate_or_organisation_is_another_matter(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    sent(client, catalogue.form(DOSSIER), tmp_path)

    other = a_second_draft(client, catalogue, tmp_path, certificate_no="VD-2026/0002")
    else_ = a_second_draft(client, catalogue, tmp_path, tax_code="0300588569")

    for token in (other, else_):
        assert "Có thể đã có" not in text_of(client.get(f"{CHECK}?ban-nhap={token}").text)
