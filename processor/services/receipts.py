"""A receipt by its secret link, signed when it is shown."""

from dataclasses import dataclass

from processor.domain.credentials import secret_hash
from processor.domain.definition import FormDefinition
from processor.domain.errors import NotFound
from processor.domain.receipt import Received, SignedReceipt, signed_file, signed_receipt
from processor.domain.signature import Signer
from processor.rendering.receipt import receipt_pdf
from processor.services.parts import Wired
from processor.services.signing import signer_at
from processor.storage.engine import reading
from processor.storage.receipts import received_with


@dataclass(frozen=True)
class Issued:
    """`form` is the version that was filled in."""

    received: Received
    form: FormDefinition
    signed: SignedReceipt
    signer: Signer


def receipt_at(wired: Wired, token: str) -> Issued:
    """Raises NotFound("not_found")."""
    with reading(wired.engine) as connection:
        received = received_with(connection, secret_hash(token))
    if received is None:
        raise NotFound("not_found")
    form = wired.definitions.get(received.form_id, received.form_version)
    signer = signer_at(wired, received.received_at)
    return Issued(received, form, signed_receipt(received, signer), signer)


def pdf_of(wired: Wired, issued: Issued, site: str) -> bytes:
    """The receipt on paper; `site` is the public address of the site. The file is signed as a whole too."""
    pdf = receipt_pdf(wired.catalogue, issued.form, issued.received, issued.signed, site)
    return signed_file(pdf, issued.signer)
