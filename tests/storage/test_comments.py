"""What officers say to each other, and whose opinion is still missing. On both databases."""

from processor.storage.desk.comments import comments_of, insert_comment, opinions_asked_of
from processor.storage.dossiers.dossiers import dossier_numbered
from processor.storage.engine import Engine, writing
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake, an_officer


def test_comments_are_told_oldest_first_with_who_was_asked(engine: Engine, store: FileStore) -> None:
    mine, other = (Writer(engine, store).write(an_intake()) for _ in range(2))
    asking, asked = an_officer(engine, "hoi"), an_officer(engine, "dap")

    with writing(engine) as connection:
        insert_comment(connection, mine, asking.id, NOW, "Đã gọi", None)
        insert_comment(connection, mine, asking.id, NOW, "Có đạt không?", asked.id)
        insert_comment(connection, other, asking.id, NOW, "Chuyện khác")

        told = comments_of(connection, mine)

    assert [(one.officer, one.text, one.asked_of, one.answers) for one in told] == [
        ("hoi", "Đã gọi", None, None),
        ("hoi", "Có đạt không?", "dap", None),
    ]


def test_an_opinion_is_missing_until_it_is_given_and_a_dossier_is_named_once(engine: Engine, store: FileStore) -> None:
    first, second = (Writer(engine, store).write(an_intake()) for _ in range(2))
    asking, asked = an_officer(engine, "hoi"), an_officer(engine, "dap")

    with writing(engine) as connection:
        references = [dossier_numbered(connection, number).reference for number in (first, second)]
        for dossier_id in (first, first, second):
            insert_comment(connection, dossier_id, asking.id, NOW, "Có đạt không?", asked.id)
        before = opinions_asked_of(connection, asked.id), opinions_asked_of(connection, asking.id)
        insert_comment(connection, first, asked.id, NOW, "Đạt")

        after = opinions_asked_of(connection, asked.id)

    assert before == (references, [])
    assert after == references[1:]
