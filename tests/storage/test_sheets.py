"""Sheets and proposals are kept as officers fill them. On both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from processor.domain.access.officer import Officer
from processor.domain.sheet import Proposal, SheetLine
from processor.storage.desk.sheets import clear_line, proposal_of, put_line, put_proposal, sheet_of
from processor.storage.engine import Connection, Engine, writing
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake, an_officer


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with writing(engine) as opened:
        yield opened


@pytest.fixture
def dossier_ids(engine: Engine, store: FileStore) -> list[int]:
    return [Writer(engine, store).write(an_intake()) for _ in range(2)]


@pytest.fixture
def officers(engine: Engine) -> list[Officer]:
    return [an_officer(engine, name, "appraiser") for name in ("mot", "hai")]


def test_the_last_mark_of_an_item_holds_and_names_its_officer(
    dossier_ids: list[int], officers: list[Officer], connection: Connection
) -> None:
    (mine, other), (first, second), later = dossier_ids, officers, NOW + timedelta(hours=1)

    put_line(connection, mine, "contracts", "missing", "thiếu phụ lục", first.id, NOW)
    put_line(connection, mine, "contracts", "met", "", second.id, later)
    put_line(connection, mine, "certificate_copy", "not_met", "hết hạn", first.id, NOW)
    put_line(connection, other, "contracts", "missing", "", first.id, NOW)
    clear_line(connection, other, "contracts")

    assert sheet_of(connection, mine) == {
        "contracts": SheetLine("contracts", "met", "", "hai", later),
        "certificate_copy": SheetLine("certificate_copy", "not_met", "hết hạn", "mot", NOW),
    }
    assert sheet_of(connection, other) == {}


def test_the_last_proposal_holds_and_an_unknown_figure_stays_unknown(
    dossier_ids: list[int], officers: list[Officer], connection: Connection
) -> None:
    mine, other = dossier_ids
    first = Proposal(40_000_000, 42_000_000, "50% …", "một hóa đơn không tính", 2026, "mot", NOW)
    second = replace(first, amount=30_000_000, computed=None, officer="hai")

    put_proposal(connection, mine, first, officers[0].id)
    before = proposal_of(connection, mine)
    put_proposal(connection, mine, second, officers[1].id)

    assert (before, proposal_of(connection, mine)) == (first, second)
    assert proposal_of(connection, other) is None
