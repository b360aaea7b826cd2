"""Mail goes out: the worker claims a notice, writes the letter, hands it over, and notes what became of it.

At least once: a process that dies between the mail server's yes and our commit sends again, under the same Message-ID.
"""

import time
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import structlog

from processor.addresses import MailServer
from processor.domain.access.credentials import derived_token
from processor.domain.notice import NOTICES, DueNotice, Letter, WaitingMail, tried_for, wait_after
from processor.domain.vietnamese import iso
from processor.services.mail.delivery import WHOLE_SECONDS, Outcome, deliver
from processor.services.mail.filling import Pointless
from processor.services.mail.letters import write_letter
from processor.services.parts import Wired
from processor.storage.engine import reading, writing
from processor.storage.outbox import claim_next, give_up, mail_figures, mark_sent, postpone, waiting_mail

LEASE = timedelta(seconds=3 * WHOLE_SECONDS)
RUN_SECONDS = 60.0
LOG = structlog.get_logger("hotro.mail")


def send_due(wired: Wired) -> int:
    """Send what is due, for a minute at most, until the server cannot be reached. How many letters went out."""
    server = wired.settings.mail_server
    sent = 0
    ends = time.monotonic() + RUN_SECONDS
    while server and time.monotonic() < ends:
        outcome = send_next(wired, server)
        if outcome is None:
            break
        sent += outcome.result == "sent"
        if outcome.unreachable:
            break
    return sent


def send_next(wired: Wired, server: MailServer) -> Outcome | None:
    """None when nothing is due."""
    now = wired.clock()
    with writing(wired.engine) as connection:
        due = claim_next(connection, NOTICES, now, now + LEASE)
    if due is None:
        return None
    outcome = tried(wired, server, due)
    record(wired, due, now + LEASE, outcome)
    return outcome


def tried(wired: Wired, server: MailServer, due: DueNotice) -> Outcome:
    """One notice that cannot be written must not stop the others."""
    try:
        letter = write_letter(wired, due)
        message = message_of(wired, due, letter)
    except Pointless as reason:
        return Outcome("never", str(reason))
    except Exception as error:
        LOG.error("letter_not_written", notice=due.notice, id=due.id, exc_info=error)
        return Outcome("later", f"không soạn được thư: {type(error).__name__}")
    return deliver(server, message, wired.settings.sender, letter.address)


def record(wired: Wired, due: DueNotice, leased_until: datetime, outcome: Outcome) -> None:
    now = wired.clock()
    attempts = due.attempts + 1
    over = tried_for(attempts + 1) > timedelta(days=wired.settings.mail_days)
    with writing(wired.engine) as connection:
        if outcome.result == "sent":
            mark_sent(connection, due.id, leased_until, now)
        elif outcome.result == "never" or over:
            give_up(connection, due.id, leased_until, now, outcome.reason)
        else:
            postpone(connection, due.id, leased_until, now + wait_after(attempts), outcome.reason)
    if outcome.result != "sent":
        LOG.warning("letter_not_sent", notice=due.notice, id=due.id, attempts=attempts, reason=outcome.reason)


# Python 3.11 loses the space between two encoded words when it folds a long subject.
UNFOLDED = SMTP.clone(max_line_length=998)


def message_of(wired: Wired, due: DueNotice, letter: Letter) -> EmailMessage:
    """Plain text to one person. `Address` and the policy refuse line breaks; an address list was refused before."""
    sender = wired.settings.sender
    stable = derived_token(wired.server_key, "message", f"{due.id}\0{iso(due.created_at)}")
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = Address(wired.catalogue.agency.name, addr_spec=sender)
    message["To"] = Address(addr_spec=letter.address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(wired.clock())
    message["Message-ID"] = f"<{stable}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = "vi"
    return message


def figures(wired: Wired) -> dict[str, int]:
    with reading(wired.engine) as connection:
        return mail_figures(connection)


def backlog(wired: Wired) -> list[WaitingMail]:
    """What waits to go out, and what never will."""
    with reading(wired.engine) as connection:
        return waiting_mail(connection)
