"""A draft under its link: tasks in any order, one section or paper at a time, the way back, erasing. No script."""

from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.application import MovedClock
from tests.submissions import DOSSIER, NEED, answers, papers, pdf, stored_files
from tests.web.test_applicant import read, text_of, value_of

PAGE = f"/nop/{DOSSIER}"


def draft_link(client: TestClient, form_id: str = DOSSIER, **typed: Any) -> str:
    """The path of a draft that was saved with what is given."""
    saved = client.post(f"/nop/{form_id}", data={**typed, "_action": "save"})
    assert saved.status_code == 303, text_of(saved.text)
    return str(saved.headers["location"])


def states(html: str) -> dict[str, str]:
    """Each task with its state in words."""
    rows = read(html).select(".hotro-task")
    found = {}
    for row in rows:
        said = row.find("span", id=True) or row.find(class_="hotro-tag")
        name = row.find("a") or row.find("span")
        assert name is not None
        found[name.get_text(strip=True)] = said.get_text(strip=True) if said else ""
    return found


def sections_of(catalogue: Catalogue, section: str, **changed: Any) -> dict[str, Any]:
    """The example answers of one section."""
    form = catalogue.form(DOSSIER)
    names = {field.id for part in form.sections if part.id == section for field in part.fields}
    told = answers(form, **changed)
    return {name: value for name, value in told.items() if name in names or name.startswith(f"{section}.")}


def filled(client: TestClient, catalogue: Catalogue, folder: Path) -> str:
    """The link of a draft with every section and paper done, one after the other."""
    form = catalogue.form(DOSSIER)
    link = draft_link(client)
    for section in form.sections:
        done = client.post(f"{link}/phan/{section.id}", data=sections_of(catalogue, section.id))
        assert done.status_code == 303, text_of(done.text)
    for item, file in papers(form, folder):
        done = client.post(f"{link}/giay-to/{item}", files=[(item, file)])
        assert done.status_code == 303, text_of(done.text)
    return link


def test_saving_makes_a_draft_whose_link_leads_to_its_tasks(client: TestClient) -> None:
    link = draft_link(client, organisation_name="Hợp tác xã Ví dụ")

    tasks = client.get(link)

    found = states(tasks.text)
    assert found["Thông tin đơn vị"] == "Đang làm"
    assert found["Giấy chứng nhận hoặc công nhận"] == "Chưa làm"
    assert found["Bản sao giấy chứng nhận hoặc công nhận"] == "Chưa làm"
    assert found["Cam kết về hỗ trợ từ nguồn ngân sách khác"] == "Không bắt buộc"
    assert found["Kiểm tra câu trả lời, rồi gửi"] == "Chưa thể bắt đầu"
    assert "Đã lưu lúc" in text_of(tasks.text) and f"http://127.0.0.1:8000{link}" in tasks.text


def test_sections_and_papers_are_done_in_any_order_and_the_last_opens_sending(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    link = filled(client, catalogue, tmp_path)

    tasks = client.get(link)
    check = client.get(f"{PAGE}/kiem-tra?ban-nhap={link.rsplit('/', 1)[1]}")
    sent = client.post(f"{PAGE}/kiem-tra", data={"_draft": link.rsplit("/", 1)[1]})

    assert set(states(tasks.text).values()) == {"Đã xong", "Không bắt buộc", ""}
    assert check.status_code == 200 and "Gửi hồ sơ" in text_of(check.text)
    assert sent.status_code == 201
    assert verify(wired).dossiers == 1 and verify(wired).problems == []


def test_a_section_with_mistakes_keeps_what_was_typed_and_names_only_its_own(client: TestClient) -> None:
    link = draft_link(client)

    refused = client.post(f"{link}/phan/certificate", data={"certificate_no": "VD-1", "certificate_issued_on": "31/02"})

    page = read(refused.text)
    assert refused.status_code == 422
    assert page.title and page.title.text.startswith("Lỗi: Giấy chứng nhận")
    assert value_of(refused.text, "certificate_no") == "VD-1"
    assert "Tên đơn vị" not in text_of(refused.text)
    assert states(client.get(link).text)["Giấy chứng nhận hoặc công nhận"] == "Đang làm"


def test_saving_a_section_for_later_asks_nothing_and_goes_back_to_the_tasks(client: TestClient) -> None:
    link = draft_link(client)

    later = client.post(f"{link}/phan/applicant", data={"organisation_name": "Hợp tác xã Ví dụ", "_action": "save"})

    assert later.status_code == 303 and later.headers["location"] == link
    assert value_of(client.get(f"{link}/phan/applicant").text, "organisation_name") == "Hợp tác xã Ví dụ"


def test_two_pages_of_one_draft_lose_nothing_of_each_other(client: TestClient) -> None:
    link = draft_link(client, organisation_name="Tên cũ")

    client.post(f"{link}/phan/request", data={"note": "Ghi chú", "_action": "save"})
    client.post(f"{link}/phan/applicant", data={"organisation_name": "Tên mới", "_action": "save"})

    whole = client.get(f"{PAGE}?ban-nhap={link.rsplit('/', 1)[1]}").text
    assert value_of(whole, "organisation_name") == "Tên mới"
    assert value_of(whole, "note").strip() == "Ghi chú"


def test_a_change_comes_back_to_the_check_page_but_what_it_opens_comes_first(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    link = filled(client, catalogue, tmp_path)
    token = link.rsplit("/", 1)[1]
    check = client.get(f"{PAGE}/kiem-tra?ban-nhap={token}")
    edit = next(str(a["href"]) for a in read(check.text).select("dd a") if "Tiêu chuẩn" in a.get_text())
    page = client.get(edit)
    told = sections_of(catalogue, "certificate") | {"_back": value_of(page.text, "_back")}

    same = client.post(edit.split("?")[0], data=told)
    opened = client.post(edit.split("?")[0], data=told | {"standard": "other_iso"})

    assert same.headers["location"] == f"{PAGE}/kiem-tra?ban-nhap={token}"
    assert opened.status_code == 422
    assert "Cần thêm “Tên tiêu chuẩn ISO khác”" in text_of(opened.text)


def test_a_question_that_is_not_asked_is_neither_checked_nor_shown_nor_kept(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    told = answers(form, standard_other="ISO 9001 (ví dụ)")

    answer = client.post(PAGE, data=told, files=papers(form, tmp_path))
    check = client.get(answer.headers["location"])

    assert answer.status_code == 303
    assert "ISO 9001" not in text_of(check.text)
    assert "Tên tiêu chuẩn ISO khác" not in text_of(check.text)


def test_a_missing_paper_is_explained_where_the_item_allows_it(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    files = [paper for paper in papers(form, tmp_path) if paper[0] != "contracts"]
    unexplained = client.post(PAGE, data=answers(form) | {"contracts.absent": "1"}, files=files)
    told = answers(form) | {"contracts.absent": "1", "contracts.absence_reason": "Tự xây dựng, không thuê tư vấn"}

    answer = client.post(PAGE, data=told | {"_draft": value_of(unexplained.text, "_draft")})
    check = client.get(answer.headers["location"])
    sent = client.post(f"{PAGE}/kiem-tra", data={"_draft": answer.headers["location"].split("=")[1]})

    assert unexplained.status_code == 422
    assert "Ghi lý do và ngày dự kiến có" in text_of(unexplained.text)
    assert "Chưa có: Tự xây dựng, không thuê tư vấn" in text_of(check.text)
    assert sent.status_code == 201 and verify(wired).problems == []


def test_a_missing_paper_without_a_reason_says_that_one_may_be_given(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    files = [paper for paper in papers(form, tmp_path) if paper[0] != "contracts"]

    refused = client.post(PAGE, data=answers(form), files=files)

    assert "hoặc chọn “Chưa có giấy tờ này”" in text_of(refused.text)


def test_rows_change_places_and_their_sum_is_shown(client: TestClient) -> None:
    rows = {"costs.0.description": "Một", "costs.0.amount": "1.000.000"}
    rows |= {"costs.1.description": "Hai", "costs.1.amount": "2.500.000"}
    link = draft_link(client)

    moved = client.post(f"{link}/phan/costs", data=rows | {"_action": "up:costs.1"})

    assert moved.status_code == 200
    assert value_of(moved.text, "costs.0.description") == "Hai"
    assert value_of(moved.text, "costs.1.description") == "Một"
    assert "Tổng “Số tiền”: 3.500.000\u00a0đồng" in read(moved.text).get_text()


def test_erasing_a_draft_asks_first_and_then_leaves_nothing(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    link = draft_link(client)
    client.post(f"{link}/giay-to/certificate_copy", files=[("certificate_copy", ("a.pdf", pdf(tmp_path), ""))])

    asked = client.get(f"{link}/xoa")
    erased = client.post(f"{link}/xoa")

    assert "Nội dung đã nhập và 1 tệp bị xóa ngay" in text_of(asked.text)
    assert "Đã xóa bản nháp" in text_of(erased.text)
    assert client.get(link).status_code == 404
    assert stored_files(wired.settings.data) == []


def test_a_wrong_a_lapsed_and_an_erased_link_give_the_same_page(client: TestClient, moved_clock: MovedClock) -> None:
    erased, lapsed = draft_link(client), draft_link(client)
    client.post(f"{erased}/xoa")
    moved_clock.move(days=31)

    found = [client.get(link) for link in (erased, lapsed, "/ban-nhap/khong-co", f"{lapsed}/phan/applicant")]

    assert {page.status_code for page in found} == {404}
    assert len({text_of(page.text) for page in found}) == 1


def test_a_page_that_is_posted_twice_makes_one_draft_and_keeps_its_files_once(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    key, files = value_of(client.get(PAGE).text, "_key"), papers(form, tmp_path)

    first = client.post(PAGE, data=answers(form) | {"_key": key}, files=files)
    again = client.post(PAGE, data=answers(form) | {"_key": key}, files=files)

    assert first.headers["location"] == again.headers["location"]
    assert len(stored_files(wired.settings.data)) == len(files)


def test_the_script_of_a_page_is_told_where_its_draft_is(client: TestClient, tmp_path: Path) -> None:
    told = {"organisation_name": "Hợp tác xã Ví dụ", "_action": "save"}

    kept = client.post(PAGE, data=told, headers={"Accept": "application/json"})

    assert kept.status_code == 200
    assert client.get(kept.json()["draft"]).status_code == 200
    assert kept.json()["saved"] and kept.json()["files"] == []


def test_a_short_form_is_changed_on_its_one_page(client: TestClient, catalogue: Catalogue) -> None:
    form = catalogue.form(NEED)
    answer = client.post(f"/nop/{NEED}", data=answers(form))

    check = client.get(answer.headers["location"])

    edits = [str(a["href"]) for a in read(check.text).select("dd a")]
    assert edits and all(edit.startswith(f"/nop/{NEED}?ban-nhap=") for edit in edits)
    assert client.get(edits[0].split("#")[0]).status_code == 200


def test_the_tasks_read_well_without_script_or_colour(client: TestClient) -> None:
    page = BeautifulSoup(client.get(draft_link(client)).text, "html.parser")

    rows = page.select(".hotro-task a")

    assert rows
    assert all(page.find(id=str(row["aria-describedby"])) is not None for row in rows)
    assert len(page.find_all("h1")) == 1
