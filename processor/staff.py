"""The commands about officers: who may sign in, in which role, and help for who cannot."""

import secrets
import sys
from typing import Annotated

import typer

from processor.console import Stopped, tell, wired
from processor.domain.access.officer import ADMIN, ROLES, Officer
from processor.domain.errors import Conflict
from processor.domain.vietnamese import moment
from processor.services.access import accounts
from processor.services.exchange import programs

app = typer.Typer(help="Công chức và vai trò.", no_args_is_help=True)
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Đọc mật khẩu từ đầu vào chuẩn.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="TÊN")],
    role: Annotated[str, typer.Option(metavar="VAI_TRÒ", help=", ".join(ROLES))],
    password_stdin: FromStdin = False,
    email: Annotated[str, typer.Option(metavar="ĐỊA_CHỈ", help="Địa chỉ nhận thư tóm tắt buổi sáng.")] = "",
) -> None:
    """Thêm công chức; không cho mật khẩu thì chương trình đặt và in ra một lần."""
    password, shown = chosen_password(password_stdin)
    with wired() as parts:
        first = not accounts.list_officers(parts)
        accounts.add_officer(parts, name, role, password, email or None, given=not password_stdin)
    tell(f"Đã thêm {name} ({ROLES[role]}).{shown}")
    if first:
        tell("Đây là công chức đầu tiên. Đăng nhập tại /can-bo/dang-nhap.")
    if first and role != ADMIN:
        tell(f"Nên có một quản trị để quản lý công chức trên trang: hotro staff add TÊN --role {ADMIN}")


@app.command("list")
def show() -> None:
    """Liệt kê công chức."""
    with wired() as parts:
        officers = accounts.list_officers(parts)
    if not officers:
        tell(f"Chưa có công chức nào. Thêm bằng: hotro staff add TÊN --role {ADMIN}")
    for officer in officers:
        tell(line_of(officer))


def line_of(officer: Officer) -> str:
    marks = (
        (officer.email or "", officer.email),
        ("mã xác thực", officer.second_factor),
        ("mật khẩu chưa đổi", officer.password_given),
        ("tài khoản cơ quan", officer.from_agency),
        ("(đã khóa)", officer.disabled),
    )
    return "  ".join([officer.name, officer.role, *(words for words, holds in marks if holds)])


@app.command()
def disable(name: Annotated[str, typer.Argument(metavar="TÊN")]) -> None:
    """Khóa một công chức và kết thúc mọi phiên của người đó."""
    with wired() as parts:
        try:
            accounts.disable(parts, name)
        except Conflict as refusal:
            raise Stopped(parts.catalogue.messages.say(refusal.code, **refusal.values)) from None
    tell(f"Đã khóa {name}.")


@app.command()
def reset(
    name: Annotated[str, typer.Argument(metavar="TÊN")],
    password_stdin: FromStdin = False,
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="Bỏ mã xác thực và mã dự phòng; mật khẩu giữ nguyên.")
    ] = False,
) -> None:
    """Đặt lại mật khẩu, hoặc bỏ mã xác thực, và kết thúc mọi phiên của người đó."""
    with wired() as parts:
        if second_factor:
            accounts.reset_second_factor(parts, accounts.known_officer(parts, name))
            tell(f"Đã bỏ mã xác thực của {name}. Lần đăng nhập sau chỉ cần mật khẩu.")
            return
        password, shown = chosen_password(password_stdin)
        accounts.reset_password(parts, name, password, given=not password_stdin)
    tell(f"Đã đặt lại mật khẩu của {name}.{shown}")


@app.command()
def email(
    name: Annotated[str, typer.Argument(metavar="TÊN")],
    address: Annotated[str, typer.Argument(metavar="ĐỊA_CHỈ")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Bỏ địa chỉ đang ghi.")] = False,
) -> None:
    """Ghi địa chỉ nhận thư tóm tắt buổi sáng của một công chức."""
    if bool(address) == remove:
        raise Stopped("Ghi một địa chỉ, hoặc dùng --remove để bỏ địa chỉ đang ghi.")
    with wired() as parts:
        accounts.set_email(parts, name, address)
    tell(f"Thư của {name} gửi tới {address}." if address else f"Đã bỏ địa chỉ thư của {name}.")


@app.command()
def token(
    name: Annotated[str, typer.Argument(metavar="TÊN")],
    label: Annotated[str, typer.Option(metavar="CHƯƠNG_TRÌNH", help="Chương trình nào dùng mã này.")],
) -> None:
    """Cấp mã cho một chương trình đọc hồ sơ dưới tên một công chức; in mã một lần."""
    with wired() as parts:
        made = programs.give_token(parts, name, label)
    tell(f"Mã chương trình của {name} (chỉ hiện một lần): {made}")


@app.command()
def tokens() -> None:
    """Liệt kê mã chương trình: của ai, dùng gần nhất lúc nào."""
    with wired() as parts:
        found = programs.list_tokens(parts)
    if not found:
        tell("Chưa cấp mã chương trình nào.")
    for one in found:
        used = f"dùng gần nhất {moment(one.used_at)}" if one.used_at else "chưa dùng"
        state = f"thu hồi {moment(one.revoked_at)}" if one.revoked_at else used
        tell("  ".join([str(one.id), one.officer.name, one.label, f"cấp {moment(one.created_at)}", state]))


@app.command()
def revoke(number: Annotated[int, typer.Argument(metavar="SỐ", help="Số ở hotro staff tokens.")]) -> None:
    """Thu hồi một mã chương trình; từ lúc đó mã không đọc được gì."""
    with wired() as parts:
        programs.take_token_back(parts, number)
    tell(f"Đã thu hồi mã chương trình số {number}.")


def chosen_password(from_stdin: bool) -> tuple[str, str]:
    """The password, and what is told of it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), ""
    made = secrets.token_urlsafe(15)
    return made, f" Mật khẩu: {made}"
