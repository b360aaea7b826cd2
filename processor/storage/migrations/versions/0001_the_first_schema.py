"""The first schema

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from processor.storage.tables.columns import Key, Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "definitions",
        sa.Column("form_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("registered_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("form_id", "version", name=op.f("pk_definitions")),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("form_id", sa.String(length=60), nullable=False),
        sa.Column("form_version", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("support_type", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("answers_hash", sa.String(length=64), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("tax_code", sa.String(length=14), nullable=True),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column("requested_amount", sa.BigInteger(), nullable=True),
        sa.Column("official_code", sa.String(length=60), nullable=True),
        sa.Column("access_code_hash", sa.String(length=64), nullable=False),
        sa.Column("receipt_token_hash", sa.String(length=64), nullable=False),
        sa.Column("idempotency_hash", sa.String(length=64), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", Moment(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("idempotency_hash", name=op.f("uq_dossiers_idempotency_hash")),
        sa.UniqueConstraint("receipt_token_hash", name=op.f("uq_dossiers_receipt_token_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_dossiers_reference")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("dossiers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dossiers_form_id_status_received_at", ["form_id", "status", "received_at"], unique=False
        )
        batch_op.create_index("ix_dossiers_received_at", ["received_at"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("form_id", sa.String(length=60), nullable=False),
        sa.Column("form_version", sa.String(length=16), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("updated_at", Moment(timezone=True), nullable=False),
        sa.Column("expires_at", Moment(timezone=True), nullable=False),
        sa.Column("sent_reference", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_drafts_token_hash")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_table(
        "officers",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("name", name=op.f("uq_officers_name")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", Key, nullable=True),
        sa.Column("dossier_id", Key, nullable=True),
        sa.Column("item_id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("received_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_attachments_dossier_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_attachments_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_draft_id"), ["draft_id"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_events_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("dossier_id", "sequence", name=op.f("uq_events_dossier_id_sequence")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("sent_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_outbox_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "queue",
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("form_id", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("since", Moment(timezone=True), nullable=False),
        sa.Column("holder_id", Key, nullable=True),
        sa.Column("claimed_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_queue_dossier_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["officers.id"], name=op.f("fk_queue_holder_id")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_queue")),
    )
    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.create_index(
            "ix_queue_open",
            ["since"],
            unique=False,
            sqlite_where=sa.text("status IN ('submitted', 'accepted')"),
            postgresql_where=sa.text("status IN ('submitted', 'accepted')"),
        )
        batch_op.create_index("ix_queue_since", ["since"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("started_at", Moment(timezone=True), nullable=False),
        sa.Column("seen_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_sessions_officer_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_officer_id"), ["officer_id"], unique=False)
