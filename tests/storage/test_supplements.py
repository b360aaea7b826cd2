"""What waits for an answer is the newest request, until it is answered."""

from datetime import timedelta

from sqlalchemy import insert

from processor.domain.supplement import AskedItem
from processor.storage.dossiers.supplements import open_supplement
from processor.storage.engine import Engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.tables.core import supplements
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake

ASKED = [{"item_id": "certificate_copy", "reason": "Thiếu", "text": "Thiếu trang 2."}]


def ask(engine: Engine, dossier_id: int, number: int, answered: bool = False) -> None:
    row = {"dossier_id": dossier_id, "number": number, "asked": ASKED, "asked_at": NOW, "note": None}
    times = {"answer_by": NOW + timedelta(days=5), "answered_at": NOW if answered else None}
    with writing(engine) as connection:
        connection.execute(insert(supplements), row | times)


def test_the_open_request_names_its_items_with_reasons(engine: Engine, store: FileStore) -> None:
    dossier_id = Writer(engine, store).write(an_intake())
    ask(engine, dossier_id, 1, answered=True)
    ask(engine, dossier_id, 2)

    with reading(engine) as connection:
        found = open_supplement(connection, dossier_id)

    assert found and found.number == 2
    assert found.asked == (AskedItem("certificate_copy", "Thiếu", "Thiếu trang 2."),)
    assert found.answer_by == NOW + timedelta(days=5)


def test_nothing_waits_once_the_newest_is_answered(engine: Engine, store: FileStore) -> None:
    dossier_id = Writer(engine, store).write(an_intake())
    ask(engine, dossier_id, 1, answered=True)

    with reading(engine) as connection:
        assert open_supplement(connection, dossier_id) is None
        assert open_supplement(connection, dossier_id + 1) is None
