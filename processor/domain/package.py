"""The portable dossier: what its ZIP holds, what the manifest says of each entry, what the signature is over."""

import base64
import hashlib
import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints
from rfc8785 import dumps

from processor.domain.errors import HotroError
from processor.domain.files import KB, MB
from processor.domain.policy import Frozen
from processor.domain.signature import SigningKey
from processor.domain.vietnamese import iso

FORMAT = "hotro-dossier"
VERSION = 1
MANIFEST, SEAL = "manifest.json", "manifest.sig.json"
DOSSIER, EVENTS, DESK, KEYS = "dossier.json", "events.json", "desk.json", "keys.json"
RECEIPT, RECEIPT_PDF, PAGE = "receipt.json", "receipt.pdf", "ho-so.html"
DEFINITIONS, FILES = "definitions/", "files/"
DOCUMENTS = (DOSSIER, EVENTS, DESK, KEYS, RECEIPT, RECEIPT_PDF, PAGE)
CONTEXT = b"hotro dossier package 1\n"
FILE_ID = re.compile(r"[0-9]{6}[0-9a-f]{26}\Z")
# Signs that some systems do not take in the name of a file.
UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
MOST_UNPACKED = 1024 * MB
LARGEST_DOCUMENT = 32 * MB
LARGEST_SEAL = 4 * KB

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{2,88}={0,2}$")]


class PackageFault(HotroError):
    """A package that cannot be taken in; the text says why and what to do."""


class Entry(Frozen):
    name: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    size: int = Field(ge=0)
    sha256: Sha256


class Manifest(Frozen):
    """The same dossier gives the same manifest wherever it is exported; who exported it stands in the seal."""

    format: Literal["hotro-dossier"]
    version: int
    reference: Annotated[str, StringConstraints(max_length=20)]
    entries: tuple[Entry, ...] = Field(max_length=2000)

    @property
    def document(self) -> bytes:
        return canonical(self.model_dump(mode="json"))


class PublicKey(Frozen):
    """`public_key` in base64, Ed25519; the id follows from it."""

    key_id: KeyId
    public_key: Base64
    valid_from: AwareDatetime
    valid_to: AwareDatetime | None = None

    @property
    def is_its_own(self) -> bool:
        return hashlib.sha256(self.raw).hexdigest()[:16] == self.key_id

    @property
    def raw(self) -> bytes:
        return base64.b64decode(self.public_key)


class KeysDocument(Frozen):
    keys: tuple[PublicKey, ...] = Field(max_length=10)


class Seal(Frozen):
    """The manifest's signature, and the key that verifies it."""

    key: PublicKey
    signature: Base64


def canonical(content: Any) -> bytes:
    return dumps(content)


def statement(manifest: bytes) -> bytes:
    """What a seal signs."""
    return CONTEXT + hashlib.sha256(manifest).hexdigest().encode()


def entry_of(name: str, content: bytes) -> Entry:
    return Entry(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def file_name(file_id: str, name: str) -> str:
    """Where a file lies in the ZIP; its true name stands in the documents."""
    return f"{FILES}{file_id}/{UNFIT.sub('_', name)}"


def definition_name(form_id: str, version: str) -> str:
    return f"{DEFINITIONS}{form_id}-{version}.json"


def key_for_package(key: SigningKey) -> dict[str, str | None]:
    """As the list of keys tells it."""
    until = iso(key.valid_to) if key.valid_to else None
    return {
        "key_id": key.key_id,
        "public_key": key.public_key,
        "valid_from": iso(key.valid_from),
        "valid_to": until,
    }


def file_of_package(reference: str, moment: datetime) -> str:
    return f"ho-so-{reference}-{moment:%Y%m%d}.zip"
