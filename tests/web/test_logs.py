"""What the log tells of a whole dossier: lines for machines, and nothing of whom it is about or what opens it."""

import json
import re
import sqlite3
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import httpx2
from bs4 import BeautifulSoup

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields
from tests.served import Served, free_port, served
from tests.signing_in import PASSWORD, SIGN_IN
from tests.submissions import API, DOSSIER, answers, papers
from tests.web.test_applicant import value_of

PERSONAL = ("organisation_name", "tax_code", "contact_name", "contact_phone", "contact_email", "registration_no")
TYPED_AS_A_NAME = "mat-khau-go-nham-vao-o-ten"


def test_the_log_of_a_whole_dossier_names_nobody_and_opens_nothing(
    tmp_path: Path, built_site: Path, catalogue: Catalogue
) -> None:
    form = catalogue.form(DOSSIER)
    files = papers(form, tmp_path)
    mail = f"smtp://127.0.0.1:{free_port()}"
    with served(tmp_path / "data", built_site, HOTRO_LOG="json", HOTRO_SMTP_URL=mail) as server:
        token = given_token(server)
        receipt = httpx2.post(server.url + API, data=answers(form), files=files).raise_for_status().json()
        secrets = [PASSWORD, TYPED_AS_A_NAME, token, receipt["access_code"], receipt["reference"]]
        secrets += [receipt["receipt_url"].rsplit("/", 1)[1], *followed(server, receipt), *worked(server, receipt)]
        httpx2.get(f"{server.url}/api/v1/desk/dossiers/{receipt['reference']}", headers=bearer(token))
        httpx2.get(f"{server.url}/api/v1/events", headers=bearer(f"{token}x"))
        secrets += drafted(server, catalogue)
        break_database(tmp_path / "data" / "hotro.db")
        broken = httpx2.post(server.url + API, data=answers(form, tax_code="0100109106"), files=files)

    log = server.log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines() if not line.startswith("Mở http")]
    personal = [str(example_fields(form, date.today())[name]) for name in PERSONAL]
    hidden = [*secrets, *personal, "0100109106", "%PDF", *(name for _, (name, *_) in files)]
    assert broken.status_code == 503
    assert [one for one in hidden if one in log] == []
    assert {"sign_in_failed", "signed_in", "turned_away", "unavailable"} <= {line["event"] for line in lines}
    assert [line for line in lines if "timestamp" not in line or "level" not in line] == []


def bearer(code: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {code}"}


def given_token(server: Served) -> str:
    server.run("staff", "add", "lan", "--role", "admin", "--password-stdin", text=f"{PASSWORD}\n")
    told = server.run("staff", "token", "lan", "--label", "Chương trình ví dụ").stdout
    return next(word for word in told.split() if word.startswith("hotro_"))


def followed(server: Served, receipt: Mapping[str, str]) -> list[str]:
    """A sender looks at the dossier after a slip of the hand; a program too. The secrets of that."""
    codes = {name: receipt[name] for name in ("reference", "access_code")}
    with httpx2.Client(base_url=server.url) as sender:
        sender.post("/tra-cuu", data=codes | {"access_code": "SAI-MA-TRUY-CAP"})
        sender.post("/tra-cuu", data=codes)
        page = sender.get("/tra-cuu/ho-so/noi-dung")
        links = [str(one["href"]) for one in BeautifulSoup(page.text, "html.parser").select("a[href^='/tra-cuu/tep/']")]
        assert page.status_code == 200 and links
        sender.get(links[0])
        sender.get(f"/api/v1/dossiers/{receipt['reference']}", headers=bearer("SAI-MA-TRUY-CAP"))
        return ["SAI-MA-TRUY-CAP", sender.cookies["hotro-xem"]]


def worked(server: Served, receipt: Mapping[str, str]) -> list[str]:
    """An officer signs in at the third try, opens the dossier, comments on it. The secrets of that."""
    page = f"/can-bo/ho-so/{receipt['reference']}"
    with httpx2.Client(base_url=server.url) as officer:
        for name, password in ((TYPED_AS_A_NAME, PASSWORD), ("lan", "sai-mat-khau-ngay-ca-day"), ("lan", PASSWORD)):
            csrf = value_of(officer.get(SIGN_IN).text, "csrf")
            officer.post(SIGN_IN, data={"name": name, "password": password, "csrf": csrf})
        csrf = value_of(officer.get(page).text, "csrf")
        officer.post(f"{page}/y-kien", data={"csrf": csrf, "text": "Ý kiến ví dụ không vào nhật ký"})
        officer.post(f"{page}/y-kien", data={"csrf": "gia-mao-ma-phien", "text": "x"})
        secrets = [officer.cookies["hotro"], csrf, "gia-mao-ma-phien", "Ý kiến ví dụ", "sai-mat-khau-ngay-ca-day"]
        officer.post("/can-bo/dang-xuat", data={"csrf": csrf})
        return secrets


def drafted(server: Served, catalogue: Catalogue) -> list[str]:
    """A draft begun, a foreign page that posts into it. Its link."""
    told = {"organisation_name": "Hợp tác xã Ví dụ Nhật Ký", "_action": "save"}
    answer = httpx2.post(f"{server.url}/nop/{DOSSIER}", data=told)
    link = answer.headers["location"].rsplit("/", 1)[1]
    httpx2.post(f"{server.url}/ban-nhap/{link}/xoa", headers={"origin": "https://xau.example"})
    httpx2.get(f"{server.url}/ban-nhap/{link}")
    return [re.sub(r"\?.*", "", link), "Nhật Ký"]


def break_database(path: Path) -> None:
    """What SQLAlchemy says of a refused row would name its values."""
    with sqlite3.connect(path, timeout=30) as connection:
        connection.execute("CREATE TRIGGER broken BEFORE INSERT ON dossiers BEGIN SELECT RAISE(ABORT, 'broken'); END")
