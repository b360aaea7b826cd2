"""Which drafts are warned that they lapse soon. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import text

from processor.storage.dossiers.draft_warnings import draft_with_id, mark_warned, remember_address, unwarned_drafts
from processor.storage.dossiers.drafts import NewDraft, insert_draft, update_draft
from processor.storage.engine import Engine, reading, writing
from tests.factories import NOW

DAY = timedelta(days=1)


def a_draft(engine: Engine, name: str, days: float) -> int:
    with writing(engine) as connection:
        return insert_draft(
            connection,
            NewDraft(
                token_hash=name * 64,
                form_id="f",
                form_version="v",
                typed={},
                created_at=NOW,
                expires_at=NOW + days * DAY,
                seed="s",
            ),
        )


def unwarned(engine: Engine, now: datetime = NOW, after: int = 0, limit: int = 100) -> list[int]:
    with reading(engine) as connection:
        return [draft.id for draft in unwarned_drafts(connection, now, now + 5 * DAY, after, limit)]


def test_only_unsent_drafts_with_a_link_that_lapse_soon_are_due(engine: Engine) -> None:
    soon = a_draft(engine, "a", 5)
    a_draft(engine, "b", 5.1)
    a_draft(engine, "c", 0)
    without_seed = a_draft(engine, "d", 1)
    sent = a_draft(engine, "e", 1)
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE drafts SET seed = NULL WHERE id = {without_seed}"))
        connection.execute(text(f"UPDATE drafts SET sent_reference = 'HT' WHERE id = {sent}"))

    assert unwarned(engine) == [soon]


def test_they_come_in_pages_without_gap_or_double(engine: Engine) -> None:
    whole = [a_draft(engine, name, 1) for name in "abcde"]

    pages, after = [], 0
    while page := unwarned(engine, after=after, limit=2):
        pages.append(page)
        after = page[-1]

    assert pages == [whole[:2], whole[2:4], whole[4:]]


def test_a_draft_is_warned_once_until_it_is_saved_again(engine: Engine) -> None:
    draft_id = a_draft(engine, "a", 1)
    later = NOW + DAY / 2
    with writing(engine) as connection:
        marked = [mark_warned(connection, draft_id, NOW + DAY / 4) for _ in range(2)]
    between = unwarned(engine, NOW + DAY / 4)
    with writing(engine) as connection:
        update_draft(connection, draft_id, "v", {}, later, later + 4 * DAY)

    assert (marked, between) == ([True, False], [])
    assert unwarned(engine, later) == [draft_id]


def test_of_eight_at_once_one_warns(engine: Engine) -> None:
    draft_id = a_draft(engine, "a", 1)

    def try_it(_: int) -> bool:
        with writing(engine) as connection:
            return mark_warned(connection, draft_id, NOW)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(try_it, range(8)))

    assert won.count(True) == 1


def test_a_draft_remembers_an_address_and_is_found_by_its_id_until_it_lapses(engine: Engine) -> None:
    draft_id = a_draft(engine, "a", 1)

    with writing(engine) as connection:
        remembered = remember_address(connection, draft_id, "a@vi-du.example")
        nobody = remember_address(connection, draft_id + 1, "a@vi-du.example")
        found = draft_with_id(connection, draft_id, NOW)
        lapsed = draft_with_id(connection, draft_id, NOW + DAY)

    assert (remembered, nobody) == (True, False)
    assert found is not None and (found.address, found.seed) == ("a@vi-du.example", "s")
    assert lapsed is None
