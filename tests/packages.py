"""Packages taken apart and put together again, honestly or not."""

import base64
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from processor.domain.package import FORMAT, MANIFEST, SEAL, VERSION, Manifest, canonical, entry_of, key_for_package
from processor.domain.package import statement as statement_of
from processor.domain.signature import Signer, new_key, signer_of
from processor.services.exchange.packages import pack, zipped
from processor.services.parts import Wired
from tests.desk import Sent

Entries = dict[str, bytes]
STRANGER = b"another server's key"


def written(wired: Wired, sent: Sent, folder: Path) -> Path:
    place = folder / f"{sent.reference}.zip"
    place.write_bytes(b"".join(zipped(wired, pack(wired, sent.reference))))
    return place


def entries_in(place: Path) -> Entries:
    with zipfile.ZipFile(place) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def key_in(place: Path) -> str:
    """The id of the key that signed the package."""
    return str(json.loads(entries_in(place)[SEAL])["key"]["key_id"])


def zip_of(entries: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return held.getvalue()


def a_stranger() -> Signer:
    signer = signer_of(new_key(STRANGER, "seed", datetime(2026, 1, 1, tzinfo=UTC)), STRANGER)
    assert signer
    return signer


def resealed(entries: Entries, signer: Signer) -> Entries:
    """With a manifest and a seal that fit what is there."""
    bare = {name: content for name, content in entries.items() if name not in (MANIFEST, SEAL)}
    told = tuple(entry_of(name, content) for name, content in sorted(bare.items()))
    reference = json.loads(entries[MANIFEST])["reference"]
    manifest = Manifest(format=FORMAT, version=VERSION, reference=reference, entries=told).document
    signature = base64.b64encode(signer.sign(statement_of(manifest))).decode()
    seal = canonical({"key": key_for_package(signer.key), "signature": signature})
    return {MANIFEST: manifest, SEAL: seal, **bare}


def edited(name: str, change: Callable[[dict], object]) -> Callable[[Entries], Entries]:  # type: ignore[type-arg]
    """One document of the package is another."""

    def edit(entries: Entries) -> Entries:
        document = json.loads(entries[name])
        change(document)
        return {**entries, name: json.dumps(document, ensure_ascii=False).encode()}

    return edit
