"""With a key: a dossier, its payee, a draft, half a file; whoever takes the disk reads no person's data and no file."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from processor.domain.catalogue import Catalogue
from processor.services.appraisal.decisions import give_account
from processor.services.appraisal.sheets import comment
from processor.services.at_rest import Step, encrypt, standing
from processor.services.exchange.packages import pack, zipped
from processor.services.following.tracking import track
from processor.services.intake.drafts import open_draft, start_draft
from processor.services.intake.resumable import begin_upload
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.storage.at_rest.key import Seal
from processor.storage.at_rest.values import seal_engine
from processor.storage.tables.columns import metadata
from processor.wiring import assemble
from tests.conftest import A_SEAL
from tests.desk import DeskClock, a_dossier_in, desk_on, officer, with_envelope
from tests.submissions import DOSSIER

PERSON = {
    "contact_name": "Lê Thị Kín",
    "contact_phone": "0987 654 321",
    "contact_email": "kin.le@vi-du.example",
    "representative_name": "Phạm Văn Giấu",
    "address_line": "Ngõ 7, đường Không Ai Biết",
}
ACCOUNT = {"account_holder": ["Hợp tác xã Kho Kín"], "account_no": ["9704 3333 4444"], "bank": ["Ngân hàng Ví dụ Kín"]}
OPINION = "Xem lại chữ ký của bà Kín"
BYTES = b"%PDF-1.7 tep dang tai len cua ba Kin"
WORDS = [
    *(value for name, value in PERSON.items() if name != "contact_phone"),
    "987654321",
    "970433334444",
    "Kho Kín",
    "Ngân hàng Ví dụ Kín",
    OPINION,
    "bản nháp của Kín",
    "giấy của Kín.pdf",
]


@pytest.fixture
def clock() -> DeskClock:
    return DeskClock()


@pytest.fixture(params=[A_SEAL, None], ids=["with the key", "without"])
def seal(request: pytest.FixtureRequest) -> Seal | None:
    found: Seal | None = request.param
    return found


@pytest.fixture
def office(
    database_url: str, tmp_path: Path, catalogue: Catalogue, clock: DeskClock, seal: Seal | None
) -> Iterator[Wired]:
    with desk_on(database_url, tmp_path, catalogue, clock, seal) as wired:
        yield with_envelope(wired)


def a_day_of(wired: Wired) -> str:
    """The reference of the dossier."""
    sent = a_dossier_in(wired, "approved", **PERSON)
    give_account(wired, track(wired, sent.reference, sent.access_code), ACCOUNT)
    comment(wired, officer(wired, "appraiser"), sent.reference, OPINION)
    token = start_draft(wired, wired.catalogue.form(DOSSIER), {"certificate_scope": ["bản nháp của Kín"]})
    upload = begin_upload(wired, open_draft(wired, token), "certificate_copy", "giấy của Kín.pdf", 2 * len(BYTES))
    wired.store.partial(upload.id).append(0, BYTES)
    return sent.reference


def what_lies_there(wired: Wired, folder: Path) -> bytes:
    """Every byte of every file below the folder, and every row as the database itself would print it."""
    files = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "server.key")
    with wired.engine.connect() as connection:
        rows = [tuple(row) for name in metadata.tables for row in connection.execute(text(f"SELECT * FROM {name}"))]
    return files + repr(rows).encode()


def found_in(lying: bytes) -> set[str]:
    """As it is written, or as JSON writes it."""
    lying = lying.replace(b"\\\\", b"\\")
    return {word for word in WORDS if word.encode() in lying or json.dumps(word)[1:-1].encode() in lying}


def test_nothing_of_a_person_is_found_on_the_disk_with_a_key_and_everything_without(
    office: Wired, tmp_path: Path, seal: Seal | None
) -> None:
    a_day_of(office)

    lying = what_lies_there(office, tmp_path)

    assert found_in(lying) == (set() if seal else set(WORDS))
    assert (BYTES in lying) is (b"%PDF-" in lying) is (seal is None)


def test_with_the_key_everything_works_as_without(office: Wired, tmp_path: Path) -> None:
    reference = a_day_of(office)

    package = b"".join(zipped(office, pack(office, reference)))

    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert found_in(archive.read("dossier.json") + archive.read("desk.json")) >= {"Lê Thị Kín", OPINION}
    assert verify(office).problems == []


@pytest.mark.parametrize("seal", [None], indirect=True)
def test_what_was_there_before_the_key_is_closed_and_stopping_half_way_loses_nothing(
    office: Wired, tmp_path: Path, catalogue: Catalogue, clock: DeskClock
) -> None:
    a_day_of(office)
    office.store.remove(next(iter(unfinished(office))))
    seal_engine(office.engine, A_SEAL)
    closing = assemble(office.settings, catalogue, office.engine, clock)

    with pytest.raises(KeyboardInterrupt):
        encrypt(closing, stopped_at("tệp", 2))
    halfway = standing(closing)
    encrypt(closing, lambda what, done: None)

    assert halfway.rows.clear == 0 and halfway.files.sealed >= 2 and halfway.files.clear > 0
    assert standing(closing).files.clear == 0
    assert found_in(what_lies_there(closing, tmp_path)) == set()
    assert verify(closing).problems == []


def unfinished(wired: Wired) -> list[str]:
    return [path.name for path in (wired.settings.data / "attachments" / "incoming").iterdir()]


def stopped_at(what: str, files: int) -> Step:
    def step(doing: str, done: int) -> None:
        if (doing, done) == (what, files):
            raise KeyboardInterrupt

    return step
