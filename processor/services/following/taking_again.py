"""An organisation that has sent something before need not say again who it is."""

from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.typed_again import applicant_again
from processor.services.following.looking import look_up
from processor.services.parts import Wired


def applicant_of(
    wired: Wired, form: FormDefinition, visitor: str, reference: str, access_code: str
) -> dict[str, list[str]]:
    """What `form` also asks, from the dossier that both codes open. Raises Refused as `look_up` does."""
    return applicant_again(form, look_up(wired, visitor, reference, access_code).dossier.answers)
