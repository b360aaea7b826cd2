"""What a receipt says and how it is signed, so that anybody can verify it without asking us.

Three things are signed, each in a context of its own, so that no signature can stand in another's place:

- the payload: its RFC 8785 form, a JSON object;
- the seal of the QR code: `SEAL_CONTEXT` and the RFC 8785 form of {key_id, payload_sha256, received_at, reference};
- the PDF file: `FILE_CONTEXT`, the key's id, a line break and the SHA-256 of the file without the signature's line.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import rfc8785

from processor.domain.dossier import Attachment
from processor.domain.signature import Signer
from processor.domain.vietnamese import iso

SEAL_MARK = "HOTRO1"
SEAL_CONTEXT = b"hotro receipt seal 1\n"
FILE_CONTEXT = b"hotro receipt file 1\n"
FILE_MARK = b"%hotro-file-1 "
DATA_MARK = "hotro-receipt-1:"
ATTACHMENT_NAMES = ("id", "item_id", "name", "size", "sha256")


@dataclass(frozen=True)
class Received:
    """A dossier as it was when it came: only files that came with it; `absences` are reasons by item."""

    reference: str
    form_id: str
    form_version: str
    organisation_name: str
    received_at: datetime
    attachments: Sequence[Attachment] = ()
    absences: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SignedReceipt:
    """`seal` is the text of the QR code; it can be verified alone."""

    payload: Mapping[str, Any]
    signature: bytes
    key_id: str
    seal: str

    @property
    def document(self) -> dict[str, Any]:
        signature = base64.b64encode(self.signature).decode()
        return {"payload": self.payload, "signature": signature, "key_id": self.key_id}

    @property
    def text(self) -> bytes:
        """The document as JSON, the same bytes every time."""
        return canonical(self.document)

    @property
    def mark(self) -> str:
        """The document as one word that a plain search finds in a PDF file."""
        return DATA_MARK + base64url(self.text)


def payload_of(received: Received) -> dict[str, Any]:
    """The public interface: client programs rely on these names."""
    return {
        "reference": received.reference,
        "form_id": received.form_id,
        "form_version": received.form_version,
        "received_at": iso(received.received_at),
        "attachments": [{name: getattr(file, name) for name in ATTACHMENT_NAMES} for file in received.attachments],
    }


def canonical(content: Any) -> bytes:
    return rfc8785.dumps(content)


def signed_receipt(received: Received, signer: Signer) -> SignedReceipt:
    payload = payload_of(received)
    return SignedReceipt(payload, signer.sign(canonical(payload)), signer.key_id, seal_of(payload, signer))


def seal_of(payload: Mapping[str, Any], signer: Signer) -> str:
    """Six parts between dots, of signs that a QR code holds densely; hashes and signature in base32."""
    digest = hashlib.sha256(canonical(payload)).digest()
    reference, received_at = payload["reference"], payload["received_at"]
    signature = signer.sign(seal_statement(reference, received_at, digest.hex(), signer.key_id))
    parts = (SEAL_MARK, reference, received_at, base32(digest), signer.key_id.upper(), base32(signature))
    return ".".join(parts)


def seal_statement(reference: str, received_at: str, payload_sha256: str, key_id: str) -> bytes:
    """What the signature of a seal is over."""
    told = {
        "reference": reference,
        "received_at": received_at,
        "payload_sha256": payload_sha256,
        "key_id": key_id,
    }
    return SEAL_CONTEXT + canonical(told)


def file_statement(content: bytes, key_id: str) -> bytes:
    """What the signature of a PDF file is over; `content` is the file without the line of the signature."""
    return FILE_CONTEXT + f"{key_id}\n{hashlib.sha256(content).hexdigest()}".encode()


def signed_file(pdf: bytes, signer: Signer) -> bytes:
    """With its signature in a comment before `startxref`: there it moves nothing that the file's table points to."""
    signature = base64url(signer.sign(file_statement(pdf, signer.key_id)))
    place = pdf.rindex(b"startxref\n")
    return pdf[:place] + FILE_MARK + f"{signer.key_id} {signature}\n".encode() + pdf[place:]


def base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=")


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
