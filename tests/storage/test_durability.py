"""PostgreSQL that may forget what it acknowledged is refused; a lock is waited for only so long."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from processor.domain.errors import Unavailable
from processor.storage.durability import NotDurable, WrongLetters, refuse_undurable
from processor.storage.engine import Engine, open_engine, writing
from tests.postgres import Postgres


@pytest.fixture
def durable(postgres: Postgres) -> Iterator[Postgres]:
    """Its settings are put back."""
    yield postgres
    postgres.ask("ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()")


def refusal(url: str) -> str:
    engine = open_engine(url)
    with pytest.raises(NotDurable) as refused:
        refuse_undurable(engine)
    engine.dispose()
    return str(refused.value)


def test_a_durable_database_is_taken(engine: Engine) -> None:
    refuse_undurable(engine)


def test_a_server_without_fsync_is_refused_by_the_name_of_the_setting(durable: Postgres) -> None:
    url = durable.fresh()
    durable.ask("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    while durable.ask("SHOW fsync") != [("off",)]:
        pass

    said = refusal(url)

    assert "fsync=off" in said and "database_not_durable" in said


@pytest.mark.parametrize("of", ["DATABASE {name}", "ROLE hotro IN DATABASE {name}"])
def test_commits_that_do_not_wait_are_refused_wherever_they_were_set(of: str, postgres: Postgres) -> None:
    url = postgres.fresh()
    whose = of.format(name=url.rpartition("/")[2])
    postgres.ask(f"ALTER {whose} SET synchronous_commit = off")

    said = refusal(url)

    postgres.ask(f"ALTER {whose} RESET synchronous_commit")
    postgres.give_back(url)
    assert "synchronous_commit=off" in said


def test_a_database_that_knows_no_letters_is_refused_with_the_command_that_makes_a_better_one(
    postgres: Postgres,
) -> None:
    postgres.ask("CREATE DATABASE khong_chu ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    engine = open_engine(postgres.url("khong_chu"))

    with pytest.raises(WrongLetters) as refused:
        refuse_undurable(engine)

    engine.dispose()
    assert "SQL_ASCII (mã database_encoding)" in str(refused.value) and "ENCODING 'UTF8'" in str(refused.value)


def test_whoever_waits_too_long_for_a_lock_is_told_to_come_again(database_url: str) -> None:
    impatient, other = open_engine(database_url, busy_milliseconds=100), open_engine(database_url)
    change = text("UPDATE marks SET value = 'x' WHERE name = 'vi-du'")
    with writing(other) as connection:
        connection.execute(text("INSERT INTO marks (name, value) VALUES ('vi-du', '1')"))
    with writing(other) as holding:
        holding.execute(change)
        with pytest.raises(Unavailable) as refused, writing(impatient) as connection:
            connection.execute(change)

    with writing(impatient) as connection:
        connection.execute(change)
    impatient.dispose()
    other.dispose()
    assert (refused.value.code, refused.value.status) == ("unavailable", 503)
    assert "lock" in refused.value.because
