"""One message to the mail server, and what became of it. Reasons name codes, never what the server says of a person."""

import asyncio
import contextlib
import re
from collections.abc import Coroutine
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from processor.addresses import MailServer

STEP_SECONDS = 20.0
WHOLE_SECONDS = 60.0
ENHANCED_CODE = re.compile(r"^[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")


@dataclass(frozen=True)
class Outcome:
    """`later`: worth another try; `unreachable`: no other message would fare better now."""

    result: Literal["sent", "later", "never"]
    reason: str = ""
    unreachable: bool = False


def deliver(server: MailServer, message: EmailMessage, sender: str, address: str) -> Outcome:
    """Blocks, in a thread without a running loop. A message may have arrived though the outcome is `later`."""
    return outcome_of(hand_over(server, message, sender, address))


def let_in(server: MailServer, sender: str) -> Outcome:
    """The same up to the first letter: greeted, encrypted and signed in as the settings ask."""
    return outcome_of(greet(server, sender))


def outcome_of(talk: Coroutine[None, None, None]) -> Outcome:
    try:
        asyncio.run(talk)
    except SMTPRecipientsRefused as refused:
        return answered("Máy chủ thư từ chối người nhận", refused.recipients[0])
    except SMTPDataError as refused:
        return answered("Máy chủ thư từ chối thư", refused)
    except SMTPResponseException as refused:  # of us, not of this letter: signing in, the sender, the greeting
        return Outcome("later", f"Máy chủ thư từ chối: {code_of(refused)}", unreachable=True)
    except (SMTPException, OSError, TimeoutError) as error:
        return Outcome("later", f"Không gửi được tới máy chủ thư: {type(error).__name__}", unreachable=True)
    return Outcome("sent")


async def hand_over(server: MailServer, message: EmailMessage, sender: str, address: str) -> None:
    client = client_of(server, sender)
    async with asyncio.timeout(WHOLE_SECONDS), client:
        transport = client.transport
        try:
            await client.sendmail(sender, [address], message.as_bytes())
        finally:
            await part(client, transport)


async def greet(server: MailServer, sender: str) -> None:
    client = client_of(server, sender)
    async with asyncio.timeout(STEP_SECONDS), client:
        await part(client, client.transport)


def client_of(server: MailServer, sender: str) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.security == "tls",
        start_tls={"plain": None, "starttls": True, "tls": False}[server.security],
        validate_certs=server.security != "plain",
        local_hostname=sender.rpartition("@")[2],
        timeout=STEP_SECONDS,
    )


async def part(client: aiosmtplib.SMTP, transport: asyncio.BaseTransport | None) -> None:
    """The loop ends with this letter: it would not wait for the other side's end of TLS, and leave the socket open."""
    with contextlib.suppress(SMTPException, OSError, TimeoutError):
        await client.quit()
    if isinstance(transport, asyncio.Transport):
        transport.abort()


def answered(what: str, refused: SMTPResponseException) -> Outcome:
    """5xx is for good (RFC 5321, 4.2.1); anything else may pass."""
    reason = f"{what}: {code_of(refused)}"
    return Outcome("never" if 500 <= refused.code < 600 else "later", reason)


def code_of(refused: SMTPResponseException) -> str:
    if refused.code < 200:  # what the library calls a line that is no answer
        return "câu trả lời không phải của SMTP"
    enhanced = ENHANCED_CODE.match(refused.message)
    return f"{refused.code} {enhanced[0]}" if enhanced else str(refused.code)
