"""The tables. Times are UTC moments; hashes are lower-case hexadecimal; money is whole đồng."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from processor.domain.dossier import OPEN_STATUSES
from processor.storage.at_rest.values import SealedJSON, SealedText
from processor.storage.tables.columns import Key, Moment, found_in_file, key, metadata

definitions = Table(
    "definitions",
    metadata,
    Column("form_id", String(60), primary_key=True),
    Column("version", String(16), primary_key=True),
    Column("document", Text, nullable=False),
    Column("registered_at", Moment, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    key(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("form_id", String(60), nullable=False),
    Column("form_version", String(16), nullable=False),
    Column("typed", SealedJSON("drafts.typed"), nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("sent_reference", String(20)),
    # The link of a draft is derived from this and the server's key, so that a warning can carry it.
    Column("seed", String(64)),
    Column("created_at", Moment),
    Column("address", SealedText("drafts.address")),
    Column("warned_at", Moment),
    # What the draft answers or changes; None for a new dossier.
    Column("dossier_id", Key, ForeignKey("dossiers.id"), index=True),
    Column("purpose", String(20)),
    # Paper that an officer types in: who, and by which channel it came (domain fact H16).
    Column("officer_id", Key, ForeignKey("officers.id")),
    Column("channel", Integer),
    # Which of the plan's channels led here (forms/outreach.yml); None when none is known.
    Column("outreach", String(40)),
    # What its checks found so far, in ids and codes only (domain/forms/standing.py).
    Column("standing_faults", JSON),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("draft_id", Key, ForeignKey("drafts.id"), nullable=False, index=True),
    Column("item_id", String(60), nullable=False),
    Column("name", SealedText("uploads.name"), nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

# Of files that arrive in pieces where no disk is shared: how much has come, and the object of each piece.
arriving_files = Table(
    "arriving_files",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("begun_at", Moment, nullable=False),
    # Of the whole, once it is in its place.
    Column("sha256", String(64)),
)

arriving_pieces = Table(
    "arriving_pieces",
    metadata,
    Column("file_id", String(32), ForeignKey("arriving_files.id"), primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("object", String(80), nullable=False),
)

ADDED_UP = ("status", "channel", "outreach", "support_type", "requested_amount")
CODED = text("official_code IS NOT NULL")

dossiers = Table(
    "dossiers",
    metadata,
    key(),
    Column("reference", String(20), nullable=False, unique=True),
    Column("form_id", String(60), nullable=False),
    Column("form_version", String(16), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("support_type", String(40)),
    Column("status", String(30), nullable=False),
    # The year is counted by.
    Column("answers", SealedJSON("dossiers.answers", clear=("need_year",)), nullable=False),
    Column("answers_hash", String(64), nullable=False),
    Column("consents", JSON, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("organisation_name", Text, nullable=False),
    Column("tax_code", String(14)),
    Column("commune_code", String(5)),
    Column("requested_amount", BigInteger),
    Column("official_code", String(60)),
    Column("access_code_hash", String(64), nullable=False),
    Column("receipt_token_hash", String(64), nullable=False, unique=True),
    Column("idempotency_hash", String(64), unique=True),
    Column("content_hash", String(64), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    # Reasons for papers that are not there yet, by item.
    Column("absences", JSON),
    # Same organisation and same matter give the same hash.
    Column("matter_hash", String(64), index=True),
    # By which channel it came, as the national portal counts them (domain fact H16); 2 is this site.
    Column("channel", Integer, nullable=False, server_default="2"),
    Column("proposed_amount", BigInteger),
    Column("approved_amount", BigInteger),
    Column("handed_over_at", Moment),
    Column("paid_on", Date),
    Column("paid_document", Text),
    # Which of the plan's channels led here (forms/outreach.yml); None when none is known.
    Column("outreach", String(40)),
    # Its content was erased as a whole; what is left is the tombstone.
    Column("erased_at", Moment),
    Index("ix_dossiers_tax_code", "tax_code", postgresql_ops={"tax_code": "varchar_pattern_ops"}),
    Index("ix_dossiers_official_code", "official_code", sqlite_where=CODED, postgresql_where=CODED),
    Index("ix_dossiers_form_id_status_received_at", "form_id", "status", "received_at"),
    # Reports ask for one kind and a time; the rest is what is counted and added up there, without reading the rows.
    Index("ix_dossiers_kind_received_at", "kind", "received_at", *ADDED_UP),
    sqlite_autoincrement=True,
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("draft_id", Key, ForeignKey("drafts.id"), index=True),
    Column("dossier_id", Key, ForeignKey("dossiers.id"), index=True),
    Column("item_id", String(60), nullable=False),
    Column("name", SealedText("attachments.name"), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("received_at", Moment, nullable=False),
    # The number of the supplement that brought the file; None for what came with the dossier.
    Column("supplement", Integer),
    *found_in_file(),
)

# Answers before they were changed or corrected.
revisions = Table(
    "revisions",
    metadata,
    Column("dossier_id", Key, ForeignKey("dossiers.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("answers", SealedJSON("revisions.answers"), nullable=False),
    Column("replaced_at", Moment, nullable=False),
)

supplements = Table(
    "supplements",
    metadata,
    Column("dossier_id", Key, ForeignKey("dossiers.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("asked", JSON, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answer_by", Moment),
    Column("answered_at", Moment),
    Column("note", SealedText("supplements.note")),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("key_id", String(16), primary_key=True),
    Column("seed", String(64), nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("valid_from", Moment, nullable=False),
    Column("valid_to", Moment),
)

code_renewals = Table(
    "code_renewals",
    metadata,
    key(),
    Column("dossier_id", Key, ForeignKey("dossiers.id"), nullable=False, index=True),
    Column("seed", String(64), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

# How often somebody did something within a window of time; shared by every worker.
counters = Table(
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("window_start", Moment, primary_key=True),
    Column("count", Integer, nullable=False),
    Index("ix_counters_window_start", "window_start"),
)

UNPLACED = text("position IS NULL")

events = Table(
    "events",
    metadata,
    key(),
    Column("dossier_id", Key, ForeignKey("dossiers.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("data", SealedText("events.data"), nullable=False),
    Column("note", SealedText("events.note")),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    # Its place in the feed for programs, given after the commit; None until then.
    Column("position", BigInteger),
    UniqueConstraint("dossier_id", "sequence"),
    Index("ix_events_position", "position", unique=True),
    Index("ix_events_unplaced", "id", sqlite_where=UNPLACED, postgresql_where=UNPLACED),
)

ANSWERED = text("answered_at IS NOT NULL")
UNPAID = text("status = 'approved' AND paid IS 0")
UNPAID_IN_POSTGRESQL = text("status = 'approved' AND paid IS false")
DUE = text("due_on IS NOT NULL")

queue = Table(
    "queue",
    metadata,
    Column("dossier_id", Key, ForeignKey("dossiers.id"), primary_key=True),
    Column("form_id", String(60), nullable=False),
    Column("status", String(30), nullable=False),
    Column("since", Moment, nullable=False),
    Column("holder_id", Key, ForeignKey("officers.id")),
    Column("claimed_at", Moment),
    # None while the clock stands still or has ended.
    Column("due_on", Date),
    # The last answer to a supplement that its officer has not looked at.
    Column("answered_at", Moment),
    Column("paid", Boolean, nullable=False, server_default=false()),
    # The name without marks and capitals, for the search; what finds it is in migration 0011.
    Column("folded", Text, nullable=False, server_default=""),
    Index("ix_queue_since", "since"),
    Index("ix_queue_answered_at", "answered_at", sqlite_where=ANSWERED, postgresql_where=ANSWERED),
    Index("ix_queue_answered", "since", sqlite_where=ANSWERED, postgresql_where=ANSWERED),
    Index("ix_queue_unpaid", "since", sqlite_where=UNPAID, postgresql_where=UNPAID_IN_POSTGRESQL),
    Index("ix_queue_form_id_since", "form_id", "since"),
    Index("ix_queue_form_id_status_since", "form_id", "status", "since"),
    Index("ix_queue_holder_id", "holder_id", "since"),
    Index("ix_queue_status_since", "status", "since"),
    Index("ix_queue_due_on", "due_on", sqlite_where=DUE, postgresql_where=DUE),
    Index(
        "ix_queue_open",
        "since",
        sqlite_where=text(f"status IN {OPEN_STATUSES}"),
        postgresql_where=text(f"status IN {OPEN_STATUSES}"),
    ),
)

WAITING = text("sent_at IS NULL AND given_up_at IS NULL")
GIVEN_UP = text("given_up_at IS NOT NULL")

outbox = Table(
    "outbox",
    metadata,
    key(),
    Column("dossier_id", Key, ForeignKey("dossiers.id"), index=True),
    Column("draft_id", Key, ForeignKey("drafts.id"), index=True),
    Column("notice", String(40), nullable=False),
    # Where it goes when that is not the address of the dossier or draft.
    Column("address", SealedText("outbox.address")),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try_at", Moment),
    Column("leased_until", Moment),
    Column("given_up_at", Moment),
    Column("last_error", Text),
    Index("ix_outbox_waiting", "next_try_at", sqlite_where=WAITING, postgresql_where=WAITING),
    Index("ix_outbox_given_up", "id", sqlite_where=GIVEN_UP, postgresql_where=GIVEN_UP),
)

officers = Table(
    "officers",
    metadata,
    key(),
    Column("name", String(80), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    # Of a password that the program made, until the officer has chosen one.
    Column("password_given_at", Moment),
    # Where the morning digest goes.
    Column("email", Text),
    Column("totp_secret", Text),
    # None until the first code was typed: a secret that nobody scanned locks nobody out.
    Column("totp_confirmed_at", Moment),
    # The last time step whose code was used: each code opens once.
    Column("totp_step", BigInteger),
    Column("oidc_subject", Text),
    Index("ix_officers_oidc_subject", "oidc_subject", unique=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("officer_id", Key, ForeignKey("officers.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    # What the browser calls itself, so that an officer can tell the sessions apart.
    Column("agent", Text),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
