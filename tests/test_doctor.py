"""`hotro doctor`: whoever runs it is told what is wrong, with a code and what to do, and nothing is changed."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from processor.checkup.checks import CHECKS, examine
from processor.checkup.choices import names
from processor.checkup.finding import Finding
from processor.services.parts import Wired
from processor.services.proof.signing import published_keys
from processor.settings import Settings
from processor.storage.engine import writing
from processor.storage.transfer.standing import Standing, put_standing
from tests.application import MovedClock
from tests.clamd import RealClamd
from tests.desk import a_dossier
from tests.disks import Disk
from tests.factories import NOW
from tests.mail import MailServer, with_mail
from tests.object_storage import ObjectServer
from tests.postgres import Postgres
from tests.served import free_port
from tests.test_cli import hotro_here

STORE_FAULTS = ("store_key_unknown", "store_unreachable", "store_address")


def levels(settings: Settings) -> dict[str, str]:
    """The level of each finding by its code."""
    return {one.code: one.level for several in examined(settings).values() for one in several}


def examined(settings: Settings) -> dict[str, list[Finding]]:
    with ThreadPoolExecutor(1) as apart_from_the_browsers_loop:
        return apart_from_the_browsers_loop.submit(examine, settings).result()


def changed(wired: Wired, **settings: Any) -> Settings:
    return wired.settings.model_copy(update=settings)


def test_an_installation_in_order_has_nothing_wrong(wired: Wired, mail_server: MailServer, clamd: RealClamd) -> None:
    wired.settings.data.chmod(0o700)
    public = {
        "public_url": "https://hotro.example",
        "trusted_proxies": "127.0.0.1",
        "disk_reserve": 1,
        "clamd_url": clamd.setting,
    }
    a_dossier(wired)

    found = levels(with_mail(wired, mail_server.url, **public).settings)

    found.pop("site_stale", None)  # of the sources of this checkout, which may be newer than the site of the tests
    assert set(found.values()) == {"ok"}, found
    assert mail_server.messages == []


def test_before_the_first_start_it_says_what_is_missing_and_makes_nothing(tmp_path: Path, built_site: Path) -> None:
    found = levels(Settings(data=tmp_path / "var", site=built_site))

    missing = {"folder_missing", "key_missing", "database_missing", "mail_not_set_up", "public_url_missing"}
    assert missing <= {code for code, level in found.items() if level == "warning"}
    assert not (tmp_path / "var").exists()


def test_a_scanner_that_is_missing_down_or_left_out_on_purpose_is_told(wired: Wired, tmp_path: Path) -> None:
    none, unset = levels(wired.settings), levels(changed(wired, clamd_url=None))
    down = levels(changed(wired, clamd_url=f"unix:{tmp_path}/nobody"))

    assert (none["scanner_none"], unset["scanner_missing"], down["scanner_down"]) == ("warning", "warning", "error")


def test_a_bucket_gets_a_probe_and_is_told_when_it_fails(wired: Wired, object_server: ObjectServer) -> None:
    url = object_server.fresh()
    there = changed(wired, attachments_url=url, **object_server.settings)
    faults = {"s3_secret": "khac"}, {"s3_endpoint": f"http://127.0.0.1:{free_port()}"}, {"s3_key_id": None}

    found = [levels(there.model_copy(update=fault)) for fault in faults]

    assert levels(there)["store"] == "ok" and object_server.files(url) == []
    assert [one.get(code) for one, code in zip(found, STORE_FAULTS, strict=True)] == ["error"] * 3
    assert levels(changed(wired, attachments_url=url, s3_endpoint="http://kho.invalid"))["store_plain"] == "warning"


def test_a_disk_that_is_full_or_only_to_be_read_is_named(small_disk: Disk, wired: Wired) -> None:
    small_disk.fill()
    full = levels(changed(wired, data=small_disk.place))
    small_disk.clear()
    small_disk.remount("ro")
    read_only = levels(changed(wired, data=small_disk.place))

    assert (full["storage_full"], full["storage_low"]) == ("error", "error")
    assert read_only["disk_read_only"] == "error"


def test_a_key_that_others_read_is_an_error(wired: Wired) -> None:
    (wired.settings.data / "server.key").chmod(0o644)

    assert levels(wired.settings)["key_readable"] == "error"


def test_a_key_that_is_not_the_databases_is_an_error(wired: Wired) -> None:
    published_keys(wired)
    (wired.settings.data / "server.key").write_bytes(bytes(32))

    assert levels(wired.settings)["server_key_other"] == "error"


def test_data_that_every_account_reads_is_told(wired: Wired) -> None:
    wired.settings.data.chmod(0o755)

    assert levels(wired.settings)["data_readable"] == "warning"


def test_a_clock_that_fell_behind_what_happened_is_an_error(wired: Wired, moved_clock: MovedClock) -> None:
    moved_clock.ahead = timedelta(days=1)
    a_dossier(wired)

    assert levels(wired.settings)["clock_behind"] == "error"


def test_letters_that_were_given_up_are_told_with_where_to_read_why(wired: Wired) -> None:
    a_dossier(wired)
    with writing(wired.engine) as connection:
        connection.execute(text("UPDATE outbox SET given_up_at = created_at"))

    (told,) = [one for one in examined(wired.settings)["database"] if one.code == "mail_given_up"]

    assert "0 thư đang chờ, 1 thư đã thôi gửi" in told.text and "/can-bo/thu" in told.remedy


def test_a_mail_server_that_does_not_answer_or_does_not_want_us_is_an_error(
    wired: Wired, mail_server: MailServer
) -> None:
    down = f"smtp://127.0.0.1:{free_port()}"
    strict = mail_server.url.replace("smtp://", "smtp+starttls://")

    assert [levels(changed(wired, smtp_url=url))["mail_unreachable"] for url in (down, strict)] == ["error"] * 2


def test_a_database_of_another_age_is_an_error(wired: Wired) -> None:
    found = []
    for version in ("0001", "9999"):
        with writing(wired.engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        found.append(levels(wired.settings))

    assert (found[0]["schema_old"], found[1]["schema_newer"]) == ("error", "error")


def test_a_database_that_has_moved_or_has_not_come_whole_is_an_error(wired: Wired) -> None:
    found = []
    for standing in (
        Standing("1", "source", "postgresql://may.example/hotro", NOW.isoformat(), NOW.isoformat()),
        Standing("1", "target", "/var/lib/hotro/hotro.db", NOW.isoformat()),
        Standing("1", "target", "/var/lib/hotro/hotro.db", NOW.isoformat(), NOW.isoformat()),
    ):
        with writing(wired.engine) as connection:
            put_standing(connection, standing)
        found.append(levels(wired.settings).get("database_moved"))

    assert found == ["error", "error", None]


def test_a_server_that_takes_too_few_connections_for_two_processes_is_a_warning(
    postgres: Postgres, wired: Wired
) -> None:
    url = postgres.fresh()

    enough = levels(changed(wired, database_url=url))
    few = levels(changed(wired, database_url=url, database_connections=30))

    postgres.give_back(url)
    assert (enough["database_connections"], few["database_connections"]) == ("ok", "warning")


def test_a_server_that_may_forget_or_does_not_answer_is_an_error(postgres: Postgres, wired: Wired) -> None:
    url = postgres.fresh()
    name = url.rpartition("/")[2]
    sound = levels(changed(wired, database_url=url))
    postgres.ask(f"ALTER DATABASE {name} SET synchronous_commit = off")
    forgets = levels(changed(wired, database_url=url))
    postgres.ask(f"ALTER DATABASE {name} RESET synchronous_commit")
    postgres.give_back(url)
    gone = levels(changed(wired, database_url=f"postgresql://hotro@127.0.0.1:{free_port()}/hotro"))

    assert (sound["durability"], forgets["database_not_durable"], gone["database_unreachable"]) == (
        "ok",
        "error",
        "error",
    )


@pytest.mark.parametrize(
    ("setting", "code", "level"),
    [
        ({"public_url": "http://hotro.example"}, "public_url_plain", "warning"),
        ({"public_url": "https://hotro.example"}, "proxies_missing", "warning"),
        ({"abuse_limits": "off"}, "abuse_limits_off", "error"),
        ({"worker": False}, "worker_apart", "warning"),
        ({"site": Path("/khong-co")}, "site_stale", "warning"),
    ],
)
def test_settings_that_fit_ones_own_machine_only_are_told(
    setting: dict[str, Any], code: str, level: str, wired: Wired
) -> None:
    assert levels(changed(wired, **setting))[code] == level


def test_a_setting_that_is_mistyped_is_told_with_the_one_that_was_meant(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = levels(wired.settings)
    monkeypatch.setenv("HOTRO_DATABASE", "postgresql://hotro@may-chu/hotro")

    (found,) = names(wired.settings)

    assert before["settings"] == "ok"
    assert (found.level, found.code) == ("warning", "setting_unknown")
    assert "HOTRO_DATABASE" in found.text and "HOTRO_DATABASE_URL" in found.remedy


def test_a_check_that_breaks_is_a_finding_and_the_others_are_made(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Settings) -> Any:
        raise RuntimeError("hỏng")

    monkeypatch.setitem(CHECKS, "folders", broken)

    found = levels(wired.settings)

    assert found["check_failed"] == "error" and found["schema"] == "ok"


def test_the_command_says_it_line_by_line_and_ends_with_its_code(wired: Wired, built_site: Path) -> None:
    (wired.settings.data / "server.key").chmod(0o644)

    run = hotro_here("doctor", data=wired.settings.data, HOTRO_SITE=str(built_site))

    assert run.returncode == 1
    (line,) = [line for line in run.stdout.splitlines() if "SAI" in line]
    assert "(mã key_readable)" in line and "chmod 600" in line
    assert run.stderr.startswith("Có 1 chỗ sai, ")


def test_programs_read_it_as_json(wired: Wired, built_site: Path) -> None:
    run = hotro_here("doctor", "--json", data=wired.settings.data, HOTRO_SITE=str(built_site))

    told = json.loads(run.stdout)
    assert {one["check"] for one in told} == set(CHECKS)
    assert set(told[0]) == {"check", "level", "code", "text", "remedy"}
    assert run.returncode == 0
