"""What a receipt tells is what came with the dossier, whatever came later."""

from typing import Any

from sqlalchemy import insert

from processor.domain.access.credentials import secret_hash
from processor.storage.dossiers.receipts import first_received, received_with
from processor.storage.engine import Engine, reading, writing
from processor.storage.tables.core import attachments, dossiers
from tests.factories import NOW, an_attachment, an_intake

TOKEN = secret_hash("token")


def sent(engine: Engine, *files: dict[str, Any], **changed: Any) -> int:
    """The id of a dossier whose receipt's token is `token`."""
    row = an_intake(receipt_token_hash=TOKEN, **changed).dossier
    with writing(engine) as connection:
        dossier_id: int = connection.execute(insert(dossiers).values(row).returning(dossiers.c.id)).scalar_one()
        for file in files:
            connection.execute(insert(attachments).values({**file, "dossier_id": dossier_id}))
    return dossier_id


def test_files_of_a_supplement_are_not_part_of_it(engine: Engine) -> None:
    sent(engine, an_attachment(name="cùng gửi.pdf"), an_attachment(name="bổ sung.pdf", supplement=1))

    with reading(engine) as connection:
        received = received_with(connection, TOKEN)

    assert received and [file.name for file in received.attachments] == ["cùng gửi.pdf"]


def test_reasons_for_missing_papers_are_told_and_may_be_none(engine: Engine) -> None:
    sent(engine, absences={"contracts": "Đang chờ bản gốc."})

    with reading(engine) as connection:
        received = received_with(connection, TOKEN)

    assert received and received.absences == {"contracts": "Đang chờ bản gốc."}
    assert received.attachments == []


def test_an_unknown_token_leads_to_nothing(engine: Engine) -> None:
    with reading(engine) as connection:
        assert received_with(connection, TOKEN) is None


def test_the_first_moment_of_all_is_known(engine: Engine) -> None:
    with reading(engine) as connection:
        assert first_received(connection) is None
    sent(engine)

    with reading(engine) as connection:
        assert first_received(connection) == NOW
