"""What an organisation changed in its answers since it sent them, in words."""

from processor.domain.dossier import Dossier
from processor.domain.forms.definition import FormDefinition
from processor.services.parts import Wired
from processor.storage.dossiers.answers import earlier_answers
from processor.storage.engine import reading


def changes_of(wired: Wired, dossier: Dossier, form: FormDefinition) -> list[tuple[str, str, str]]:
    """Label, before, now: of every single answer that differs from the first that was sent."""
    with reading(wired.engine) as connection:
        earlier = earlier_answers(connection, dossier.id)
    if not earlier:
        return []
    first, now = earlier[0][1], dossier.answers
    return [
        (field.label, str(first.get(field.id, "") or "trống"), str(now.get(field.id, "") or "trống"))
        for field in form.single_fields
        if first.get(field.id) != now.get(field.id) and field.kind != "consent"
    ]
