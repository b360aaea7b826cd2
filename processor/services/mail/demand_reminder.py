"""Officers are reminded by mail of the day before which the demand has to be summed up."""

from processor.domain.access.officer import ADMIN
from processor.domain.notice import DueNotice, Letter, compose, readable_address
from processor.domain.vietnamese import VIETNAM, day, day_of, grouped
from processor.services.mail.digest import FROM
from processor.services.mail.filling import Pointless
from processor.services.parts import Wired
from processor.services.reports.demand_closing import MAY_CLOSE
from processor.services.reports.demand_closings import closings
from processor.services.reports.demand_deadline import Deadline, next_deadline
from processor.storage.engine import Connection, reading, writing
from processor.storage.figures.demand import count_registered
from processor.storage.officers.officer_mail import begin_mail, officers_with_mail
from processor.storage.outbox import enqueue

NOTICE = "demand_reminder"


def remind_of_demand(wired: Wired) -> int:
    """One letter to each who may close, once for each of the days ahead. How many were put in the outbox.

    Where the worker stood still on such a day, the reminder goes out on the next.
    """
    now = wired.clock().astimezone(VIETNAM)
    deadline = next_deadline(wired, now.date())
    if deadline is None or now.time() < FROM or not wired.settings.mail_server:
        return 0
    left = deadline.days_left(now.date())
    ahead = min((days for days in wired.catalogue.notices.demand_days if days >= left), default=None)
    if ahead is None:
        return 0
    with writing(wired.engine) as connection:
        if closings(connection, deadline.year):
            return 0
        if not begin_mail(connection, f"demand {deadline.before.isoformat()} {ahead}"):
            return 0
        addresses = addresses_of(connection)
        for address in addresses:
            enqueue(connection, NOTICE, wired.clock(), address=address)
    return len(addresses)


def addresses_of(connection: Connection) -> dict[str, str]:
    """The names of those who may close the summary, by address."""
    roles = (*MAY_CLOSE, ADMIN)
    return {address: officer.name for officer, address in officers_with_mail(connection) if officer.role in roles}


def reminder_letter(wired: Wired, due: DueNotice) -> Letter:
    """Raises Pointless: the officer is gone, the day is over, the summary is closed."""
    address, deadline = readable_address(due.address or ""), next_deadline(wired, wired.today())
    with reading(wired.engine) as connection:
        name = addresses_of(connection).get(due.address or "")
        if name is None or address is None:
            raise Pointless("không còn công chức nhận thư này")
        if deadline is None or deadline != next_deadline(wired, day_of(due.created_at)):
            raise Pointless("đã qua hạn tổng hợp nhu cầu")
        if closings(connection, deadline.year):
            raise Pointless("bảng nhu cầu đã chốt")
        values = figures(wired, connection, deadline)
    return compose(wired.catalogue.notices, wired.catalogue.agency, NOTICE, address, name, values)


def figures(wired: Wired, connection: Connection, deadline: Deadline) -> dict[str, str]:
    return {
        "year": str(deadline.year),
        "date": day(deadline.before),
        "source": deadline.source,
        "days": str(deadline.days_left(wired.today())),
        "registrations": grouped(count_registered(connection, deadline.year)),
        "desk_url": f"{wired.settings.link_base}/can-bo/bao-cao/demand?nam={deadline.year}",
    }
