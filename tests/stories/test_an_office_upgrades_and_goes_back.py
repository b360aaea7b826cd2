"""An office upgrades with deploy/install.sh: the new version takes over, or all is as it was. Every process is real."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from processor.domain.catalogue import Catalogue
from processor.settings import Settings
from processor.storage.dossiers.dossiers import count_dossiers
from processor.storage.engine import open_engine, reading
from processor.storage.schema import current, newest
from tests.backups import a_key
from tests.checkouts import a_checkout, changed, with_addition, with_migration
from tests.installed import CHOSEN, Installed
from tests.proxies import ShippedProxy, behind_shipped
from tests.served import free_port
from tests.submissions import DOSSIER, sent

pytestmark = pytest.mark.long


@pytest.fixture
def office(tmp_path: Path, built_site: Path) -> Iterator[Installed]:
    with serving(tmp_path, built_site) as made:
        yield made


@pytest.fixture(scope="module")
def steady_office(tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[Installed]:
    """For what leaves everything as it was."""
    with serving(tmp_path_factory.mktemp("steady"), built_site) as made:
        yield made


@contextmanager
def serving(folder: Path, built_site: Path, ports: Sequence[int] = ()) -> Iterator[Installed]:
    """Serves, and can be backed up."""
    more = ("--backup-to", str(folder / "kept"))
    made = Installed(folder / "root", built_site, ports=ports or [free_port()], more=more)
    assert made.run("--no-start").returncode == 0
    key = a_key(folder)
    made.env.write_text(made.env.read_text() + CHOSEN + f"HOTRO_BACKUP_RECIPIENTS={key.public}\n")
    started = made.start()
    assert started.returncode == 0, started.stdout + started.stderr
    yield made
    made.stop()


def send(office: Installed, catalogue: Catalogue, folder: Path) -> None:
    with httpx2.Client(base_url=office.url, timeout=60) as client:
        sent(client, catalogue.form(DOSSIER), folder)  # type: ignore[arg-type]


def stored(office: Installed) -> tuple[int, str | None]:
    """How many dossiers there are, and the age of the schema."""
    engine = open_engine(Settings(data=office.data).database)
    with reading(engine) as connection:
        found = count_dossiers(connection), current(connection)
    engine.dispose()
    return found


def copies(office: Installed) -> list[Path]:
    return sorted((office.data / "before-upgrade").iterdir())


def test_a_version_with_a_new_schema_takes_over_and_the_way_back_is_open(
    office: Installed, catalogue: Catalogue, tmp_path: Path
) -> None:
    before = office.current
    send(office, catalogue, tmp_path)
    newer = replace(office, source=with_migration(a_checkout(tmp_path / "newer")))

    upgraded = newer.start()
    send(office, catalogue, tmp_path)
    after, held = office.current, stored(office)
    refused = office.start("--back")
    (copy,) = copies(office)
    back = office.start("--back", "--copy", str(copy))

    assert upgraded.returncode == 0, upgraded.stdout + upgraded.stderr
    assert after != before and held == (2, "9999")
    assert any((tmp_path / "kept").iterdir())
    assert refused.returncode == 1 and "bản 0.1.0-" in refused.stderr and "không đọc được" in refused.stderr
    assert back.returncode == 0, back.stdout + back.stderr
    assert office.current == before and stored(office) == (1, newest()) and office.ready()
    # What was there before going back is kept as well.
    assert len(copies(office)) == 2


def test_a_version_without_a_new_schema_takes_over_and_back_without_touching_the_database(
    steady_office: Installed, tmp_path: Path
) -> None:
    office, copied = steady_office, copies(steady_office)
    before, key = office.current, (office.data / "server.key").read_bytes()
    newer = replace(office, source=a_checkout(tmp_path / "newer"))

    upgraded = newer.start()
    after = office.current
    back = office.start("--back")

    assert upgraded.returncode == 0 and back.returncode == 0, upgraded.stderr + back.stderr
    assert after != before and office.current == before and office.ready()
    assert copies(office) == copied and (office.data / "server.key").read_bytes() == key


def test_a_version_that_only_adds_to_the_schema_takes_over_and_back_without_a_copy(
    office: Installed, catalogue: Catalogue, tmp_path: Path
) -> None:
    before = office.current
    newer = replace(office, source=with_addition(a_checkout(tmp_path / "newer")))

    upgraded = newer.start()
    send(office, catalogue, tmp_path)
    after, held = office.current, stored(office)
    back = office.start("--back")
    send(office, catalogue, tmp_path)

    assert upgraded.returncode == 0 and "không dừng dịch vụ" in upgraded.stdout, upgraded.stdout + upgraded.stderr
    assert after != before and held[0] == 1 and held[1] != newest()
    assert back.returncode == 0, back.stdout + back.stderr
    assert office.current == before and stored(office) == (2, held[1]) and office.ready()
    assert copies(office) == []


def broken_migration(place: Path) -> Path:
    return with_migration(a_checkout(place), 'raise RuntimeError("ví dụ")')


def broken_program(place: Path) -> Path:
    return changed(a_checkout(place), "processor/commands.py", "def serve(", 'raise SystemExit("hỏng")\n\n\ndef serve(')


def migrated_and_broken(place: Path) -> Path:
    """It answers, and is never ready."""
    found = with_migration(a_checkout(place))
    changed(found, "deploy/install.sh", "in 1 2 3 4 5 6 7 8 9 10 11 12", "in 1 2")
    return changed(
        found, "processor/web/operations.py", "    await in_thread(try_parts, wired)", "    raise OSError(5, 'x')"
    )


def broken_unit(place: Path) -> Path:
    found = changed(a_checkout(place), "deploy/systemd/hotro@.service", "--workers 1", "--workers khong")
    # It never answers; the old one that comes back may take its time on a busy machine.
    return changed(found, "deploy/install.sh", '"$(port_of "$unit")" 120', '"$(port_of "$unit")" 40')


@pytest.mark.parametrize("fault", [broken_migration, broken_program, migrated_and_broken, broken_unit])
def test_a_version_that_fails_leaves_everything_as_it_was(
    fault: Callable[[Path], Path], steady_office: Installed, catalogue: Catalogue, tmp_path: Path
) -> None:
    office, before = steady_office, steady_office.current
    unit = (office.root / "etc/systemd/system/hotro@.service").read_text()
    send(office, catalogue, tmp_path)
    held = stored(office)
    newer = replace(office, source=fault(tmp_path / "newer"))

    failed = newer.start()

    assert failed.returncode == 1, failed.stdout
    assert office.current == before and office.ready()
    assert stored(office) == held and held[1] == newest()
    assert (office.root / "etc/systemd/system/hotro@.service").read_text() == unit


def test_settings_that_do_not_work_never_reach_the_running_server(steady_office: Installed) -> None:
    office, chosen = steady_office, steady_office.env.read_text()
    office.env.write_text(chosen + "HOTRO_DRAFT_DAYS=ba\n")

    failed = office.start()
    office.env.write_text(chosen)

    assert failed.returncode == 1 and "HOTRO_DRAFT_DAYS" in failed.stderr
    assert office.ready()


def test_without_a_backup_nothing_is_upgraded(office: Installed, tmp_path: Path) -> None:
    before = office.current
    kept = [line for line in office.env.read_text().splitlines() if "RECIPIENTS" not in line]
    office.env.write_text("\n".join(kept) + "\n")
    newer = replace(office, source=with_migration(a_checkout(tmp_path / "newer")))

    refused = newer.start()
    held = office.current, stored(office)
    insisted = newer.start("--without-backup")

    assert refused.returncode == 1 and "HOTRO_BACKUP_RECIPIENTS" in refused.stderr
    assert held == (before, (0, newest()))
    assert insisted.returncode == 0 and stored(office) == (0, "9999")


def test_an_upgrade_that_is_interrupted_while_it_migrates_goes_back_by_itself(
    steady_office: Installed, catalogue: Catalogue, tmp_path: Path
) -> None:
    office, before = steady_office, steady_office.current
    send(office, catalogue, tmp_path)
    held = stored(office)
    slow = with_migration(a_checkout(tmp_path / "newer"), "import time; time.sleep(9)")
    running = replace(office, source=slow).begin(SYSTEMCTL=str(office.systemctl()))
    for line in running.stdout or ():
        if "bản chép cơ sở dữ liệu" in line:
            break
    time.sleep(1)

    running.send_signal(signal.SIGTERM)
    _, told = running.communicate(timeout=300)

    assert running.returncode == 1 and "Đã trở lại" in told
    assert office.current == before and office.ready() and stored(office) == held


def test_an_installation_that_was_killed_is_done_again(steady_office: Installed, tmp_path: Path) -> None:
    office = steady_office
    newer = replace(office, source=a_checkout(tmp_path / "killed"))
    running = newer.begin()
    for line in running.stdout or ():
        if "đã chép chương trình" in line:
            break
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate(timeout=60)

    again = newer.start()

    assert again.returncode == 0 and "đã bỏ bản dở dang" in again.stdout
    assert office.ready()


def test_while_two_servers_restart_in_turn_nobody_behind_nginx_notices(tmp_path: Path, built_site: Path) -> None:
    ports = [free_port(), free_port()]
    with serving(tmp_path, built_site, ports) as office, behind_shipped(tmp_path / "nginx", *ports) as proxy:
        office.env.write_text(office.env.read_text() + "HOTRO_DRAFT_DAYS=31\n")
        with asking(proxy) as statuses:
            restarted = office.start()

    assert restarted.returncode == 0 and restarted.stdout.count("khởi động hotro@") == 2, restarted.stderr
    assert len(statuses) > 20 and set(statuses) <= {200, 303}, Counter(statuses)


@contextmanager
def asking(proxy: ShippedProxy) -> Iterator[list[int]]:
    """A page, a form sent now and then, until it ends."""
    statuses: list[int] = []
    stopping = threading.Event()

    def ask() -> None:
        with httpx2.Client(base_url=proxy.url, verify=proxy.trust, timeout=60) as client:
            while not stopping.wait(0.1):
                statuses.append(client.get("/tra-cuu").status_code)
                if len(statuses) % 5 == 0:
                    draft = {"organisation_name": "Hợp tác xã ví dụ", "_action": "save"}
                    statuses.append(client.post(f"/nop/{DOSSIER}", data=draft).status_code)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield statuses
    finally:
        stopping.set()
        thread.join(60)
