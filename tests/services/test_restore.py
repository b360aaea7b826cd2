"""A backup becomes the same installation again, or what is wrong with it is named and nothing is put in its place."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, insert, select, text

from processor.domain.backup import BackupFault, Manifest
from processor.domain.catalogue import Catalogue
from processor.domain.vietnamese import iso
from processor.services.backup.keeping import damages
from processor.services.backup.restoring import OpenParts, Restored, Wanted, check, restore
from processor.services.parts import Wired
from processor.services.proof.receipts import receipt_for
from processor.services.proof.signing import published_keys
from processor.settings import Settings
from processor.storage.backup.restored import is_postgresql
from processor.storage.backup.sealing import Sealer, opener_in
from processor.storage.backup.vault import Vault
from processor.storage.engine import Engine, open_engine, reading
from processor.storage.tables.core import officers
from processor.wiring import assemble
from tests.backups import KeyPair, a_key, backed_up, contents_of, every_file, files_of
from tests.desk import DeskClock, a_dossier, a_dossier_in
from tests.factories import NOW
from tests.postgres import Postgres

PASSED = {"sessions", "uploads", "exports"}
"""What is left behind on purpose."""


@pytest.fixture
def open_parts(catalogue: Catalogue, desk_clock: DeskClock) -> OpenParts:
    return lambda folder, url: assemble(
        Settings(clamd_url="none", data=folder), catalogue, open_engine(url), desk_clock
    )


@pytest.fixture
def wanted(vault: Vault, key: KeyPair) -> Wanted:
    return Wanted(vault.folder, key.opener)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "moi" / "var"


@pytest.fixture
def empty_postgres(postgres: Postgres) -> str:
    return postgres.without_tables()


@pytest.fixture
def suited(either_desk: Wired, wanted: Wanted, request: pytest.FixtureRequest) -> Wanted:
    """With an empty PostgreSQL where the backup comes from one."""
    if not is_postgresql(either_desk.engine.url.render_as_string()):
        return wanted
    return replace(wanted, database_url=request.getfixturevalue("empty_postgres"))


def rows_of(engine: Engine) -> dict[str, list[Any]]:
    found = MetaData()
    with reading(engine) as connection:
        found.reflect(connection)
        tables = [table for table in found.sorted_tables if table.name not in PASSED]
        return {table.name: sorted(connection.execute(select(table)).all(), key=repr) for table in tables}


def parts_on(place: Path, wanted: Wanted, open_parts: OpenParts) -> Iterator[Wired]:
    parts = open_parts(place, wanted.database_url or f"sqlite:///{place / 'hotro.db'}")
    yield parts
    parts.writer.thread.shutdown()
    parts.engine.dispose()


def test_everything_is_there_again_row_by_row_and_byte_by_byte(
    either_desk: Wired, vault: Vault, key: KeyPair, suited: Wanted, place: Path, open_parts: OpenParts
) -> None:
    a_dossier_in(either_desk, "approved")
    a_dossier(either_desk)
    published_keys(either_desk)
    rows, files = rows_of(either_desk.engine), files_of(either_desk)
    backed_up(either_desk, vault, key)
    a_dossier(either_desk)

    restored = restore(suited, place, open_parts)

    assert (restored.problems, restored.lost) == ([], [])
    assert restored.verified.dossiers == 2
    for parts in parts_on(place, suited, open_parts):
        assert rows_of(parts.engine) == rows
        assert files_of(parts) == files
        assert parts.server_key == either_desk.server_key
    assert {one.name for one in place.iterdir()} == {"hotro.db", "server.key", "attachments"} - (
        {"hotro.db"} if suited.database_url else set()
    )


def test_a_receipt_first_shown_after_the_backup_is_signed_alike_by_the_restored_server(
    desk: Wired, vault: Vault, key: KeyPair, wanted: Wanted, place: Path, open_parts: OpenParts
) -> None:
    a_dossier(desk)
    backed_up(desk, vault, key)
    shown = receipt_for(desk, 1).signed

    restore(wanted, place, open_parts)

    for parts in parts_on(place, wanted, open_parts):
        assert receipt_for(parts, 1).signed.text == shown.text


def test_a_try_leaves_nothing_behind(
    either_desk: Wired, vault: Vault, key: KeyPair, suited: Wanted, place: Path, open_parts: OpenParts
) -> None:
    a_dossier(either_desk)
    backed_up(either_desk, vault, key)

    tried = check(suited, place, open_parts)
    again = check(suited, place, open_parts)  # refused if the database were not empty again

    assert (tried.problems, tried.verified.dossiers) == ([], 1)
    assert again.verified == tried.verified
    assert list(place.parent.iterdir()) == []


def test_every_session_has_ended(
    desk: Wired, vault: Vault, key: KeyPair, wanted: Wanted, place: Path, open_parts: OpenParts
) -> None:
    with desk.engine.begin() as connection:
        row = {"id": 9, "name": "x", "role": "reader", "password_hash": "", "disabled": False, "created_at": NOW}
        connection.execute(insert(officers), row)
        connection.execute(text("INSERT INTO sessions VALUES ('a', 9, 'b', '2027-01-01', '2027-01-01', '')"))
    backed_up(desk, vault, key)

    restore(wanted, place, open_parts)

    for parts in parts_on(place, wanted, open_parts):
        with reading(parts.engine) as connection:
            assert connection.execute(text("SELECT COUNT(*) FROM sessions")).scalar() == 0


def test_a_backup_is_chosen_by_its_number_its_day_or_a_moment(
    desk: Wired, vault: Vault, key: KeyPair, wanted: Wanted, place: Path, open_parts: OpenParts, desk_clock: DeskClock
) -> None:
    start = desk_clock()
    for _ in range(3):
        backed_up(desk, vault, key)
        desk_clock.move(days=1)

    def sequence(at: str) -> int:
        return check(replace(wanted, at=at), place, open_parts).manifest.sequence

    assert sequence("") == 3
    assert sequence("2") == 2
    assert sequence(iso(start)[:10]) == 1
    assert sequence(iso(start + timedelta(days=1, hours=1))) == 2
    assert sequence(iso(start + timedelta(days=1, hours=1))[:16]) == 2
    for at in ("9", iso(start - timedelta(days=1)), "hom-qua"):
        with pytest.raises(BackupFault, match=at[:10]):
            sequence(at)


def test_a_place_that_is_not_empty_is_left_as_it_is(
    either_desk: Wired, vault: Vault, key: KeyPair, suited: Wanted, place: Path, open_parts: OpenParts
) -> None:
    backed_up(either_desk, vault, key)
    place.mkdir(parents=True)
    (place / "hotro.db").write_text("của người khác")

    with pytest.raises(BackupFault, match="không trống"):
        restore(suited, place, open_parts)

    assert [one.read_text() for one in place.iterdir()] == ["của người khác"]


def test_a_database_that_is_not_empty_is_left_as_it_is(
    postgres: Postgres, desk_clock: DeskClock, catalogue: Catalogue, vault: Vault, key: KeyPair, open_parts: OpenParts,
    wanted: Wanted, place: Path,
) -> None:  # fmt: skip
    filled = postgres.fresh()
    parts = open_parts(place.parent / "pg", filled)
    a_dossier(parts)
    backed_up(parts, vault, key)
    before = rows_of(parts.engine)

    with pytest.raises(BackupFault, match="đã có .* bảng"):
        restore(replace(wanted, database_url=filled), place, open_parts)

    assert rows_of(parts.engine) == before
    assert not place.exists()
    parts.writer.thread.shutdown()
    parts.engine.dispose()
    postgres.give_back(filled)


@pytest.mark.parametrize("url", ["postgresql://hotro@127.0.0.1:1/x", "sqlite:///x.db"])
def test_a_backup_of_sqlite_takes_no_other_database(
    url: str, desk: Wired, vault: Vault, key: KeyPair, wanted: Wanted, place: Path, open_parts: OpenParts
) -> None:
    backed_up(desk, vault, key)

    with pytest.raises(BackupFault, match="bỏ --database-url"):
        restore(replace(wanted, database_url=url), place, open_parts)


def test_the_wrong_key_is_named_and_so_is_the_right_one(
    desk: Wired, vault: Vault, key: KeyPair, place: Path, open_parts: OpenParts, tmp_path: Path
) -> None:
    backed_up(desk, vault, key)
    other = a_key(tmp_path, "khac.txt")

    with pytest.raises(BackupFault) as refused:
        restore(Wanted(vault.folder, other.opener), place, open_parts)

    assert other.public in str(refused.value) and key.public in str(refused.value)
    assert not place.parent.exists()


@pytest.mark.parametrize("content", [None, b"", b"# public key: age1x\n", b"AGE-SECRET-KEY-1X\n", b"\xff\xfe"])
def test_what_is_no_secret_key_is_said_to_be_none(content: bytes | None, tmp_path: Path) -> None:
    place = tmp_path / "khoa.txt"
    if content is not None:
        place.write_bytes(content)

    with pytest.raises(BackupFault, match="Không đọc được khóa bí mật"):
        opener_in(place)


def flip(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(data)


def cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-1])


DAMAGES: dict[str, Callable[[Path], None]] = {"flipped": flip, "cut": cut, "missing": Path.unlink}
PARTS: dict[str, Callable[[Vault, KeyPair], Path]] = {
    "manifest": lambda vault, key: vault.backups / "000001.json",
    "contents": lambda vault, key: vault.backups / "000001.age",
    "database": lambda vault, key: vault.place(contents_of(vault, key).pieces[0]),
    "file": lambda vault, key: vault.place(contents_of(vault, key).files[0].object),
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named_and_nothing_is_put_in_place(
    part: str, damage: str, desk: Wired, vault: Vault, key: KeyPair, wanted: Wanted, place: Path, open_parts: OpenParts
) -> None:
    a_dossier(desk)
    backed_up(desk, vault, key)
    hurt = PARTS[part](vault, key)
    DAMAGES[damage](hurt)

    try:
        said = restore(wanted, place, open_parts).problems
    except BackupFault as fault:
        said = [str(fault)]

    told = "không có bản sao trọn vẹn" if part == "manifest" else str(hurt.relative_to(vault.folder)).lower()
    assert any(told in one.lower() for one in said)
    assert not place.exists()
    assert not place.parent.exists() or list(place.parent.iterdir()) == []


@pytest.fixture(scope="module")
def kept_backup(
    tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue, prepared_desk: Path
) -> tuple[Vault, list[Path]]:
    folder = tmp_path_factory.mktemp("kept")
    vault = Vault(folder / "backups")
    (folder / "desk.db").write_bytes(prepared_desk.read_bytes())
    parts = assemble(
        Settings(clamd_url="none", data=folder / "var"),
        catalogue,
        open_engine(f"sqlite:///{folder}/desk.db"),
        DeskClock(),
    )
    a_dossier(parts)
    backed_up(parts, vault, a_key(folder))
    parts.writer.thread.shutdown()
    parts.engine.dispose()
    return vault, [place for place in every_file(vault.folder) if place.stat().st_size]


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_bit_anywhere_is_found(kept_backup: tuple[Vault, list[Path]], data: st.DataObject) -> None:
    vault, places = kept_backup
    place = data.draw(st.sampled_from(places))
    sound = place.read_bytes()
    where = data.draw(st.integers(0, len(sound) - 1))
    changed = bytearray(sound)
    changed[where] ^= 1 << data.draw(st.integers(0, 7))

    place.write_bytes(changed)
    found = damages(vault.folder)
    place.write_bytes(sound)

    assert found
    assert damages(vault.folder) == []


def test_the_rest_can_be_had_although_a_file_is_damaged(
    desk: Wired, vault: Vault, key: KeyPair, wanted: Wanted, place: Path, open_parts: OpenParts
) -> None:
    a_dossier(desk)
    backed_up(desk, vault, key)
    cut(PARTS["file"](vault, key))

    restored = restore(replace(wanted, despite_damage=True), place, open_parts)

    assert restored.problems
    for parts in parts_on(place, wanted, open_parts):
        held, there = files_of(parts), files_of(desk)
        assert held.items() < there.items()


def forged(vault: Vault, key: KeyPair, content: bytes) -> None:
    """Whoever may write to the place of the backups knows the public key and can write a manifest."""
    manifest = vault.survey().complete[-1]
    name = contents_of(vault, key).files[0].object
    other = vault.put(name, Sealer([key.public]).sealed(content))
    objects = tuple(other if one.name == name else one for one in manifest.objects)
    vault.finish(replace(manifest, objects=objects))


def test_a_file_put_in_place_of_another_is_found_by_its_hash(
    desk: Wired, vault: Vault, key: KeyPair, wanted: Wanted, place: Path, open_parts: OpenParts
) -> None:
    a_dossier(desk)
    backed_up(desk, vault, key)
    forged(vault, key, b"khac")

    restored: Restored = restore(wanted, place, open_parts)

    assert damages(vault.folder) == []
    assert any("đã đổi nội dung" in one for one in restored.problems)
    assert not place.exists()


def test_what_the_server_had_lost_before_hinders_no_restore(
    desk: Wired, vault: Vault, key: KeyPair, wanted: Wanted, place: Path, open_parts: OpenParts
) -> None:
    a_dossier(desk)
    lost = next((desk.settings.data / "attachments").glob("[0-9]*/*"))
    lost.unlink()
    backed_up(desk, vault, key)

    restored = restore(wanted, place, open_parts)

    assert (restored.problems, len(restored.lost)) == ([], 1)
    assert lost.name in restored.lost[0]
    assert (place / "hotro.db").exists()


def test_a_restore_that_stops_in_the_middle_leaves_the_place_as_it_was(
    either_desk: Wired, vault: Vault, key: KeyPair, suited: Wanted, place: Path, open_parts: OpenParts
) -> None:
    a_dossier(either_desk)
    backed_up(either_desk, vault, key)

    def stopped(folder: Path, url: str) -> Wired:
        raise BackupFault("dừng ở đây")

    with pytest.raises(BackupFault, match="dừng ở đây"):
        restore(suited, place, stopped)

    assert list(place.parent.iterdir()) == []
    assert restore(suited, place, open_parts).problems == []


def test_a_manifest_that_names_too_few_objects_is_told(
    desk: Wired, vault: Vault, key: KeyPair, wanted: Wanted, place: Path, open_parts: OpenParts
) -> None:
    backed_up(desk, vault, key)
    manifest: Manifest = vault.survey().complete[-1]
    vault.finish(replace(manifest, objects=()))

    with pytest.raises(BackupFault, match="Danh mục của bản sao số 1 không có"):
        restore(wanted, place, open_parts)
