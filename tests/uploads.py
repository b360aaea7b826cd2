"""A small tus client over the test client, and what a draft has received."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from processor.services.intake.drafts import open_draft, start_draft
from processor.services.parts import Wired
from tests.inspection.makers import a_pdf
from tests.submissions import DOSSIER

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}
ITEM = "support_request"


def new_draft(wired: Wired, form_id: str = DOSSIER) -> str:
    return start_draft(wired, wired.catalogue.form(form_id), {})


def paper(folder: Path, size: int = 20_000, seed: int = 0) -> bytes:
    return a_pdf(folder / f"paper-{seed}.pdf", size_bytes=size, seed=seed).read_bytes()


def encoded(**told: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())


@dataclass
class Sender:
    """Of one draft. Every call gives the answer as it came."""

    client: httpx2.Client
    token: str

    @property
    def base(self) -> str:
        return f"/ban-nhap/{self.token}/tep"

    def begin(self, length: int, name: str = "đơn đề nghị.pdf", item: str = ITEM, **headers: str) -> httpx2.Response:
        told = TUS | {"Upload-Length": str(length), "Upload-Metadata": encoded(filename=name, item=item)}
        return self.client.post(self.base, headers=told | named(headers))

    def begun(self, length: int, name: str = "đơn đề nghị.pdf", item: str = ITEM) -> str:
        """The path of a new upload."""
        answer = self.begin(length, name, item)
        assert answer.status_code == 201, answer.text
        return urlsplit(answer.headers["location"]).path

    def piece(self, path: str, offset: int, content: Any, **headers: str) -> httpx2.Response:
        told = PIECE | {"Upload-Offset": str(offset)} | named(headers)
        return self.client.patch(path, content=content, headers=told)

    def state(self, path: str) -> httpx2.Response:
        return self.client.head(path, headers=TUS)

    def cancel(self, path: str) -> httpx2.Response:
        return self.client.delete(path, headers=TUS)

    def sent(self, content: bytes, name: str = "đơn đề nghị.pdf", item: str = ITEM) -> str:
        """The id of a file sent whole."""
        answer = self.piece(self.begun(len(content), name, item), 0, content)
        assert answer.status_code == 204, answer.text
        return answer.headers["hotro-attachment"]


def named(headers: dict[str, str]) -> dict[str, str]:
    """Underscores are hyphens."""
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


def received(wired: Wired, token: str) -> list[tuple[str, str, str]]:
    """Paper, name and hash of each file of the draft."""
    return [(file.item_id, file.name, file.sha256) for file in open_draft(wired, token).attachments]
