"""Everything of a submission goes in together, or nothing does. On both databases."""

import errno
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, func, select

from processor.domain.errors import Unavailable
from processor.storage.dossiers.dossiers import events_of, find_dossier
from processor.storage.dossiers.drafts import find_draft, insert_draft, update_draft
from processor.storage.engine import CommitUnclear, Engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.files.incoming import Incoming
from processor.storage.tables.core import attachments, dossiers, events, outbox, queue
from processor.storage.writer import AlreadyWritten, Writer
from tests.factories import NOW, a_new_draft, an_attachment, an_intake

TABLES = (dossiers, attachments, events, queue, outbox)


def counts(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES]


def test_a_submission_is_written_whole(engine: Engine, store: FileStore) -> None:
    intake = an_intake(an_attachment(), an_attachment())

    dossier_id = Writer(engine, store).write(intake)

    with reading(engine) as connection:
        found = find_dossier(connection, intake.dossier["reference"])
        log = events_of(connection, dossier_id)
    assert found is not None and found.answers == intake.dossier["answers"]
    assert found.received_at == NOW
    assert len(found.attachments) == 2
    assert [entry.kind for entry in log] == ["submitted"]
    assert counts(engine) == [1, 2, 1, 1, 1]


def test_a_key_used_twice_writes_nothing_the_second_time(engine: Engine, store: FileStore) -> None:
    writer = Writer(engine, store)
    writer.write(an_intake(idempotency_hash="k" * 64))

    with pytest.raises(AlreadyWritten):
        writer.write(an_intake(an_attachment(), idempotency_hash="k" * 64))

    assert counts(engine) == [1, 0, 1, 1, 1]


def test_one_bad_submission_of_a_batch_does_not_take_the_others_with_it(engine: Engine, store: FileStore) -> None:
    writer = Writer(engine, store)
    intakes = [an_intake(an_attachment(), idempotency_hash=f"{n % 15:064}") for n in range(16)]

    def outcome(intake) -> bool:  # type: ignore[no-untyped-def]
        try:
            writer.write(intake)
        except AlreadyWritten:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        written = list(pool.map(outcome, intakes))

    assert sorted(written) == [False] + [True] * 15
    assert counts(engine) == [15, 15, 15, 15, 15]


def test_a_draft_becomes_one_dossier_and_keeps_no_copy_of_the_answers(engine: Engine, store: FileStore) -> None:
    with writing(engine) as connection:
        draft_id = insert_draft(connection, a_new_draft({"a": ["1"]}))
    writer = Writer(engine, store)
    intake = an_intake(draft_id=draft_id)
    writer.write(intake)

    with pytest.raises(AlreadyWritten):
        writer.write(an_intake(draft_id=draft_id))

    with reading(engine) as connection:
        draft = find_draft(connection, "t" * 64, NOW)
    assert draft is not None
    assert (draft.sent_reference, draft.typed) == (intake.dossier["reference"], {})
    assert counts(engine)[0] == 1


@pytest.mark.parametrize("step", range(1, 7))
def test_a_failure_at_any_step_stores_nothing_and_the_next_submission_works(
    engine: Engine, store: FileStore, step: int
) -> None:
    executed = 0

    def fail(*_: object) -> None:
        nonlocal executed
        executed += 1
        if executed == step:
            raise OSError("the disk went away")

    writer = Writer(engine, store)
    event.listen(engine, "before_cursor_execute", fail)

    failed = False
    try:
        writer.write(an_intake(an_attachment()))
    except OSError:
        failed = True
    event.remove(engine, "before_cursor_execute", fail)

    assert failed == (counts(engine) == [0, 0, 0, 0, 0])
    writer.write(an_intake(an_attachment()))
    assert counts(engine)[0] == (1 if failed else 2)


@pytest.mark.parametrize("together", [1, 3])
def test_files_stay_when_the_answer_to_the_commit_was_lost(
    engine: Engine, store: FileStore, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = engine.dialect.do_commit

    def unheard(connection: Any) -> None:
        commit(connection)
        raise engine.dialect.loaded_dbapi.OperationalError("the line was cut")

    monkeypatch.setattr(engine.dialect, "do_commit", unheard)
    writer = Writer(engine, store)
    files = [a_file(store) for _ in range(together)]

    begun = [writer.begin(replace(an_intake(an_attachment(id=file.name)), files=[file])) for file in files]

    assert [type(one.exception()) for one in begun] == [CommitUnclear] * together
    assert set(store.ids()) == {file.name for file in files}
    assert counts(engine)[:2] == [together, together]


@pytest.mark.parametrize("together", [1, 3])
def test_files_go_when_the_database_was_gone_before_the_commit(
    engine: Engine, store: FileStore, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def went_away(*_: object) -> list[int]:
        raise Unavailable()

    monkeypatch.setattr("processor.storage.writer.insert_intakes", went_away)
    writer = Writer(engine, store)
    files = [a_file(store) for _ in range(together)]

    begun = [writer.begin(replace(an_intake(), files=[file])) for file in files]

    assert [type(one.exception()) for one in begun] == [Unavailable] * together
    assert list(store.ids()) == []


def test_a_disk_that_does_not_even_let_files_go_is_answered_all_the_same(
    engine: Engine, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(FileStore, "remove", fails)
    monkeypatch.setattr("processor.storage.files.attachments.sync_folder", fails)
    file = a_file(store)
    begun = Writer(engine, store).begin(replace(an_intake(), files=[file]))

    assert isinstance(begun.exception(timeout=30), Unavailable)
    assert counts(engine) == [0, 0, 0, 0, 0]


def a_file(store: FileStore) -> Incoming:
    file = store.receive()
    file.write(b"content", 100)
    return file


def test_a_draft_that_was_saved_after_it_was_read_is_not_written_as_it_was(engine: Engine, store: FileStore) -> None:
    with writing(engine) as connection:
        draft_id = insert_draft(connection, a_new_draft({"a": ["1"]}))
        update_draft(
            connection, draft_id, "v", {"a": ["2"]}, NOW.replace(minute=NOW.minute + 1), NOW.replace(year=2027)
        )

    with pytest.raises(AlreadyWritten):
        Writer(engine, store).write(an_intake(draft_id=draft_id))
