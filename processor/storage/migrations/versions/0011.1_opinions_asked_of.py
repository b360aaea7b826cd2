"""Whose opinion is asked for, from an index

Revision ID: 0011.1
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011.1"
down_revision = "0011"

ASKED = sa.text("asked_of IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_comments_asked_of", "comments", ["asked_of"], sqlite_where=ASKED, postgresql_where=ASKED)
