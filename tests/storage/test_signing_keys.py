"""Keys are kept in the order in which they came into use, the closed ones too."""

from datetime import timedelta

from processor.domain.signature import new_key
from processor.storage.engine import Engine, reading, writing
from processor.storage.signing_keys import close_key, every_key, hold_keys, insert_key
from tests.receipts import RECEIVED_AT, SERVER_KEY

LATER = RECEIVED_AT + timedelta(days=1)


def test_a_closed_key_stays_and_the_next_follows_it(engine: Engine) -> None:
    first, second = new_key(SERVER_KEY, "a", RECEIVED_AT), new_key(SERVER_KEY, "b", LATER)

    with writing(engine) as connection:
        hold_keys(connection)
        insert_key(connection, second)
        insert_key(connection, first)
        close_key(connection, first.key_id, LATER)

    with reading(engine) as connection:
        keys = every_key(connection)
    assert [(key.key_id, key.valid_from, key.valid_to) for key in keys] == [
        (first.key_id, RECEIVED_AT, LATER),
        (second.key_id, LATER, None),
    ]


def test_of_two_keys_of_the_same_second_the_one_in_use_is_the_later(engine: Engine) -> None:
    keys = [new_key(SERVER_KEY, seed, RECEIVED_AT) for seed in ("a", "b", "c")]

    with writing(engine) as connection:
        for key in keys:
            insert_key(connection, key)
        for key in (keys[0], keys[2]):
            close_key(connection, key.key_id, RECEIVED_AT)

    with reading(engine) as connection:
        assert every_key(connection)[-1].key_id == keys[1].key_id
