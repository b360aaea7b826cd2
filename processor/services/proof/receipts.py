"""A receipt by its secret link, signed when it is shown; of a dossier from elsewhere, as it was signed there."""

import base64
import json
from dataclasses import dataclass

from processor.domain.access.credentials import secret_hash
from processor.domain.errors import NotFound
from processor.domain.forms.definition import FormDefinition
from processor.domain.receipt import Received, SignedReceipt, signed_file, signed_receipt
from processor.domain.signature import Signer
from processor.rendering.documents.receipt import receipt_pdf
from processor.services.parts import Wired
from processor.services.proof.signing import signer_at
from processor.storage.dossiers.receipts import received_of, received_with
from processor.storage.engine import reading
from processor.storage.exchange.imports import KeptReceipt, kept_receipt


@dataclass(frozen=True)
class Issued:
    """`form` is the version that was filled in; `pdf` the letter as it came from elsewhere, else `signer` signs it."""

    received: Received
    form: FormDefinition
    signed: SignedReceipt
    signer: Signer | None
    pdf: bytes | None = None


def receipt_at(wired: Wired, token: str) -> Issued:
    """Raises NotFound("not_found")."""
    with reading(wired.engine) as connection:
        received = received_with(connection, secret_hash(token))
        kept = kept_receipt(connection, received.reference) if received else None
    if received is None:
        raise NotFound("not_found")
    return issued(wired, received, kept)


def receipt_for(wired: Wired, dossier_id: int) -> Issued:
    """The same without the link."""
    with reading(wired.engine) as connection:
        received = received_of(connection, dossier_id)
        kept = kept_receipt(connection, received.reference)
    return issued(wired, received, kept)


def issued(wired: Wired, received: Received, kept: KeptReceipt | None) -> Issued:
    form = wired.definitions.get(received.form_id, received.form_version)
    if kept:
        return Issued(received, form, signed_elsewhere(kept), None, kept.pdf)
    signer = signer_at(wired, received.received_at)
    return Issued(received, form, signed_receipt(received, signer), signer)


def signed_elsewhere(kept: KeptReceipt) -> SignedReceipt:
    document = json.loads(kept.document)
    return SignedReceipt(document["payload"], base64.b64decode(document["signature"]), document["key_id"], kept.seal)


def pdf_of(wired: Wired, issued: Issued, site: str) -> bytes:
    """The receipt on paper; `site` is the public address of the site. The file is signed as a whole too."""
    if issued.pdf is not None:
        return issued.pdf
    assert issued.signer
    pdf = receipt_pdf(wired.catalogue, issued.form, issued.received, issued.signed, site)
    return signed_file(pdf, issued.signer)
