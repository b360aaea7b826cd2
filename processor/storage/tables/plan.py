"""The tables of the Department's plan: counts without persons, the log of activities, answers to feedback."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text

from processor.storage.tables.columns import Key, Moment, key, metadata
from processor.storage.tables.core import dossiers, officers

# How often something happened on a day. No person, organisation, dossier or address enters here.
# `place` is a field, item or section; `detail` a code or outcome; `other` what made up for it; `outreach` a channel.
tallies = Table(
    "tallies",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", String(30), primary_key=True),
    Column("form_id", String(60), primary_key=True, server_default=""),
    Column("form_version", String(16), primary_key=True, server_default=""),
    Column("place", String(80), primary_key=True, server_default=""),
    Column("detail", String(60), primary_key=True, server_default=""),
    Column("other", String(80), primary_key=True, server_default=""),
    Column("outreach", String(40), primary_key=True, server_default=""),
    Column("count", Integer, nullable=False),
    Index("ix_tallies_kind_day", "kind", "day"),
)

# What the units did to make the policy known, for a task of a plan (forms/plans/).
activities = Table(
    "activities",
    metadata,
    key(),
    Column("plan", String(20), nullable=False),
    Column("task", String(40), nullable=False),
    Column("held_on", Date, nullable=False, index=True),
    Column("outreach", String(40)),
    Column("place", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("document", Text),
    Column("reached", Integer),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
    Column("entered_at", Moment, nullable=False),
    # Taken back; the row stays so that what was reported can be traced.
    Column("removed_at", Moment),
)

# What became of a piece of feedback: which clause it is about, the answer, where it was forwarded to.
replies = Table(
    "replies",
    metadata,
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), primary_key=True),
    # As the officer read it; None while nobody has told which clause it is about.
    Column("clause", Text),
    Column("answer", Text),
    Column("answered_at", Moment),
    Column("forwarded_to", Text),
    Column("forwarded_at", Moment),
    Column("forward_reason", Text),
    # As the page of answers shows them; only with the sender's consent.
    Column("public_question", Text),
    Column("published_at", Moment),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False),
)

# Figures for the public, as they were when somebody or the night made them.
published = Table(
    "published",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("content", Text, nullable=False),
)
