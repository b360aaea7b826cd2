"""The same organisation with the same matter: told to the applicant, shown to the officer, never dropped."""

from collections.abc import Mapping
from typing import Any

from processor.domain.dossier import Dossier
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.matter import matter_hash
from processor.services.intake.intake import stored_answers
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import references_of_matter
from processor.storage.engine import Connection, reading


def is_suspected(wired: Wired, form: FormDefinition, answers: Mapping[str, Any], own: int | None = None) -> bool:
    """Says nothing about the other dossier: anyone can type a tax code. `own` is the dossier that is being changed."""
    matter = matter_hash(form, stored_answers(answers))
    if matter is None:
        return False
    with reading(wired.engine) as connection:
        return any(number != own for number, _ in references_of_matter(connection, matter))


def others_like(connection: Connection, dossier: Dossier) -> list[str]:
    """References of the other dossiers about the same matter, oldest first. For officers."""
    if dossier.matter_hash is None:
        return []
    alike = references_of_matter(connection, dossier.matter_hash)
    return [reference for number, reference in alike if number != dossier.id]
