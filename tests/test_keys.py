"""`hotro keys`: the keys that sign receipts, seen and changed from the command line."""

from pathlib import Path

from tests.test_cli import hotro_here as hotro


def test_keys_are_listed_and_changed(tmp_path: Path) -> None:
    before = hotro("keys", "list", data=tmp_path)
    rotated = hotro("keys", "rotate", data=tmp_path)
    after = hotro("keys", "list", data=tmp_path)

    assert [run.returncode for run in (before, rotated, after)] == [0, 0, 0]
    (first,) = before.stdout.splitlines()
    old, new = after.stdout.splitlines()
    assert first.endswith("đang dùng") and old.split()[0] == first.split()[0]
    assert not old.endswith("đang dùng") and new.endswith("đang dùng")
    assert f"dùng khóa {new.split()[0]}." in rotated.stdout and "xac-minh.html" in rotated.stdout


def test_another_server_key_is_refused_until_it_is_said_that_the_first_is_lost(tmp_path: Path) -> None:
    (first,) = hotro("keys", "list", data=tmp_path, HOTRO_SECRET_KEY="một khóa").stdout.splitlines()

    refused = hotro("keys", "rotate", data=tmp_path, HOTRO_SECRET_KEY="khóa khác")
    taken = hotro("keys", "rotate", "--server-key-lost", data=tmp_path, HOTRO_SECRET_KEY="khóa khác")
    listed = hotro("keys", "list", data=tmp_path, HOTRO_SECRET_KEY="khóa khác")

    assert refused.returncode == 1 and "mã server_key_other" in refused.stderr and not refused.stdout
    assert taken.returncode == 0 and "signing_key_lost" in taken.stdout and first.split()[0] in taken.stdout
    assert [line.endswith("đang dùng") for line in listed.stdout.splitlines()] == [False, True]
