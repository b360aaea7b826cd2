"""A slip is kept with what it was filled with, for its dossier alone. On both databases."""

from typing import Any

from processor.storage.desk.slips import insert_slip, slip_numbered, slips_of
from processor.storage.engine import Engine, writing
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake, an_officer

FILLED: dict[str, Any] = {
    "kind": "stop_notice",
    "circular": "03/2025/TT-VPCP",
    "form_no": "05",
    "name": "Thông báo dừng",
    "content": {"reference": "HT", "items": [{"title": "Giấy chứng nhận", "copies": None}]},
    "made_at": NOW,
}


def test_slips_of_a_dossier_are_told_oldest_first_as_they_were_made(engine: Engine, store: FileStore) -> None:
    mine, other = (Writer(engine, store).write(an_intake()) for _ in range(2))
    officer = an_officer(engine)

    with writing(engine) as connection:
        numbers = [insert_slip(connection, mine, officer.id, **FILLED | {"form_no": no}) for no in ("05", "06")]
        foreign = insert_slip(connection, other, officer.id, **FILLED)

        made = slips_of(connection, mine)
        found, not_mine = slip_numbered(connection, mine, numbers[1]), slip_numbered(connection, mine, foreign)

    assert [(slip.id, slip.form_no) for slip in made] == [(numbers[0], "05"), (numbers[1], "06")]
    assert made[0].content == FILLED["content"] and (made[0].officer, made[0].made_at) == (officer.name, NOW)
    assert found == made[1] and not_mine is None
