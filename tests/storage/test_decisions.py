"""Decisions over several dossiers, their documents, and the accounts. On both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from processor.domain.access.officer import Officer
from processor.domain.payee import Payee
from processor.domain.sheet import Proposal
from processor.domain.slips.decision import DecisionLine, SignedScan
from processor.storage.desk.decisions import (
    add_line,
    decision_of,
    every_scan,
    insert_decision,
    payee_of,
    put_payee,
    record_document,
    waiting_proposals,
)
from processor.storage.desk.sheets import put_proposal
from processor.storage.dossiers.dossiers import change_status, dossier_numbered, events_of
from processor.storage.engine import Connection, Engine, writing
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake, an_officer

SCAN = SignedScan("261124" + "a" * 26, "quyết định.pdf", 1234, "b" * 64, "application/pdf")
DAY = date(2026, 11, 20)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with writing(engine) as opened:
        yield opened


@pytest.fixture
def leader(engine: Engine) -> Officer:
    return an_officer(engine, "lanh-dao", "leader")


@pytest.fixture
def dossier_ids(engine: Engine, store: FileStore) -> list[int]:
    """The one filed last is written first."""
    return [Writer(engine, store).write(an_intake(received_at=NOW - timedelta(days=ago))) for ago in (0, 1, 2)]


def test_a_decision_has_all_its_dossiers_and_their_sum(
    dossier_ids: list[int], leader: Officer, connection: Connection
) -> None:
    first, second, other = dossier_ids

    number = insert_decision(connection, "approved", leader.id, NOW)
    add_line(connection, number, second, 30, "")
    add_line(connection, number, first, 12, "lý do")

    found = decision_of(connection, first)
    assert found == decision_of(connection, second)
    assert (
        found
        and found.id == number
        and found.total == 42
        and (found.officer, found.document_no, found.scan) == ("lanh-dao", None, None)
    )
    assert [(line.dossier_id, line.amount, line.reason) for line in found.lines] == [
        (first, 12, "lý do"),
        (second, 30, ""),
    ]
    assert isinstance(found.lines[0], DecisionLine)
    assert decision_of(connection, other) is None


def test_of_two_decisions_about_a_dossier_the_newer_one_stands(
    dossier_ids: list[int], leader: Officer, connection: Connection
) -> None:
    numbers = []
    for outcome in ("rejected", "approved"):
        numbers.append(insert_decision(connection, outcome, leader.id, NOW))
        add_line(connection, numbers[-1], dossier_ids[0], None, "")

    found = decision_of(connection, dossier_ids[0])

    assert found and (found.id, found.outcome) == (numbers[1], "approved")


def test_what_was_recorded_stays_and_its_scan_is_known(
    dossier_ids: list[int], leader: Officer, connection: Connection
) -> None:
    number = insert_decision(connection, "approved", leader.id, NOW)
    add_line(connection, number, dossier_ids[0], 12, "")
    before = every_scan(connection)

    first = record_document(connection, number, "05/QĐ", DAY, "Người Ký", SCAN, NOW)
    again = record_document(connection, number, "06/QĐ", DAY, "Người khác", replace(SCAN, id="c" * 32), NOW)

    found = decision_of(connection, dossier_ids[0])
    assert (first, again, before) == (True, False, [])
    assert found and (found.document_no, found.decided_on, found.signer) == ("05/QĐ", DAY, "Người Ký")
    assert (found.recorded_at, found.scan) == (NOW, SCAN)
    assert every_scan(connection) == [SCAN]


def test_the_last_account_given_holds(dossier_ids: list[int], connection: Connection) -> None:
    first, second = Payee("HTX Ví dụ", "0123456789", "Ngân hàng Ví dụ", NOW), Payee("HTX", "999999", "Khác", NOW)

    put_payee(connection, dossier_ids[0], first)
    put_payee(connection, dossier_ids[0], second)

    assert payee_of(connection, dossier_ids[0]) == second
    assert payee_of(connection, dossier_ids[1]) is None


def test_what_is_before_the_director_is_in_order_of_filing(
    dossier_ids: list[int], leader: Officer, connection: Connection
) -> None:
    for dossier_id in dossier_ids:
        put_proposal(connection, dossier_id, Proposal(7, 7, "", "", 2026, "lanh-dao", NOW), leader.id)
    for dossier_id in dossier_ids[:2]:
        change_status(connection, dossier_id, "submitted", "proposed", NOW)

    waiting = waiting_proposals(connection)

    late, early = (dossier_numbered(connection, number) for number in dossier_ids[:2])
    assert [one.reference for one in waiting] == [early.reference, late.reference]
    assert [one.seen for one in waiting] == [events_of(connection, early.id)[-1].sequence] * 2
    assert {(one.amount, one.year, one.officer) for one in waiting} == {(7, 2026, "lanh-dao")}
