"""A draft under its secret link, until it is sent or lapses. On both databases."""

from datetime import timedelta

import pytest

from processor.storage.dossiers.drafts import (
    DraftExists,
    add_attachments,
    delete_draft,
    expired_drafts,
    find_draft,
    insert_draft,
    remove_attachment,
    update_draft,
)
from processor.storage.engine import Engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from tests.factories import NOW, a_new_draft, an_attachment, an_intake

TOKEN = "t" * 64
TYPED = {"organisation_name": ["Hợp tác xã “Chũ”"], "consent": ["a", "b"], "costs.0.amount": ["1 500"]}


def a_draft(engine: Engine, token_hash: str = TOKEN, days: int = 30) -> int:
    with writing(engine) as connection:
        return insert_draft(connection, a_new_draft(TYPED, token_hash, days))


def test_a_draft_comes_back_as_it_was_typed(engine: Engine) -> None:
    draft_id = a_draft(engine)

    with reading(engine) as connection:
        found = find_draft(connection, TOKEN, NOW)
        foreign = find_draft(connection, "x" * 64, NOW)

    assert found is not None and foreign is None
    assert (found.id, found.form_version, found.typed, found.sent_reference) == (draft_id, "v1", TYPED, None)
    assert (found.updated_at, found.expires_at) == (NOW, NOW + timedelta(days=30))


@pytest.mark.parametrize(("seconds", "there"), [(-1, True), (0, False), (1, False)])
def test_a_draft_is_there_until_its_last_second(seconds: int, there: bool, engine: Engine) -> None:
    a_draft(engine, days=30)

    with reading(engine) as connection:
        found = find_draft(connection, TOKEN, NOW + timedelta(days=30, seconds=seconds))

    assert (found is not None) is there


def test_saving_again_replaces_the_answers_and_moves_the_end(engine: Engine) -> None:
    draft_id = a_draft(engine)
    later = NOW + timedelta(days=5)

    with writing(engine) as connection:
        saved = update_draft(connection, draft_id, "v2", {"note": ["x"]}, later, later + timedelta(days=30))
        found = find_draft(connection, TOKEN, NOW + timedelta(days=34))

    assert saved and found is not None
    assert (found.form_version, found.typed, found.updated_at) == ("v2", {"note": ["x"]}, later)


def test_a_draft_that_was_sent_is_not_written_over(engine: Engine, store: FileStore) -> None:
    draft_id = a_draft(engine)
    intake = an_intake(draft_id=draft_id)
    Writer(engine, store).write(intake)

    with writing(engine) as connection:
        saved = update_draft(connection, draft_id, "v2", {"note": ["x"]}, NOW, NOW + timedelta(days=30))
        found = find_draft(connection, TOKEN, NOW)

    assert not saved and found is not None
    assert (found.typed, found.sent_reference) == ({}, intake.dossier["reference"])


def test_files_belong_to_one_draft_and_come_in_order_of_arrival(engine: Engine) -> None:
    draft_id, other_id = a_draft(engine), a_draft(engine, "u" * 64)
    late, early = an_attachment(received_at=NOW + timedelta(seconds=1)), an_attachment()

    with writing(engine) as connection:
        add_attachments(connection, draft_id, [late, early])
        add_attachments(connection, other_id, [])
        from_other = remove_attachment(connection, other_id, early["id"])
        before = find_draft(connection, TOKEN, NOW)
        from_own = remove_attachment(connection, draft_id, early["id"])
        after = find_draft(connection, TOKEN, NOW)

    assert (from_other, from_own) == (False, True)
    assert before and [file.id for file in before.attachments] == [early["id"], late["id"]]
    assert after and [file.id for file in after.attachments] == [late["id"]]


def test_lapsed_drafts_are_named_oldest_first_and_go_with_their_files(engine: Engine) -> None:
    second, first, living = a_draft(engine, "a" * 64, 2), a_draft(engine, "b" * 64, 1), a_draft(engine, "c" * 64, 30)
    file = an_attachment()
    with writing(engine) as connection:
        add_attachments(connection, first, [file])

    with writing(engine) as connection:
        lapsed = expired_drafts(connection, NOW + timedelta(days=2))
        gone = [delete_draft(connection, draft_id) for draft_id in lapsed]
        rest = expired_drafts(connection, NOW + timedelta(days=365))

    assert (lapsed, gone, rest) == ([first, second], [[file["id"]], []], [living])


def test_two_drafts_never_share_a_link(engine: Engine) -> None:
    a_draft(engine)

    with pytest.raises(DraftExists):
        a_draft(engine)
