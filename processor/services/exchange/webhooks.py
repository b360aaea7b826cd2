"""Other systems are told of events: signed, tried again for about a day, each receiver in a thread of its own.

A receiver that is slow or dead holds up nobody else: not the background work, not the others.
"""

import secrets
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog

from processor.domain.access.credentials import derived_token
from processor.domain.errors import HotroError
from processor.domain.vietnamese import iso
from processor.domain.webhook import (
    LONGEST_LABEL,
    Delivery,
    Webhook,
    body_of,
    fit_address,
    headers_for,
    secret_of,
    trial_body,
    wait_before,
)
from processor.services.exchange.feed import place_new_events
from processor.services.parts import Wired
from processor.storage.engine import reading, writing
from processor.storage.exchange.feed import place_events
from processor.storage.exchange.webhooks import (
    announce,
    anybody_told,
    claim_delivery,
    disable_webhook,
    due_webhooks,
    every_webhook,
    finish_delivery,
    forget_sent,
    insert_webhook,
    seed_of,
)

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0
LEASE = timedelta(minutes=2)
RUN_SECONDS = 60.0
KEPT = timedelta(days=30)
LOG = structlog.get_logger("hotro.webhooks")
# Which receivers this process is busy with; two threads for one would only wait for each other.
BUSY: set[tuple[int, int]] = set()
GUARD = threading.Lock()


class WebhookFault(HotroError):
    """An address that cannot be told; the text says why."""


@dataclass(frozen=True)
class Told:
    """`gone`: the receiver wants nothing more (HTTP 410)."""

    result: Literal["sent", "later", "gone"]
    reason: str = ""


def add_webhook(wired: Wired, url: str, label: str) -> tuple[int, str]:
    """Its id, and the secret, which is shown once. Raises WebhookFault."""
    if not fit_address(url):
        raise WebhookFault("Địa chỉ phải là https://… (http:// chỉ cho chính máy này), không kèm mật khẩu hay dấu #.")
    if not 1 <= len(label.strip()) <= LONGEST_LABEL:
        raise WebhookFault(f"Ghi --label, tên hệ thống nhận, từ 1 đến {LONGEST_LABEL} ký tự.")
    seed = secrets.token_hex(16)
    place_new_events(wired)
    with writing(wired.engine) as connection:
        number = insert_webhook(connection, url, label.strip(), seed, wired.clock())
    return number, secret_of(wired.server_key, seed)


def list_webhooks(wired: Wired) -> list[Webhook]:
    with reading(wired.engine) as connection:
        return every_webhook(connection)


def known_webhook(wired: Wired, webhook_id: int) -> Webhook:
    """Raises WebhookFault."""
    found = next((one for one in list_webhooks(wired) if one.id == webhook_id), None)
    if found is None:
        raise WebhookFault(f"Không có địa chỉ số {webhook_id}. Xem số ở hotro webhook list.")
    return found


def stop_telling(wired: Wired, webhook_id: int) -> None:
    """What still waits for it is not sent. Raises WebhookFault."""
    found = known_webhook(wired, webhook_id)
    with writing(wired.engine) as connection:
        if not disable_webhook(connection, webhook_id, wired.clock()):
            raise WebhookFault(f"Địa chỉ số {found.id} đã tắt từ trước.")


def send_trial(wired: Wired, webhook_id: int) -> Told:
    """One signed message of no event, now. Raises WebhookFault."""
    found = known_webhook(wired, webhook_id)
    with reading(wired.engine) as connection:
        secret = secret_of(wired.server_key, seed_of(connection, webhook_id))
    now = wired.clock()
    return hand_over(found.url, secret, f"msg_test_{secrets.token_hex(8)}", now, trial_body(now))


def tell_programs(wired: Wired) -> int:
    """For the background: how many receivers are being told now. Nobody waits for them."""
    return len(start_telling(wired))


def start_telling(wired: Wired) -> list[threading.Thread]:
    """New events become deliveries; each receiver with something due gets a thread, unless it has one."""
    prepare(wired)
    with reading(wired.engine) as connection:
        due = due_webhooks(connection, wired.clock())
    threads = [
        threading.Thread(target=tell_one, args=(wired, number), name=f"hotro-webhook-{number}", daemon=True)
        for number in due
        if take_turn(wired, number)
    ]
    for thread in threads:
        thread.start()
    return threads


def prepare(wired: Wired) -> None:
    place_new_events(wired)
    now = wired.clock()
    with reading(wired.engine) as connection:
        if not anybody_told(connection):
            return
    with writing(wired.engine) as connection:
        place_events(connection)  # holds the feed: of several processes here at once, one announces
        while announce(connection, now):
            pass
        forget_sent(connection, now - KEPT)


def take_turn(wired: Wired, webhook_id: int) -> bool:
    with GUARD:
        mine = (id(wired.engine), webhook_id)
        if mine in BUSY:
            return False
        BUSY.add(mine)
        return True


def tell_one(wired: Wired, webhook_id: int) -> None:
    """One after the other, for a minute at most, until a try fails: the next has no better chance now."""
    ends = time.monotonic() + RUN_SECONDS
    try:
        while time.monotonic() < ends and tell_next(wired, webhook_id):
            pass
    except Exception as error:
        LOG.error("webhook_failed", webhook=webhook_id, exc_info=error)
    finally:
        with GUARD:
            BUSY.discard((id(wired.engine), webhook_id))


def tell_next(wired: Wired, webhook_id: int) -> bool:
    """False when nothing was due, or the receiver did not take it."""
    now = wired.clock()
    with writing(wired.engine) as connection:
        due = claim_delivery(connection, webhook_id, now, now + LEASE)
    if due is None:
        return False
    told = hand_over(due.url, secret_of(wired.server_key, due.seed), message_id(wired, due), now, body(wired, due))
    record(wired, webhook_id, due, now + LEASE, told)
    return told.result == "sent"


def body(wired: Wired, due: Delivery) -> bytes:
    event = due.event
    return body_of(event, wired.catalogue.status(event.dossier_kind, event.status).national_code)


def message_id(wired: Wired, due: Delivery) -> str:
    """The same for every try, so that a receiver knows what it has had."""
    return "msg_" + derived_token(wired.server_key, "webhook_message", f"{due.id}\0{iso(due.created_at)}")


def hand_over(url: str, secret: str, message: str, at: datetime, content: bytes) -> Told:
    """The address alone decides where this goes: no redirect, no proxy or password of this machine's environment."""
    import requests  # only where somebody is told

    headers = headers_for(secret, message, at, content) | {"user-agent": "hotro-webhook/1"}
    try:
        with requests.Session() as session:
            session.trust_env = False
            waits = (CONNECT_SECONDS, ANSWER_SECONDS)
            with session.post(
                url, data=content, headers=headers, timeout=waits, allow_redirects=False, stream=True
            ) as answer:
                code = answer.status_code
    except (requests.RequestException, OSError, ValueError) as error:
        return Told("later", f"không gửi được: {type(error).__name__}")
    if 200 <= code < 300:
        return Told("sent")
    if code == 410:
        return Told("gone", "nơi nhận trả lời 410: không nhận nữa")
    return Told("later", f"nơi nhận trả lời {code}")


def record(wired: Wired, webhook_id: int, due: Delivery, leased_until: datetime, told: Told) -> None:
    now = wired.clock()
    wait = wait_before(due.attempts + 1)
    with writing(wired.engine) as connection:
        if told.result == "sent":
            finish_delivery(connection, due.id, leased_until, sent_at=now, last_error=None)
        elif told.result == "gone" or wait is None:
            finish_delivery(connection, due.id, leased_until, given_up_at=now, last_error=told.reason)
        else:
            finish_delivery(connection, due.id, leased_until, next_try_at=now + wait, last_error=told.reason)
        if told.result == "gone":
            disable_webhook(connection, webhook_id, now)
    if told.result != "sent":
        LOG.warning("webhook_not_taken", webhook=webhook_id, attempts=due.attempts + 1, reason=told.reason)
