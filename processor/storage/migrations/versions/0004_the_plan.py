"""The Department's plan: counts without persons, activities, answers to feedback, figures for the public

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from processor.storage.tables.columns import Key, Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    count()
    log_activities()
    answer_feedback()
    op.create_table(
        "published",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_published")),
    )
    add_to_drafts_and_dossiers()


def count() -> None:
    op.create_table(
        "tallies",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("form_id", sa.String(length=60), server_default="", nullable=False),
        sa.Column("form_version", sa.String(length=16), server_default="", nullable=False),
        sa.Column("place", sa.String(length=80), server_default="", nullable=False),
        sa.Column("detail", sa.String(length=60), server_default="", nullable=False),
        sa.Column("other", sa.String(length=80), server_default="", nullable=False),
        sa.Column("outreach", sa.String(length=40), server_default="", nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day",
            "kind",
            "form_id",
            "form_version",
            "place",
            "detail",
            "other",
            "outreach",
            name=op.f("pk_tallies"),
        ),
    )
    op.create_index("ix_tallies_kind_day", "tallies", ["kind", "day"])


def log_activities() -> None:
    op.create_table(
        "activities",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("plan", sa.String(length=20), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("outreach", sa.String(length=40), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=True),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("entered_at", Moment(timezone=True), nullable=False),
        sa.Column("removed_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_activities_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index("ix_activities_held_on", "activities", ["held_on"])


def answer_feedback() -> None:
    op.create_table(
        "replies",
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", Moment(timezone=True), nullable=True),
        sa.Column("forwarded_to", sa.Text(), nullable=True),
        sa.Column("forwarded_at", Moment(timezone=True), nullable=True),
        sa.Column("forward_reason", sa.Text(), nullable=True),
        sa.Column("public_question", sa.Text(), nullable=True),
        sa.Column("published_at", Moment(timezone=True), nullable=True),
        sa.Column("officer_id", Key, nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_replies_dossier_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_replies_officer_id")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_replies")),
    )


def add_to_drafts_and_dossiers() -> None:
    op.add_column("drafts", sa.Column("outreach", sa.String(length=40), nullable=True))
    op.add_column("drafts", sa.Column("standing_faults", sa.JSON(), nullable=True))
    op.add_column("dossiers", sa.Column("outreach", sa.String(length=40), nullable=True))
