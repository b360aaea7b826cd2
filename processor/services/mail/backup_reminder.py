"""Admins are told by mail when backups stopped: once a working morning, until there is a new one."""

from processor.domain.access.officer import ADMIN
from processor.domain.notice import DueNotice, Letter, compose, readable_address
from processor.domain.vietnamese import VIETNAM, moment
from processor.services.backup.age import backup_age
from processor.services.mail.digest import FROM
from processor.services.mail.filling import Pointless
from processor.services.parts import Wired
from processor.storage.engine import Connection, reading, writing
from processor.storage.officers.officer_mail import begin_mail, officers_with_mail
from processor.storage.outbox import enqueue

NOTICE = "backup_late"


def remind_of_backup(wired: Wired) -> int:
    """How many letters were put in the outbox. Where nobody ever set backups up, the page says so, no letter does."""
    now = wired.clock().astimezone(VIETNAM)
    if now.time() < FROM or not wired.catalogue.calendar.is_working(now.date()) or not wired.settings.mail_server:
        return 0
    age = backup_age(wired)
    if not age.late or not (age.taken_at or wired.settings.backup_keys):
        return 0
    with writing(wired.engine) as connection:
        if not begin_mail(connection, f"backup {now.date().isoformat()}"):
            return 0
        addresses = addresses_of(connection)
        for address in addresses:
            enqueue(connection, NOTICE, wired.clock(), address=address)
    return len(addresses)


def addresses_of(connection: Connection) -> dict[str, str]:
    """The names of admins, by address."""
    return {address: officer.name for officer, address in officers_with_mail(connection) if officer.role == ADMIN}


def backup_letter(wired: Wired, due: DueNotice) -> Letter:
    """Raises Pointless: the admin is gone, or there is a new backup."""
    address, age = readable_address(due.address or ""), backup_age(wired)
    with reading(wired.engine) as connection:
        name = addresses_of(connection).get(due.address or "")
    if name is None or address is None:
        raise Pointless("không còn công chức nhận thư này")
    if not age.late:
        raise Pointless("đã có bản sao lưu mới")
    values = {
        "since": moment(age.taken_at) if age.taken_at else "khi đặt khóa",
        "hours": str(wired.settings.backup_warn_hours),
        "desk_url": f"{wired.settings.link_base}/can-bo/tinh-trang",
    }
    return compose(wired.catalogue.notices, wired.catalogue.agency, NOTICE, address, name, values)
