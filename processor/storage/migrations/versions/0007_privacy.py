"""Privacy: what was erased, requests of people about their data, breaches

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from processor.storage.tables.columns import Key, Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    keep_requests()
    keep_tombstones()
    keep_breaches()


def keep_requests() -> None:
    op.create_table(
        "data_requests",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("identified", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("dossiers", sa.Text(), server_default="", nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("entered_at", Moment(timezone=True), nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("replied_at", Moment(timezone=True), nullable=True),
        sa.Column("extended_to", sa.Date(), nullable=True),
        sa.Column("closed_at", Moment(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_data_requests_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
    )
    op.create_index("ix_data_requests_closed_at", "data_requests", ["closed_at"])
    op.create_table(
        "request_entries",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("request_id", Key, nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["data_requests.id"], name=op.f("fk_request_entries_request_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_request_entries_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_entries")),
    )
    op.create_index("ix_request_entries_request_id", "request_entries", ["request_id"])


def keep_tombstones() -> None:
    op.add_column("dossiers", sa.Column("erased_at", Moment(timezone=True), nullable=True))
    op.create_table(
        "erasures",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("backups_until", sa.Date(), nullable=False),
        sa.Column("request_id", Key, nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_erasures_dossier_id")),
        sa.ForeignKeyConstraint(["request_id"], ["data_requests.id"], name=op.f("fk_erasures_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index("ix_erasures_dossier_id", "erasures", ["dossier_id"])


def keep_breaches() -> None:
    op.create_table(
        "breaches",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("found_at", Moment(timezone=True), nullable=False),
        sa.Column("entered_at", Moment(timezone=True), nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("data_kinds", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("harmful", sa.Boolean(), nullable=False),
        sa.Column("notified_at", Moment(timezone=True), nullable=True),
        sa.Column("notified_how", sa.Text(), nullable=True),
        sa.Column("closed_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_breaches_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breaches")),
    )
    op.create_index("ix_breaches_closed_at", "breaches", ["closed_at"])
    op.create_table(
        "breach_entries",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("breach_id", Key, nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breaches.id"], name=op.f("fk_breach_entries_breach_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_breach_entries_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_entries")),
    )
    op.create_index("ix_breach_entries_breach_id", "breach_entries", ["breach_id"])
