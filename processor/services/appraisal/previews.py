"""Files as officers look at them: a page drawn, how many there are, what lies before and after in the dossier."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from anyio import to_thread

from processor.domain.dossier import Attachment
from processor.domain.errors import NotFound
from processor.domain.files import FileFault, file_words
from processor.domain.scanning import refuse_closed
from processor.inspection.preview import Preview
from processor.rendering.desk.viewer import FileOfDossier
from processor.services.appraisal.log import known_dossier
from processor.services.parts import Wired
from processor.storage.engine import reading


async def preview(wired: Wired, attachment: Attachment, number: int, width: int) -> Preview:
    """Page `number`, from 1, at most `width` pixels wide. Raises FileFault, NotFound for a page that is not there."""
    async with on_disk(wired, attachment) as path:
        return await wired.preview.page(path, attachment.media_type, number, width)


async def page_count(wired: Wired, attachment: Attachment) -> int:
    """Raises FileFault for a file that has no pages to show."""
    async with on_disk(wired, attachment) as path:
        return await wired.preview.pages(path, attachment.media_type)


@asynccontextmanager
async def on_disk(wired: Wired, attachment: Attachment) -> AsyncIterator[Path]:
    """Where the child finds the bytes; a refusal names the file as its sender did. Raises Conflict."""
    refuse_closed(attachment, wired.settings.without_scanner)
    with ExitStack() as shown:
        path = await to_thread.run_sync(shown.enter_context, wired.store.readable(attachment.id))
        try:
            yield path
        except FileFault as fault:
            raise FileFault(fault.code, **file_words(attachment.name, ())) from fault


def file_of_dossier(wired: Wired, reference: str, attachment_id: str) -> FileOfDossier:
    """The file between its neighbours, in the order of the sheet. Nothing is recorded. Raises NotFound."""
    with reading(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
    form = wired.definitions.get(dossier.form_id, dossier.form_version)
    place_of = {item.id: place for place, item in enumerate(form.items)}
    files = sorted(dossier.attachments, key=lambda file: (place_of[file.item_id], file.supplement or 0))
    at = next((place for place, file in enumerate(files) if file.id == attachment_id), None)
    if at is None:
        raise NotFound("not_found")
    return FileOfDossier(
        reference=dossier.reference,
        file=files[at],
        item_title=form.items_by_id[files[at].item_id].title,
        before=files[at - 1] if at else None,
        after=files[at + 1] if at + 1 < len(files) else None,
    )
