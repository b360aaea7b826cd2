"""Exchange: dossiers from elsewhere, lists to fetch, webhooks, tokens of programs, the order of the event feed

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from processor.storage.tables.columns import Key, Moment

revision = "0005"
down_revision = "0004"

UNSENT = sa.text("sent_at IS NULL AND given_up_at IS NULL")
UNPLACED = sa.text("position IS NULL")


def upgrade() -> None:
    bring_dossiers()
    hand_out_lists()
    tell_programs()
    let_programs_read()
    order_events()


def bring_dossiers() -> None:
    op.create_table(
        "imports",
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("imported_at", Moment(timezone=True), nullable=False),
        sa.Column("last_sequence", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("receipt_seal", sa.Text(), nullable=False),
        sa.Column("receipt_pdf", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_imports_dossier_id")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_imports")),
    )
    op.create_table(
        "accepted_keys",
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("valid_from", Moment(timezone=True), nullable=False),
        sa.Column("valid_to", Moment(timezone=True), nullable=True),
        sa.Column("accepted_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_accepted_keys")),
    )


def hand_out_lists() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("ending", sa.String(length=10), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=False),
        sa.Column("leased_until", Moment(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("written", sa.Integer(), server_default="0", nullable=False),
        sa.Column("finished_at", Moment(timezone=True), nullable=True),
        sa.Column("failed_at", Moment(timezone=True), nullable=True),
        sa.Column("file_id", sa.String(length=32), nullable=True),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_exports_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sa.UniqueConstraint("file_id", name=op.f("uq_exports_file_id")),
    )
    op.create_index("ix_exports_officer_id", "exports", ["officer_id"])


def tell_programs() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("disabled_at", Moment(timezone=True), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("webhook_id", Key, nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", Moment(timezone=True), nullable=False),
        sa.Column("leased_until", Moment(timezone=True), nullable=True),
        sa.Column("sent_at", Moment(timezone=True), nullable=True),
        sa.Column("given_up_at", Moment(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_deliveries_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("webhook_id", "event_id", name=op.f("uq_deliveries_webhook_id_event_id")),
    )
    op.create_index(
        "ix_deliveries_unsent",
        "deliveries",
        ["webhook_id", "next_try_at"],
        sqlite_where=UNSENT,
        postgresql_where=UNSENT,
    )


def let_programs_read() -> None:
    op.create_table(
        "officer_tokens",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("used_at", Moment(timezone=True), nullable=True),
        sa.Column("revoked_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_officer_tokens_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_officer_tokens_token_hash")),
    )
    op.create_index("ix_officer_tokens_officer_id", "officer_tokens", ["officer_id"])


def order_events() -> None:
    """Events that are there already get their places from the background job, in the order of their ids."""
    op.add_column("events", sa.Column("position", sa.BigInteger(), nullable=True))
    op.create_index("ix_events_position", "events", ["position"], unique=True)
    op.create_index("ix_events_unplaced", "events", ["id"], sqlite_where=UNPLACED, postgresql_where=UNPLACED)
