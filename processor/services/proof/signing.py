"""The keys that sign receipts: made at first need, changed on request, published for ever.

They are read anew for each receipt, so that a rotation holds at once in every process. Deriving a private part takes
20 µs, so none is kept.
"""

import secrets
from datetime import datetime, timedelta

import structlog

from processor.domain.signature import Signer, SigningKey, new_key, signer_for, signer_of
from processor.services.parts import Wired
from processor.services.proof.server_key import other_key
from processor.storage.dossiers.receipts import first_received
from processor.storage.engine import Connection, reading, writing
from processor.storage.exchange.imports import every_accepted_key
from processor.storage.signing_keys import close_key, every_key, hold_keys, insert_key

LOG = structlog.get_logger("hotro.signing")


def signer_at(wired: Wired, received_at: datetime) -> Signer:
    """Who signs the receipt of that moment."""
    found = signer_for(published_keys(wired), wired.server_key, received_at)
    assert found
    return found


def published_keys(wired: Wired) -> list[SigningKey]:
    """Every key there ever was, oldest first. One that can sign today is among them: the first is made.

    Raises OtherServerKey.
    """
    with reading(wired.engine) as connection:
        keys = every_key(connection)
    return keys if can_sign(keys, wired) else with_first_key(wired)


def verifying_keys(wired: Wired) -> list[SigningKey]:
    """Whoever shows a receipt needs these: our own, and those of other installations that were accepted here."""
    own = published_keys(wired)
    with reading(wired.engine) as connection:
        others = every_accepted_key(connection)
    known = {key.key_id for key in own}
    return [*own, *(key for key in others if key.key_id not in known)]


def can_sign(keys: list[SigningKey], wired: Wired) -> bool:
    return any(key.valid_to is None and signer_of(key, wired.server_key) for key in keys)


def with_first_key(wired: Wired) -> list[SigningKey]:
    """Of several processes here at once, one makes it. Raises OtherServerKey where there is one of another server's."""
    now = wired.clock().replace(microsecond=0)
    with writing(wired.engine) as connection:
        hold_keys(connection)
        keys = every_key(connection)
        if not keys:
            # It also signs what came before there were any.
            replace_key(connection, wired, min(now, first_received(connection) or now))
            keys = every_key(connection)
    if not can_sign(keys, wired):
        raise other_key(wired.settings, wired.server_key)
    return keys


def rotate(wired: Wired) -> SigningKey:
    """A new key from the next full second on: times in receipts are whole seconds, each belongs to one key."""
    since = wired.clock().replace(microsecond=0) + timedelta(seconds=1)
    with writing(wired.engine) as connection:
        hold_keys(connection)
        return replace_key(connection, wired, since)


def replace_key(connection: Connection, wired: Wired, since: datetime) -> SigningKey:
    for key in every_key(connection):
        if key.valid_to is None:
            close_key(connection, key.key_id, max(since, key.valid_from))
            if signer_of(key, wired.server_key) is None:
                LOG.warning("signing_key_lost", key_id=key.key_id, reason="the server's key has changed")
    made = new_key(wired.server_key, secrets.token_hex(16), since)
    insert_key(connection, made)
    return made
