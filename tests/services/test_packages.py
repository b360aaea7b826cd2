"""A dossier goes to another installation and is the same there; what is not whole or not known stays out."""

import io
import json
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from processor.domain.catalogue import Catalogue
from processor.domain.events import BEGINNING
from processor.domain.files import MB
from processor.domain.forms.examples import example_items
from processor.domain.package import MANIFEST, SEAL, PackageFault, entry_of
from processor.services.appraisal.sheets import comment
from processor.services.appraisal.slips import print_slip
from processor.services.demo.answers import invented_file
from processor.services.exchange.imports import Imported, import_package
from processor.services.exchange.packages import Package, PackedFile, pack, pack_for, zipped
from processor.services.following.tracking import track
from processor.services.intake.intake import submit_and_wait
from processor.services.parts import Wired
from processor.services.proof.receipts import receipt_at
from processor.services.proof.roots import make_roots
from processor.services.proof.signing import verifying_keys
from processor.services.proof.verification import verify
from processor.settings import Settings
from processor.storage.engine import open_engine
from processor.storage.exchange.portable import APART, CARRIED, STAYING
from processor.storage.schema import migrate
from processor.storage.tables.columns import metadata
from processor.wiring import assemble
from tests.desk import (
    DeskClock,
    Sent,
    a_dossier,
    a_dossier_in,
    answer,
    desk_on,
    everything,
    give_code,
    hand_result_over,
    kinds,
    officer,
    opened,
    with_envelope,
)
from tests.packages import (
    Entries,
    a_stranger,
    edited,
    entries_in,
    key_in,
    resealed,
    written,
    zip_of,
)
from tests.postgres import Postgres
from tests.submissions import DOSSIER, answers, stored_files


@pytest.fixture(params=[("sqlite", "postgresql"), ("postgresql", "sqlite")], ids=" to ".join)
def two_places(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres, catalogue: Catalogue, desk_clock: DeskClock
) -> Iterator[tuple[Wired, Wired]]:
    """Two installations with a key of their own each, and an envelope."""
    with ExitStack() as stack:
        places = []
        for number, kind in enumerate(request.param):
            folder = tmp_path / str(number)
            folder.mkdir()
            url = postgres.fresh() if kind == "postgresql" else f"sqlite:///{folder / 'desk.db'}"
            if kind == "sqlite":
                migrated(url)
            places.append(with_envelope(stack.enter_context(desk_on(url, folder, catalogue, desk_clock))))
        yield places[0], places[1]


def migrated(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


@pytest.fixture
def elsewhere(desk: Wired, tmp_path: Path, catalogue: Catalogue, desk_clock: DeskClock) -> Iterator[Wired]:
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    migrated(url)
    with desk_on(url, tmp_path / "elsewhere", catalogue, desk_clock) as wired:
        yield with_envelope(wired)


@pytest.fixture
def package(desk: Wired, tmp_path: Path) -> Path:
    """Of a dossier that waits for a supplement."""
    return written(desk, a_dossier_in(desk, "supplement_requested"), tmp_path)


def a_long_story(wired: Wired) -> Sent:
    """Supplemented, appraised, discussed, approved, signed."""
    sent = a_dossier_in(wired, "supplement_requested")
    answer(wired, sent)
    other = a_dossier_in(wired, "approved", organisation_name="Hợp tác xã <b>Ví dụ</b> & bạn")
    comment(wired, officer(wired, "appraiser"), other.reference, "Hỏi ý kiến ví dụ", "leader")
    comment(wired, officer(wired, "leader"), other.reference, "Đồng ý (ví dụ)", "")
    give_code(wired, other)
    print_slip(wired, officer(wired, "intake"), other.reference, "control_slip")
    hand_result_over(wired, other)
    return other


def brought(wired: Wired, package: Path) -> Imported:
    return import_package(wired, package, [key_in(package)])


def held(wired: Wired) -> tuple[dict[str, list[str]], list[str]]:
    return everything(wired.engine), stored_files(wired.settings.data)


def test_what_was_exported_is_exported_again_elsewhere(two_places: tuple[Wired, Wired], tmp_path: Path) -> None:
    here, there = two_places
    sent = a_long_story(here)
    before = written(here, sent, tmp_path)

    outcome = brought(there, before)
    after = written(there, sent, tmp_path / "1")

    first, second = entries_in(before), entries_in(after)
    assert (outcome.new, set(first)) == (True, set(second))
    assert {name for name in first if first[name] != second[name]} == {SEAL}
    assert verify(there).problems == []


def test_the_roots_of_days_before_the_import_stand(two_places: tuple[Wired, Wired], tmp_path: Path) -> None:
    here, there = two_places
    desk_clock = here.clock
    sent = a_dossier_in(here, "accepted")
    a_dossier(there)
    assert isinstance(desk_clock, DeskClock)
    desk_clock.move(days=2)
    make_roots(there)

    brought(there, written(here, sent, tmp_path))
    desk_clock.move(days=2)
    make_roots(there)

    assert verify(there).problems == []


def test_the_organisation_follows_its_dossier_with_the_codes_it_has(
    desk: Wired, elsewhere: Wired, tmp_path: Path
) -> None:
    sent = a_long_story(desk)

    brought(elsewhere, written(desk, sent, tmp_path))

    assert track(elsewhere, sent.reference, sent.access_code).dossier.status == "approved"


def test_the_receipt_stays_as_it_was_signed_and_its_key_is_published(
    desk: Wired, elsewhere: Wired, package: Path
) -> None:
    signed = json.loads(entries_in(package)["receipt.json"])

    brought(elsewhere, package)

    reference = json.loads(entries_in(package)[MANIFEST])["reference"]
    assert pack(elsewhere, reference).documents["receipt.pdf"] == entries_in(package)["receipt.pdf"]
    assert signed["key_id"] in {key.key_id for key in verifying_keys(elsewhere)}


def test_its_secret_link_shows_the_receipt_as_it_was_signed(desk: Wired, elsewhere: Wired, tmp_path: Path) -> None:
    form = desk.catalogue.form(DOSSIER)
    typed = {name: value if isinstance(value, list) else [value] for name, value in answers(form).items()}
    files = [invented_file(desk, item, random.Random(item)) for item in example_items(form)]
    receipt = submit_and_wait(desk, form, typed, files)
    before = receipt_at(desk, receipt.receipt_token).signed

    brought(elsewhere, written(desk, Sent(receipt.dossier.reference, ""), tmp_path))

    after = receipt_at(elsewhere, receipt.receipt_token).signed
    assert (after.text, after.seal) == (before.text, before.seal)


def test_nobody_holds_it_and_the_desk_goes_on_with_it(desk: Wired, elsewhere: Wired, package: Path) -> None:
    reference = brought(elsewhere, package).reference

    answer(elsewhere, Sent(reference, ""))

    dossier = opened(elsewhere, Sent(reference, "")).dossier
    assert (dossier.holder, dossier.status) == (None, "under_appraisal")
    assert verify(elsewhere).problems == []


def test_the_same_package_again_changes_nothing(desk: Wired, elsewhere: Wired, package: Path) -> None:
    brought(elsewhere, package)
    before = held(elsewhere)

    again = brought(elsewhere, package)

    assert (again.new, held(elsewhere)) == (False, before)


def test_the_package_of_a_dossier_that_went_on_here_changes_nothing(desk: Wired, package: Path) -> None:
    reference = json.loads(entries_in(package)[MANIFEST])["reference"]
    answer(desk, Sent(reference, ""))
    before = held(desk)

    assert not import_package(desk, package).new

    assert held(desk) == before


def test_names_of_officers_that_are_not_known_become_accounts_that_open_nothing(
    desk: Wired, elsewhere: Wired, package: Path
) -> None:
    brought(elsewhere, package)

    assert officer(elsewhere, "appraiser").disabled


def test_the_money_is_moved_here_too_and_never_beyond_the_envelope(
    desk: Wired, tmp_path: Path, catalogue: Catalogue, desk_clock: DeskClock
) -> None:
    package = written(desk, a_dossier_in(desk, "approved"), tmp_path)
    url = f"sqlite:///{tmp_path / 'poor.db'}"
    migrated(url)
    with desk_on(url, tmp_path / "poor", catalogue, desk_clock) as poor:
        before = everything(poor.engine)

        with pytest.raises(PackageFault, match="Chưa có kinh phí năm 2026"):
            brought(poor, package)
        refused = everything(poor.engine)
        with_envelope(poor)
        brought(poor, package)

        assert refused["dossiers"] == before["dossiers"]
        assert len(everything(poor.engine)["budget_entries"]) == 3
        assert verify(poor).problems == []


Change = Callable[[Entries], Entries]


def without(name: str) -> Change:
    return lambda entries: {other: content for other, content in entries.items() if other != name}


def a_file(entries: Entries) -> str:
    return next(name for name in entries if name.startswith("files/"))


def with_answer(document: dict[str, dict[str, dict[str, str]]]) -> None:
    document["dossier"]["answers"]["organisation_name"] = "Công ty khác"


DAMAGES: dict[str, tuple[Change, str]] = {
    "a byte of a file": (lambda e: {**e, a_file(e): e[a_file(e)][:-1] + b"x"}, "bị hỏng hoặc bị sửa"),
    "a file is missing": (lambda e: without(a_file(e))(e), "danh sách tệp không khớp"),
    "a file too many": (lambda e: {**e, "files/them.pdf": b"x"}, "danh sách tệp không khớp"),
    "an answer": (edited("dossier.json", with_answer), "bị hỏng hoặc bị sửa"),
    "a line of the manifest": (edited(MANIFEST, lambda d: d["entries"].pop()), "danh sách tệp không khớp"),
    "the reference": (edited(MANIFEST, lambda d: d.update(reference="HT-1")), "chữ ký của gói không khớp"),
    "no manifest": (without(MANIFEST), "không phải gói hồ sơ"),
    "a newer format": (edited(MANIFEST, lambda d: d.update(version=2)), "định dạng bản 2"),
    "another format": (edited(MANIFEST, lambda d: d.update(format="eml")), "không phải gói hồ sơ"),
    "no seal": (without(SEAL), "không phải gói hồ sơ"),
    "a way out of the folder": (lambda e: {**e, "../../ra-ngoai": b"x"}, "không phải gói hồ sơ"),
    "an absolute name": (lambda e: {**e, "/etc/ra-ngoai": b"x"}, "không phải gói hồ sơ"),
    "a bomb": (lambda e: {**e, "files/bom": b"\0" * (30 * MB)}, "nén bất thường"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_was_damaged_is_refused_and_nothing_is_stored(
    damage: str, desk: Wired, elsewhere: Wired, package: Path, tmp_path: Path
) -> None:
    change, said = DAMAGES[damage]
    broken = tmp_path / "hong.zip"
    broken.write_bytes(zip_of(change(entries_in(package))))
    before = held(elsewhere)

    with pytest.raises(PackageFault, match=said):
        import_package(elsewhere, broken, [key_in(package)])

    assert held(elsewhere) == before


FORGERIES: dict[str, tuple[Change, str]] = {
    "an answer": (edited("dossier.json", with_answer), "câu trả lời khác lúc gửi"),
    "an event": (edited("events.json", lambda d: d["events"][1].update(actor="officer:x")), "đã bị sửa"),
    "an event less": (edited("events.json", lambda d: d["events"].pop(0)), "thiếu sự kiện số 1"),
    "no event": (edited("events.json", lambda d: d["events"].clear()), "không có sự kiện nào"),
    "a beginning": (edited("events.json", lambda d: d["events"][0].update(hash=BEGINNING)), "đã bị sửa"),
    "a receipt": (
        edited("receipt.json", lambda d: d["payload"].update(received_at="2020-01-01T00:00:00Z")),
        "chữ ký của biên nhận",
    ),
    "a status that is not": (edited("dossier.json", lambda d: d["dossier"].update(status="x")), "không có ở đây"),
    "another form": (edited("dossier.json", lambda d: d["dossier"].update(form_id="x")), "không thuộc biểu mẫu"),
    "a column that is not": (edited("dossier.json", lambda d: d["dossier"].update(la=1)), "dossiers.la"),
    "an id of a row": (edited("dossier.json", lambda d: d["dossier"].update(id=1)), "dossiers.id"),
    "a number for a text": (edited("dossier.json", lambda d: d["dossier"].update(salt=1)), "dossiers.salt"),
    "a number for a yes or no": (edited("dossier.json", lambda d: d["queue"].update(paid=1)), "queue.paid"),
    "a table that is not": (edited("desk.json", lambda d: d["rows"].update(la=[{}])), "bảng lạ"),
    "an officer that is not": (
        edited("desk.json", lambda d: d["rows"]["supplements"][0].update(officer_id="x")),
        "supplements.officer_id",
    ),
    "a name of a file": (
        edited("dossier.json", lambda d: d["attachments"][0].update(name="../x.pdf")),
        "tên tệp không đúng dạng",
    ),
    "a kind of file": (
        edited("dossier.json", lambda d: d["attachments"][0].update(media_type="text/html")),
        "loại tệp",
    ),
    "an id of a file": (
        edited("dossier.json", lambda d: d["attachments"][0].update(id="../../x")),
        "tên tệp không đúng dạng",
    ),
    "a word of the scanner": (
        edited("dossier.json", lambda d: d["attachments"][0].update(scan_state="clean")),
        "attachments.scan_state",
    ),
    "a definition": (
        lambda e: {n: c.replace("tiêu chuẩn".encode(), b"x") if "definitions/" in n else c for n, c in e.items()},
        "definitions/",
    ),
    "no rows at all": (edited("desk.json", lambda d: d.update(rows=3)), "dữ liệu không đúng dạng"),
    "no JSON": (lambda e: {**e, "desk.json": b"["}, "desk.json"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_signature_makes_nothing_true(
    forgery: str, desk: Wired, elsewhere: Wired, package: Path, tmp_path: Path
) -> None:
    """Manifest and seal fit, by a key that was accepted: the log and the answers still have to."""
    change, said = FORGERIES[forgery]
    signer = a_stranger()
    forged = tmp_path / "gia.zip"
    forged.write_bytes(zip_of(resealed(change(entries_in(package)), signer)))
    before = held(elsewhere)

    with pytest.raises(PackageFault, match=said):
        import_package(elsewhere, forged, [signer.key_id])

    assert held(elsewhere) == before


def test_a_key_that_nobody_accepted_is_named(desk: Wired, elsewhere: Wired, package: Path) -> None:
    before = held(elsewhere)

    with pytest.raises(PackageFault, match=f"--accept-key {key_in(package)}"):
        import_package(elsewhere, package)

    assert held(elsewhere) == before


def test_a_key_once_accepted_is_known(desk: Wired, elsewhere: Wired, package: Path, tmp_path: Path) -> None:
    brought(elsewhere, package)

    another = written(desk, a_dossier(desk), tmp_path)

    assert import_package(elsewhere, another).new


def test_another_dossier_of_the_same_reference_is_refused(
    desk: Wired, elsewhere: Wired, package: Path, tmp_path: Path
) -> None:
    """It went on in two places."""
    sent = Sent(brought(elsewhere, package).reference, "")
    answer(desk, sent)
    answer(elsewhere, sent, {"contracts.absent": ["1"], "contracts.absence_reason": ["Lý do khác (ví dụ)"]})
    before = held(elsewhere)

    with pytest.raises(PackageFault, match="nhật ký khác gói này"):
        import_package(elsewhere, written(desk, sent, tmp_path))

    assert held(elsewhere) == before


def test_a_file_over_the_limit_of_this_place_is_refused(
    desk: Wired, elsewhere: Wired, package: Path, catalogue: Catalogue
) -> None:
    narrow = assemble(
        Settings(clamd_url="none", data=elsewhere.settings.data, file_megabytes=1),
        catalogue,
        elsewhere.engine,
        elsewhere.clock,
    )
    tight = type(narrow)(**{**vars(narrow), "limits": type(narrow.limits)(file_bytes=100)})

    with pytest.raises(PackageFault, match="HOTRO_FILE_MEGABYTES"):
        brought(tight, package)

    narrow.writer.thread.shutdown()


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 4000, b"PK\x05\x06" + b"\0" * 18], ids=range(4))
def test_what_is_no_package_is_told_so(content: bytes, desk: Wired, tmp_path: Path) -> None:
    foreign = tmp_path / "la.zip"
    foreign.write_bytes(content)

    with pytest.raises(PackageFault, match="không phải gói hồ sơ"):
        import_package(desk, foreign)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.999])
def test_a_package_that_was_cut_off_is_refused(cut: float, desk: Wired, elsewhere: Wired, package: Path) -> None:
    content = package.read_bytes()
    package.write_bytes(content[: int(len(content) * cut)])

    with pytest.raises(PackageFault):
        import_package(elsewhere, package, ["0" * 16])


def test_a_header_that_lies_about_its_size_is_found_out(desk: Wired, elsewhere: Wired, package: Path) -> None:
    entries = entries_in(package)
    held_zip = bytearray(zip_of({**entries, "ho-so.html": b"a" * 900_000}))
    place = held_zip.rindex(b"PK\x01\x02", 0, held_zip.rindex(b"ho-so.html"))
    held_zip[place + 24 : place + 28] = struct.pack("<I", 10)
    package.write_bytes(bytes(held_zip))

    with pytest.raises(PackageFault):
        import_package(elsewhere, package, ["0" * 16])


def test_the_readable_page_escapes_everything_and_asks_nothing_of_a_network(desk: Wired) -> None:
    sent = a_dossier(desk, organisation_name='<script>alert(1)</script> "Ví dụ" & bạn')

    html = pack(desk, sent.reference).documents["ho-so.html"].decode()

    page = BeautifulSoup(html, "html.parser")
    assert page.h1 and page.h1.get_text() == '<script>alert(1)</script> "Ví dụ" & bạn'
    assert page.find_all(["script", "img", "link", "iframe"]) == []
    assert not [link for link in page.find_all("a") if ":" in link["href"]]


def test_the_links_of_the_readable_page_lead_to_entries(desk: Wired, package: Path) -> None:
    entries = entries_in(package)
    page = BeautifulSoup(entries["ho-so.html"], "html.parser")

    links = {unquote(str(link["href"])) for link in page.find_all("a")}

    assert links == {"receipt.pdf", *(name for name in entries if name.startswith("files/"))}


def test_files_stream_through_a_few_megabytes(desk: Wired) -> None:
    big = 60 * MB
    incoming = desk.store.receive()
    for _ in range(60):
        incoming.write(b"\x5a" * MB, big)
    entry = entry_of("files/to.pdf", b"").model_copy(update={"size": big, "sha256": incoming.sha256})
    (file_id,) = desk.store.keep([incoming])
    tracemalloc.start()

    written_bytes = sum(map(len, zipped(desk, Package("HT", {}, [PackedFile(file_id, entry)]))))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written_bytes > big
    assert peak < 4 * MB


def test_a_file_that_changed_on_the_disk_breaks_the_package_off(desk: Wired, tmp_path: Path) -> None:
    sent = a_dossier(desk)
    packed = pack(desk, sent.reference)
    next((desk.settings.data / "attachments").glob("[0-9]*/*")).write_bytes(b"x")

    pieces: list[bytes] = []
    with pytest.raises(PackageFault, match="đã đổi nội dung"):
        for piece in zipped(desk, packed):
            pieces.append(piece)

    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def test_every_table_about_dossiers_is_carried_or_stays_for_a_reason() -> None:
    pointing = {
        table.name
        for table in metadata.sorted_tables
        if any(key.column.table.name == "dossiers" for key in table.foreign_keys)
    }

    assert pointing == {one.table.name for one in CARRIED} | set(APART) | set(STAYING)


def test_taking_a_package_for_an_officer_is_in_the_log(desk: Wired) -> None:
    sent = a_dossier(desk)

    packed = pack_for(desk, officer(desk, "reader"), sent.reference)

    assert kinds(desk, sent)[-1] == "exported"
    assert json.loads(packed.documents["events.json"])["events"][-1]["actor"] == "officer:reader"
