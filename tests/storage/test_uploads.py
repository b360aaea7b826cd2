"""Uploads under way belong to one draft, lapse on their own, and end with it. On both databases."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from processor.storage.dossiers.drafts import NewDraft, add_attachments, delete_draft, find_draft, insert_draft
from processor.storage.dossiers.uploads import (
    Upload,
    attachment_made_of,
    delete_upload,
    find_upload,
    hold_draft,
    insert_upload,
    lapsed_uploads,
    postpone_upload,
    upload_ids,
    uploads_of,
)
from processor.storage.engine import Engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from tests.factories import NOW, an_attachment, an_intake

DAY = timedelta(days=1)


def a_draft(engine: Engine, token_hash: str = "t" * 64) -> int:
    with writing(engine) as connection:
        return insert_draft(connection, NewDraft(token_hash, "f", "v", {}, NOW, NOW + 30 * DAY, "seed"))


def begun(engine: Engine, draft_id: int, minutes: int = 0, hours: float = 24) -> Upload:
    at = NOW + timedelta(minutes=minutes)
    end = NOW + timedelta(hours=hours)
    upload = Upload(secrets.token_hex(16), draft_id, "certificate_copy", "giấy “Chũ”.pdf", 5_000_000_000, at, end)
    with writing(engine) as connection:
        insert_upload(connection, upload)
    return upload


def test_an_upload_comes_back_as_it_was_announced_and_only_under_its_draft(engine: Engine) -> None:
    draft_id, other_id = a_draft(engine), a_draft(engine, "u" * 64)
    upload = begun(engine, draft_id)

    with reading(engine) as connection:
        own = find_upload(connection, draft_id, upload.id, NOW)
        foreign = find_upload(connection, other_id, upload.id, NOW)

    assert (own, foreign) == (upload, None)


@pytest.mark.parametrize(("seconds", "there"), [(-1, True), (0, False), (1, False)])
def test_an_upload_is_there_until_its_last_second(seconds: int, there: bool, engine: Engine) -> None:
    draft_id = a_draft(engine)
    upload = begun(engine, draft_id)
    at = upload.expires_at + timedelta(seconds=seconds)

    with reading(engine) as connection:
        found = find_upload(connection, draft_id, upload.id, at)
        listed = uploads_of(connection, draft_id, at)
        lapsed = lapsed_uploads(connection, at)

    assert (found is not None, listed == [upload], lapsed == []) == (there, there, there)


def test_uploads_of_a_draft_are_listed_in_the_order_they_were_begun(engine: Engine) -> None:
    draft_id, other_id = a_draft(engine), a_draft(engine, "u" * 64)
    late, early = begun(engine, draft_id, minutes=2), begun(engine, draft_id, minutes=1)
    begun(engine, other_id)

    with reading(engine) as connection:
        listed = uploads_of(connection, draft_id, NOW)

    assert listed == [early, late]


def test_an_upload_that_goes_on_lapses_later(engine: Engine) -> None:
    draft_id = a_draft(engine)
    upload = begun(engine, draft_id)

    with writing(engine) as connection:
        postpone_upload(connection, upload.id, NOW + 2 * DAY)
        found = find_upload(connection, draft_id, upload.id, NOW + DAY)

    assert found is not None and found.expires_at == NOW + 2 * DAY


def test_an_upload_ends_once(engine: Engine) -> None:
    upload = begun(engine, a_draft(engine))

    with writing(engine) as connection:
        ends = [delete_upload(connection, upload.id) for _ in range(2)]

    assert ends == [True, False]


def test_uploads_left_behind_by_a_draft_that_was_sent_have_lapsed(engine: Engine, store: FileStore) -> None:
    sent_id, living_id = a_draft(engine), a_draft(engine, "u" * 64)
    left, living = begun(engine, sent_id), begun(engine, living_id)

    Writer(engine, store).write(an_intake(draft_id=sent_id))

    with reading(engine) as connection:
        assert lapsed_uploads(connection, NOW) == [left.id]
        assert set(upload_ids(connection)) == {left.id, living.id}


def test_a_draft_is_held_until_it_is_sent(engine: Engine, store: FileStore) -> None:
    draft_id = a_draft(engine)
    with writing(engine) as connection:
        before = hold_draft(connection, draft_id, NOW + DAY, NOW + 31 * DAY)
        draft = find_draft(connection, "t" * 64, NOW + 30 * DAY)

    Writer(engine, store).write(replace(an_intake(draft_id=draft_id), draft_updated_at=NOW + DAY))
    with writing(engine) as connection:
        after = hold_draft(connection, draft_id, NOW + 2 * DAY, NOW + 32 * DAY)

    assert (before, after) == (True, False)
    assert draft is not None and (draft.updated_at, draft.expires_at) == (NOW + DAY, NOW + 31 * DAY)


def test_the_file_of_an_upload_is_found_in_its_draft_and_in_the_dossier_after(engine: Engine, store: FileStore) -> None:
    draft_id = a_draft(engine)
    file = an_attachment()
    with writing(engine) as connection:
        add_attachments(connection, draft_id, [file])
        in_draft = attachment_made_of(connection, file["id"])

    Writer(engine, store).write(an_intake(draft_id=draft_id))

    with reading(engine) as connection:
        in_dossier = attachment_made_of(connection, file["id"])
        never = attachment_made_of(connection, "x" * 32)
    assert in_draft == in_dossier and in_draft is not None and in_draft.name == file["name"]
    assert never is None


def test_a_deleted_draft_names_its_uploads_so_that_their_bytes_go_too(engine: Engine) -> None:
    draft_id = a_draft(engine)
    upload = begun(engine, draft_id)

    with writing(engine) as connection:
        gone = delete_draft(connection, draft_id)
        left = upload_ids(connection)

    assert (gone, list(left)) == ([upload.id], [])
