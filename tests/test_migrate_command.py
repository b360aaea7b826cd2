"""`hotro migrate --to`: a whole office goes over, in words that an operator can act on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from processor.domain.catalogue import Catalogue
from processor.storage.engine import open_engine, writing
from tests.moves import all_rows
from tests.office import open_office
from tests.postgres import Postgres
from tests.test_cli import hotro_here


@pytest.fixture
def office(tmp_path: Path, built_site: Path, catalogue: Catalogue, empty_database: Path) -> Path:
    """The data folder of an office in the middle of its work, on SQLite."""
    with open_office(tmp_path, built_site, catalogue, empty_database) as opened:
        opened.wired.tallier.flush()
        return opened.wired.settings.data


@pytest.fixture
def target(postgres: Postgres) -> Iterator[str]:
    """An empty PostgreSQL without tables."""
    yield postgres.without_tables()


def test_an_office_goes_over_is_verified_and_the_old_place_says_where_it_went(office: Path, target: str) -> None:
    here = open_engine(f"sqlite:///{office / 'hotro.db'}")
    before = all_rows(here)
    here.dispose()

    planned = hotro_here("migrate", "--to", target, "--plan", data=office)
    moved = hotro_here("migrate", "--to", target, data=office)
    there = open_engine(target)
    after = all_rows(there)
    there.dispose()
    verified = hotro_here("verify", data=office, HOTRO_DATABASE_URL=target)
    left = hotro_here("verify", data=office)

    rows = sum(map(len, before.values()))
    assert planned.returncode == 0 and f"Chuyển {rows} dòng" in planned.stdout and "nguyên chỗ" in planned.stdout
    assert moved.returncode == 0, moved.stderr
    assert f"Đã chuyển: {rows} dòng, mọi dòng đọc lại khớp SHA-256" in moved.stdout
    assert "đặt HOTRO_DATABASE_URL" in moved.stdout and "hotro migrate --back" in moved.stdout
    assert verified.returncode == 0 and "Khớp: 4 hồ sơ" in verified.stdout, verified.stderr
    assert left.returncode == 1 and "(mã database_moved)" in left.stderr
    assert after == before


def test_a_row_that_is_changed_in_the_new_place_is_told_by_its_name(office: Path, target: str) -> None:
    assert hotro_here("migrate", "--to", target, data=office).returncode == 0
    sound = hotro_here("migrate", "--to", target, "--check", data=office)
    there = open_engine(target)
    with writing(there) as connection:
        connection.execute(text("UPDATE dossiers SET requested_amount = 1 WHERE id = 2"))
    there.dispose()

    changed = hotro_here("migrate", "--to", target, "--check", data=office)
    back = hotro_here("migrate", "--to", target, "--back", data=office)

    assert sound.returncode == 0 and "Mọi dòng khớp" in sound.stdout
    assert changed.returncode == 1 and "dossiers 2: khác" in changed.stderr and "1 dòng" in changed.stderr
    assert back.returncode == 1 and "đã có việc mới" in back.stderr


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("mysql://hotro:bi-mat@127.0.0.1/hotro", "database_url_wrong"),
        ("postgresql://hotro:bi-mat@127.0.0.1:1/hotro", "database_unreachable"),
        ("sqlite:///{data}/hotro.db", "chính là cơ sở dữ liệu đang dùng"),
    ],
)
def test_a_place_that_cannot_be_moved_to_is_told_in_one_line(
    to: str, said: str, tmp_path: Path, empty_database: Path
) -> None:
    (tmp_path / "hotro.db").write_bytes(empty_database.read_bytes())

    run = hotro_here("migrate", "--to", to.format(data=tmp_path), data=tmp_path)

    assert run.returncode == 1 and said in run.stderr and run.stderr.count("\n") == 1, run.stderr
    assert "bi-mat" not in run.stderr and "Traceback" not in run.stderr


def test_where_there_is_nothing_nothing_moves(tmp_path: Path, target: str) -> None:
    run = hotro_here("migrate", "--to", target, data=tmp_path / "khong-co")

    assert run.returncode == 1 and "Đặt HOTRO_DATA" in run.stderr
    assert not (tmp_path / "khong-co").exists()
