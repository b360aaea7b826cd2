"""Pages on which officers sign in, keep their account and manage others', as (title, HTML of the article)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from processor.domain.access.authenticator import address_of, in_groups
from processor.domain.access.officer import ROLES, Officer, Session
from processor.domain.access.program import ProgramToken
from processor.domain.browsers import browser_words
from processor.rendering.pages import Page
from processor.rendering.printed import qr_code
from processor.rendering.templating import render

QUIET_ZONE = 4


@dataclass(frozen=True)
class Asked:
    """An act asked back: its button, the question, what follows from it."""

    button: str
    question: str
    effect: str


ACTS: Mapping[str, Asked] = {
    "khoa": Asked(
        "Khóa tài khoản",
        "Khóa tài khoản {name}?",
        "Mọi phiên của người này kết thúc ngay. Hồ sơ đang giữ vẫn đứng tên người này cho tới khi bàn giao.",
    ),
    "mo-khoa": Asked("Mở khóa tài khoản", "Mở khóa tài khoản {name}?", "Người này đăng nhập lại được ngay."),
    "vai-tro": Asked(
        "Đổi vai trò",
        "Đổi vai trò của {name} thành {role}?",
        "Vai trò mới có hiệu lực từ lần bấm tiếp theo của người này.",
    ),
    "ban-giao": Asked(
        "Bàn giao tất cả hồ sơ",
        "Bàn giao tất cả hồ sơ của {name} cho {to}?",
        "{to} giữ các hồ sơ này từ bây giờ. Thời hạn không đổi; nhật ký của từng hồ sơ ghi việc bàn giao.",
    ),
    "dat-lai-ma": Asked(
        "Đặt lại mã xác thực",
        "Đặt lại mã xác thực của {name}?",
        "Mã cũ và mã dự phòng hết dùng được, mọi phiên kết thúc. Gặp hoặc gọi đúng người trước khi bấm.",
    ),
    "ket-thuc-phien": Asked(
        "Kết thúc mọi phiên", "Kết thúc mọi phiên của {name}?", "Người này đăng nhập lại mới làm tiếp được."
    ),
}
PURPOSES: Mapping[str, tuple[str, str, str, str]] = {
    "recovery": (
        "Tạo mã dự phòng mới",
        "Mã dự phòng cũ hết dùng được ngay. Mã mới hiện một lần ở trang sau.",
        "Tạo mã dự phòng mới",
        "/can-bo/tai-khoan/ma-du-phong",
    ),
    "removal": (
        "Bỏ mã xác thực",
        "Sau đó chỉ cần mật khẩu để đăng nhập. Mã dự phòng cũng hết dùng được.",
        "Bỏ mã xác thực",
        "/can-bo/tai-khoan/bo-ma-xac-thuc",
    ),
}
"""Title, what follows, button, address."""


def sign_in_page(csrf: str, going_on: str, error: str, name: str, agency: bool) -> Page:
    """`agency`: whether one can also sign in by the agency's own accounts."""
    html = render("desk/sign_in.html", csrf=csrf, going_on=going_on, error=error, name=name, agency=agency)
    return titled("Đăng nhập", error), html


def code_page(csrf: str, going_on: str, error: str) -> Page:
    html = render("desk/sign_in_code.html", csrf=csrf, going_on=going_on, error=error)
    return titled("Nhập mã xác thực", error), html


def refused_page(text: str) -> Page:
    return "Chưa đăng nhập được", render("desk/sign_in_refused.html", text=text)


def account_page(
    session: Session, sessions: Sequence[Session], codes_left: int, tokens: Sequence[ProgramToken] = ()
) -> Page:
    shown = [(one, browser_words(one.agent), one.handle == session.handle) for one in sessions]
    html = render(
        "desk/account.html",
        session=session,
        role=ROLES[session.officer.role],
        sessions=shown,
        codes_left=codes_left,
        tokens=tokens,
    )
    return "Tài khoản", html


def new_password_page(session: Session, shortest: int, old_error: str, new_error: str, done: bool) -> Page:
    """`shortest` in signs; `done` once it is changed."""
    html = render(
        "desk/account_new_password.html",
        session=session,
        shortest=shortest,
        old_error=old_error,
        new_error=new_error,
        done=done,
    )
    return titled("Đã đổi mật khẩu" if done else "Đổi mật khẩu", old_error or new_error), html


def set_up_page(session: Session, secret: str, obliged: bool, error: str) -> Page:
    """`obliged`: nothing else can be done before."""
    html = render(
        "desk/account_set_up.html",
        session=session,
        code=Markup(qr_code(address_of(secret, session.officer.name), QUIET_ZONE)),
        secret=in_groups(secret),
        obliged=obliged,
        error=error,
    )
    return titled("Đặt mã xác thực", error), html


def recovery_codes_page(session: Session, codes: Sequence[str]) -> Page:
    return "Mã dự phòng", render("desk/account_recovery.html", session=session, codes=codes)


def password_page(session: Session, purpose: str, error: str) -> Page:
    title, effect, button, action = PURPOSES[purpose]
    html = render(
        "desk/account_password.html",
        session=session,
        title=title,
        effect=effect,
        button=button,
        action=action,
        error=error,
    )
    return titled(title, error), html


def officers_page(session: Session, officers: Sequence[Officer]) -> Page:
    return "Công chức", render("desk/account_officers.html", session=session, officers=officers, roles=ROLES)


def officer_page(
    session: Session, officer: Officer, held: Sequence[str], colleagues: Sequence[str], notice: str
) -> Page:
    """`held` are the references of the dossiers in these hands, `colleagues` the names of who could take them."""
    html = render(
        "desk/account_officer.html",
        session=session,
        officer=officer,
        roles=ROLES,
        acts=ACTS,
        own=officer.id == session.officer.id,
        held=held,
        colleagues=colleagues,
        notice=notice,
    )
    return titled(officer.name, notice), html


def act_page(session: Session, officer: Officer, act: str, role: str, to: str) -> Page:
    """An act asked back, with what was chosen for it: a new role, or a colleague."""
    asked = ACTS[act]
    words = {"name": officer.name, "role": ROLES.get(role, ""), "to": to}
    question = asked.question.format(**words)
    html = render(
        "desk/account_act.html",
        session=session,
        officer=officer,
        act=act,
        chosen={"role": role, "to": to},
        button=asked.button,
        question=question,
        effect=asked.effect.format(**words),
    )
    return question, html


def titled(title: str, error: str) -> str:
    return f"Lỗi: {title}" if error else title
