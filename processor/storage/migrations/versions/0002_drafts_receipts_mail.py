"""Drafts that can warn, resumable uploads, signed receipts, mail with retry, supplements, shared counters

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from processor.storage.tables.columns import Key, Moment

revision = "0002"
down_revision = "0001"

WAITING = sa.text("sent_at IS NULL AND given_up_at IS NULL")
OPEN = sa.text("status IN ('submitted', 'accepted', 'supplement_requested')")


def upgrade() -> None:
    new_tables()
    add_to_dossiers_and_drafts()
    mail_with_retry()
    op.drop_index("ix_queue_open", "queue")
    op.create_index("ix_queue_open", "queue", ["since"], sqlite_where=OPEN, postgresql_where=OPEN)


def new_tables() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("window_start", Moment(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "subject", "window_start", name=op.f("pk_counters")),
    )
    op.create_index("ix_counters_window_start", "counters", ["window_start"])
    op.create_table(
        "signing_keys",
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("valid_from", Moment(timezone=True), nullable=False),
        sa.Column("valid_to", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_signing_keys")),
    )
    op.create_table(
        "code_renewals",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("expires_at", Moment(timezone=True), nullable=False),
        sa.Column("used_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_code_renewals_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_renewals")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_code_renewals_token_hash")),
    )
    op.create_index(op.f("ix_code_renewals_dossier_id"), "code_renewals", ["dossier_id"])
    op.create_table(
        "revisions",
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("replaced_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_revisions_dossier_id")),
        sa.PrimaryKeyConstraint("dossier_id", "revision", name=op.f("pk_revisions")),
    )
    op.create_table(
        "supplements",
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=False),
        sa.Column("answer_by", Moment(timezone=True), nullable=True),
        sa.Column("answered_at", Moment(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_supplements_dossier_id")),
        sa.PrimaryKeyConstraint("dossier_id", "number", name=op.f("pk_supplements")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", Key, nullable=False),
        sa.Column("item_id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("expires_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_uploads_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_draft_id"), "uploads", ["draft_id"])
    op.create_index(op.f("ix_uploads_expires_at"), "uploads", ["expires_at"])


def add_to_dossiers_and_drafts() -> None:
    """Columns only: SQLite cannot make these tables anew while rows elsewhere refer to them."""
    op.add_column("attachments", sa.Column("supplement", sa.Integer(), nullable=True))
    op.add_column("dossiers", sa.Column("absences", sa.JSON(), nullable=True))
    op.add_column("dossiers", sa.Column("matter_hash", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_dossiers_matter_hash"), "dossiers", ["matter_hash"])
    op.add_column("drafts", sa.Column("seed", sa.String(length=64), nullable=True))
    op.add_column("drafts", sa.Column("created_at", Moment(timezone=True), nullable=True))
    op.add_column("drafts", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("drafts", sa.Column("warned_at", Moment(timezone=True), nullable=True))
    op.add_column("drafts", sa.Column("purpose", sa.String(length=20), nullable=True))
    op.execute(
        f"ALTER TABLE drafts ADD COLUMN dossier_id {whole()} CONSTRAINT fk_drafts_dossier_id REFERENCES dossiers (id)"
    )
    op.create_index(op.f("ix_drafts_dossier_id"), "drafts", ["dossier_id"])


def mail_with_retry() -> None:
    """Notices of before have no time of their next try: nobody is written to about what is long past."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("draft_id", Key, nullable=True))
        batch_op.add_column(sa.Column("address", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("next_try_at", Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("leased_until", Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("given_up_at", Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("last_error", sa.Text(), nullable=True))
        batch_op.alter_column("dossier_id", existing_type=Key, nullable=True)
        batch_op.create_foreign_key(op.f("fk_outbox_draft_id"), "drafts", ["draft_id"], ["id"])
    op.create_index(op.f("ix_outbox_dossier_id"), "outbox", ["dossier_id"])
    op.create_index(op.f("ix_outbox_draft_id"), "outbox", ["draft_id"])
    op.create_index("ix_outbox_waiting", "outbox", ["next_try_at"], sqlite_where=WAITING, postgresql_where=WAITING)


def whole() -> str:
    return "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
