"""Filters under a name, each officer's own. On both databases."""

from processor.storage.engine import Engine, writing
from processor.storage.officers.saved_views import drop_view, put_view, views_of
from tests.factories import an_officer


def test_views_are_told_by_name_and_a_name_gets_the_new_filters(engine: Engine) -> None:
    mine, other = an_officer(engine, "mot"), an_officer(engine, "hai")

    with writing(engine) as connection:
        for name, query in (("tuần này", "xem=sap-den-han"), ("chờ", "cho=7"), ("tuần này", "xem=qua-han")):
            put_view(connection, mine.id, name, query)
        put_view(connection, other.id, "chờ", "cho=30")

        told = [(name, query) for _, name, query in views_of(connection, mine.id)]

    assert told == [("chờ", "cho=7"), ("tuần này", "xem=qua-han")]


def test_only_ones_own_view_is_dropped(engine: Engine) -> None:
    mine, other = an_officer(engine, "mot"), an_officer(engine, "hai")
    with writing(engine) as connection:
        put_view(connection, mine.id, "chờ", "cho=7")
        ((number, _, _),) = views_of(connection, mine.id)

    with writing(engine) as connection:
        drop_view(connection, other.id, number)
        kept = views_of(connection, mine.id)
        drop_view(connection, mine.id, number)
        dropped = views_of(connection, mine.id)

    assert kept == [(number, "chờ", "cho=7")] and dropped == []
