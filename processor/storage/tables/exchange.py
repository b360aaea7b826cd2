"""The tables of exchange: dossiers from elsewhere, lists to fetch, programs that are told, tokens of programs."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from processor.storage.tables.columns import Key, Moment, key, metadata
from processor.storage.tables.core import dossiers, events, officers

# A dossier that was brought from another installation, with the receipt that was signed there.
imports = Table(
    "imports",
    metadata,
    Column("dossier_id", Key, ForeignKey(dossiers.c.id), primary_key=True),
    Column("imported_at", Moment, nullable=False),
    # The end of the chain as it came: what is older was never in a root of ours.
    Column("last_sequence", Integer, nullable=False),
    # Who signed the package.
    Column("key_id", String(16), nullable=False),
    Column("receipt", Text, nullable=False),
    Column("receipt_seal", Text, nullable=False),
    Column("receipt_pdf", LargeBinary, nullable=False),
)

# Public keys of other installations, accepted by name; published beside our own so that their receipts verify here.
accepted_keys = Table(
    "accepted_keys",
    metadata,
    Column("key_id", String(16), primary_key=True),
    Column("public_key", String(64), nullable=False),
    Column("valid_from", Moment, nullable=False),
    Column("valid_to", Moment),
    Column("accepted_at", Moment, nullable=False),
)

# Lists that officers asked for. The row stays when its file is gone: it tells who took which list, and when.
exports = Table(
    "exports",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False, index=True),
    # The filter as it stood in the address of the queue, and when it was asked.
    Column("query", Text, nullable=False),
    Column("ending", String(10), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("total", Integer),
    Column("written", Integer, nullable=False, server_default="0"),
    Column("finished_at", Moment),
    Column("failed_at", Moment),
    # The file in the store; None again once it was removed.
    Column("file_id", String(32), unique=True),
    Column("file_size", BigInteger),
)

# Addresses of other systems that are told of events. The secret is derived from the seed and the server's key.
webhooks = Table(
    "webhooks",
    metadata,
    key(),
    Column("url", Text, nullable=False),
    Column("label", String(80), nullable=False),
    Column("seed", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    # The last place of the feed that was looked at for it.
    Column("position", BigInteger, nullable=False),
)

UNSENT = text("sent_at IS NULL AND given_up_at IS NULL")

# One event for one address.
deliveries = Table(
    "deliveries",
    metadata,
    key(),
    Column("webhook_id", Key, ForeignKey("webhooks.id"), nullable=False),
    Column("event_id", Key, ForeignKey(events.c.id), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try_at", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("sent_at", Moment),
    Column("given_up_at", Moment),
    Column("last_error", Text),
    UniqueConstraint("webhook_id", "event_id"),
    Index("ix_deliveries_unsent", "webhook_id", "next_try_at", sqlite_where=UNSENT, postgresql_where=UNSENT),
)

# By which a program reads in an officer's name.
officer_tokens = Table(
    "officer_tokens",
    metadata,
    key(),
    Column("officer_id", Key, ForeignKey(officers.c.id), nullable=False, index=True),
    Column("label", String(80), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
)
