"""What is kept of one person as a page that stands alone, to be handed over on request."""

from collections.abc import Mapping, Sequence
from typing import Any

from processor.domain.catalogue import Catalogue
from processor.domain.opened import OpenedDossier
from processor.domain.privacy import DataRequest
from processor.rendering.desk.dossier import status_label
from processor.rendering.templating import render

Told = tuple[OpenedDossier, Sequence[tuple[str, str]], Sequence[Mapping[str, Any]]]


def person_html(catalogue: Catalogue, request: DataRequest, kept: Sequence[Told]) -> str:
    """`kept` are dossiers with answers by label and consents."""
    told = [(opened, status_label(catalogue, opened.dossier), answers, consents) for opened, answers, consents in kept]
    return str(render("person.html", request=request, kept=told, agency=catalogue.agency))
