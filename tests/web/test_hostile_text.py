"""Text that means something elsewhere: markup, hidden signs, names of fields that only officers write."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.domain.forms.fields import LongTextField, TextField
from processor.domain.forms.kinds import read_text
from processor.services.appraisal.appraisal import open_dossier
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.web.app import ROUTES
from tests.office import Office, open_office
from tests.routes import path_of
from tests.submissions import API, DOSSIER, FORMS, NEED, answers, papers
from tests.web.test_applicant import text_of, value_of
from tests.web.test_officer import signed_in

HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(1)>{{7*7}}"""
HIDDEN = ["\x01", "\x07", "\x1b[31m", "\x7f", "\x8f"]
OFFICERS_ONLY = {
    "status": "approved",
    "holder": "lan",
    "official_code": "H05.00-261124-0001",
    "approved_amount": "50000000",
    "proposed_amount": "50000000",
    "received_at": "2020-01-01T00:00:00Z",
    "paid_on": "01/01/2020",
    "reference": "HT-2222-2222-2222",
    "access_code_hash": "x",
    "id": "1",
    "kind": "feedback",
    "channel": "1",
    "outcome": "approve",
}


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory, built_site: Path, catalogue: Catalogue, empty_database: Path
) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office"), built_site, catalogue, empty_database) as made:
        yield made


def free_texts(catalogue: Catalogue, form_id: str) -> list[str]:
    """The names of fields into which any text may be typed."""
    named = catalogue.form(form_id).field_names()
    return [name for name, field in named if isinstance(field, TextField | LongTextField)]


def roomy_texts(catalogue: Catalogue, form_id: str) -> list[str]:
    fields = dict(catalogue.form(form_id).field_names())
    free = free_texts(catalogue, form_id)
    return [name for name in free if "." not in name and getattr(fields[name], "max_length", 0) > len(HOSTILE)]


@pytest.mark.parametrize("form_id", FORMS)
def test_hidden_signs_are_refused_beside_every_text_of_every_form(
    form_id: str, client: TestClient, catalogue: Catalogue
) -> None:
    form, path = catalogue.form(form_id), f"/api/v1/forms/{form_id}/validate"
    names = [name for name in free_texts(catalogue, form_id) if name in answers(form)]
    for sign in HIDDEN:
        spoilt = dict.fromkeys(names, f"a{sign}b")

        errors = client.post(path, data=answers(form) | spoilt).json()["errors"]

        assert (
            names
            and dict.fromkeys(names, "text_control_chars").items()
            <= {error["field"]: error["code"] for error in errors}.items()
        )


def test_nul_is_refused_at_the_door_of_every_post(opened: Office) -> None:
    """Also by those who may post there; an upload carries no text."""
    for name in ("stranger", "applicant", "admin"):
        person = opened.people[name]
        for route in ROUTES:
            path = path_of(route, **{**opened.first, **person.own, **opened.link(route.path)})
            if "POST" not in (route.methods or ()) or route.path.endswith("/tep"):
                continue
            answer = opened.ask(person, "POST", path, text="a\x00b")

            assert answer.status_code < 500, (name, path)
            if name == "admin" and path.startswith("/can-bo/ho-so/"):
                assert answer.status_code == 422, path


@pytest.mark.parametrize("space", ["\x0b", "\x0c", "\x85", "\t"])
def test_a_space_that_word_processors_make_is_a_space_in_a_line(space: str) -> None:
    field = TextField(id="f", kind="text", label="Ô", example="x", max_length=20)

    assert read_text(f"a{space}b", field, date(2026, 11, 24)) == "a b"


def test_nul_in_an_address_is_an_address_that_is_not_there(opened: Office) -> None:
    for route in ROUTES:
        path = path_of(route, **dict.fromkeys(("reference", "token", "attachment_id", "list_id", "name"), "a%00b"))
        for asked in ([path] if "%00" in path else []) + [f"{path}?tim=%00&xem=%00"]:
            answer = opened.ask(opened.people["admin"], "GET", asked)

            assert answer.status_code == 404, asked


@pytest.mark.parametrize("sign", HIDDEN)
def test_hidden_signs_in_an_officers_words_are_refused_and_nothing_is_kept(sign: str, opened: Office) -> None:
    officer, reference = opened.people["admin"], opened.third["reference"]
    before = open_dossier(opened.wired, reference).events
    page, words = f"/can-bo/ho-so/{reference}", f"a{sign}b"
    told = {
        f"{page}/y-kien": {"text": words},
        f"{page}/ban-giao": {"to": words},
        f"{page}/phieu": {"mark.contracts": "met", "note.contracts": words},
        f"{page}/viec/extend": {"reason": words, "days": "5"},
        f"{page}/viec/stop": {"reason": words},
        "/can-bo/quyet-dinh": {"reason": words, "reference": reference},
        "/can-bo/cach-xem": {"name": words},
    }

    statuses = {
        path: opened.ask(officer, "POST", path, _action="confirm", **typed).status_code for path, typed in told.items()
    }

    assert {path: status for path, status in statuses.items() if status not in (409, 422)} == {}
    assert open_dossier(opened.wired, reference).events == before


def test_markup_in_every_field_is_stored_as_typed_and_shown_as_text_everywhere(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    spoilt = {name: HOSTILE for name in roomy_texts(catalogue, DOSSIER) if name in answers(form)}
    answer = client.post(API, data=answers(form) | spoilt, files=papers(form, tmp_path))
    assert answer.status_code == 201 and len(spoilt) >= 3, answer.text
    receipt = answer.json()
    officer, reference = signed_in(wired, "<b>lan</b>", "admin"), receipt["reference"]

    pages = [client.post("/tra-cuu", data={name: receipt[name] for name in ("reference", "access_code")})]
    pages += [client.get("/tra-cuu/ho-so/noi-dung"), client.get(receipt["receipt_url"])]
    pages += [officer.get(path) for path in ("/can-bo/ho-so", "/can-bo/cong-chuc", "/can-bo/tai-khoan")]
    pages += [officer.get(f"/can-bo/ho-so/{reference}{part}") for part in ("", "/bo-sung")]
    pages += [client.post(f"/nop/{DOSSIER}", data=answers(form, tax_code="1") | spoilt)]

    for page in pages:
        article = BeautifulSoup(page.text, "html.parser").find("article")
        assert isinstance(article, Tag) and page.status_code in (200, 422), page.url
        assert article.find(onerror=True) is None and article.find("b", string="lan") is None, page.url
        assert [one for one in article.find_all("script") if "alert" in one.text] == [], page.url
    assert text_of(pages[1].text).count(HOSTILE) == len(spoilt)
    stored = open_dossier(wired, reference).dossier.answers
    assert {name: stored[name] for name in spoilt} == spoilt


def test_fields_that_only_officers_write_are_refused_by_the_api_and_left_by_the_page(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)

    by_api = client.post(API, data=answers(form) | OFFICERS_ONLY, files=papers(form, tmp_path))
    page = client.post(f"/nop/{DOSSIER}", data=answers(form) | OFFICERS_ONLY, files=papers(form, tmp_path))
    kept = verify(wired).dossiers

    told = {error["field"] for error in by_api.json()["errors"] if error["code"] == "unknown_field"}
    assert by_api.status_code == 422 and told == set(OFFICERS_ONLY)
    assert page.status_code in (303, 422) and kept == 0


def test_a_dossier_sent_from_the_page_has_nothing_that_only_officers_write(
    client: TestClient, wired: Wired, catalogue: Catalogue
) -> None:
    form = catalogue.form(NEED)
    page = client.post(f"/nop/{NEED}", data=answers(form))
    check = client.get(page.headers["location"])
    token = page.headers["location"].split("ban-nhap=")[1]
    told = {"_draft": token, "_shown": value_of(check.text, "_shown"), "_duplicate": "1"}

    answer = client.post(f"/nop/{NEED}/kiem-tra", data=told | OFFICERS_ONLY)

    assert answer.status_code == 201, text_of(answer.text)
    reference = next(word for word in text_of(answer.text).split() if word.startswith("HT-")).strip(".,")
    dossier = open_dossier(wired, reference).dossier
    assert (dossier.status, dossier.holder, dossier.official_code) == ("submitted", None, None)
    assert dossier.approved_amount is None
    assert dossier.reference != OFFICERS_ONLY["reference"] and dossier.paid_on is None


def test_one_address_at_most_is_written_to(client: TestClient, catalogue: Catalogue) -> None:
    form, path = catalogue.form(DOSSIER), f"/api/v1/forms/{DOSSIER}/validate"
    for typed in ("a@b.vn, c@d.vn", "a@b.vn;c@d.vn", "a@b.vn\r\nBcc: x@y.vn", "a@b.vn c@d.vn", '"a" <a@b.vn>'):
        errors = client.post(path, data=answers(form, contact_email=typed)).json()["errors"]

        assert "contact_email" in {error["field"] for error in errors}, typed
