"""Names, official codes, the mail that was given up and what was received of a kind are found from an index

Of the names each three signs that follow one another are in it, so that any part of a name is found: on SQLite in a
table of FTS5, on PostgreSQL by pg_trgm. An older program does not write into that table, so it must be stopped.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

from processor.storage.schema import NoExtension

revision = "0011"
down_revision = "0010"

ADDED_UP = ("status", "channel", "outreach", "support_type", "requested_amount")
CODED = sa.text("official_code IS NOT NULL")
GIVEN_UP = sa.text("given_up_at IS NOT NULL")
IN_SQLITE = (
    """
    CREATE VIRTUAL TABLE queue_names USING fts5(
        folded, content='queue', content_rowid='dossier_id', columnsize=0, tokenize='trigram'
    )
    """,
    "INSERT INTO queue_names (queue_names) VALUES ('rebuild')",
)
IN_POSTGRESQL = (
    "CREATE INDEX ix_queue_folded ON queue USING gin (folded gin_trgm_ops)",
    # The beginning of a code is found whatever the collation of the database is.
    "DROP INDEX ix_dossiers_tax_code",
    "CREATE INDEX ix_dossiers_tax_code ON dossiers (tax_code varchar_pattern_ops)",
)


def upgrade() -> None:
    op.create_index(
        "ix_dossiers_official_code", "dossiers", ["official_code"], sqlite_where=CODED, postgresql_where=CODED
    )
    op.drop_index("ix_dossiers_received_at", "dossiers")
    op.create_index("ix_dossiers_kind_received_at", "dossiers", ["kind", "received_at", *ADDED_UP])
    op.create_index("ix_outbox_given_up", "outbox", ["id"], sqlite_where=GIVEN_UP, postgresql_where=GIVEN_UP)
    if op.get_bind().dialect.name == "postgresql":
        make_extension()
    for statement in IN_SQLITE if op.get_bind().dialect.name == "sqlite" else IN_POSTGRESQL:
        op.execute(statement)


def make_extension() -> None:
    """Trusted: whoever may create in the database may make it, and nothing is asked for where it is there."""
    try:
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError as error:
        raise NoExtension(error) from error
