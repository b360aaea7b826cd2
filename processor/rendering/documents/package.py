"""The readable page of a portable dossier: stands alone, opens without network, prints; links lead into the ZIP."""

from collections.abc import Mapping
from dataclasses import dataclass

from processor.domain.catalogue import Catalogue
from processor.domain.dossier import Attachment
from processor.domain.forms.stored import stored_values
from processor.domain.opened import OpenedDossier
from processor.domain.package import RECEIPT_PDF
from processor.domain.vietnamese import VIETNAM
from processor.rendering.desk.dossier import happened, status_label
from processor.rendering.pages import answered
from processor.rendering.templating import render


@dataclass(frozen=True)
class PackedPaper:
    """A paper of the form with its files and where they lie; `absence` is why there are none."""

    title: str
    files: list[tuple[Attachment, str]]
    absence: str


def package_html(catalogue: Catalogue, opened: OpenedDossier, places: Mapping[str, str]) -> str:
    """`places` are the names of the files in the ZIP, by id."""
    dossier, form = opened.dossier, opened.form
    sent_on = dossier.received_at.astimezone(VIETNAM).date()
    scan = opened.decision.scan if opened.decision else None
    return str(
        render(
            "package.html",
            dossier=dossier,
            form=form,
            opened=opened,
            status=status_label(catalogue, dossier),
            channel=catalogue.texts.channels[dossier.channel],
            sections=answered(form, stored_values(form, dossier.answers), sent_on),
            papers=papers(opened, places),
            marks=catalogue.workflow.marks,
            titles=form.labels,
            happened=[happened(catalogue, dossier, event) for event in opened.events],
            scan_place=places.get(scan.id) if scan else None,
            receipt=RECEIPT_PDF,
            agency=catalogue.agency,
        )
    )


def papers(opened: OpenedDossier, places: Mapping[str, str]) -> list[PackedPaper]:
    """Only those with files or a reason."""
    found = []
    for item in opened.form.items:
        files = [(file, places[file.id]) for file in opened.dossier.attachments if file.item_id == item.id]
        absence = opened.dossier.absences.get(item.id, "")
        if files or absence:
            found.append(PackedPaper(item.title, files, absence))
    return found
