"""Whose opinion is asked for, from an index; since when a password is one that the program made

Revision ID: 0011.1
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from processor.storage.tables.columns import Moment

revision = "0011.1"
down_revision = "0011"

ASKED = sa.text("asked_of IS NOT NULL")


def upgrade() -> None:
    op.add_column("officers", sa.Column("password_given_at", Moment(timezone=True), nullable=True))
    op.create_index("ix_comments_asked_of", "comments", ["asked_of"], sqlite_where=ASKED, postgresql_where=ASKED)
