"""A closed account number is longer than an open one

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("payees") as payees:
        payees.alter_column("account_no", existing_type=sa.String(length=40), type_=sa.Text(), existing_nullable=False)
