"""What is kept of a draft, a dossier and their files; who holds a dossier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, get_args

from processor.domain.scanning import UNSCANNED

Status = Literal[
    "submitted",
    "accepted",
    "under_appraisal",
    "supplement_requested",
    "proposed",
    "approved",
    "rejected",
    "refused_at_intake",
    "withdrawn",
    "stopped",
]
Kind = Literal["pre_registration", "dossier", "feedback"]
KINDS: Sequence[Kind] = get_args(Kind)
ENDED_WITHOUT_RESULT = ("withdrawn", "refused_at_intake", "stopped", "rejected")
ONLINE = 2
"""How it came, as the national portal counts (domain fact H16): 1 at the counter, 2 by this site, 3 by post."""
OPEN_STATUSES = ("submitted", "accepted", "under_appraisal", "supplement_requested", "proposed")


@dataclass(frozen=True)
class Attachment:
    """One file. `id` is random and is also its key in the store; `sha256` is of its bytes, `size` in bytes.

    `supplement` is the number of the supplement that brought it, None for what came with the dossier. `hazards` are
    those of domain/hazards.py that it carries, None while nobody has looked; `scan_state` as in domain/scanning.py,
    which the engine and signatures `scanned_by` told at `scanned_at`, having found `scan_found`.
    """

    id: str
    item_id: str
    name: str
    size: int
    sha256: str
    media_type: str
    received_at: datetime
    supplement: int | None = None
    hazards: Sequence[str] | None = None
    scan_state: str = UNSCANNED
    scanned_at: datetime | None = None
    scanned_by: str | None = None
    scan_found: str | None = None


@dataclass(frozen=True)
class Draft:
    """`typed` is what was posted, as typed; `sent_reference` is set once it has become a dossier.

    `purpose` says what sending does: nothing new when None, else "supplement" or "change" of the dossier `dossier_id`.
    `entered_by` is the officer who types in what came on paper, `channel` how it came. `outreach` is the channel of the
    plan that led here; `standing` what its checks found so far, as domain/forms/standing.py writes it.
    """

    id: int
    form_id: str
    form_version: str
    typed: Mapping[str, list[str]]
    attachments: Sequence[Attachment]
    updated_at: datetime
    expires_at: datetime
    sent_reference: str | None
    seed: str | None = None
    created_at: datetime | None = None
    address: str | None = None
    dossier_id: int | None = None
    purpose: str | None = None
    channel: int | None = None
    entered_by: str | None = None
    outreach: str | None = None
    standing: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Dossier:
    id: int
    reference: str
    form_id: str
    form_version: str
    kind: str
    status: str
    answers: Mapping[str, Any]
    received_at: datetime
    organisation_name: str
    tax_code: str | None
    official_code: str | None
    holder: str | None
    claimed_at: datetime | None
    revision: int
    salt: str
    access_code_hash: str
    attachments: Sequence[Attachment] = ()
    absences: Mapping[str, str] = field(default_factory=dict)
    matter_hash: str | None = None
    support_type: str | None = None
    channel: int = ONLINE
    requested_amount: int | None = None
    approved_amount: int | None = None
    handed_over_at: datetime | None = None
    paid_on: date | None = None
    paid_document: str | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True)
class QueueLine:
    """One row of the officers' queue. `due_on` is None where no clock runs; `answered` when a supplement came."""

    reference: str
    form_id: str
    status: str
    organisation_name: str
    received_at: datetime
    holder: str | None
    dossier_id: int
    due_on: date | None = None
    answered: bool = False
