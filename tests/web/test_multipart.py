"""Bodies as strangers send them: each gets a clear answer and leaves nothing behind."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from tests.submissions import API, DOSSIER, answers, papers, sent, stored_files

BOUNDARY = "ranh-gioi"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def part(name: str, content: bytes, file_name: str = "") -> bytes:
    named = f'; filename="{file_name}"' if file_name else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        (MULTIPART, part("tax_code", b"1"), 400, "upload_cut"),
        (MULTIPART, part("certificate_copy", b"%PDF-1.7", "a.pdf")[:-9], 400, "upload_cut"),
        (MULTIPART, b"", 400, "upload_cut"),
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
