"""Many rows in one statement stand in the database as if each had been inserted by itself. On both databases."""

from datetime import UTC, datetime

from sqlalchemy import insert, select

from processor.storage.engine import Engine, reading, writing
from processor.storage.rows import AT_ONCE, insert_rows
from processor.storage.tables.core import drafts
from tests.factories import NOW


def a_draft(number: int) -> dict[str, object]:
    """Text with a quote and marks, a document, moments, what is not there."""
    return {
        "id": number,
        "token_hash": f"{number:064}",
        "form_id": "o'nhãn",
        "form_version": "v",
        "typed": {"tên": ['"Hợp tác xã"'], "trống": []},
        "updated_at": NOW,
        "expires_at": datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC),
        "address": None,
        "standing_faults": None,
    }


def test_they_are_read_back_as_they_were_given(engine: Engine) -> None:
    rows = [a_draft(number) for number in range(1, AT_ONCE + 2)]
    alone = a_draft(len(rows) + 1)

    with writing(engine) as connection:
        insert_rows(connection, drafts, rows)
        connection.execute(insert(drafts), alone)

    with reading(engine) as connection:
        found = [dict(row) for row in connection.execute(select(drafts).order_by(drafts.c.id)).mappings()]
    assert [{name: row[name] for name in alone} for row in found] == [*rows, alone]


def test_none_at_all_asks_nothing(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_rows(connection, drafts, [])

    with reading(engine) as connection:
        assert connection.execute(select(drafts)).first() is None
