"""What a program may rely on in a database, and what of it a step has taken away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, inspect

from processor.storage.engine import Engine, reading
from processor.storage.schema import current, newest


@dataclass(frozen=True)
class Column:
    kind: str
    may_be_empty: bool
    filled_by_itself: bool


@dataclass(frozen=True)
class Shape:
    """`rules` are what a row must obey: primary keys, references, checks, what must be unique."""

    columns: Mapping[str, Column]
    rules: frozenset[str]


def is_current(engine: Engine) -> bool:
    with reading(engine) as connection:
        return current(connection) == newest()


def shapes(connection: Connection) -> dict[str, Shape]:
    looked = inspect(connection)
    return {
        name: Shape(
            {
                str(one["name"]): Column(
                    str(one["type"]),
                    bool(one["nullable"]),
                    one["default"] is not None or one.get("autoincrement") is True,
                )
                for one in looked.get_columns(name)
            },
            frozenset(
                str(rule)
                for rule in (
                    *looked.get_foreign_keys(name),
                    *looked.get_check_constraints(name),
                    *looked.get_unique_constraints(name),
                    *(index for index in looked.get_indexes(name) if index["unique"]),
                )
            ),
        )
        for name in looked.get_table_names()
    }


def taken_away(before: Mapping[str, Shape], after: Mapping[str, Shape]) -> Iterator[str]:
    """Whatever a program that knows `before` would stumble over. New tables are nobody's trouble."""
    for name, shape in before.items():
        if name not in after:
            yield f"{name} is gone"
            continue
        now = after[name]
        for column in shape.columns:
            if now.columns.get(column) != shape.columns[column]:
                yield f"{name}.{column} is not what it was"
        for column in now.columns.keys() - shape.columns.keys():
            if not (now.columns[column].may_be_empty or now.columns[column].filled_by_itself):
                yield f"{name}.{column} must be filled"
        yield from (f"{name} obeys another rule" for rule in now.rules - shape.rules)
