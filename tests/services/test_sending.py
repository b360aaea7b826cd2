"""A draft that is sent while something still joins it: everything that was acknowledged goes along, once."""

from dataclasses import replace

from processor.domain.catalogue import Catalogue
from processor.domain.forms.submission import Typed
from processor.services.intake.drafts import open_draft, save_change, start_draft
from processor.services.intake.sending import send_draft
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.storage.writer import Intake, Writer
from tests.submissions import NEED, answers


class Interrupted(Writer):
    """Somebody saves into the draft just before it is written, once."""

    def __init__(self, wired: Wired, token: str) -> None:
        super().__init__(wired.engine, wired.store)
        self.wired, self.token, self.done = wired, token, False

    def write(self, intake: Intake) -> int:
        if not self.done:
            self.done = True
            form = self.wired.catalogue.form(NEED)
            save_change(self.wired, form, renamed, [], self.token)
        return super().write(intake)


def renamed(typed: Typed) -> Typed:
    return {**typed, "organisation_name": ["Tên vừa sửa (ví dụ)"]}


def a_draft(wired: Wired, catalogue: Catalogue) -> str:
    form = catalogue.form(NEED)
    told = answers(form)
    return start_draft(wired, form, {name: v if isinstance(v, list) else [v] for name, v in told.items()})


def test_what_was_saved_while_it_was_being_sent_goes_along(wired: Wired, catalogue: Catalogue) -> None:
    token = a_draft(wired, catalogue)
    busy = replace(wired, writer=Interrupted(wired, token))

    receipt = send_draft(busy, open_draft(busy, token), token)

    assert receipt.dossier.organisation_name == "Tên vừa sửa (ví dụ)"
    assert not receipt.repeated
    assert verify(wired).dossiers == 1 and verify(wired).problems == []


def test_a_draft_read_before_it_was_sent_gives_the_same_receipt(wired: Wired, catalogue: Catalogue) -> None:
    token = a_draft(wired, catalogue)
    read_before = open_draft(wired, token)
    first = send_draft(wired, read_before, token)

    again = send_draft(wired, read_before, token)

    assert (again.dossier.reference, again.access_code) == (first.dossier.reference, first.access_code)
    assert again.repeated and verify(wired).dossiers == 1
