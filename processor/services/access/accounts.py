"""Officers' accounts: who may sign in, in which role. Managed by commands and by officers who are admins."""

from processor.domain.access.officer import ADMIN, LONGEST_NAME, Officer, tidy_name
from processor.domain.access.officer import ROLES as ROLES
from processor.domain.errors import Conflict, HotroError, Malformed, NotFound
from processor.domain.notice import readable_address
from processor.services.access.hashing import hashed
from processor.services.access.passwords import refuse_poor_password
from processor.services.parts import Wired
from processor.storage.engine import Connection, reading, writing
from processor.storage.officers.authenticators import forget_secret
from processor.storage.officers.officers import (
    change_password,
    disable_officer,
    enable_officer,
    end_sessions,
    every_officer,
    give_email,
    give_role,
    insert_officer,
    officer_named,
    officer_numbered,
    working_admins,
)
from processor.storage.officers.recovery_codes import replace_recovery_codes

LARGEST_ID = 2**63


class AccountFault(HotroError):
    """A command about an account that cannot be carried out; the text says why."""


def add_officer(
    wired: Wired, name: str, role: str, password: str, email: str | None = None, *, given: bool = False
) -> None:
    """`given`: the program made the password; the officer chooses one at the first sign-in. Raises AccountFault."""
    name = tidy_name(name)
    check_role(role)
    check_password(wired, password, name)
    address = checked_address(email) if email else None
    if not 1 <= len(name) <= LONGEST_NAME:
        raise AccountFault(f"Tên công chức dài từ 1 đến {LONGEST_NAME} ký tự.")
    with writing(wired.engine) as connection:
        if officer_named(connection, name):
            raise AccountFault(f"Đã có công chức “{name}”. Chọn tên khác.")
        insert_officer(connection, name, role, hashed(password), wired.clock(), address, given=given)


def check_role(role: str) -> None:
    if role not in ROLES:
        raise AccountFault(f"Không có vai trò “{role}”. Chọn một trong: {', '.join(ROLES)}.")


def check_password(wired: Wired, password: str, name: str) -> None:
    try:
        refuse_poor_password(wired, password, name)
    except Malformed as poor:
        raise AccountFault(wired.catalogue.messages.say(poor.code, **poor.values)) from None


def checked_address(typed: str) -> str:
    address = readable_address(typed)
    if address is None:
        raise AccountFault(f"Không gửi thư được tới “{typed}”. Viết một địa chỉ dạng ten@donvi.vn.")
    return address


def list_officers(wired: Wired) -> list[Officer]:
    with reading(wired.engine) as connection:
        return every_officer(connection)


def reset_password(wired: Wired, name: str, password: str, *, given: bool = False) -> None:
    """Ends every session of the officer. `given` as above. Raises AccountFault."""
    officer = known_officer(wired, name)
    check_password(wired, password, officer.name)
    if officer.from_agency:
        raise AccountFault(f"{officer.name} đăng nhập bằng tài khoản cơ quan. Đổi mật khẩu ở nơi cấp tài khoản đó.")
    with writing(wired.engine) as connection:
        change_password(connection, officer.id, hashed(password), given_at=wired.clock() if given else None)


def reset_second_factor(wired: Wired, officer: Officer) -> None:
    """For a lost telephone: code and recovery codes are gone, every session has ended."""
    with writing(wired.engine) as connection:
        forget_second_factor(connection, officer.id)
        end_sessions(connection, officer.id)


def forget_second_factor(connection: Connection, officer_id: int) -> None:
    forget_secret(connection, officer_id)
    replace_recovery_codes(connection, officer_id, ())


def set_email(wired: Wired, name: str, email: str) -> None:
    """Where the morning digest goes; nothing ends it. Raises AccountFault."""
    address = checked_address(email) if email else None
    officer = known_officer(wired, name)
    with writing(wired.engine) as connection:
        give_email(connection, officer.id, address)


def disable(wired: Wired, name: str) -> None:
    """Raises AccountFault, Conflict("last_admin")."""
    shut_out(wired, known_officer(wired, name))


def shut_out(wired: Wired, officer: Officer) -> None:
    """Sessions end at once. Raises Conflict("last_admin")."""
    with writing(wired.engine) as connection:
        keep_an_admin(connection, officer.id)
        disable_officer(connection, officer.id)


def let_in_again(wired: Wired, officer: Officer) -> None:
    with writing(wired.engine) as connection:
        enable_officer(connection, officer.id)


def change_role(wired: Wired, officer: Officer, role: str) -> None:
    """Holds from the next request of every session. Raises Conflict("role_unknown"), Conflict("last_admin")."""
    if role not in ROLES:
        raise Conflict("role_unknown")
    with writing(wired.engine) as connection:
        if role != ADMIN:
            keep_an_admin(connection, officer.id)
        give_role(connection, officer.id, role)


def end_every_session(wired: Wired, officer: Officer) -> None:
    with writing(wired.engine) as connection:
        end_sessions(connection, officer.id)


def keep_an_admin(connection: Connection, leaving: int) -> None:
    """Without an admin nobody could manage officers on the desk."""
    if working_admins(connection) == [leaving]:
        raise Conflict("last_admin")


def known_officer(wired: Wired, name: str) -> Officer:
    """Raises AccountFault."""
    with reading(wired.engine) as connection:
        found = officer_named(connection, tidy_name(name))
    if found is None:
        raise AccountFault(f"Không có công chức “{name}”. Xem danh sách bằng: hotro staff list.")
    return found[0]


def officer_by_id(wired: Wired, officer_id: int) -> Officer:
    """Raises NotFound."""
    with reading(wired.engine) as connection:
        found = officer_numbered(connection, officer_id) if officer_id < LARGEST_ID else None
    if found is None:
        raise NotFound("not_found")
    return found[0]
