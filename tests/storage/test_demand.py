"""Pre-registrations as the report reads them, and how they are marked, on both databases."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from processor.domain.events import first_break
from processor.domain.figures.demand import Need
from processor.domain.vietnamese import year_bounds
from processor.storage.dossiers.dossiers import dossier_numbered, events_of
from processor.storage.engine import Engine, reading, writing
from processor.storage.figures.demand import count_registered, filings, grants, mark_counted, registrations
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake


def answers(year: int = 2027, **changed: Any) -> dict[str, Any]:
    needs = [
        {"support_type": "standard_management_system", "standard": "haccp", "expected_cost": 7},
        {"support_type": "traceability", "standard": None, "expected_cost": 5},
    ]
    return {"need_year": year, "organisation_kind": "cooperative", "registration_no": "VD 01", "needs": needs} | changed


@pytest.fixture
def writer(engine: Engine, store: FileStore) -> Writer:
    return Writer(engine, store)


def a_registration(writer: Writer, **changed: Any) -> None:
    told = {"kind": "pre_registration", "form_id": "dang-ky-nhu-cau", "support_type": None, "answers": answers()}
    writer.write(an_intake(**told | changed))


def test_a_registration_is_read_with_its_needs(engine: Engine, writer: Writer) -> None:
    a_registration(writer, tax_code="9900000023")

    with reading(engine) as connection:
        (found,) = registrations(connection, 2027)

    assert (found.year, found.key, found.organisation_kind, found.commune_code) == (
        2027,
        ("9900000023",),
        "cooperative",
        "07210",
    )
    assert found.needs == (Need("standard_management_system", "haccp", 7), Need("traceability", "", 5))


def test_only_pre_registrations_of_the_years_asked_for_are_read(engine: Engine, writer: Writer) -> None:
    for year in (2025, 2026, 2027, 2028):
        a_registration(writer, answers=answers(year))
    a_registration(writer, answers=answers(2027), status="withdrawn")
    writer.write(an_intake())

    with reading(engine) as connection:
        years = [one.year for one in registrations(connection, 2027, 2026)]
        standing = count_registered(connection, 2027)

    assert sorted(years) == [2026, 2027, 2027]
    assert standing == 1


def test_filings_tell_whose_they_are_with_and_without_a_tax_code(engine: Engine, writer: Writer) -> None:
    writer.write(an_intake(tax_code="9900000023", status="approved"))
    writer.write(an_intake(organisation_name="HTX Đại Sơn", answers={"registration_no": "VD-01"}))

    with reading(engine) as connection:
        found = {(key, status) for _, key, status in filings(connection, *year_bounds(2026))}
        others = list(filings(connection, *year_bounds(2025)))

    assert found == {(("9900000023",), "approved"), (("no", "vd01", "htxdaison"), "submitted")}
    assert others == []


def test_what_nobody_decided_is_granted_to_nobody(engine: Engine, writer: Writer) -> None:
    writer.write(an_intake())

    with reading(engine) as connection:
        assert grants(connection, 2026) == {}


def test_those_that_are_as_they_were_read_are_marked_with_an_event_each(engine: Engine, writer: Writer) -> None:
    for _ in range(3):
        a_registration(writer)
    with reading(engine) as connection:
        read = sorted(registrations(connection, 2027), key=lambda one: one.id)
    with writing(engine) as connection:
        connection.execute(text("UPDATE dossiers SET revision = 2 WHERE id = :id"), {"id": read[1].id})

    with writing(engine) as connection:
        told = {one.id: {"year": 2027} for one in read}
        marked = mark_counted(connection, told, {one.id: one.revision for one in read}, "officer:x", NOW)

    assert marked == 2
    with reading(engine) as connection:
        first, changed = (dossier_numbered(connection, one.id) for one in read[:2])
        log = events_of(connection, first.id)
        places = connection.execute(text("SELECT status FROM queue ORDER BY dossier_id")).scalars().all()
    assert (first.status, first.revision, changed.status) == ("counted", 2, "submitted")
    assert [event.kind for event in log] == ["submitted", "counted"] and first_break(log, first.salt) is None
    assert json.loads(log[-1].data) == {"year": 2027}
    assert list(places) == ["counted", "submitted", "counted"]


def test_what_is_marked_or_withdrawn_is_not_marked_again(engine: Engine, writer: Writer) -> None:
    a_registration(writer)
    a_registration(writer, status="withdrawn")
    with reading(engine) as connection:
        read = list(registrations(connection, 2027))
    told, revisions = {one.id: {"year": 2027} for one in read}, {one.id: one.revision for one in read}

    with writing(engine) as connection:
        marked = [mark_counted(connection, told, revisions, "officer:x", NOW) for _ in range(2)]

    assert marked == [1, 0]
