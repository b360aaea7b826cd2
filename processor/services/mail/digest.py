"""The morning digest: what an officer has before them today. Nothing to do, no letter."""

from datetime import time, timedelta

from processor.domain.access.officer import Officer
from processor.domain.notice import DueNotice, Letter, compose, readable_address
from processor.domain.vietnamese import VIETNAM, day
from processor.services.appraisal.views import standing
from processor.services.mail.filling import Pointless
from processor.services.parts import Wired
from processor.storage.desk.queue import QueueFilter, queue_count, queue_lines
from processor.storage.engine import Connection, reading, writing
from processor.storage.officers.officer_mail import begin_digest, officers_with_mail
from processor.storage.outbox import enqueue

NOTICE = "digest"
FROM = time(6, 30)
NEAREST = 5
FOR_ALL = ("qua-han", "chua-ai-nhan", "da-bo-sung", "cho-quyet-dinh")


def send_digests(wired: Wired) -> int:
    """Once each working morning, one letter to each officer with an address. How many were put in the outbox."""
    now = wired.clock().astimezone(VIETNAM)
    today = now.date()
    if now.time() < FROM or not wired.catalogue.calendar.is_working(today) or not wired.settings.mail_server:
        return 0
    with writing(wired.engine) as connection:
        if not begin_digest(connection, today):
            return 0
        addresses = [address for _, address in officers_with_mail(connection)]
        for address in addresses:
            enqueue(connection, NOTICE, wired.clock(), address=address)
    return len(addresses)


def officer_letter(wired: Wired, due: DueNotice) -> Letter:
    """Raises Pointless: the officer is gone, nothing is to be done, or the morning is over."""
    address = readable_address(due.address or "")
    with reading(wired.engine) as connection:
        officer = next((one for one, known in officers_with_mail(connection) if known == due.address), None)
        if officer is None or address is None:
            raise Pointless("không còn công chức nhận thư này")
        if due.created_at.astimezone(VIETNAM).date() != wired.today():
            raise Pointless("thư của buổi sáng đã qua")
        values = figures(wired, connection, officer)
    catalogue = wired.catalogue
    return compose(catalogue.notices, catalogue.agency, NOTICE, address, officer.name, values)


def figures(wired: Wired, connection: Connection, officer: Officer) -> dict[str, str]:
    views = standing(wired, officer)
    counts = {name: queue_count(connection, views[name]) for name in ("cua-toi", *FOR_ALL)}
    if not any(counts.values()):
        raise Pointless("không có việc")
    today = wired.today()
    due_today = QueueFilter(due_from=today, due_before=today + timedelta(days=1))
    nearest = queue_lines(connection, QueueFilter(due_from=today.replace(year=2000), limit=NEAREST))
    return {
        "date": day(today),
        "overdue": str(counts["qua-han"]),
        "due_today": str(queue_count(connection, due_today)),
        "mine": str(counts["cua-toi"]),
        "unclaimed": str(counts["chua-ai-nhan"]),
        "answered": str(counts["da-bo-sung"]),
        "to_decide": str(counts["cho-quyet-dinh"]),
        "list": "\n".join(f"- {line.reference}, hạn {day(line.due_on)}" for line in nearest if line.due_on)
        or "- chưa có hồ sơ nào có hạn",
        "desk_url": f"{wired.settings.link_base}/can-bo/ho-so",
    }
