"""Keys come from the server's key and a seed. Which of them signs a receipt."""

import base64
import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from processor.domain.signature import SigningKey, new_key, signer_for, signer_of
from tests.receipts import RECEIVED_AT, SERVER_KEY, holds

DAY = timedelta(days=1)


def a_key(seed: str, since: int, until: int | None = None, server_key: bytes = SERVER_KEY) -> SigningKey:
    """In use for days counted from the receipt's moment."""
    key = new_key(server_key, seed, RECEIVED_AT + since * DAY)
    return replace(key, valid_to=None if until is None else RECEIVED_AT + until * DAY)


def chosen(*keys: SigningKey, at: datetime = RECEIVED_AT) -> str | None:
    signer = signer_for(keys, SERVER_KEY, at)
    return signer.key.seed if signer else None


def test_a_key_is_named_by_its_public_part() -> None:
    key = a_key("a", 0)

    assert key.key_id == hashlib.sha256(base64.b64decode(key.public_key)).hexdigest()[:16]


def test_the_private_part_is_derived_again_whenever_it_is_needed() -> None:
    key = a_key("a", 0)
    signer = signer_of(key, SERVER_KEY)

    assert signer and holds(key.public_key, signer.sign(b"content"), b"content")


@pytest.mark.parametrize(("server_key", "seed"), [(b"other" * 8, "a"), (SERVER_KEY, "b")])
def test_another_server_key_or_seed_is_another_key(server_key: bytes, seed: str) -> None:
    assert signer_of(a_key("a", 0), b"other" * 8) is None
    assert new_key(server_key, seed, RECEIVED_AT).public_key != a_key("a", 0).public_key


def test_the_key_of_the_receipts_day_signs_it_also_after_a_rotation() -> None:
    old, current = a_key("old", -9, 1), a_key("new", 1)

    assert chosen(old, current) == "old"
    assert chosen(old, current, at=RECEIVED_AT + DAY) == "new"


def test_the_moment_of_a_rotation_belongs_to_the_new_key() -> None:
    assert chosen(a_key("old", -9, 0), a_key("new", 0)) == "new"


def test_after_a_change_of_the_servers_key_the_current_one_signs_old_receipts_too() -> None:
    lost, current = a_key("lost", -9, 1, b"before" * 6), a_key("new", 1)

    assert chosen(lost, current) == "new"


def test_no_key_that_cannot_be_derived_signs() -> None:
    assert chosen() is None
    assert chosen(a_key("lost", -9, None, b"before" * 6)) is None
    assert chosen(a_key("closed", -9, -5)) is None
