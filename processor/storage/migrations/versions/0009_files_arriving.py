"""Files that arrive in pieces where no disk is shared

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from processor.storage.tables.columns import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "arriving_files",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", Moment(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arriving_files")),
    )
    op.create_table(
        "arriving_pieces",
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["arriving_files.id"], name=op.f("fk_arriving_pieces_file_id_arriving_files")
        ),
        sa.PrimaryKeyConstraint("file_id", "start", name=op.f("pk_arriving_pieces")),
    )
