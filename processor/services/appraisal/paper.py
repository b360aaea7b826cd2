"""What came at the counter or by post: typed in by an officer, kept as everything else is."""

from processor.domain.access.officer import Officer
from processor.domain.dossier import ONLINE
from processor.domain.errors import Fault, InvalidAnswers
from processor.services.appraisal.claims import must_handle
from processor.services.intake.drafts import Paper, start_draft
from processor.services.parts import Wired


def begin_paper(wired: Wired, officer: Officer, form_id: str, channel: str) -> str:
    """The token of the draft. Raises Forbidden, InvalidAnswers."""
    must_handle(officer)
    say = wired.catalogue.messages.say
    if form_id not in wired.catalogue.forms:
        raise InvalidAnswers([Fault("form", "choice_required", say("choice_required", label="Biểu mẫu"))])
    known = {str(code): code for code in wired.catalogue.texts.channels if code != ONLINE}
    if channel not in known:
        raise InvalidAnswers([Fault("channel", "choice_required", say("choice_required", label="Nhận bằng cách nào"))])
    return start_draft(wired, wired.catalogue.forms[form_id], {}, paper=Paper(officer.id, known[channel]))
