"""What a package says, checked against itself before anything is stored: log, answers, files, receipt, definitions."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from processor.domain.dossier import Attachment
from processor.domain.errors import Refused
from processor.domain.events import Event
from processor.domain.files import FILE_TYPES, shown_name, size_words
from processor.domain.forms.definition import FormDefinition
from processor.domain.package import (
    DEFINITIONS,
    DESK,
    DOSSIER,
    EVENTS,
    FILE_ID,
    FILES,
    KEYS,
    RECEIPT,
    RECEIPT_PDF,
    KeysDocument,
    PackageFault,
    PublicKey,
    definition_name,
    file_name,
)
from processor.domain.receipt import Received, canonical, payload_of
from processor.domain.reference import parse_reference
from processor.services.exchange.package_reading import OpenedPackage, damaged, parsed, signed_by
from processor.services.proof.verification import dossier_problems, files_told, told
from processor.storage.exchange.imports import KeptReceipt
from processor.storage.exchange.portable import (
    RowFault,
    attachment_values,
    check_desk_rows,
    dossier_values,
    event_from,
    queue_values,
)
from processor.storage.exchange.portable_money import check_decision, read_moves

Row = Mapping[str, Any]
MEDIA_TYPES = {kind.media_type for kind in FILE_TYPES.values()}


@dataclass(frozen=True)
class Content:
    """One dossier of a package. Rows are as they were told; `files` are what the organisation sent, by place."""

    reference: str
    dossier: Row
    queue: Row | None
    attachments: Sequence[Row]
    events: Sequence[Row]
    chain: Sequence[Event]
    desk: Mapping[str, Sequence[Row]]
    decisions: Sequence[Row]
    moves: Sequence[Row]
    forms: Sequence[FormDefinition]
    files: Mapping[str, Row]
    receipt: KeptReceipt
    receipt_key: PublicKey

    @property
    def form(self) -> FormDefinition:
        """The version that the answers stand in now."""
        return next(form for form in self.forms if form.version == self.dossier["form_version"])

    @property
    def officers(self) -> set[str]:
        """Every name that a row points to."""
        rows = [*(row for rows in self.desk.values() for row in rows), *self.decisions]
        return {str(row[name]) for row in rows for name in ("officer_id", "asked_of") if row.get(name)}


def read_content(package: OpenedPackage, largest_file: int) -> Content:
    """Raises PackageFault. `largest_file` in bytes is what this place takes of one file."""
    try:
        return content_of(package, largest_file)
    except (KeyError, TypeError, AttributeError, IndexError, RowFault, Refused) as error:
        where = f"dữ liệu không đúng dạng: {error}" if isinstance(error, RowFault) else "dữ liệu không đúng dạng"
        raise damaged(where) from None


def content_of(package: OpenedPackage, largest_file: int) -> Content:
    top, desk = package.document(DOSSIER), package.document(DESK)
    log = package.document(EVENTS)["events"]
    key = parsed(KeysDocument, package.content(KEYS), KEYS).keys[0]
    receipt = KeptReceipt(package.content(RECEIPT).decode(), str(top["receipt_seal"]), package.content(RECEIPT_PDF))
    reference = top["dossier"]["reference"]
    if reference != package.manifest.reference or parse_reference(reference) != reference:
        raise damaged("mã tham chiếu không khớp")
    queue_values(top["queue"] or {})
    found = Content(
        reference,
        top["dossier"],
        top["queue"],
        top["attachments"],
        log,
        [event_from(row) for row in log],
        tables_of(desk["rows"]),
        tables_of({"decisions": desk["decisions"]})["decisions"],
        list(read_moves(desk["budget_entries"])),
        [*map(definition_from, definitions_in(package))],
        files_in(package, [*top["attachments"], *scans(desk["decisions"])], largest_file),
        receipt,
        key,
    )
    check_desk_rows(found.desk, found.officers)
    for decision in found.decisions:
        check_decision(decision)
    check_log(found)
    check_receipt(found)
    return found


def tables_of(told: Any) -> dict[str, list[Row]]:
    """Lists of rows by table, whatever is in the rows."""
    if not isinstance(told, dict) or not all(isinstance(rows, list) for rows in told.values()):
        raise RowFault("desk")
    if not all(isinstance(row, dict) for rows in told.values() for row in rows):
        raise RowFault("desk")
    return told


def scans(decisions: Sequence[Row]) -> list[dict[str, Any]]:
    """The signed documents, with the names that a file has."""
    names = ("id", "name", "size", "sha256", "media_type")
    return [{name: one[f"file_{name}"] for name in names} for one in decisions if one.get("file_id")]


def definitions_in(package: OpenedPackage) -> list[tuple[str, bytes]]:
    names = sorted(name for name in package.entries if name.startswith(DEFINITIONS))
    return [(name, package.content(name)) for name in names]


def definition_from(entry: tuple[str, bytes]) -> FormDefinition:
    """Its version is the hash of its text, and its name in the package says both."""
    name, text = entry
    try:
        form = FormDefinition.model_validate_json(text)
    except ValidationError:
        raise damaged(f"{name}: biểu mẫu của bản hotro khác") from None
    if form.document.encode() != text or definition_name(form.id, form.version) != name:
        raise damaged(name)
    return form


def files_in(package: OpenedPackage, rows: Sequence[Row], largest_file: int) -> dict[str, Row]:
    """Every file of the rows lies in the package under its own place, and no other does."""
    found: dict[str, Row] = {}
    for row in rows:
        if not FILE_ID.match(row["id"]) or row["name"] != shown_name(row["name"]):
            raise damaged("tên tệp không đúng dạng")
        if row["media_type"] not in MEDIA_TYPES:
            raise damaged(f"loại tệp {row['id']}")
        place = file_name(row["id"], row["name"])
        entry = package.entries.get(place)
        if entry is None or (entry.size, entry.sha256) != (row["size"], row["sha256"]):
            raise damaged(f"thiếu tệp {row['id']}")
        if entry.size > largest_file:
            most = size_words(largest_file)
            raise PackageFault(f"Tệp “{row['name']}” lớn hơn mức ở đây nhận ({most}). Tăng HOTRO_FILE_MEGABYTES.")
        found[place] = row
    if set(found) != {name for name in package.entries if name.startswith(FILES)}:
        raise damaged("có tệp không thuộc hồ sơ")
    return found


def check_log(found: Content) -> None:
    """The chain holds, and answers, earlier answers, reasons and files are those that it tells of."""
    row = dossier_values(found.dossier)
    earlier = [(one["revision"], one["answers"]) for one in found.desk.get("revisions", ())]
    try:
        problem = next(iter(dossier_problems(row, found.chain, earlier)), None)
    except ValueError:
        problem = "nhật ký không đọc được"
    if problem:
        raise damaged(problem)
    sent = {(file["id"], file["sha256"]) for file in files_told(found.chain)}
    kept = {(file["id"], file["sha256"]) for file in found.attachments}
    if sent != kept:
        raise damaged("tệp khác lúc gửi")
    if {row["form_version"], first_version(found)} != {form.version for form in found.forms}:
        raise damaged("thiếu bản biểu mẫu")


def first_version(found: Content) -> str:
    return str(told(found.chain, "version")[0])


def check_receipt(found: Content) -> None:
    """Signed by the key that came along, over this dossier as it was sent."""
    document = parsed_receipt(found.receipt)
    content = canonical(document["payload"])
    signed = signed_by(found.receipt_key, str(document["signature"]), content)
    if not signed or document["key_id"] != found.receipt_key.key_id:
        raise damaged("chữ ký của biên nhận không khớp")
    if in_order(document["payload"]) != in_order(payload_of(received_of(found))):
        raise damaged("biên nhận không phải của hồ sơ này")


def parsed_receipt(receipt: KeptReceipt) -> dict[str, Any]:
    try:
        document = json.loads(receipt.document)
        base64.b64decode(document["signature"], validate=True)
    except ValueError:
        raise damaged(RECEIPT) from None
    return dict(document)


def in_order(payload: Row) -> dict[str, Any]:
    return {**payload, "attachments": sorted(payload["attachments"], key=lambda file: str(file["id"]))}


def received_of(found: Content) -> Received:
    received_at: datetime = dossier_values(found.dossier)["received_at"]
    files = [Attachment(**attachment_values(file)) for file in found.attachments]
    came_along = [file for file in files if file.supplement is None]
    return Received(found.reference, found.form.id, first_version(found), "", received_at, came_along)
