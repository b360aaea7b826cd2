"""The desk: clocks, appraisal sheets, proposals, budgets, decisions, slips, second factors, daily roots

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from processor.domain.vietnamese import fold
from processor.storage.tables.columns import Key, Moment

revision = "0003"
down_revision = "0002"

OPEN = sa.text("status IN ('submitted', 'accepted', 'under_appraisal', 'supplement_requested', 'proposed')")
DUE = sa.text("due_on IS NOT NULL")
ANSWERED = sa.text("answered_at IS NOT NULL")


def upgrade() -> None:
    clocks_and_slips()
    sheets()
    money()
    officers()
    add_to_dossiers_and_drafts()
    add_to_queue()
    fold_names()


def clocks_and_slips() -> None:
    op.create_table(
        "roots",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_roots")),
    )
    op.create_table(
        "clocks",
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("started_at", Moment(timezone=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("extensions", sa.JSON(), nullable=False),
        sa.Column("stopped_at", Moment(timezone=True), nullable=True),
        sa.Column("calendar_version", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("printed_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_clocks_dossier_id")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_clocks")),
    )
    op.create_table(
        "slips",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("circular", sa.String(length=40), nullable=False),
        sa.Column("form_no", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_slips_dossier_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_slips_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slips")),
    )
    op.create_index(op.f("ix_slips_dossier_id"), "slips", ["dossier_id"])


def sheets() -> None:
    op.create_table(
        "comments",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_of", Key, nullable=True),
        sa.Column("answers", Key, nullable=True),
        sa.ForeignKeyConstraint(["answers"], ["comments.id"], name=op.f("fk_comments_answers")),
        sa.ForeignKeyConstraint(["asked_of"], ["officers.id"], name=op.f("fk_comments_asked_of")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_comments_dossier_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_comments_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_dossier_id"), "comments", ["dossier_id"])
    op.create_table(
        "proposals",
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("computed", sa.BigInteger(), nullable=True),
        sa.Column("steps", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_proposals_dossier_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_proposals_officer_id")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_proposals")),
    )
    op.create_table(
        "sheet_lines",
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("item_id", sa.String(length=60), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_sheet_lines_dossier_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_sheet_lines_officer_id")),
        sa.PrimaryKeyConstraint("dossier_id", "item_id", name=op.f("pk_sheet_lines")),
    )


def money() -> None:
    op.create_table(
        "budgets",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("set_at", Moment(timezone=True), nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("committed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paid", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("reserved >= 0 AND committed >= 0 AND paid >= 0", name="budget_not_negative"),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_budgets")),
    )
    op.create_table(
        "budget_entries",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("dossier_id", Key, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_budget_entries_dossier_id")),
        sa.ForeignKeyConstraint(["year"], ["budgets.year"], name=op.f("fk_budget_entries_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_entries")),
    )
    op.create_index(op.f("ix_budget_entries_dossier_id"), "budget_entries", ["dossier_id"])
    op.create_index(op.f("ix_budget_entries_year"), "budget_entries", ["year"])
    op.create_table(
        "decisions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("signer", sa.String(length=120), nullable=True),
        sa.Column("recorded_at", Moment(timezone=True), nullable=True),
        sa.Column("file_id", sa.String(length=32), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("file_media_type", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_decisions_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("file_id", name=op.f("uq_decisions_file_id")),
    )
    op.create_table(
        "decision_lines",
        sa.Column("decision_id", Key, nullable=False),
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_decision_lines_decision_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_decision_lines_dossier_id")),
        sa.PrimaryKeyConstraint("decision_id", "dossier_id", name=op.f("pk_decision_lines")),
    )
    op.create_index(op.f("ix_decision_lines_dossier_id"), "decision_lines", ["dossier_id"])
    op.create_table(
        "payees",
        sa.Column("dossier_id", Key, nullable=False),
        sa.Column("account_holder", sa.Text(), nullable=False),
        sa.Column("account_no", sa.String(length=40), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("given_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_payees_dossier_id")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_payees")),
    )


def officers() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_recovery_codes_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", "code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("officer_id", Key, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_saved_views_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("officer_id", "name", name=op.f("uq_saved_views_officer_id_name")),
    )
    op.add_column("officers", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("officers", sa.Column("totp_secret", sa.Text(), nullable=True))
    op.add_column("officers", sa.Column("totp_confirmed_at", Moment(timezone=True), nullable=True))
    op.add_column("officers", sa.Column("totp_step", sa.BigInteger(), nullable=True))
    op.add_column("officers", sa.Column("oidc_subject", sa.Text(), nullable=True))
    op.add_column("sessions", sa.Column("agent", sa.Text(), nullable=True))
    op.create_index("ix_officers_oidc_subject", "officers", ["oidc_subject"], unique=True)


def add_to_dossiers_and_drafts() -> None:
    """Columns only: SQLite cannot make these tables anew while rows elsewhere refer to them."""
    op.add_column("dossiers", sa.Column("channel", sa.Integer(), server_default="2", nullable=False))
    op.add_column("dossiers", sa.Column("proposed_amount", sa.BigInteger(), nullable=True))
    op.add_column("dossiers", sa.Column("approved_amount", sa.BigInteger(), nullable=True))
    op.add_column("dossiers", sa.Column("handed_over_at", Moment(timezone=True), nullable=True))
    op.add_column("dossiers", sa.Column("paid_on", sa.Date(), nullable=True))
    op.add_column("dossiers", sa.Column("paid_document", sa.Text(), nullable=True))
    op.create_index("ix_dossiers_tax_code", "dossiers", ["tax_code"])
    op.add_column("drafts", sa.Column("channel", sa.Integer(), nullable=True))
    op.execute(
        f"ALTER TABLE drafts ADD COLUMN officer_id {whole()} CONSTRAINT fk_drafts_officer_id REFERENCES officers (id)"
    )


def add_to_queue() -> None:
    op.add_column("queue", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("queue", sa.Column("answered_at", Moment(timezone=True), nullable=True))
    op.add_column("queue", sa.Column("paid", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("queue", sa.Column("folded", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_queue_due_on", "queue", ["due_on"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("ix_queue_holder_id", "queue", ["holder_id", "since"])
    op.create_index("ix_queue_status_since", "queue", ["status", "since"])
    op.create_index("ix_queue_answered_at", "queue", ["answered_at"], sqlite_where=ANSWERED, postgresql_where=ANSWERED)
    op.drop_index("ix_queue_open", "queue")
    op.create_index("ix_queue_open", "queue", ["since"], sqlite_where=OPEN, postgresql_where=OPEN)


def fold_names() -> None:
    """What is there already is found by the search too."""
    connection = op.get_bind()
    named = connection.execute(sa.text("SELECT id, organisation_name FROM dossiers")).all()
    for dossier_id, name in named:
        filled = sa.text("UPDATE queue SET folded = :folded WHERE dossier_id = :id")
        connection.execute(filled, {"folded": fold(name), "id": dossier_id})


def whole() -> str:
    return "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
