"""The tables of the desk: clocks, sheets, money, decisions, slips, the log's roots. Money is whole đồng."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from processor.storage.at_rest.values import SealedJSON, SealedText
from processor.storage.tables.columns import Key, Moment, found_in_file, key, metadata
from processor.storage.tables.core import dossiers, officers

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("officer_id", Key, ForeignKey(officers.c.id), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
    Column("used_at", Moment),
)

# The working-time clock of a dossier, from its acceptance on. `due_on` stays once it was printed.
clocks = Table(
    "clocks",
    metadata,
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("days", Integer, nullable=False),
    # [[from, to or null], …] as ISO moments: waiting for the organisation.
    Column("pauses", JSON, nullable=False),
    # [{"days": n, "at": moment, "reason": text}, …]
    Column("extensions", JSON, nullable=False),
    Column("stopped_at", Moment),
    Column("calendar_version", String(16), nullable=False),
    Column("due_on", Date),
    Column("printed_at", Moment),
)

# One line of an appraisal sheet for each item.
sheet_lines = Table(
    "sheet_lines",
    metadata,
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), primary_key=True),
    Column("item_id", String(60), primary_key=True),
    Column("mark", String(20), nullable=False),
    Column("note", SealedText("sheet_lines.note")),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
    Column("at", Moment, nullable=False),
)

# What the appraiser proposes; the amount in đồng, its steps in words.
proposals = Table(
    "proposals",
    metadata,
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("computed", BigInteger),
    Column("steps", Text),
    Column("reason", SealedText("proposals.reason")),
    Column("year", Integer, nullable=False),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
    Column("at", Moment, nullable=False),
)

# Between officers; `asked_of` is who is asked for a second opinion, `answers` the question that this answers.
ASKED = text("asked_of IS NOT NULL")
comments = Table(
    "comments",
    metadata,
    key(),
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), nullable=False, index=True),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", SealedText("comments.text"), nullable=False),
    Column("asked_of", Key, ForeignKey(officers.c.id)),
    Column("answers", Key, ForeignKey("comments.id")),
    Index("ix_comments_asked_of", "asked_of", sqlite_where=ASKED, postgresql_where=ASKED),
)

# Envelopes by year, in đồng; a guarded update keeps reserved + committed within the amount.
budgets = Table(
    "budgets",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("amount", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("reserved", BigInteger, nullable=False, server_default="0"),
    Column("committed", BigInteger, nullable=False, server_default="0"),
    Column("paid", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("reserved >= 0 AND committed >= 0 AND paid >= 0", name="budget_not_negative"),
)

budget_entries = Table(
    "budget_entries",
    metadata,
    key(),
    Column("year", Integer, ForeignKey("budgets.year"), nullable=False, index=True),
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), index=True),
    Column("kind", String(20), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text),
)

# A decision of the Director over one dossier or several; number, day and signer come from the records office.
decisions = Table(
    "decisions",
    metadata,
    key(),
    Column("outcome", String(20), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
    Column("document_no", String(60)),
    Column("decided_on", Date),
    Column("signer", String(120)),
    Column("recorded_at", Moment),
    # The signed scan; its key in the store.
    Column("file_id", String(32), unique=True),
    Column("file_name", SealedText("decisions.file_name")),
    Column("file_size", BigInteger),
    Column("file_sha256", String(64)),
    Column("file_media_type", String(120)),
    *found_in_file("file_"),
)

decision_lines = Table(
    "decision_lines",
    metadata,
    Column("decision_id", Key, ForeignKey("decisions.id"), primary_key=True),
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), primary_key=True, index=True),
    Column("amount", BigInteger),
    Column("reason", SealedText("decision_lines.reason")),
)

# Where the money goes; asked for only after the approval.
payees = Table(
    "payees",
    metadata,
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), primary_key=True),
    Column("account_holder", SealedText("payees.account_holder"), nullable=False),
    Column("account_no", SealedText("payees.account_no"), nullable=False),
    Column("bank", SealedText("payees.bank"), nullable=False),
    Column("given_at", Moment, nullable=False),
)

# Every slip made: kept as (circular, form number, name) with what it was filled with.
slips = Table(
    "slips",
    metadata,
    key(),
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("circular", String(40), nullable=False),
    Column("form_no", String(10), nullable=False),
    Column("name", Text, nullable=False),
    Column("content", SealedJSON("slips.content"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
)

saved_views = Table(
    "saved_views",
    metadata,
    key(),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
    Column("name", String(80), nullable=False),
    Column("query", Text, nullable=False),
    UniqueConstraint("officer_id", "name"),
)

# One root a day over the ends of all chains that grew that day, chained to the root before.
roots = Table(
    "roots",
    metadata,
    Column("day", Date, primary_key=True),
    Column("root", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("dossiers", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
)
