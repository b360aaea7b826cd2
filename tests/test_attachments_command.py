"""`hotro attachments move`: to a bucket and back, killed and begun again, with what to do next after each step."""

import time
from pathlib import Path

import pytest

from processor.services.parts import Wired
from processor.storage.files.journal import NAME
from tests.desk import a_dossier
from tests.object_storage import ObjectServer
from tests.served import Served
from tests.submissions import stored_files
from tests.test_cli import hotro_here


def fill(wired: Wired, dossiers: int) -> int:
    """How many files there are."""
    for _ in range(dossiers):
        a_dossier(wired)
    return len(stored_files(wired.settings.data))


def test_a_move_says_what_comes_next_until_the_old_place_is_empty(
    wired: Wired, object_server: ObjectServer, bucket_url: str
) -> None:
    files, data = fill(wired, 2), wired.settings.data
    old, environment = f"file:{data / 'attachments'}", object_server.environment
    switched = environment | {"HOTRO_ATTACHMENTS_URL": bucket_url, "HOTRO_ATTACHMENTS_FROM": old}
    alone = environment | {"HOTRO_ATTACHMENTS_URL": bucket_url}

    first = hotro_here("attachments", "move", "--to", bucket_url, data=data, **environment)
    again = hotro_here("attachments", "move", "--to", bucket_url, data=data, **switched)
    emptied = hotro_here("attachments", "move", "--to", bucket_url, "--remove", data=data, **switched)
    left = stored_files(data)
    verified = hotro_here("verify", data=data, **alone)
    back = hotro_here("attachments", "move", "--to", old, data=data, **alone)
    verified_back = hotro_here("verify", data=data)

    assert f"Đã chuyển {files} tệp, 0 tệp đã có từ trước; mọi tệp khớp SHA-256." in first.stdout, first.stderr
    assert f"Đặt HOTRO_ATTACHMENTS_URL={bucket_url} và HOTRO_ATTACHMENTS_FROM={old}" in first.stdout
    assert f"Đã chuyển 0 tệp, {files} tệp đã có từ trước" in again.stdout
    assert "--remove" in again.stdout and f"move --to {old}" in again.stdout
    assert "Bỏ HOTRO_ATTACHMENTS_FROM rồi khởi động lại" in emptied.stdout and left == []
    assert (verified.returncode, verified_back.returncode) == (0, 0), verified.stderr + verified_back.stderr
    assert f"Đã chuyển {files} tệp" in back.stdout and len(stored_files(data)) == files


def compared(data: Path) -> list[str]:
    """The place that a move goes to, then each file that is there."""
    return (data / NAME).read_text().splitlines() if (data / NAME).exists() else []


def test_a_move_that_is_killed_goes_on_where_it_was(
    wired: Wired, tmp_path: Path, object_server: ObjectServer, bucket_url: str
) -> None:
    files, data, environment = fill(wired, 25), wired.settings.data, object_server.environment
    server = Served(data, tmp_path / "site", **environment)

    with server.begun("attachments", "move", "--to", bucket_url) as process:
        while len(compared(data)) < 2:
            time.sleep(0.002)
        with object_server.hanging():
            process.kill()
            process.wait(30)
    journal = compared(data)
    resumed = hotro_here("attachments", "move", "--to", bucket_url, data=data, **environment)
    verified = hotro_here("verify", data=data, HOTRO_ATTACHMENTS_URL=bucket_url, **environment)

    assert journal[0] == bucket_url and len(journal) - 1 < files
    moved, there = (int(word) for word in resumed.stdout.split() if word.isdecimal())
    assert moved + there == files and there >= len(journal) - 1 and moved > 0, resumed.stderr
    assert verified.returncode == 0, verified.stderr


def test_a_move_that_makes_no_sense_is_refused_in_one_line(
    wired: Wired, object_server: ObjectServer, bucket_url: str
) -> None:
    a_dossier(wired)
    data, environment = wired.settings.data, object_server.environment
    old = f"file:{data / 'attachments'}"

    def said(*arguments: str, **more: str) -> str:
        ended = hotro_here("attachments", "move", *arguments, data=data, **(environment | more))
        assert ended.returncode == 1 and len(ended.stderr.strip().splitlines()) == 1
        return ended.stderr

    assert "Đặt HOTRO_ATTACHMENTS_FROM là nơi cũ" in said("--to", old)
    assert "Hệ thống còn dùng nơi cũ" in said("--to", bucket_url, "--remove")
    assert "bucket_missing" in said("--to", "s3://khong-co/tep")
    assert "Viết file:ĐƯỜNG_DẪN hoặc s3://" in said("--to", "ftp://kho")
    assert "là một nơi" in said("--to", old, HOTRO_ATTACHMENTS_URL=old, HOTRO_ATTACHMENTS_FROM=old)
    assert "không có thư mục" in said("--to", old, HOTRO_ATTACHMENTS_URL=old, HOTRO_ATTACHMENTS_FROM="file:/khong/co")


def test_files_that_cannot_be_moved_are_named(
    wired: Wired, object_server: ObjectServer, bucket_url: str, tmp_path: Path
) -> None:
    fill(wired, 1)
    lost, changed, *_ = (path for path in (wired.settings.data / "attachments").rglob("[0-9]*/*") if path.is_file())
    lost.unlink()
    changed.write_bytes(b"%PDF-1.7 khac")

    ended = hotro_here("attachments", "move", "--to", bucket_url, data=wired.settings.data, **object_server.environment)

    assert ended.returncode == 1
    assert f"tệp {lost.name} không có ở cả hai nơi" in ended.stderr
    assert f"tệp {changed.name} đã đổi nội dung ở nơi cũ" in ended.stderr
    assert "2 tệp không chuyển được. Chạy hotro verify." in ended.stderr


@pytest.mark.parametrize("url", ["s3://khong-co/tep", "s3:"])
def test_the_old_place_is_tried_at_the_start_too(url: str, wired: Wired, object_server: ObjectServer) -> None:
    ended = hotro_here("verify", data=wired.settings.data, **object_server.environment, HOTRO_ATTACHMENTS_FROM=url)

    assert ended.returncode == 1 and len(ended.stderr.strip().splitlines()) == 1
