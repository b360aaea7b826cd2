"""Receipts as the program makes them, and signatures checked as a stranger would, by `cryptography` alone."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from processor.domain.dossier import Attachment
from processor.domain.receipt import Received, SignedReceipt, signed_receipt
from processor.domain.signature import Signer, new_key, signer_of

SERVER_KEY = b"k" * 32
RECEIVED_AT = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)


def a_file(**changed: Any) -> Attachment:
    told: dict[str, Any] = {
        "id": "261124" + "a" * 26,
        "item_id": "certificate_copy",
        "name": "Giấy chứng nhận.pdf",
        "size": 1_234_567,
        "sha256": "0123456789abcdef" * 4,
        "media_type": "application/pdf",
        "received_at": RECEIVED_AT,
    }
    return Attachment(**(told | changed))


def a_received(*files: Attachment, **changed: Any) -> Received:
    told: dict[str, Any] = {
        "reference": "HT-4K7M-9QX3-RTD6",
        "form_id": "ho-so-tieu-chuan",
        "form_version": "0123456789abcdef",
        "organisation_name": "Hợp tác xã Ví dụ",
        "received_at": RECEIVED_AT,
        "attachments": files,
    }
    return Received(**(told | changed))


def a_signer(seed: str = "seed", server_key: bytes = SERVER_KEY, days_before: int = 1) -> Signer:
    signer = signer_of(new_key(server_key, seed, RECEIVED_AT - timedelta(days=days_before)), server_key)
    assert signer
    return signer


def a_receipt(*files: Attachment, **changed: Any) -> SignedReceipt:
    return signed_receipt(a_received(*files, **changed), a_signer())


def holds(public_key: str, signature: bytes, content: bytes) -> bool:
    """`public_key` in base64, as published."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def signature_holds(receipt: bytes, keys: bytes) -> bool:
    """A signed receipt and the published keys, both as the server sends them."""
    signed, published = json.loads(receipt), json.loads(keys)["keys"]
    public = next(key["public_key"] for key in published if key["key_id"] == signed["key_id"])
    return holds(public, base64.b64decode(signed["signature"]), rfc8785.dumps(signed["payload"]))
