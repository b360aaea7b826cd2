"""A start that cannot work says why, in words and with a code, and ends."""

import os
from pathlib import Path

from processor.settings import ROOT
from tests.disks import Disk
from tests.postgres import Postgres
from tests.running import running, told
from tests.served import Served, free_port
from tests.submissions import API, DOSSIER, answers, papers


def refusal(data: Path, site: Path, **environment: str) -> str:
    ended = Served(data, site, **environment).run("serve")
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    return ended.stderr


def test_a_disk_only_to_be_read_is_named(small_disk: Disk, built_site: Path) -> None:
    small_disk.remount("ro")

    said = refusal(small_disk.place / "var", built_site)

    assert "ổ đĩa chỉ đọc (mã disk_read_only)" in said and str(small_disk.place) in said


def test_attachments_on_a_disk_only_to_be_read_are_named(small_disk: Disk, tmp_path: Path, built_site: Path) -> None:
    (small_disk.place / "tep" / "incoming").mkdir(parents=True)
    small_disk.remount("ro")

    said = refusal(tmp_path / "var", built_site, HOTRO_ATTACHMENTS_URL=f"file:{small_disk.place / 'tep'}")

    assert "disk_read_only" in said and str(small_disk.place / "tep") in said


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path, built_site: Path) -> None:
    url = f"postgresql://hotro:mat-khau@127.0.0.1:{free_port()}/hotro"

    said = refusal(tmp_path / "var", built_site, HOTRO_DATABASE_URL=url)

    assert "database_unreachable" in said and "HOTRO_DATABASE_URL" in said
    assert "mat-khau" not in said


def test_an_address_that_is_none_is_named_without_its_password(tmp_path: Path, built_site: Path) -> None:
    said = refusal(tmp_path / "var", built_site, HOTRO_DATABASE_URL="mysql://hotro:mat-khau@127.0.0.1/hotro")

    assert "database_url_wrong" in said and "postgresql://" in said and said.count("\n") == 1
    assert "mat-khau" not in said


def test_a_driver_that_is_not_there_is_named_with_the_command_that_brings_it(tmp_path: Path, built_site: Path) -> None:
    hiding = tmp_path / "hiding" / "psycopg.py"
    hiding.parent.mkdir()
    hiding.write_text("raise ModuleNotFoundError(\"No module named 'psycopg'\")\n")
    before = f"{hiding.parent}{os.pathsep}{ROOT}"

    said = refusal(tmp_path / "var", built_site, HOTRO_DATABASE_URL="postgresql://127.0.0.1/hotro", PYTHONPATH=before)

    assert "database_driver_missing" in said and "make install" in said and said.count("\n") == 1


def test_a_database_that_may_forget_is_refused(postgres: Postgres, tmp_path: Path, built_site: Path) -> None:
    url = postgres.fresh()
    name = url.rpartition("/")[2]
    postgres.ask(f"ALTER DATABASE {name} SET synchronous_commit = off")

    said = refusal(tmp_path / "var", built_site, HOTRO_DATABASE_URL=url)

    postgres.ask(f"ALTER DATABASE {name} RESET synchronous_commit")
    postgres.give_back(url)
    assert "synchronous_commit=off (mã database_not_durable)" in said


def test_a_disk_that_turns_read_only_stops_writing_not_reading_and_it_goes_on_after(
    small_disk: Disk, tmp_path: Path, built_site: Path
) -> None:
    with running(built_site, small_disk.place / "var") as (wired, client):
        form = wired.catalogue.form(DOSSIER)
        wired.tallier.flush()
        wired.engine.dispose()  # a disk in use is not made read-only from outside, only by its own faults
        small_disk.remount("ro")

        refused = client.post(API, data=answers(form), files=papers(form, tmp_path))
        page = client.get(f"/nop/{DOSSIER}")
        wired.engine.dispose()
        small_disk.remount("rw")
        taken = client.post(API, data=answers(form), files=papers(form, tmp_path))

        assert told(refused) == (503, "unavailable")
        assert page.status_code == 200
        assert taken.status_code == 201
