"""What comes at the counter or by post is typed in by an officer; the log says by which way and by whom."""

import json

import pytest

from processor.domain.dossier import ONLINE
from processor.domain.errors import Forbidden, InvalidAnswers
from processor.domain.forms.examples import example_fields, example_items
from processor.services.appraisal.paper import begin_paper
from processor.services.following.tracking import track
from processor.services.intake.drafts import open_draft, save_draft
from processor.services.intake.sending import send_draft
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.desk import Sent, a_dossier, a_pdf_file, appraised, everything, officer, opened, status_of
from tests.submissions import DOSSIER

COUNTER, POST = "1", "3"


def entered(wired: Wired, channel: str) -> Sent:
    """A dossier typed in from paper, with its scans."""
    form = wired.catalogue.form(DOSSIER)
    token = begin_paper(wired, officer(wired, "intake"), DOSSIER, channel)
    told = example_fields(form, wired.today())
    typed = {name: value if isinstance(value, list) else [value] for name, value in told.items()}
    saved = save_draft(wired, form, typed, [a_pdf_file(wired, item) for item in example_items(form)], token)
    assert saved.faults == []
    receipt = send_draft(wired, open_draft(wired, token), token)
    assert receipt.access_code
    return Sent(receipt.dossier.reference, receipt.access_code)


@pytest.mark.parametrize("channel", [COUNTER, POST])
def test_the_log_and_the_dossier_say_how_it_came_and_who_typed_it_in(channel: str, desk: Wired) -> None:
    sent = entered(desk, channel)

    found = opened(desk, sent)
    assert found.dossier.channel == int(channel)
    assert (found.events[0].kind, found.events[0].actor) == ("submitted", "officer:intake")
    assert json.loads(found.events[0].data)["channel"] == int(channel)
    assert len(found.dossier.attachments) == len(example_items(found.form))
    assert verify(desk).problems == []


def test_what_an_organisation_sends_itself_came_by_this_site(desk: Wired) -> None:
    found = opened(desk, a_dossier(desk))

    assert found.dossier.channel == ONLINE and found.events[0].actor == "applicant"
    assert "channel" not in json.loads(found.events[0].data)


def test_a_paper_dossier_goes_its_way_as_any_other_and_is_followed_by_its_codes(desk: Wired) -> None:
    sent = entered(desk, COUNTER)

    for step in ("accept", "start_appraisal", "propose"):
        appraised(step)(desk, sent)

    assert status_of(desk, sent) == "proposed"
    assert track(desk, sent.reference, sent.access_code).dossier.channel == int(COUNTER)
    assert verify(desk).problems == []


@pytest.mark.parametrize(
    ("form_id", "channel", "field"),
    [
        ("khong-co", COUNTER, "form"),
        (DOSSIER, str(ONLINE), "channel"),
        (DOSSIER, "4", "channel"),
        (DOSSIER, "", "channel"),
    ],
)
def test_only_a_known_form_by_counter_or_post_is_typed_in(form_id: str, channel: str, field: str, desk: Wired) -> None:
    intake = officer(desk, "intake")
    before = everything(desk.engine)

    with pytest.raises(InvalidAnswers) as refused:
        begin_paper(desk, intake, form_id, channel)

    assert [fault.field for fault in refused.value.faults] == [field]
    assert everything(desk.engine) == before


@pytest.mark.parametrize("role", ["leader", "reader"])
def test_who_handles_no_dossiers_types_none_in(role: str, desk: Wired) -> None:
    with pytest.raises(Forbidden, match="role_missing"):
        begin_paper(desk, officer(desk, role), DOSSIER, COUNTER)
