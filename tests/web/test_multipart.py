"""Bodies as strangers send them: each gets a clear answer and leaves nothing behind."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.domain.forms.posting import CONTROLS, most_posted
from processor.services.parts import Wired
from tests.bodies import BOUNDARY, END, MULTIPART, part
from tests.submissions import API, DOSSIER, FORMS, answers, papers, sent, stored_files
from tests.uploads import new_draft
from tests.web.test_applicant import read


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        (MULTIPART, part("tax_code", b"1"), 400, "upload_cut"),
        (MULTIPART, part("certificate_copy", b"%PDF-1.7", "a.pdf")[:-9], 400, "upload_cut"),
        (MULTIPART, b"", 400, "upload_cut"),
        (f"multipart/form-data; boundary={'b' * 300}", b"--b", 400, "body_malformed"),
        (MULTIPART, b"no boundary at all", 400, "body_malformed"),
        (MULTIPART, part("tax_code", b"\xff\xfe") + END, 400, "body_malformed"),
        (MULTIPART + "; charset=punycode", part("a", b"1" * 9000) + END, 415, "media_type_unsupported"),
        (MULTIPART + "; charset=idna", part("a", b"1") + END, 415, "media_type_unsupported"),
        ("multipart/mixed; boundary=x", b"--x--", 415, "media_type_unsupported"),
        ("application/json", b"{}", 415, "media_type_unsupported"),
        ("", b"a=b", 415, "media_type_unsupported"),
        (MULTIPART, part("note", b"x" * 70_000) + END, 413, "body_too_large"),
        (MULTIPART, part("a", b"%PDF", "a.pdf") * 30 + END, 400, "too_many_parts"),
        (MULTIPART, part("a", b"1") * 1100 + END, 400, "too_many_parts"),
        (MULTIPART, part("tax_code", b"1") * 2 + END, 400, "field_repeated"),
        ("application/x-www-form-urlencoded", b"a=%ff", 400, "body_malformed"),
    ],
)
def test_a_body_that_is_not_a_whole_form_is_refused(
    content_type: str, body: bytes, status: int, code: str, client: TestClient, wired: Wired
) -> None:
    answer = client.post(API, content=body, headers={"Content-Type": content_type})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert stored_files(wired.settings.data) == []


def controls(page: str) -> int:
    """What a browser posts of a page at most: every box ticked, one of each group of radio buttons, one button."""
    found = read(page).select("article form [name]:not(button)")
    radios = {one["name"] for one in found if one.get("type") == "radio"}
    return len(radios) + len([one for one in found if one.get("type") != "radio"]) + 1


@pytest.mark.parametrize("form_id", FORMS)
def test_what_a_form_can_post_is_what_its_page_can_post(form_id: str, client: TestClient, catalogue: Catalogue) -> None:
    form = catalogue.form(form_id)
    last_rows = {
        f"{name}.{group.repeat.max - 1}.{group.fields[0].id}": "1"
        for name, group in form.groups.items()
        if group.repeat
    }

    page = client.get(f"/nop/{form_id}", params=last_rows)

    most = most_posted(form)
    assert most - len(CONTROLS) < controls(page.text) <= most


def posted_plain(client: TestClient, path: str, count: int) -> httpx2.Response:
    return client.post(path, data={f"thua.{number}": "1" for number in range(count)})


def posted_in_parts(client: TestClient, path: str, count: int) -> httpx2.Response:
    body = b"".join(part(f"thua.{number}", b"1") for number in range(count))
    return client.post(path, content=body + END, headers={"Content-Type": MULTIPART})


@pytest.mark.parametrize("posted", [posted_plain, posted_in_parts])
@pytest.mark.parametrize(
    "path",
    [API, f"/api/v1/forms/{DOSSIER}/validate", f"/nop/{DOSSIER}", "/ban-nhap/{token}/phan/applicant"],
)
def test_ten_names_more_than_the_form_can_post_are_read_and_one_more_is_refused(
    path: str,
    posted: Callable[[TestClient, str, int], httpx2.Response],
    client: TestClient,
    wired: Wired,
    catalogue: Catalogue,
) -> None:
    path = path.format(token=new_draft(wired))
    most = most_posted(catalogue.form(DOSSIER)) + 10

    read_whole, refused = posted(client, path, most), posted(client, path, most + 1)

    assert read_whole.status_code in (200, 303, 422)
    assert refused.status_code == 400 and "quá nhiều ô hoặc tệp" in refused.text
    assert stored_files(wired.settings.data) == []


def test_files_that_come_along_do_not_count_as_names(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    form = catalogue.form(DOSSIER)
    told = {f"thua.{number}": "1" for number in range(most_posted(form) + 10)}

    answer = client.post(API, data=told, files=papers(form, tmp_path))

    assert answer.status_code == 422
    assert {one["code"] for one in answer.json()["errors"]} >= {"unknown_field"}


def test_a_declared_size_over_the_limit_is_refused_before_the_body_is_read(client: TestClient) -> None:
    answer = client.post(API, content=b"", headers={"Content-Type": MULTIPART, "Content-Length": str(10**9)})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_post_from_a_foreign_page_is_refused(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    form = catalogue.form(DOSSIER)
    for headers in ({"Origin": "https://xau.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.post(API, data=answers(form), files=papers(form, tmp_path), headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


def test_a_foreign_host_is_refused(client: TestClient) -> None:
    answer = client.get("/api/v1/forms", headers={"Host": "xau.example"})

    assert (answer.status_code, answer.json()["code"]) == (400, "foreign_host")


def test_two_files_of_the_same_name_are_both_kept(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    form = catalogue.form(DOSSIER)
    files = papers(form, tmp_path)

    answer = client.post(API, data=answers(form), files=[*files, files[0]])

    names = [file["name"] for file in answer.json()["attachments"]]
    assert answer.status_code == 201
    assert len(names) == len(files) + 1


def test_an_empty_file_input_of_a_browser_is_no_file(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    body = b"".join(
        part(name, str(v).encode()) for name, v in answers(catalogue.form(DOSSIER), consent="processing").items()
    )
    body += b'--%s\r\nContent-Disposition: form-data; name="contracts"; filename=""\r\n\r\n\r\n' % BOUNDARY.encode()

    answer = client.post(API, content=body + END, headers={"Content-Type": MULTIPART})

    assert {error["code"] for error in answer.json()["errors"]} == {"file_required"}


def test_a_file_over_the_limit_is_named_with_its_size(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    form = catalogue.form(DOSSIER)
    big = ("certificate_copy", ("lớn.pdf", b"%PDF-1.7" + b"0" * (21 * 1024 * 1024), "application/pdf"))
    others = [file for file in papers(form, tmp_path) if file[0] != "certificate_copy"]

    answer = client.post(API, data=answers(form), files=[*others, big])

    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("certificate_copy", "file_too_large")
    assert "lớn.pdf" in error["message"]
    assert sent(client, form, tmp_path)
