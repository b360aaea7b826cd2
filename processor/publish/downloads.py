"""What the site offers to download: the checklist of each dossier form as PDF."""

from datetime import date
from pathlib import Path

from processor.domain.catalogue import Catalogue
from processor.rendering.printed import checklist_pdf

FOLDER = "danh-muc"


def write_checklists(catalogue: Catalogue, site: Path, public_url: str, today: date) -> None:
    """A file for each form with papers, `danh-muc/<form id>.pdf`."""
    (site / FOLDER).mkdir()
    for form in catalogue.forms.values():
        if form.items and form.support_type:
            page = catalogue.support_types[form.support_type].page
            address = f"{public_url}{page}?ban={form.version}#giay-to"
            (site / FOLDER / f"{form.id}.pdf").write_bytes(checklist_pdf(catalogue, form, address, today))
