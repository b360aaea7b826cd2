"""What the counts of the way to a dossier say after people went it, read by plain SQL."""

from pathlib import Path
from typing import Any

from sqlalchemy import text
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.intake.drafts import expire_drafts, open_draft, save_draft
from processor.services.parts import Wired
from processor.storage.engine import reading
from tests.application import MovedClock
from tests.desk import at_once
from tests.submissions import API, DOSSIER, NEED, answers, papers, pdf
from tests.tallies import everything_counted, told
from tests.uploads import Sender, new_draft
from tests.web.test_applicant import value_of
from tests.web.test_drafts import draft_link, sections_of
from tests.web.test_officer import signed_in

PAGE = f"/nop/{DOSSIER}"
JSON = {"accept": "application/json"}
NUMBER = ("certificate_no", "text_required")


def posted(client: TestClient, catalogue: Catalogue, folder: Path, **changed: Any) -> Any:
    """The whole form, with every paper."""
    form = catalogue.form(DOSSIER)
    return client.post(PAGE, data=answers(form, **changed), files=papers(form, folder))


def again(client: TestClient, catalogue: Catalogue, page: Any, **changed: Any) -> Any:
    token = value_of(page.text, "_draft")
    return client.post(PAGE, data={**answers(catalogue.form(DOSSIER), **changed), "_draft": token})


def test_a_draft_that_fails_twice_and_then_passes_counts_one_fault_and_its_remedy(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    first = posted(client, catalogue, tmp_path, certificate_no="", _key="k1")
    second = again(client, catalogue, first, certificate_no="")
    third = again(client, catalogue, second, certificate_no="VD-1")
    assert (first.status_code, second.status_code, third.status_code) == (422, 422, 303)

    sent = client.post(f"{PAGE}/kiem-tra", data={"_draft": third.headers["location"].rpartition("=")[2]})

    assert sent.status_code == 201
    assert told(wired, "fault") == {NUMBER: 1}
    assert told(wired, "corrected") == {(*NUMBER, "certificate_no"): 1}
    assert told(wired, "stood") == {(*NUMBER, "certificate_no"): 2}
    assert told(wired, "draft_started") == told(wired, "draft_sent") == {(): 1}
    assert told(wired, "checked")[()] == 1
    assert told(wired, "draft_given_up") == {}


def test_saving_for_later_or_by_script_is_no_check(client: TestClient, wired: Wired) -> None:
    client.post(PAGE, data={"certificate_no": "", "_action": "save"})
    client.post(PAGE, data={"certificate_no": ""}, headers=JSON)
    client.post(PAGE, data={"certificate_no": "", "_action": "add:costs"})

    assert told(wired, "draft_started") == {(): 3}
    assert told(wired, "fault") == told(wired, "checked") == {}


def test_what_the_script_saved_before_the_next_check_made_up_for_the_fault(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    refused = posted(client, catalogue, tmp_path, requested_amount="60.000.000", costs__0__amount="84.000.000")
    token = value_of(refused.text, "_draft")
    better = answers(catalogue.form(DOSSIER), requested_amount="60.000.000", costs__0__amount="200.000.000")
    client.post(PAGE, data={**better, "_draft": token}, headers=JSON)

    client.post(PAGE, data={**better, "_draft": token})

    rate = ("requested_amount", "amount_above_rate/listed_within_rate")
    assert told(wired, "fault")[rate] == 1
    assert told(wired, "corrected") == {(*rate, "costs.amount"): 1}


def test_a_page_of_one_section_counts_only_its_own(client: TestClient, catalogue: Catalogue, wired: Wired) -> None:
    link = draft_link(client)
    client.post(f"{link}/phan/certificate", data=sections_of(catalogue, "certificate", certificate_no=""))
    client.post(f"{link}/phan/applicant", data=sections_of(catalogue, "applicant"))

    client.post(f"{link}/phan/certificate", data=sections_of(catalogue, "certificate"))

    assert told(wired, "fault") == {NUMBER: 1}
    assert told(wired, "corrected") == {(*NUMBER, "certificate_no"): 1}
    assert told(wired, "checked") == {(): 1, ("certificate",): 1, ("applicant",): 1}


def test_a_paper_explained_as_absent_is_told_apart_from_a_file(
    client: TestClient, wired: Wired, tmp_path: Path
) -> None:
    link = draft_link(client)
    for item in ("contracts", "payment_records"):
        client.post(f"{link}/giay-to/{item}", data={"note": ""})

    client.post(f"{link}/giay-to/contracts", data={"contracts.absent": "1", "contracts.absence_reason": "Tự làm"})
    client.post(
        f"{link}/giay-to/payment_records", files=[("payment_records", ("a.pdf", pdf(tmp_path), "application/pdf"))]
    )

    assert told(wired, "corrected") == {
        ("contracts", "file_required", "contracts.absent"): 1,
        ("payment_records", "file_required", "payment_records"): 1,
    }


def test_a_file_refused_while_it_is_sent_in_pieces_counts_once(client: TestClient, wired: Wired) -> None:
    sender = Sender(client, new_draft(wired))

    refused = [sender.begin(10, "đơn.exe").status_code for _ in range(3)]

    assert refused == [422] * 3
    assert told(wired, "fault") == {("support_request", "file_type"): 1}


def test_looking_at_the_check_page_counts_what_is_missing_once(client: TestClient, wired: Wired) -> None:
    token = draft_link(client).rpartition("/")[2]

    for _ in range(3):
        client.get(f"{PAGE}/kiem-tra?ban-nhap={token}")
    client.post(f"{PAGE}/kiem-tra", data={"_draft": token})

    faults = told(wired, "fault")
    assert faults[NUMBER] == 1 and set(faults.values()) == {1}
    standing = open_draft(wired, token).standing
    assert standing and standing["faults"]["|".join(NUMBER)] == 2


def test_two_pages_checked_at_the_same_time_count_a_fault_once(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    token = draft_link(client).rpartition("/")[2]
    wrong = {**answers(catalogue.form(DOSSIER), certificate_no=""), "_draft": token}

    at_once([lambda: client.post(PAGE, data=wrong)] * 4)

    assert told(wired, "fault")[NUMBER] == 1
    assert told(wired, "checked")[()] == 1


def test_the_same_page_posted_twice_begins_one_draft(client: TestClient, wired: Wired) -> None:
    at_once([lambda: client.post(PAGE, data={"_key": "same", "_action": "save"})] * 4)

    assert told(wired, "draft_started") == {(): 1}


def test_a_refused_program_is_told_apart_and_asking_beforehand_counts_nothing(
    client: TestClient, catalogue: Catalogue, wired: Wired
) -> None:
    wrong = answers(catalogue.form(NEED), contact_email="a@b")
    client.post(f"/api/v1/forms/{NEED}/validate", data=wrong)

    refused = client.post(f"/api/v1/forms/{NEED}/dossiers", data=wrong)

    assert refused.status_code == 422
    assert told(wired, "fault") == {("contact_email", "email_unreadable", "api"): 1}
    assert told(wired, "checked") == {}


def test_a_draft_given_up_counts_where_it_stood(
    client: TestClient, catalogue: Catalogue, wired: Wired, moved_clock: MovedClock
) -> None:
    erased, lapsed = draft_link(client), draft_link(client)
    client.post(f"{lapsed}/phan/applicant", data=sections_of(catalogue, "applicant"))
    client.post(f"{erased}/xoa")
    client.post(f"{erased}/xoa")
    moved_clock.move(days=wired.settings.draft_days + 1)

    expire_drafts(wired)
    expire_drafts(wired)

    assert told(wired, "draft_given_up") == {("applicant", "erased"): 1, ("certificate", "expired"): 1}


def test_a_sent_draft_that_lapses_was_not_given_up(
    client: TestClient, catalogue: Catalogue, wired: Wired, moved_clock: MovedClock, tmp_path: Path
) -> None:
    ready = posted(client, catalogue, tmp_path)
    client.post(f"{PAGE}/kiem-tra", data={"_draft": ready.headers["location"].rpartition("=")[2]})
    moved_clock.move(days=wired.settings.draft_days + 1)

    expire_drafts(wired)

    assert told(wired, "draft_given_up") == {}


def test_paper_typed_in_by_an_officer_counts_nothing(wired: Wired) -> None:
    officer = signed_in(wired, "can-bo")
    csrf = value_of(officer.get("/can-bo/ban-giay").text, "csrf")
    link = officer.post("/can-bo/ban-giay", data={"csrf": csrf, "form": DOSSIER, "channel": "1"}).headers["location"]
    officer.post(f"{link}/phan/certificate", data={"certificate_no": ""})

    officer.post(f"{link}/xoa")

    kinds = ("draft_started", "checked", "fault", "draft_given_up")
    assert [told(wired, kind) for kind in kinds] == [{}] * 4


def test_opened_forms_are_counted_on_the_site_and_at_the_processor(client: TestClient, wired: Wired) -> None:
    client.get(PAGE)
    client.get(f"/bieu-mau/{DOSSIER}/")
    client.head(PAGE)
    client.get(f"/bieu-mau/{DOSSIER}/", headers={"sec-purpose": "prefetch"})
    client.get("/bieu-mau/khong-co/")

    assert told(wired, "form_opened") == {("form",): 1, ("site",): 1}


def test_the_wizard_counts_its_verdict_and_the_support_asked_about(client: TestClient, wired: Wired) -> None:
    asked = {"organisation_kind": "cooperative", "commune_code": "07525", "support_type": "traceability"}
    client.get("/kiem-tra-dieu-kien/ket-qua", params=asked)
    client.get("/kiem-tra-dieu-kien/ket-qua", params={**asked, "commune_code": ""})

    by_page = client.post("/kiem-tra-dieu-kien/ket-qua", data={"ket_qua": "ask", "noi_dung": "Nguyễn Văn Ví Dụ"})
    client.post("/kiem-tra-dieu-kien/ket-qua", data={"ket_qua": "0912 345 678"})

    assert by_page.status_code == 204
    assert told(wired, "wizard") == {("traceability", "yes"): 1, ("ask",): 1}


def test_the_channel_stays_with_the_draft_and_with_its_dossier(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    saved = save_draft(wired, form, {}, [], None, outreach="website")
    told_once = {**answers(form), "_draft": saved.token}
    ready = client.post(PAGE, data=told_once, files=papers(form, tmp_path))
    assert ready.status_code == 303

    client.post(f"{PAGE}/kiem-tra", data={"_draft": saved.token})

    wired.tallier.flush()
    assert channels(wired) == {("draft_started", "website"), ("draft_sent", "website")}


def channels(wired: Wired) -> set[tuple[str, str]]:
    with reading(wired.engine) as connection:
        assert connection.execute(text("SELECT outreach FROM dossiers")).scalar_one() == "website"
        rows = connection.execute(text("SELECT kind, outreach FROM tallies WHERE outreach <> ''")).all()
    return {(row[0], row[1]) for row in rows}


PERSONAL = {
    "organisation_name": "Hợp tác xã Hoa Ban Rừng",
    "representative_name": "Lò Thị Mây Xanh",
    "contact_name": "Quách Văn Sơn Lâm",
    "contact_phone": "0987 654 321",
    "contact_email": "may.xanh@hoaban.vn",
    "tax_code": "0100109106",
    "address_line": "Bản Nà Pheo, xã Hoa Ban",
    "note": "Gọi chị Mây buổi chiều",
    "certificate_no": "HB-7788-XYZ",
}


def test_nothing_that_anybody_typed_is_among_the_counts(
    client: TestClient, catalogue: Catalogue, wired: Wired, moved_clock: MovedClock, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    surprise = {"lo_thi_may_xanh": "1", "tax_code.0987654321.x": "2", "costs.0.may_xanh": "3"}
    files = [("Mây Xanh.pdf", ("Mây Xanh.pdf", b"%PDF", "application/pdf")), *papers(form, tmp_path)]
    wrong = {**answers(form, **PERSONAL), "contact_email": "may.xanh@", "requested_amount": "99.999.999.999"}
    client.post(API, data=wrong | surprise, files=files)
    client.post(PAGE, data=wrong | surprise | {"_outreach": "lo_thi_may_xanh"})
    refused = posted(client, catalogue, tmp_path, **{**PERSONAL, "contact_email": "may.xanh@"})
    better = again(client, catalogue, refused, **PERSONAL)
    client.post(f"{PAGE}/kiem-tra", data={"_draft": better.headers["location"].rpartition("=")[2]})
    client.post(f"{draft_link(client, **PERSONAL)}/xoa")
    client.get(PAGE, params={**PERSONAL, "kenh": "lo_thi_may_xanh"})
    moved_clock.move(days=wired.settings.draft_days + 1)
    expire_drafts(wired)

    counted = everything_counted(wired)

    assert "email_unreadable" in counted and "unknown_field" in counted and "draft_given_up" in counted
    words = {word for value in PERSONAL.values() for word in (value, *value.split()) if len(word) > 3}
    words |= {"may_xanh", "0987654321", "Mây Xanh", "99.999", "99999"}
    assert {word for word in words if word.lower() in counted.lower()} == set()
