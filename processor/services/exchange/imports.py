"""A dossier from another installation is taken in: checked whole, files first, one transaction.

Who signed the package has to be known or accepted by name, for his keys will verify receipts here too. The holder of
the dossier stays behind; hashes of the access code and of the receipt's link go along, so that the organisation
follows its dossier with the codes that it has.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from processor.domain.access.officer import LONGEST_NAME, READER, tidy_name
from processor.domain.errors import Conflict
from processor.domain.package import PackageFault, PublicKey
from processor.domain.signature import SigningKey
from processor.domain.supplement import asked_items
from processor.domain.vietnamese import fold, moment
from processor.services.access.hashing import NO_PASSWORD
from processor.services.appraisal.money import short
from processor.services.exchange.package_content import Content, Row, read_content
from processor.services.exchange.package_reading import OpenedPackage, damaged, opened_package
from processor.services.intake.intake import asked_for
from processor.services.parts import Wired
from processor.storage.desk import budgets
from processor.storage.dossiers.dossiers import events_of, find_dossier
from processor.storage.engine import Connection, reading, writing
from processor.storage.exchange.imports import accept_key, every_accepted_key, insert_import, known_files, written_once
from processor.storage.exchange.portable import (
    RowFault,
    put_attachment,
    put_desk_rows,
    put_dossier,
    put_event,
    put_queue,
)
from processor.storage.exchange.portable_money import put_decision
from processor.storage.officers.officers import disable_officer, insert_officer, officer_named
from processor.storage.signing_keys import every_key
from processor.storage.writer import AlreadyWritten

UNREADABLE = (RowFault, TypeError, KeyError, AttributeError, ValueError)
MOVERS = {"reserve": budgets.reserve, "release": budgets.release, "commit": budgets.commit, "pay": budgets.pay}
UNKNOWN_KEY = (
    "Gói do khóa {key} ký, từ {since}. Ở đây chưa nhận khóa này. So mã khóa với danh sách khóa của nơi gửi "
    "(/.well-known/hotro-keys.json) rồi nhập lại với --accept-key {key}."
)


@dataclass(frozen=True)
class Imported:
    """`new` is False when the same dossier was there already: then nothing has changed."""

    reference: str
    new: bool
    files: int


def import_package(wired: Wired, path: Path, accepted: Collection[str] = ()) -> Imported:
    """`accepted` are ids of keys that somebody compared. Raises PackageFault, Unavailable: nothing is stored."""
    known = known_keys(wired)
    with opened_package(path) as package:
        signer = package.seal.key
        if signer.key_id not in {*known, *accepted}:
            raise PackageFault(UNKNOWN_KEY.format(key=signer.key_id, since=moment(signer.valid_from)))
        content = read_content(package, wired.limits.file_bytes)
        if there_already(wired, content):
            return Imported(content.reference, False, len(content.files))
        refuse_unreadable(wired, content)
        coming = unknown_files(wired, content)
        wired.definitions.register(content.forms, wired.clock())
        place_files(wired, package, coming)
    keys = {key.key_id: key for key in (signer, content.receipt_key) if key.key_id not in known}
    try:
        with written_once(), writing(wired.engine) as connection:
            write(wired, connection, content, signer.key_id)
            for key in keys.values():
                accept_key(connection, accepted_key(key), wired.clock())
    except (AlreadyWritten, *UNREADABLE) as error:
        raise damaged("dữ liệu không đúng dạng hoặc đã có một phần ở đây") from error
    except Conflict as refusal:
        raise PackageFault(wired.catalogue.messages.say(refusal.code, **refusal.values)) from None
    return Imported(content.reference, True, len(content.files))


def known_keys(wired: Wired) -> set[str]:
    """Ours, and those that were accepted; none is made for this."""
    with reading(wired.engine) as connection:
        return {one.key_id for one in (*every_key(connection), *every_accepted_key(connection))}


def there_already(wired: Wired, content: Content) -> bool:
    """The same dossier, here perhaps further on. Raises PackageFault for another one of this reference."""
    with reading(wired.engine) as connection:
        dossier = find_dossier(connection, content.reference)
        chain = events_of(connection, dossier.id) if dossier else []
    if dossier is None:
        return False
    last = content.chain[-1]
    if any(event.sequence == last.sequence and event.hash == last.hash for event in chain):
        return True
    raise PackageFault(f"Ở đây đã có hồ sơ {content.reference} với nhật ký khác gói này. Không đổi gì.")


def refuse_unreadable(wired: Wired, content: Content) -> None:
    """What the pages of this place could not show."""
    texts, form, top = wired.catalogue.texts, content.form, content.dossier
    of_form = (top.get("form_id"), top.get("kind"), top.get("support_type"))
    if of_form != (form.id, form.kind, form.support_type):
        raise damaged("hồ sơ không thuộc biểu mẫu của nó")
    if top.get("status") not in texts.of_kind(form.kind) or top.get("channel") not in texts.channels:
        raise damaged("trạng thái hoặc cách gửi không có ở đây")
    try:
        asked = [one.item_id for row in content.desk.get("supplements", ()) for one in asked_items(row["asked"])]
        marks = {row["mark"] for row in content.desk.get("sheet_lines", ())}
    except (TypeError, KeyError):
        raise damaged("dữ liệu không đúng dạng") from None
    if not set(asked) <= set(form.labels) or not marks <= set(wired.catalogue.workflow.marks):
        raise damaged("mục hoặc đánh giá không có ở đây")


def unknown_files(wired: Wired, content: Content) -> dict[str, Row]:
    """An id names one file for ever; only a signed scan may have come with another dossier of its decision."""
    with reading(wired.engine) as connection:
        known = known_files(connection, [row["id"] for row in content.files.values()])
    sent = {row["id"] for row in content.attachments}
    for row in content.files.values():
        if row["id"] in known and (row["id"] in sent or known[row["id"]] != row["sha256"]):
            raise damaged(f"tệp {row['id']} đã thuộc hồ sơ khác")
    return {place: row for place, row in content.files.items() if row["id"] not in known}


def place_files(wired: Wired, package: OpenedPackage, files: Mapping[str, Row]) -> None:
    """For good, before any row names them; left to the sweep when no row ever does. Raises PackageFault."""
    coming = []
    try:
        for place, row in files.items():
            incoming = wired.store.receive(row["id"])
            coming.append(incoming)
            for piece in package.pieces(place):
                incoming.write(piece, row["size"])
        wired.store.keep(coming)
    except BaseException:
        for incoming in coming:
            incoming.discard()
        raise


def write(wired: Wired, connection: Connection, content: Content, key_id: str) -> None:
    now = wired.clock().replace(microsecond=0)
    answers = content.dossier["answers"]
    # Columns that follow from the answers are reckoned anew: what the package tells of them proves nothing.
    number = put_dossier(connection, {**content.dossier, **asked_for(content.form, answers)})
    for file in content.attachments:
        put_attachment(connection, number, file)
    for event in content.events:
        put_event(connection, number, event)
    own = {"form_id": content.form.id, "status": content.dossier["status"]}
    if content.queue:
        folded = fold(str(answers.get("organisation_name", "")))
        put_queue(connection, number, {**content.queue, **own, "folded": folded})
    officer_ids = {name: officer_id(connection, name, now) for name in sorted(content.officers)}
    put_desk_rows(connection, number, content.desk, officer_ids)
    for decision in content.decisions:
        put_decision(connection, number, decision, officer_ids)
    move_money(connection, number, content)
    insert_import(connection, number, len(content.events), key_id, content.receipt, now)


def officer_id(connection: Connection, name: str, now: datetime) -> int:
    """The one of that name; a name that is not known here becomes an account that nobody can use."""
    if name != tidy_name(name) or not 1 <= len(name) <= LONGEST_NAME:
        raise RowFault("officers.name")
    found = officer_named(connection, name)
    if found is None:
        insert_officer(connection, name, READER, NO_PASSWORD, now)
        found = officer_named(connection, name)
        assert found
        disable_officer(connection, found[0].id)
    return found[0].id


def move_money(connection: Connection, number: int, content: Content) -> None:
    """Every movement again, within the envelope of this place. Raises Conflict."""
    for move in content.moves:
        year, amount = move["year"], move["amount"]
        if not MOVERS[move["kind"]](connection, year, amount):
            raise short(connection, year, amount)
        entry = (year, move["kind"], amount, move["actor"], move["at"])
        budgets.note_entry(connection, *entry, number, move.get("note") or "")


def accepted_key(key: PublicKey) -> SigningKey:
    """Without a seed: nobody signs with it here."""
    return SigningKey(key.key_id, "", key.public_key, key.valid_from, key.valid_to)
