"""One day of an office whose machine has no network: run by test_no_network.py in a network of its own.

Prints a line for whatever was not as it should be.
"""

import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx2

from processor.domain.forms.examples import example_fields, example_items
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from processor.web.app import ROUTES
from tests.inspection.makers import a_pdf
from tests.routes import path_of
from tests.served import Served, served
from tests.test_cli import hotro_here

FORM = "ho-so-tieu-chuan"
OFFICER, PASSWORD = "can-bo-vi-du", "mat-khau-vi-du-dai"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
FILE = re.compile(r"/tep/([0-9a-f]{32})/xem")
COMMANDS = [
    ("check",),
    ("verify",),
    ("statistics",),
    ("report", "budget", "--year", "2026", "--format", "xlsx", "--output", "/dev/null"),
    ("keys", "rotate"),
]


def day(data: Path, site: Path) -> Iterator[str]:
    with served(data, site) as server:
        reference = send(server, data)
        desk = httpx2.Client(base_url=server.url, timeout=60)
        yield from sign_in(server, desk)
        page = desk.get(f"/can-bo/ho-so/{reference}").text
        attachment = FILE.findall(page)[0]
        for visitor in (httpx2.Client(base_url=server.url, timeout=60), desk):
            yield from faults_of_routes(visitor, reference=reference, attachment_id=attachment)
        yield from faults_of_commands(server)


def send(server: Served, data: Path) -> str:
    """The reference of a dossier with its files."""
    form = load_catalogue(ROOT / "forms", date.today()).form(FORM)
    paper = a_pdf(data / "giấy.pdf").read_bytes()
    files = [(item, ("giấy.pdf", paper, "application/pdf")) for item in example_items(form)]
    answer = httpx2.post(
        f"{server.url}/api/v1/forms/{FORM}/dossiers",
        data=example_fields(form, date.today()),
        files=files,
        timeout=60,
    )
    return str(answer.json()["reference"])


def sign_in(server: Served, desk: httpx2.Client, **environment: str) -> Iterator[str]:
    added = ("staff", "add", OFFICER, "--role", "admin", "--password-stdin")
    hotro_here(*added, data=server.data, text=f"{PASSWORD}\n", **environment)
    csrf = CSRF.findall(desk.get("/can-bo/dang-nhap").text)[0]
    answer = desk.post("/can-bo/dang-nhap", data={"name": OFFICER, "password": PASSWORD, "csrf": csrf, "tiep": ""})
    if answer.status_code != 303:
        yield f"sign-in answered {answer.status_code}"


def faults_of_routes(visitor: httpx2.Client, **own: str) -> Iterator[str]:
    for route in ROUTES:
        if "GET" in (route.methods or ()):
            path = path_of(route, **own)
            status = visitor.get(path).status_code
            if status >= 500:
                yield f"{path} answered {status}"


def faults_of_commands(server: Served) -> Iterator[str]:
    for command in COMMANDS:
        run = hotro_here(*command, data=server.data)
        if run.returncode:
            yield f"hotro {' '.join(command)}: {run.stderr}"


if __name__ == "__main__":
    faults = list(day(Path(sys.argv[1]), Path(sys.argv[2])))
    print("\n".join(faults))
    sys.exit(bool(faults))
