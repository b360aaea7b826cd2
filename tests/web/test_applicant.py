"""The pages of a business, without script: every way on and every way back."""

import re
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.intake.drafts import expire_drafts
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.application import MovedClock
from tests.submissions import DOSSIER, NEED, answers, papers, pdf, stored_files

PAGE = f"/nop/{DOSSIER}"


def read(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def text_of(html: str) -> str:
    article = read(html).find("article")
    assert article is not None
    return " ".join(article.get_text(" ").split())


def value_of(html: str, name: str) -> Any:
    found = read(html).find(True, {"name": name})
    assert found is not None, name
    return found.text if found.name == "textarea" else found.get("value")


def draft_ready(client: TestClient, catalogue: Catalogue, folder: Path) -> str:
    """The address of the check page of a complete draft."""
    form = catalogue.form(DOSSIER)
    answer = client.post(PAGE, data=answers(form), files=papers(form, folder))
    assert answer.status_code == 303, text_of(answer.text)
    return str(answer.headers["location"])


def token_of(address: str) -> str:
    return address.split("ban-nhap=")[1]


def send(client: TestClient, address: str) -> Any:
    return client.post(address.split("?")[0], data={"_draft": token_of(address)})


def test_a_refused_form_keeps_values_and_files_and_says_what_to_mend(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    told = answers(form, tax_code="123", organisation_name="<b>Hợp tác xã</b>")

    refused = client.post(PAGE, data=told, files=papers(form, tmp_path)[:1])

    page = read(refused.text)
    summary = page.find(class_="hotro-summary")
    assert refused.status_code == 422
    assert page.title and page.title.text.startswith("Lỗi: ")
    assert summary is not None and summary.get("role") == "alert"
    assert value_of(refused.text, "tax_code") == "123"
    assert value_of(refused.text, "organisation_name") == "<b>Hợp tác xã</b>"
    assert "support_request.pdf" in text_of(refused.text)
    assert page.find("b") is None


def test_a_corrected_form_goes_on_to_the_check_page_with_files_sent_before(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    files = papers(form, tmp_path)
    refused = client.post(PAGE, data=answers(form, tax_code="123"), files=files)
    told = answers(form) | {"_draft": value_of(refused.text, "_draft")}

    corrected = client.post(PAGE, data=told)
    check = client.get(corrected.headers["location"])

    assert corrected.status_code == 303
    assert all(name in text_of(check.text) for _, (name, _, _) in files)
    assert "Gửi hồ sơ" in text_of(check.text)
    assert "Không cung cấp" in text_of(check.text)


def test_nothing_is_sent_before_the_check_page_is_confirmed(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    address = draft_ready(client, catalogue, tmp_path)
    before = verify(wired).dossiers

    receipt = send(client, address)

    assert before == 0
    assert receipt.status_code == 201
    assert verify(wired).dossiers == 1 and verify(wired).problems == []


def test_sending_twice_gives_one_dossier_and_the_same_receipt(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    address = draft_ready(client, catalogue, tmp_path)

    first, again = send(client, address), send(client, address)

    codes = [re.findall(r'hotro-reference">([^<]+)<', page.text) for page in (first, again)]
    assert codes[0] == codes[1] and len(codes[0]) == 2
    assert verify(wired).dossiers == 1


def test_going_back_after_sending_shows_the_way_to_the_receipt(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    address = draft_ready(client, catalogue, tmp_path)
    send(client, address)

    back = client.get(address)

    link = read(back.text).find("a", string="Mở biên nhận")
    assert link is not None
    assert client.get(str(link["href"])).status_code == 200


def test_the_receipt_shows_the_access_code_once_and_its_link_never(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    receipt = send(client, draft_ready(client, catalogue, tmp_path))
    reference, code = re.findall(r'hotro-reference">([^<]+)<', receipt.text)
    link = read(receipt.text).find("a", string=re.compile("Mở biên nhận"))
    assert link is not None

    kept = client.get(str(link["href"]))

    assert reference in kept.text and code not in kept.text
    assert code not in str(link["href"])


def test_rows_are_added_and_removed_without_script(client: TestClient, catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)
    added = client.post(PAGE, data=answers(form) | {"_action": "add:costs"})
    told = answers(form, costs__1__description="Tư vấn", costs__1__amount="5.000.000")
    removed = client.post(PAGE, data=told | {"_action": "remove:costs.0", "_draft": value_of(added.text, "_draft")})

    assert added.status_code == removed.status_code == 200
    assert value_of(added.text, "costs.1.amount") in (None, "")
    assert value_of(removed.text, "costs.0.description") == "Tư vấn"
    assert read(removed.text).find(True, {"name": "costs.1.amount"}) is None


def test_a_file_of_a_draft_can_be_removed(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    refused = client.post(PAGE, data=answers(form, tax_code="1"), files=papers(form, tmp_path)[:1])
    drop = read(refused.text).find("button", value=re.compile("^drop:"))
    assert drop is not None
    kept = len(stored_files(wired.settings.data))

    dropped = client.post(
        PAGE, data=answers(form) | {"_draft": value_of(refused.text, "_draft"), "_action": drop["value"]}
    )

    assert kept == 1 and stored_files(wired.settings.data) == []
    assert "support_request.pdf" not in text_of(dropped.text)


def test_a_wrong_a_lapsed_and_a_foreign_draft_link_give_the_same_page(
    client: TestClient, catalogue: Catalogue, moved_clock: MovedClock, tmp_path: Path
) -> None:
    address = draft_ready(client, catalogue, tmp_path)
    wrong = client.get(f"{PAGE}/kiem-tra?ban-nhap=khong-co")
    foreign = client.get(address.replace(DOSSIER, NEED))
    moved_clock.move(days=31)

    lapsed = client.get(address)

    assert {page.status_code for page in (wrong, foreign, lapsed)} == {404}
    assert text_of(wrong.text) == text_of(foreign.text) == text_of(lapsed.text)


def test_a_lapsed_draft_and_its_files_are_deleted(
    client: TestClient, catalogue: Catalogue, wired: Wired, moved_clock: MovedClock, tmp_path: Path
) -> None:
    draft_ready(client, catalogue, tmp_path)
    moved_clock.move(days=31)

    expired = expire_drafts(wired)

    assert expired == 1
    assert stored_files(wired.settings.data) == []


def test_a_link_can_prefill_a_form(client: TestClient) -> None:
    page = client.get(f"/nop/{NEED}?organisation_name=Hợp tác xã Ví dụ&unknown=x")

    assert value_of(page.text, "organisation_name") == "Hợp tác xã Ví dụ"
    assert "unknown" not in page.text


def test_the_stated_limits_are_those_of_the_server(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    form = catalogue.form(DOSSIER)
    many = [("support_request", (f"{n}.pdf", pdf(tmp_path, n), "application/pdf")) for n in range(4)]

    refused = client.post(PAGE, data=answers(form), files=many)

    assert "có 4 tệp, tối đa 3" in text_of(refused.text)
    assert "tối đa 3 tệp" in text_of(client.get(PAGE).text)


def test_a_page_of_an_older_version_still_posts(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    older = form.model_copy(update={"title": "Tên cũ của biểu mẫu"})
    older.__dict__.pop("version", None)
    older.__dict__.pop("document", None)
    wired.definitions.register([older], wired.clock())

    answer = client.post(PAGE, data=answers(form) | {"_version": older.version}, files=papers(form, tmp_path))
    receipt = send(client, str(answer.headers["location"]))

    assert "Tên cũ của biểu mẫu" in text_of(receipt.text)
