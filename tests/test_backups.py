"""`hotro backup`: what it prints, and one line with a reason when it cannot."""

from pathlib import Path
from subprocess import CompletedProcess

from tests.test_cli import hotro_here as hotro


def recipient(told: str) -> str:
    return told.strip().rpartition("HOTRO_BACKUP_RECIPIENTS=")[2]


def test_a_key_is_made_a_backup_run_listed_checked_and_pruned(tmp_path: Path) -> None:
    data, folder, secret = tmp_path / "du-lieu", tmp_path / "sao-luu", tmp_path / "khoa.txt"

    made = hotro("backup", "key", str(secret), data=data)
    keys = {"HOTRO_BACKUP_RECIPIENTS": recipient(made.stdout)}
    ran = hotro("backup", "run", str(folder), data=data, **keys)
    listed, checked, pruned = (hotro("backup", name, str(folder), data=data) for name in ("list", "check", "prune"))

    assert [run.returncode for run in (made, ran, listed, checked, pruned)] == [0] * 5
    assert secret.stat().st_mode & 0o777 == 0o600 and "AGE-SECRET-KEY-1" in secret.read_text()
    assert "AGE-SECRET-KEY" not in made.stdout and "ngoài máy chủ" in made.stdout
    assert ran.stdout.startswith("Bản sao 1  ") and "0 hồ sơ, 0 tệp" in ran.stdout
    assert listed.stdout.startswith("1  ") and checked.stdout == "Nguyên vẹn: 1 bản sao.\n"


def test_damage_is_named_and_ends_in_failure(tmp_path: Path) -> None:
    secret, folder = tmp_path / "khoa.txt", tmp_path / "sao-luu"
    key = recipient(hotro("backup", "key", str(secret), data=tmp_path / "du-lieu").stdout)
    hotro("backup", "run", str(folder), "--recipient", key, data=tmp_path / "du-lieu")
    place = next((folder / "objects").glob("*/*"))
    place.write_bytes(place.read_bytes()[:-1])

    checked = hotro("backup", "check", str(folder), data=tmp_path / "du-lieu")

    assert checked.returncode == 1
    assert f"{place.relative_to(folder)} bị cắt ngắn." in checked.stderr and "Có 1 chỗ hỏng" in checked.stderr


def test_a_file_lost_on_the_server_is_told_after_the_rest_was_kept(tmp_path: Path) -> None:
    assert hotro("demo", "--dossiers", "1", data=tmp_path / "du-lieu").returncode == 0
    lost = next((tmp_path / "du-lieu" / "attachments").glob("[0-9]*/*"))
    lost.unlink()
    key = recipient(hotro("backup", "key", str(tmp_path / "khoa.txt"), data=tmp_path / "du-lieu").stdout)

    ran = hotro("backup", "run", str(tmp_path / "sao-luu"), "--recipient", key, data=tmp_path / "du-lieu")

    assert ran.returncode == 1
    assert "thiếu 1 tệp" in ran.stdout and f"tệp {lost.name} đã mất" in ran.stderr and "hotro verify" in ran.stderr


def test_a_secret_key_is_neither_replaced_nor_put_beside_the_data(tmp_path: Path) -> None:
    (tmp_path / "khoa.txt").write_text("cũ")

    replaced = hotro("backup", "key", str(tmp_path / "khoa.txt"), data=tmp_path / "du-lieu")
    inside = hotro("backup", "key", str(tmp_path / "du-lieu" / "khoa.txt"), data=tmp_path / "du-lieu")
    nowhere = hotro("backup", "key", str(tmp_path / "khong-co" / "khoa.txt"), data=tmp_path / "du-lieu")

    assert [run.returncode for run in (replaced, inside, nowhere)] == [1, 1, 1]
    assert "đã có" in replaced.stderr and "thư mục dữ liệu" in inside.stderr and "Không ghi được" in nowhere.stderr
    assert (tmp_path / "khoa.txt").read_text() == "cũ"


def test_what_cannot_be_done_is_one_line(tmp_path: Path) -> None:
    runs = [
        hotro("backup", "run", str(tmp_path / "a"), data=tmp_path / "du-lieu"),
        hotro("backup", "run", str(tmp_path / "du-lieu"), "--recipient", "age1x", data=tmp_path / "du-lieu"),
        hotro("backup", "list", str(tmp_path / "khong-co"), data=tmp_path / "du-lieu"),
        hotro("backup", "check", str(tmp_path / "khong-co"), data=tmp_path / "du-lieu"),
        hotro("backup", "prune", str(tmp_path / "khong-co"), data=tmp_path / "du-lieu"),
        hotro("backup", "run", "a", data=tmp_path / "du-lieu", HOTRO_BACKUP_RECIPIENTS="AGE-SECRET-KEY-1X"),
    ]

    assert [run.returncode for run in runs] == [1] * len(runs)
    assert all(len(run.stderr.strip().splitlines()) == 1 and "Traceback" not in run.stderr for run in runs)
    assert "AGE-SECRET-KEY" not in runs[-1].stderr


def backed_up(folder: Path, dossiers: int = 1) -> None:
    """Data in `du-lieu`, a backup in `sao-luu`, the key in `khoa.txt`."""
    assert hotro("demo", "--dossiers", str(dossiers), data=folder / "du-lieu").returncode == 0
    key = recipient(hotro("backup", "key", str(folder / "khoa.txt"), data=folder / "du-lieu").stdout)
    made = hotro("backup", "run", str(folder / "sao-luu"), "--recipient", key, data=folder / "du-lieu")
    assert made.returncode == 0, made.stderr


def restore(folder: Path, *arguments: str) -> CompletedProcess[str]:
    command = ("restore", str(folder / "sao-luu"), "--identity", str(folder / "khoa.txt"), *arguments)
    return hotro(*command, data=folder / "khong-dung")


def test_a_backup_is_tried_then_restored_and_verified(tmp_path: Path) -> None:
    backed_up(tmp_path)

    tried = restore(tmp_path, "--check")
    restored = restore(tmp_path, "--into", str(tmp_path / "moi"))
    verified = hotro("verify", data=tmp_path / "moi")
    again = restore(tmp_path, "--into", str(tmp_path / "moi"))

    assert tried.stdout.startswith("Khôi phục được bản sao 1 lúc ") and "1 hồ sơ" in tried.stdout
    assert restored.stdout.startswith("Đã khôi phục bản sao 1 lúc ")
    assert f"HOTRO_DATA={tmp_path / 'moi'}" in restored.stdout
    assert verified.stdout.startswith("Khớp: 1 hồ sơ")
    assert again.returncode == 1 and "không trống" in again.stderr
    assert not (tmp_path / "khong-dung").exists()


def test_a_damaged_backup_restores_nothing_unless_it_is_asked_for(tmp_path: Path) -> None:
    backed_up(tmp_path)
    largest = max((tmp_path / "sao-luu" / "objects").glob("*/*"), key=lambda place: place.stat().st_size)
    hurt = next(place for place in (tmp_path / "sao-luu" / "objects").glob("*/*") if place != largest)
    hurt.write_bytes(b"")

    runs = [restore(tmp_path, *told) for told in (("--check",), ("--into", str(tmp_path / "moi")))]

    assert [run.returncode for run in runs] == [1, 1]
    assert all(f"{hurt.name} bị cắt ngắn" in run.stderr for run in runs)
    assert not (tmp_path / "moi").exists()


def test_what_cannot_be_restored_is_one_line(tmp_path: Path) -> None:
    backed_up(tmp_path, 0)
    other = hotro("backup", "key", str(tmp_path / "khac.txt"), data=tmp_path / "du-lieu")
    assert other.returncode == 0

    runs = [
        restore(tmp_path),
        restore(tmp_path, "--check", "--into", "x"),
        restore(tmp_path, "--check", "--at", "7"),
        restore(tmp_path, "--check", "--identity", str(tmp_path / "khac.txt")),
        restore(tmp_path, "--check", "--identity", str(tmp_path / "khong-co.txt")),
        restore(tmp_path, "--check", "--database-url", "postgresql://nobody@127.0.0.1:1/x"),
    ]

    assert [run.returncode for run in runs] == [1] * len(runs)
    assert all(len(run.stderr.strip().splitlines()) == 1 and "Traceback" not in run.stderr for run in runs)
