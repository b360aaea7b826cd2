"""The key of the data at rest: outside the data folder, read by its owner alone, and never silently another."""

import base64
import re
from pathlib import Path

import httpx2
import pytest

from tests.offline_day import FILE, send, sign_in
from tests.served import served
from tests.test_cli import hotro, hotro_here


@pytest.fixture
def key(tmp_path: Path) -> Path:
    run = hotro_here("at-rest", "key", str(tmp_path / "khoa"), data=tmp_path / "var")
    assert run.returncode == 0, run.stderr
    return tmp_path / "khoa"


@pytest.fixture
def data(tmp_path: Path, key: Path) -> Path:
    """An installation that was begun with the key."""
    folder = tmp_path / "var"
    assert hotro_here("migrate", data=folder, HOTRO_AT_REST_KEY=str(key)).returncode == 0
    return folder


def test_a_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    place = tmp_path / "khoa"
    first = hotro_here("at-rest", "key", str(place), data=tmp_path / "var")
    made = place.read_text()

    again = hotro_here("at-rest", "key", str(place), data=tmp_path / "var")

    assert first.returncode == 0 and f"HOTRO_AT_REST_KEY={place}" in first.stdout
    assert place.stat().st_mode & 0o777 == 0o600
    assert again.returncode == 1 and "đã có" in again.stderr
    assert place.read_text() == made
    assert made.strip() not in first.stdout


def test_no_key_is_made_or_used_inside_the_data_folder(tmp_path: Path, key: Path) -> None:
    data = tmp_path / "var"
    data.mkdir(exist_ok=True)
    (data / "khoa").write_text(key.read_text())
    (data / "khoa").chmod(0o600)
    (tmp_path / "link").symlink_to(data / "khoa")

    made = hotro_here("at-rest", "key", str(data / "moi"), data=data)
    used = [
        hotro_here("verify", data=data, HOTRO_AT_REST_KEY=str(place)) for place in (data / "khoa", tmp_path / "link")
    ]

    for run in (made, *used):
        assert run.returncode == 1 and "thư mục dữ liệu" in run.stderr
    assert not (data / "moi").exists()


@pytest.mark.parametrize("command", [("verify",), ("migrate",), ("at-rest", "status"), ("backup", "run", "/tmp/không")])
def test_without_its_key_no_command_touches_the_data(command: tuple[str, ...], data: Path) -> None:
    run = hotro_here(*command, data=data)

    assert run.returncode == 1
    assert re.search(r"mã hóa bằng khóa [0-9a-f]{16}\. Đặt HOTRO_AT_REST_KEY", run.stderr)
    assert len(run.stderr.strip().splitlines()) == 1


def test_the_server_does_not_start_without_its_key(data: Path, built_site: Path) -> None:
    run = hotro("serve", "--port", "1", data=data, HOTRO_SITE=str(built_site))

    assert run.returncode == 1 and "Đặt HOTRO_AT_REST_KEY" in run.stderr
    assert "Traceback" not in run.stderr


def test_another_key_is_refused_and_both_are_named(data: Path, tmp_path: Path) -> None:
    hotro_here("at-rest", "key", str(tmp_path / "khac"), data=data)

    run = hotro_here("verify", data=data, HOTRO_AT_REST_KEY=str(tmp_path / "khac"))

    assert run.returncode == 1
    assert len(set(re.findall(r"[0-9a-f]{16}", run.stderr))) == 2


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (None, 0o600, "Không đọc được khóa"),
        ("", 0o600, "không phải tệp khóa"),
        ("hotro-at-rest-1:YWJj\n", 0o600, "không phải tệp khóa"),
        (base64.urlsafe_b64encode(bytes(32)).decode(), 0o600, "không phải tệp khóa"),
        ("hotro-at-rest-1:***\n", 0o600, "không phải tệp khóa"),
        (f"hotro-at-rest-1:{base64.urlsafe_b64encode(bytes(32)).decode()}", 0o640, "chmod 600"),
    ],
)
def test_what_is_no_key_or_is_open_to_others_is_refused_by_name(
    content: str | None, mode: int, said: str, tmp_path: Path
) -> None:
    place = tmp_path / "khoa"
    if content is not None:
        place.write_text(content)
        place.chmod(mode)

    run = hotro_here("verify", data=tmp_path / "var", HOTRO_AT_REST_KEY=str(place))

    assert run.returncode == 1
    assert said in run.stderr and str(place) in run.stderr


def test_a_key_of_bytes_that_are_no_text_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "khoa"
    place.write_bytes(bytes(range(128, 200)))
    place.chmod(0o600)

    run = hotro_here("verify", data=tmp_path / "var", HOTRO_AT_REST_KEY=str(place))

    assert run.returncode == 1 and "không phải tệp khóa" in run.stderr


def test_an_office_that_worked_without_a_key_gets_one(tmp_path: Path, key: Path) -> None:
    data = tmp_path / "var"
    assert hotro_here("demo", "--dossiers", "2", data=data).returncode == 0
    with_key = {"HOTRO_AT_REST_KEY": str(key)}

    before = hotro_here("at-rest", "status", data=data, **with_key)
    encrypted = hotro_here("at-rest", "encrypt", data=data, **with_key)
    after = hotro_here("at-rest", "status", data=data, **with_key)
    verified = hotro_here("verify", data=data, **with_key)

    assert before.returncode == 1 and "Chạy hotro at-rest encrypt" in before.stderr
    assert encrypted.returncode == 0 and re.search(r"[1-9]\d* dòng, [1-9]\d* tệp", encrypted.stdout)
    assert after.returncode == 0, after.stderr
    assert verified.returncode == 0, verified.stderr


def test_without_a_key_there_is_nothing_to_encrypt_with(tmp_path: Path) -> None:
    run = hotro_here("at-rest", "encrypt", data=tmp_path / "var")

    assert run.returncode == 1 and "hotro at-rest key" in run.stderr


def test_a_served_office_inspects_draws_and_hands_out_what_is_encrypted(
    tmp_path: Path, built_site: Path, key: Path
) -> None:
    """The child processes that read strangers' files get them from memory."""
    folder = tmp_path / "var"
    folder.mkdir(exist_ok=True)
    with (
        served(folder, built_site, HOTRO_AT_REST_KEY=str(key)) as server,
        httpx2.Client(base_url=server.url, timeout=60) as desk,
    ):
        reference = send(server, folder)
        assert list(sign_in(server, desk, HOTRO_AT_REST_KEY=str(key))) == []
        file = FILE.findall(desk.get(f"/can-bo/ho-so/{reference}").text)[0]
        drawn = desk.get(f"/can-bo/ho-so/{reference}/tep/{file}/trang/1")
        handed = desk.get(f"/can-bo/ho-so/{reference}/tep/{file}")

    sent = (folder / "giấy.pdf").read_bytes()
    lying = [path.read_bytes() for path in (folder / "attachments").rglob("*") if path.is_file()]
    assert drawn.status_code == 200 and drawn.headers["content-type"] == "image/webp"
    assert handed.status_code == 200 and handed.content == sent
    assert lying and not any(b"%PDF" in content for content in lying)
