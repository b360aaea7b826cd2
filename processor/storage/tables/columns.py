"""What every table is made of: the metadata, moments that keep their zone, number keys."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, Integer, MetaData, String, Text, TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment on both databases (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Key = BigInteger().with_variant(Integer, "sqlite")


def key() -> Column[int]:
    return Column("id", Key, primary_key=True, autoincrement=True)


def found_in_file(prefix: str = "") -> list[Column[Any]]:
    """What a file carries (None: not looked at yet), and what the scanner says of it, by whom and when.

    `scan_tries` and `next_scan_at` are of scans that gave no answer.
    """
    return [
        Column(f"{prefix}hazards", JSON(none_as_null=True)),
        Column(f"{prefix}scan_state", String(12), nullable=False, server_default="unscanned", index=True),
        Column(f"{prefix}scanned_at", Moment),
        Column(f"{prefix}scanned_by", Text),
        Column(f"{prefix}scan_found", Text),
        Column(f"{prefix}scan_tries", Integer, nullable=False, server_default="0"),
        Column(f"{prefix}next_scan_at", Moment),
    ]
