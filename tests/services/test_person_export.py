"""What is kept of one person: a copy to hand over and who looked, both noted. On both databases."""

import io
import json
import zipfile

import pytest

from processor.domain.errors import Forbidden, NotFound
from processor.services.appraisal.appraisal import view_dossier
from processor.services.exchange.packages import zipped
from processor.services.parts import Wired
from processor.services.privacy.export import DATA, PAGE, access_log, export_of
from processor.services.privacy.requests import open_request
from tests.desk import a_dossier, hold, kinds, officer
from tests.privacy import a_request

NAME = "Vũ Thị <b>Xem</b>"


def test_the_copy_has_the_personal_answers_and_consents_and_nothing_of_the_matter(either_desk: Wired) -> None:
    sent = a_dossier(either_desk, contact_name=NAME)
    number = a_request(either_desk, dossiers=sent.reference)

    package = export_of(either_desk, officer(either_desk, "leader"), number)
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(either_desk, package)))) as archive:
        data, page = json.loads(archive.read(DATA)), archive.read(PAGE).decode()

    (told,) = data["dossiers"]
    assert set(told["answers"]) == {
        "contact_name",
        "contact_phone",
        "contact_email",
        "representative_name",
        "representative_title",
    }
    assert told["answers"]["contact_name"] == NAME and told["consents"][0]["purpose"] == "processing"
    assert "Vũ Thị &lt;b&gt;Xem&lt;/b&gt;" in page and "Đã đồng ý, bản 2026-11-24" in page and "<script" not in page


def test_the_copy_is_noted_in_the_log_of_the_dossier_and_with_the_request(either_desk: Wired) -> None:
    sent = a_dossier(either_desk)
    number = a_request(either_desk, dossiers=sent.reference)
    leader = officer(either_desk, "leader")

    export_of(either_desk, leader, number)

    _, entries = open_request(either_desk, leader, number)
    assert kinds(either_desk, sent)[-1] == "exported"
    assert [entry.kind for entry in entries] == ["entered", "exported"]


def test_the_access_log_tells_who_what_and_why(either_desk: Wired) -> None:
    sent = a_dossier(either_desk)
    number = a_request(either_desk, dossiers=sent.reference)
    appraiser, leader = officer(either_desk, "appraiser"), officer(either_desk, "leader")
    view_dossier(either_desk, leader, sent.reference)
    hold(either_desk, sent, appraiser)
    view_dossier(either_desk, appraiser, sent.reference)
    export_of(either_desk, leader, number)

    _, (kept,) = access_log(either_desk, leader, number)

    assert [(one.officer, one.event.kind, one.why) for one in kept.looks] == [
        ("leader", "viewed", "lãnh đạo"),
        ("appraiser", "viewed", "đang giữ hồ sơ"),
        ("leader", "exported", "theo yêu cầu của chủ thể dữ liệu"),
    ]


def test_only_who_handles_requests_takes_a_copy_and_never_without_a_dossier(desk: Wired) -> None:
    with_dossier = a_request(desk, dossiers=a_dossier(desk).reference)
    without = a_request(desk)

    for act in (export_of, access_log):
        with pytest.raises(Forbidden):
            act(desk, officer(desk, "appraiser"), with_dossier)
        with pytest.raises(NotFound):
            act(desk, officer(desk, "leader"), without)
