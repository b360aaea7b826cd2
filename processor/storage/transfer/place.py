"""Where a database is moved to: empty, or half-filled by the same move. References and counters are set at the end."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, inspect, select, text
from sqlalchemy.schema import AddConstraint

from processor.domain.vietnamese import moment
from processor.storage.desk import search
from processor.storage.engine import Connection, Engine, reading, writing
from processor.storage.schema import current, migrate, newest
from processor.storage.tables.columns import metadata
from processor.storage.transfer.comparing import count_rows
from processor.storage.transfer.standing import MoveFault, Standing, put_standing, standing_of


def refuse_filled(target: Engine, move_id: str) -> None:
    """Raises MoveFault for anything but an empty database or one that this very move has begun to fill."""
    with reading(target) as connection:
        names = set(inspect(connection).get_table_names())
        standing = standing_of(connection)
        if standing and standing.id == move_id and standing.role == "target":
            refuse_done(standing)
            return
        strange = names - {*metadata.tables, *search.TABLES, "alembic_version"}
        if strange:
            raise MoveFault(f"Nơi mới có bảng không phải của Hotro: {', '.join(sorted(strange)[:5])}. {MAKE_ANOTHER}")
        filled = count_rows(connection) if names and current(connection) == newest() else {}
    rows = sum(filled.values())
    if rows or (names and not filled):
        raise MoveFault(f"Nơi mới đã có dữ liệu khác ({rows} dòng). {MAKE_ANOTHER}")


def refuse_done(standing: Standing) -> None:
    """It serves now: bringing it in step with the source would take away what came since."""
    if standing.done_at:
        raise MoveFault(
            f"Đã chuyển xong lúc {moment(datetime.fromisoformat(standing.done_at))}. So lại từng dòng: thêm --check."
        )


MAKE_ANOTHER = "Tạo một cơ sở dữ liệu trống rồi chạy lại."


def prepare(target: Engine, standing: Standing) -> None:
    """The tables, without their references while rows come in any order; noted first, so that nothing serves it."""
    migrate(target)
    with writing(target) as connection:
        put_standing(connection, standing)
        if target.dialect.name == "postgresql":
            drop_references(connection)


def learn(target: Engine) -> None:
    """PostgreSQL's planner knows the tables as they are now, not as they were when they were empty."""
    if target.dialect.name == "postgresql":
        with writing(target) as connection:
            connection.execute(text(f"ANALYZE {', '.join(table.name for table in metadata.sorted_tables)}"))


def drop_references(connection: Connection) -> None:
    looked = inspect(connection)
    for table in metadata.sorted_tables:
        for reference in looked.get_foreign_keys(table.name):
            connection.execute(text(f'ALTER TABLE "{table.name}" DROP CONSTRAINT "{reference["name"]}"'))


def finish(source: Connection, target: Engine) -> None:
    """References hold and counters go on where the source's stand. Raises what a reference to nothing raises."""
    marks = {table.name: highest_id(source, table) for table in numbered_tables()}
    with writing(target) as connection:
        if target.dialect.name == "postgresql":
            add_references(connection)
        else:
            refuse_dangling(connection)
            search.put_all_names(connection)
        for name, number in marks.items():
            set_counter(connection, name, number)


def add_references(connection: Connection) -> None:
    looked = inspect(connection)
    for table in metadata.sorted_tables:
        there = {reference["name"] for reference in looked.get_foreign_keys(table.name)}
        for constraint in table.foreign_key_constraints:
            if constraint.name not in there:
                connection.execute(AddConstraint(constraint, isolate_from_table=False))


def refuse_dangling(connection: Connection) -> None:
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if found:
        raise MoveFault(f"{len(found)} dòng chỉ tới dòng không có, ví dụ ở bảng {found[0][0]}.")


def numbered_tables() -> list[Table]:
    """Those whose rows get the next number."""
    return [table for table in metadata.sorted_tables if table.autoincrement_column is not None]


def highest_id(source: Connection, table: Table) -> int:
    """The last number that was given, also when its row is gone."""
    column: Any = table.autoincrement_column
    there = source.execute(select(func.max(column))).scalar_one() or 0
    return max(there, counter_of(source, table.name))


def counter_of(connection: Connection, name: str) -> int:
    if connection.dialect.name == "postgresql":
        asked = text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM " + sequence_of(connection, name))
        return int(connection.execute(asked).scalar_one())
    asked = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return int(connection.execute(asked, {"name": name}).scalar() or 0)


def sequence_of(connection: Connection, name: str) -> str:
    return str(connection.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": name}).scalar_one())


def set_counter(connection: Connection, name: str, number: int) -> None:
    if connection.dialect.name == "postgresql":
        told = {"sequence": sequence_of(connection, name), "number": max(number, 1), "used": number > 0}
        connection.execute(text("SELECT setval(:sequence, :number, :used)"), told)
    elif metadata.tables[name].dialect_options["sqlite"]["autoincrement"]:
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
        row = {"name": name, "number": number}
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), row)
