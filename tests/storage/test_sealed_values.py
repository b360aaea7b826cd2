"""Personal columns: closed in the database, open to whoever has the key, on both databases."""

import base64
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import JSON, Text, insert, select, type_coerce, update

from processor.settings import ROOT
from processor.storage.at_rest.key import AtRestFault, Seal
from processor.storage.at_rest.values import MARK, SEALED, seal_engine
from processor.storage.dossiers.drafts import insert_draft
from processor.storage.engine import Engine, open_engine, reading, writing
from processor.storage.figures.demand import count_registered
from processor.storage.files.attachments import FileStore
from processor.storage.privacy.erasures import drafts_of_person, references_of_person
from processor.storage.sealed_rows import Counted, agree_on_key, count_rows, seal_rows, sealed_tables
from processor.storage.tables.core import dossiers, drafts, outbox
from processor.storage.writer import Writer
from tests.conftest import A_SEAL
from tests.factories import NOW, a_new_draft, an_intake

SECRET = "Lê Thị Kín"
TYPED = {"contact_name": [SECRET]}
OTHER = Seal(b"\1" * 32)


@pytest.fixture
def sealed(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url, seal=A_SEAL)
    yield opened
    opened.dispose()


def a_draft(engine: Engine, token_hash: str = "t" * 64) -> None:
    with writing(engine) as connection:
        insert_draft(connection, a_new_draft(TYPED, token_hash))


def typed(engine: Engine) -> list[object]:
    with reading(engine) as connection:
        return list(connection.execute(select(drafts.c.typed).order_by(drafts.c.id)).scalars())


def lying(engine: Engine) -> list[object]:
    """As the database has it."""
    with reading(engine) as connection:
        return list(connection.execute(select(type_coerce(drafts.c.typed, JSON)).order_by(drafts.c.id)).scalars())


def test_a_document_is_closed_in_the_database_and_open_to_the_program(sealed: Engine) -> None:
    a_draft(sealed)

    assert typed(sealed) == [TYPED]
    assert [list(document) for document in lying(sealed)] == [[SEALED]]  # type: ignore[call-overload]
    assert SECRET not in str(lying(sealed))


def test_the_same_value_twice_does_not_look_the_same(sealed: Engine) -> None:
    a_draft(sealed)
    a_draft(sealed, "u" * 64)

    first, second = lying(sealed)

    assert first != second


def test_a_text_is_closed_too_and_nothing_stays_nothing(sealed: Engine) -> None:
    rows = [{"notice": "receipt", "created_at": NOW, "address": address} for address in ("kin@vi-du.example", None)]
    with writing(sealed) as connection:
        connection.execute(insert(outbox), rows)

    with reading(sealed) as connection:
        told = connection.execute(select(outbox.c.address, type_coerce(outbox.c.address, Text)).order_by(outbox.c.id))
        (address, closed), nothing = told

    assert address == "kin@vi-du.example"
    assert closed.startswith(MARK) and "kin@" not in closed
    assert tuple(nothing) == (None, None)


def test_without_the_key_and_with_another_nothing_is_read(sealed: Engine) -> None:
    a_draft(sealed)

    for seal in (None, OTHER):
        seal_engine(sealed, seal)
        with pytest.raises(AtRestFault):
            typed(sealed)


def test_a_value_brought_from_another_column_does_not_open(sealed: Engine) -> None:
    with writing(sealed) as connection:
        insert_draft(connection, a_new_draft(TYPED))
        moved = A_SEAL.closed("dossiers.answers", b'{"contact_name": ["another"]}')
        closed = {SEALED: base64.b64encode(moved).decode()}
        connection.execute(update(drafts).values(typed=type_coerce(closed, JSON)))

    with pytest.raises(AtRestFault, match=r"drafts\.typed"):
        typed(sealed)


def test_what_was_written_before_there_was_a_key_is_read_and_then_closed(engine: Engine, sealed: Engine) -> None:
    a_draft(engine)
    a_draft(sealed, "u" * 64)
    before = typed(sealed)

    steps: list[int] = []
    done = seal_rows(sealed, steps.append)

    assert before == typed(sealed) == [TYPED, TYPED]
    assert SECRET not in str(lying(sealed))
    assert (done, steps[-1]) == (1, 1)
    assert seal_rows(sealed, steps.append) == 0


def test_it_is_told_how_many_rows_stand_in_clear(engine: Engine, sealed: Engine) -> None:
    a_draft(engine)
    a_draft(sealed, "u" * 64)

    with reading(sealed) as connection:
        assert count_rows(connection) == Counted(sealed=1, clear=1)


@pytest.mark.parametrize("rows", [0, 1, 200, 201, 450])
def test_all_rows_are_closed_however_many(rows: int, engine: Engine, sealed: Engine) -> None:
    told = [vars(a_new_draft(TYPED, f"{number:064}")) | {"updated_at": NOW} for number in range(rows)]
    with writing(engine) as connection:
        if told:
            connection.execute(insert(drafts), told)

    assert seal_rows(sealed, lambda done: None) == rows
    assert SECRET not in str(lying(sealed))


def test_the_year_of_a_need_is_counted_by_the_database_all_the_same(sealed: Engine, store: FileStore) -> None:
    answers = {"need_year": 2027, "contact_name": SECRET}
    Writer(sealed, store).write(an_intake(kind="pre_registration", answers=answers))

    with reading(sealed) as connection:
        assert count_registered(connection, 2027) == 1
        assert count_registered(connection, 2026) == 0
        assert connection.execute(select(dossiers.c.answers)).scalar() == answers


def test_what_is_of_a_person_is_found_whether_it_is_closed_or_not(
    engine: Engine, sealed: Engine, store: FileStore
) -> None:
    for number, opened in enumerate((engine, sealed)):
        Writer(opened, store).write(an_intake(reference=f"HT-{number}", answers={"contact_name": SECRET}))
        Writer(opened, store).write(an_intake(answers={"contact_name": "another"}))
        a_draft(opened, str(number) * 64)

    with reading(sealed) as connection:
        assert references_of_person(connection, "contact_name", SECRET) == ["HT-0", "HT-1"]
        assert len(drafts_of_person(connection, ["contact_name"], SECRET)) == 2
        assert drafts_of_person(connection, ["contact_phone"], SECRET) == []


def test_no_question_to_the_database_compares_what_may_be_closed() -> None:
    """It would find nothing and say nothing. The year of a need stands beside its closed answers."""
    columns = [f"{table.name}.c.{column.name}" for table, closed in sealed_tables().items() for column in closed]
    comparison = r"(?: ?[!=]=| ?\[|\.(?:in_|i?like|contains|startswith|endswith)\b)"
    compared = re.compile(rf"\b(?:{'|'.join(map(re.escape, columns))}){comparison}")
    sources = {path: path.read_text() for path in (ROOT / "processor" / "storage").rglob("*.py")}

    found = [f"{path.name}: {hit[0]}" for path, source in sources.items() for hit in compared.finditer(source)]

    assert found == ["demand.py: dossiers.c.answers["]


def test_the_first_key_is_remembered_and_asked_for(engine: Engine, sealed: Engine) -> None:
    agree_on_key(engine)
    agree_on_key(sealed)
    agree_on_key(sealed)

    with pytest.raises(AtRestFault, match=A_SEAL.key_id):
        agree_on_key(engine)
    seal_engine(sealed, OTHER)
    with pytest.raises(AtRestFault, match=f"{A_SEAL.key_id}.*{OTHER.key_id}"):
        agree_on_key(sealed)
