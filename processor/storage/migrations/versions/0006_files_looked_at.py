"""What was found in a file: its hazards, and what the scanner says of it

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from processor.storage.tables.columns import Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    add_columns("attachments", "")
    add_columns("decisions", "file_")


def add_columns(table: str, prefix: str) -> None:
    """Files that are there already were not looked at for hazards, and are not scanned."""
    op.add_column(table, sa.Column(f"{prefix}hazards", sa.JSON(), nullable=True))
    state = sa.Column(f"{prefix}scan_state", sa.String(length=12), server_default="unscanned", nullable=False)
    op.add_column(table, state)
    op.add_column(table, sa.Column(f"{prefix}scanned_at", Moment(timezone=True), nullable=True))
    op.add_column(table, sa.Column(f"{prefix}scanned_by", sa.Text(), nullable=True))
    op.add_column(table, sa.Column(f"{prefix}scan_found", sa.Text(), nullable=True))
    op.add_column(table, sa.Column(f"{prefix}scan_tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column(table, sa.Column(f"{prefix}next_scan_at", Moment(timezone=True), nullable=True))
    op.create_index(op.f(f"ix_{table}_{prefix}scan_state"), table, [f"{prefix}scan_state"])
