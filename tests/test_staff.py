"""`hotro staff`: officers added, listed, helped and shut out from the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from processor import staff as commands
from tests.test_cli import hotro

PASSWORD = "mat-khau-du-dai-1\n"


def staff(*arguments: str, data: Path, text: str = "") -> Result:
    return CliRunner().invoke(commands.app, arguments, input=text, env={"HOTRO_DATA": str(data)})


def add(data: Path, name: str, role: str, *more: str) -> str:
    run = staff("add", name, "--role", role, "--password-stdin", *more, data=data, text=PASSWORD)
    assert run.exit_code == 0, run.exception
    return run.stdout


def listed(data: Path) -> list[str]:
    return staff("list", data=data).stdout.splitlines()


def test_officers_are_added_listed_reset_and_disabled(tmp_path: Path) -> None:
    added = add(tmp_path, "can-bo-1", "intake")
    made = staff("add", "can-bo-2", "--role", "leader", data=tmp_path)
    reset = staff("reset", "can-bo-1", "--password-stdin", data=tmp_path, text=PASSWORD)
    disabled = staff("disable", "can-bo-2", data=tmp_path)

    assert [run.exit_code for run in (made, reset, disabled)] == [0] * 3
    assert "Mật khẩu: " in made.stdout and "Mật khẩu: " not in added
    assert listed(tmp_path) == ["can-bo-1  intake", "can-bo-2  leader  mật khẩu chưa đổi  (đã khóa)"]


def test_the_first_officer_is_told_apart_and_an_admin_is_recommended(tmp_path: Path) -> None:
    none_yet = listed(tmp_path)
    first = add(tmp_path, "can-bo-1", "intake")
    second = add(tmp_path, "can-bo-2", "intake")

    first_admin = add(tmp_path / "other", "quan-tri", "admin")

    assert none_yet == ["Chưa có công chức nào. Thêm bằng: hotro staff add TÊN --role admin"]
    assert "công chức đầu tiên" in first and "--role admin" in first
    assert "công chức đầu tiên" not in second and "--role admin" not in second
    assert "công chức đầu tiên" in first_admin and "--role admin" not in first_admin


def test_the_last_admin_is_not_disabled(tmp_path: Path) -> None:
    add(tmp_path, "quan-tri", "admin")

    run = staff("disable", "quan-tri", data=tmp_path)

    assert run.exit_code == 1 and str(run.exception).startswith("Đây là quản trị cuối cùng")
    assert listed(tmp_path) == ["quan-tri  admin"]


def test_an_address_for_the_digest_is_set_changed_and_removed(tmp_path: Path) -> None:
    add(tmp_path, "can-bo-1", "intake", "--email", "mot@vi-du.vn")
    given = listed(tmp_path)
    staff("email", "can-bo-1", "hai@vi-du.vn", data=tmp_path)
    changed = listed(tmp_path)

    removed = staff("email", "can-bo-1", "--remove", data=tmp_path)

    assert given == ["can-bo-1  intake  mot@vi-du.vn"] and changed == ["can-bo-1  intake  hai@vi-du.vn"]
    assert removed.exit_code == 0 and listed(tmp_path) == ["can-bo-1  intake"]


def test_a_lost_telephone_is_helped_without_a_new_password(tmp_path: Path) -> None:
    add(tmp_path, "can-bo-1", "intake")

    run = staff("reset", "can-bo-1", "--second-factor", data=tmp_path)

    assert run.exit_code == 0 and "Đã bỏ mã xác thực của can-bo-1" in run.stdout and "Mật khẩu:" not in run.stdout


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        (("add", "a", "--role", "chief", "--password-stdin"), PASSWORD, "Không có vai trò"),
        (("add", "a", "--role", "intake", "--password-stdin"), "ngan\n", "Mật khẩu dài 4 ký tự"),
        (("add", "a" * 73, "--role", "intake", "--password-stdin"), PASSWORD, "từ 1 đến 72 ký tự"),
        (("add", "a", "--role", "intake", "--email", "x", "--password-stdin"), PASSWORD, "Không gửi thư được tới “x”"),
        (("add", "da-co", "--role", "intake", "--password-stdin"), PASSWORD, "Đã có công chức “da-co”"),
        (("disable", "khong-co"), "", "Không có công chức"),
        (("reset", "khong-co", "--second-factor"), "", "Không có công chức"),
        (("email", "da-co", "a@b, c@d"), "", "Không gửi thư được tới"),
        (("email", "da-co"), "", "Ghi một địa chỉ"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    arguments: tuple[str, ...], text: str, said: str, tmp_path: Path
) -> None:
    add(tmp_path, "da-co", "intake")

    run = staff(*arguments, data=tmp_path, text=text)

    assert run.exit_code == 1 and said in str(run.exception)


def test_a_refusal_is_one_line(tmp_path: Path) -> None:
    run = hotro("staff", "disable", "khong-co", data=tmp_path)

    assert run.returncode == 1 and run.stderr.startswith("Không có công chức")
    assert "Traceback" not in run.stderr and len(run.stderr.strip().splitlines()) == 1


def test_every_command_about_officers_explains_itself(tmp_path: Path) -> None:
    for command in ("add", "list", "disable", "reset", "email"):
        run = staff(command, "--help", data=tmp_path)

        assert run.exit_code == 0 and len(run.stdout) > 100


def test_an_agreement_that_is_not_whole_stops_the_server_before_it_starts(tmp_path: Path) -> None:
    run = hotro("serve", "--port", "1", data=tmp_path, HOTRO_OIDC_ISSUER="https://tk.example")

    assert run.returncode == 1 and "HOTRO_OIDC_CLIENT_ID" in run.stderr and len(run.stderr.strip().splitlines()) == 1
