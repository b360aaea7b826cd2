"""A file that acts when it is opened is taken in, and its officer is warned in red beside its name."""

from pathlib import Path

from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_items
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import find_dossier
from processor.storage.engine import reading
from tests.inspection.hazards import a_pdf_with, an_attachment
from tests.submissions import API, DOSSIER, answers, papers
from tests.web.test_applicant import text_of
from tests.web.test_officer import signed_in


def test_a_pdf_that_carries_another_file_is_taken_in_with_a_flag_that_only_officers_see(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    item = next(iter(example_items(form)))
    flagged = a_pdf_with(tmp_path / "kem-tep.pdf", an_attachment()).read_bytes()
    others = [paper for paper in papers(form, tmp_path) if paper[0] != item]

    answer = client.post(
        API, data=answers(form), files=[(item, ("kem-tep.pdf", flagged, "application/octet-stream")), *others]
    )

    assert answer.status_code == 201, answer.text
    reference = answer.json()["reference"]
    with reading(wired.engine) as connection:
        dossier = find_dossier(connection, reference)
    assert dossier
    found = {file.name: file.hazards for file in dossier.attachments}
    assert found.pop("kem-tep.pdf") == ["carries_files"]
    assert set(map(tuple, (hazards or () for hazards in found.values()))) == {()}
    officer = signed_in(wired, "Phạm Thị Ví Dụ")
    file_id = next(file.id for file in dossier.attachments if file.hazards)
    warning = f"Tệp đáng ngờ: {catalogue.texts.hazards['carries_files']}."
    assert text_of(officer.get(f"/can-bo/ho-so/{reference}").text).count(warning) == 1
    assert warning in text_of(officer.get(f"/can-bo/ho-so/{reference}/tep/{file_id}/xem").text)
