"""The event feed: whoever reads on from a cursor gets every event once, however the transactions ended."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest

from processor.domain.errors import Malformed
from processor.domain.events import next_event
from processor.services.appraisal.appraisal import view_dossier
from processor.services.appraisal.sheets import comment
from processor.services.exchange.feed import place_new_events, read_feed
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import append_event, dossier_numbered, last_event
from processor.storage.engine import Connection, reading, writing
from processor.storage.exchange.feed import events_after, last_position
from tests.desk import Sent, a_dossier, a_dossier_in, kinds, officer, opened


def told(wired: Wired, after: str = "", limit: int = 500) -> list[str]:
    return [f"{event.reference} {event.type}" for event in read_feed(wired, after, limit).events]


def add_event(connection: Connection, wired: Wired, sent: Sent, kind: str) -> None:
    dossier = dossier_numbered(connection, opened(wired, sent).dossier.id)
    previous = last_event(connection, dossier.id)
    append_event(connection, dossier.id, next_event(previous, kind, "applicant", wired.clock(), dossier.salt))


def test_events_stand_in_the_order_of_their_commits(either_desk: Wired) -> None:
    first, second = a_dossier(either_desk), a_dossier_in(either_desk, "accepted")

    read = told(either_desk)

    assert read[:3] == [
        f"{first.reference} dossier.submitted",
        f"{second.reference} dossier.submitted",
        f"{second.reference} dossier.claimed",
    ]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_transaction_that_began_first_and_committed_last_is_not_passed_by(either_desk: Wired) -> None:
    """Its event has the smaller id: a reader that goes by ids never sees it."""
    early, late = a_dossier(either_desk), a_dossier(either_desk)
    start = read_feed(either_desk, "", 500).next
    assert start

    with writing(either_desk.engine) as slow:
        add_event(slow, either_desk, early, "changed")
        with writing(either_desk.engine) as quick:
            add_event(quick, either_desk, late, "changed")
        before = read_feed(either_desk, start, 500)
    assert before.next
    after = read_feed(either_desk, before.next, 500)

    assert [event.reference for event in before.events] == [late.reference]
    assert [event.reference for event in after.events] == [early.reference]


def test_a_reader_beside_many_writers_gets_every_event_once(either_desk: Wired) -> None:
    dossiers = [a_dossier(either_desk) for _ in range(4)]
    speaker = officer(either_desk, "intake")
    done = Signal()

    def write(sent: Sent) -> None:
        for number in range(8):
            comment(either_desk, speaker, sent.reference, f"Ý kiến {number} (ví dụ)", "")

    def read() -> list[str]:
        found: list[str] = []
        cursor = ""
        while True:
            last = done.is_set()
            page = read_feed(either_desk, cursor, 3)
            found += [f"{event.reference} {event.hash}" for event in page.events]
            cursor = page.next or ""
            if last and not page.events:
                return found

    with ThreadPoolExecutor(5) as threads:
        reader = threads.submit(read)
        for written in [threads.submit(write, sent) for sent in dossiers]:
            written.result()
        done.set()
        seen = reader.result()

    every = {f"{sent.reference} {event.hash}" for sent in dossiers for event in opened(either_desk, sent).events}
    assert len(seen) == len(set(seen))
    assert set(seen) == every


def test_places_are_given_once_by_however_many_at_the_same_time(either_desk: Wired) -> None:
    for _ in range(3):
        a_dossier_in(either_desk, "accepted")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: place_new_events(either_desk), range(4)))

    with reading(either_desk.engine) as connection:
        places = [event.position for event in events_after(connection, 0, 500)]
        assert places == list(range(1, last_position(connection) + 1))


def test_who_only_looked_is_not_told(desk: Wired) -> None:
    sent = a_dossier(desk)
    view_dossier(desk, officer(desk, "reader"), sent.reference)

    assert kinds(desk, sent) == ["submitted", "viewed"]
    assert told(desk) == [f"{sent.reference} dossier.submitted"]


def test_pages_follow_each_other_and_the_last_says_where_to_go_on(desk: Wired) -> None:
    sent = [a_dossier(desk) for _ in range(3)]

    first = read_feed(desk, "", 2)
    second = read_feed(desk, first.next or "", 2)
    third = read_feed(desk, second.next or "", 2)

    assert [event.reference for page in (first, second, third) for event in page.events] == [
        one.reference for one in sent
    ]
    assert (first.more, second.more, third.next) == (True, False, second.next)


@pytest.mark.parametrize("cursor", ["x", "0-000000000000", "1", "-1-000000000000", "1-00000000000g", "１-000000000000"])
def test_what_is_no_cursor_is_refused(cursor: str, desk: Wired) -> None:
    with pytest.raises(Malformed, match="cursor_unknown") as refusal:
        read_feed(desk, cursor, 10)

    assert refusal.value.status == 400


@pytest.mark.parametrize("cursor", ["1-000000000000", "999-000000000000"])
def test_a_cursor_of_another_feed_is_gone_instead_of_skipping(cursor: str, desk: Wired) -> None:
    """After a backup was restored, or on another installation."""
    a_dossier(desk)

    with pytest.raises(Malformed, match="cursor_unknown") as refusal:
        read_feed(desk, cursor, 10)

    assert refusal.value.status == 410


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_limit_names_the_ones_that_there_are(limit: int, desk: Wired) -> None:
    with pytest.raises(Malformed, match="limit_wrong"):
        read_feed(desk, "", limit)
