"""The tables of privacy: what was erased and on what ground, requests of people about their data, breaches."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Table, Text

from processor.storage.at_rest.values import SealedText
from processor.storage.tables.columns import Key, Moment, key, metadata
from processor.storage.tables.core import dossiers, officers

# What people ask about their own data. The clocks follow from the kind and the day it was received.
data_requests = Table(
    "data_requests",
    metadata,
    key(),
    Column("kind", String(20), nullable=False),
    Column("person", SealedText("data_requests.person"), nullable=False),
    # Where the answer goes.
    Column("contact", SealedText("data_requests.contact"), nullable=False),
    # How the officer made sure that it is this person's data; None until then.
    Column("identified", SealedText("data_requests.identified")),
    Column("wanted", SealedText("data_requests.wanted"), nullable=False),
    # References of the dossiers concerned, between spaces.
    Column("dossiers", Text, nullable=False, server_default=""),
    Column("received_on", Date, nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
    # The first answer, for which the law gives two working days.
    Column("replied_at", Moment),
    # One extension is allowed; None until it is used.
    Column("extended_to", Date),
    Column("closed_at", Moment, index=True),
    Column("outcome", String(20)),
    Column("answer", SealedText("data_requests.answer")),
)

# Each thing done about a request, and by whom.
request_entries = Table(
    "request_entries",
    metadata,
    key(),
    Column("request_id", Key, ForeignKey("data_requests.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("note", SealedText("request_entries.note")),
)

# The tombstone of what was erased. It names no person: reference, dates and outcome stay with the dossier's row.
erasures = Table(
    "erasures",
    metadata,
    key(),
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), nullable=False, index=True),
    Column("scope", String(20), nullable=False),
    Column("ground", String(20), nullable=False),
    Column("reason", Text),
    # As the log names him; `hotro` for the retention rules.
    Column("actor", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("files", Integer, nullable=False),
    # The last day on which a backup may still hold it.
    Column("backups_until", Date, nullable=False),
    Column("request_id", Key, ForeignKey("data_requests.id")),
)

# Data that got into wrong hands, or was lost. The clock runs from `found_at`.
breaches = Table(
    "breaches",
    metadata,
    key(),
    Column("found_at", Moment, nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
    Column("what", Text, nullable=False),
    Column("data_kinds", Text, nullable=False),
    Column("people", Integer),
    # Whether it can harm somebody: then the authority is told.
    Column("harmful", Boolean, nullable=False),
    Column("notified_at", Moment),
    Column("notified_how", Text),
    Column("closed_at", Moment, index=True),
)

# The minutes: added to, never changed.
breach_entries = Table(
    "breach_entries",
    metadata,
    key(),
    Column("breach_id", Key, ForeignKey("breaches.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
    Column("text", Text, nullable=False),
)
