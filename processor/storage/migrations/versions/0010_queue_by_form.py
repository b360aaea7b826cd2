"""The queue of one form, of answers to look at and of what is to be paid, each from an index in its order

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ANSWERED = sa.text("answered_at IS NOT NULL")
UNPAID = sa.text("status = 'approved' AND paid IS 0")
UNPAID_IN_POSTGRESQL = sa.text("status = 'approved' AND paid IS false")


def upgrade() -> None:
    op.create_index("ix_queue_form_id_status_since", "queue", ["form_id", "status", "since"])
    op.create_index("ix_queue_form_id_since", "queue", ["form_id", "since"])
    op.create_index("ix_queue_answered", "queue", ["since"], sqlite_where=ANSWERED, postgresql_where=ANSWERED)
    op.create_index("ix_queue_unpaid", "queue", ["since"], sqlite_where=UNPAID, postgresql_where=UNPAID_IN_POSTGRESQL)
