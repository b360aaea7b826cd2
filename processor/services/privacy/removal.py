"""A file that was sent by mistake, such as a picture of an identity card, goes; that it went stays in the log.

The picture is sensitive data (Nghị định 356/2025/NĐ-CP, Điều 4; domain fact L6) and no form asks for it.
"""

from processor.domain.access.officer import Officer
from processor.domain.dossier import Attachment, Dossier
from processor.domain.errors import NotFound
from processor.domain.forms.submission import Typed
from processor.services.appraisal.log import known_dossier, locked_dossier, record
from processor.services.parts import Wired
from processor.services.privacy.answers import read_privacy, refuse_unless
from processor.storage.dossiers.drafts import remove_dossier_attachment
from processor.storage.engine import reading, writing
from processor.storage.files.named import remove_all
from processor.storage.privacy.erasures import overwrite_traces

REMOVE = "remove_file"


def file_to_remove(wired: Wired, officer: Officer, reference: str, attachment_id: str) -> tuple[Dossier, Attachment]:
    """Raises Forbidden, NotFound."""
    refuse_unless(officer, wired.catalogue.privacy.may.remove_file)
    with reading(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
    return dossier, file_of(dossier, attachment_id)


def file_of(dossier: Dossier, attachment_id: str) -> Attachment:
    found = next((file for file in dossier.attachments if file.id == attachment_id), None)
    if found is None:
        raise NotFound("not_found")
    return found


def remove_file(wired: Wired, officer: Officer, reference: str, attachment_id: str, typed: Typed) -> None:
    """Raises Forbidden, NotFound, InvalidAnswers. The organisation reads the reason; the name of the file goes too."""
    refuse_unless(officer, wired.catalogue.privacy.may.remove_file)
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, reference)
        file = file_of(dossier, attachment_id)
        reason = read_privacy(wired, REMOVE, typed)["reason"]
        remove_dossier_attachment(connection, dossier.id, file.id)
        data = {"removed": [file.id], "item": file.item_id}
        record(wired, connection, dossier, officer, "file_removed", reason, data)
    remove_all(wired.store, [file.id])
    overwrite_traces(wired.engine)
