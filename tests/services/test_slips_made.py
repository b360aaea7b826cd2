"""Slips of a dossier: made along with a step, frozen as they were filled, printed from that for ever."""

from dataclasses import replace

import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.errors import Conflict, Forbidden, NotFound
from processor.domain.supplement import AskedItem
from processor.services.appraisal.claims import claim_dossier, hand_over
from processor.services.appraisal.slips import made_slip_pdf, print_slip
from processor.services.appraisal.supplements import ask
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.desk import (
    REASON,
    DeskClock,
    Sent,
    a_dossier,
    a_dossier_in,
    appraised,
    everything,
    give_code,
    kinds,
    officer,
    opened,
    perform,
)
from tests.slips import words_of
from tests.working_days import at

CODE = "H05.00-261124-0001"


def made(wired: Wired, sent: Sent) -> list[str]:
    return [slip.kind for slip in opened(wired, sent).slips]


def printed(wired: Wired, sent: Sent, place: int = -1) -> bytes:
    return made_slip_pdf(wired, sent.reference, opened(wired, sent).slips[place].id)[1]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("refused_at_intake", "refusal_slip"),
        ("supplement_requested", "supplement_slip"),
        ("stopped", "stop_notice"),
    ],
)
def test_a_step_makes_its_slip_under_the_circular_of_the_day_of_receipt(status: str, kind: str, desk: Wired) -> None:
    sent = a_dossier_in(desk, status)

    (slip,) = opened(desk, sent).slips
    wanted = desk.catalogue.slips.slip_form(kind, desk.today())
    assert wanted and (slip.kind, slip.circular, slip.form_no, slip.name) == (
        kind,
        wanted.circular,
        wanted.form_no,
        wanted.name,
    )
    assert slip.made_at == desk.clock() and slip.officer
    words = words_of(printed(desk, sent))
    assert "BẢN NHÁP" in words and sent.reference in words and "Hợp tác xã Ví dụ Lục Ngạn" in words


def test_a_slip_tells_the_reason_that_was_given(desk: Wired) -> None:
    sent = a_dossier_in(desk, "refused_at_intake")

    assert REASON.rstrip(".") in words_of(printed(desk, sent))


def test_an_older_dossier_keeps_the_circular_of_its_day(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at("2025-07-15T09:00")
    sent = a_dossier(desk)
    desk_clock.now = at("2026-11-24T09:00")

    appraised("refuse_at_intake")(desk, sent)

    (slip,) = opened(desk, sent).slips
    form = desk.catalogue.slips.slip_form("refusal_slip", at("2025-07-15T09:00").date())
    assert form and slip.circular == form.circular != "03/2025/TT-VPCP"


def test_a_slip_is_printed_again_in_the_same_bytes_after_forms_and_dossier_have_changed(
    desk: Wired, desk_clock: DeskClock
) -> None:
    sent = a_dossier_in(desk, "supplement_requested")
    before = printed(desk, sent)
    desk_clock.move(days=40)
    perform(desk, officer(desk, "leader"), sent, "stop")

    after = printed(replace(desk, catalogue=otherwise_worded(desk.catalogue)), sent, 0)

    assert after == before


def otherwise_worded(catalogue: Catalogue) -> Catalogue:
    """Every form of every circular under another name, for another agency."""
    circulars = {
        circular: {
            kind: form.model_copy(update={"name": f"TÊN KHÁC {number}", "body": form.body[:1]})
            for number, (kind, form) in enumerate(forms.items())
        }
        for circular, forms in catalogue.slips.circulars.items()
    }
    agency = catalogue.agency.model_copy(update={"name": "Cơ quan khác"})
    return replace(catalogue, slips=catalogue.slips.model_copy(update={"circulars": circulars}), agency=agency)


def test_the_first_slip_is_made_only_where_an_official_code_is_known(desk: Wired) -> None:
    without, coded = a_dossier(desk), a_dossier(desk)
    give_code(desk, coded, CODE)

    for sent in (without, coded):
        appraised("accept")(desk, sent)

    assert (made(desk, without), made(desk, coded)) == ([], ["receipt_slip"])
    assert CODE in words_of(printed(desk, coded))


def test_the_first_slip_asked_for_without_a_code_is_refused_and_made_once_the_code_is_there(desk: Wired) -> None:
    sent, intake = a_dossier_in(desk, "accepted"), officer(desk, "intake")
    before = everything(desk.engine)

    with pytest.raises(Conflict, match="slip_needs_official_code"):
        print_slip(desk, intake, sent.reference, "receipt_slip")
    unchanged = everything(desk.engine)
    give_code(desk, sent, CODE)
    number = print_slip(desk, intake, sent.reference, "receipt_slip")

    assert unchanged == before
    assert number == opened(desk, sent).slips[0].id and kinds(desk, sent)[-1] == "slip_printed"
    assert verify(desk).problems == []


@pytest.mark.parametrize("kind", ["refusal_slip", "dossier_register", "no_such_slip"])
def test_what_only_a_step_makes_is_not_made_on_request(kind: str, desk: Wired) -> None:
    sent = a_dossier(desk)

    with pytest.raises(NotFound):
        print_slip(desk, officer(desk, "intake"), sent.reference, kind)

    assert made(desk, sent) == []


def test_who_only_reads_has_no_slip_made(desk: Wired) -> None:
    sent, reader = a_dossier(desk), officer(desk, "reader")
    before = everything(desk.engine)

    with pytest.raises(Forbidden, match="role_missing"):
        print_slip(desk, reader, sent.reference, "control_slip")

    assert everything(desk.engine) == before


def test_a_supplement_slip_lists_what_is_asked_and_nothing_else(desk: Wired) -> None:
    sent, appraiser = a_dossier_in(desk, "accepted"), officer(desk, "appraiser")
    asked = (AskedItem("contracts", "Sai", "Ký lại trang cuối"), AskedItem("payment_records", "Thiếu", "Gửi hóa đơn"))

    ask(desk, appraiser, sent.reference, asked)

    (slip,), form = opened(desk, sent).slips, opened(desk, sent).form
    assert [(item["title"], item["reason"]) for item in slip.content["items"]] == [
        (form.labels["contracts"], "Sai: Ký lại trang cuối"),
        (form.labels["payment_records"], "Thiếu: Gửi hóa đơn"),
    ]
    words = words_of(printed(desk, sent))
    assert "Ký lại trang cuối" in words and "Bản sao giấy chứng nhận" not in words


def test_the_control_slip_tells_each_change_of_hands_from_the_log(desk: Wired, desk_clock: DeskClock) -> None:
    sent, intake, appraiser = a_dossier(desk), officer(desk, "intake"), officer(desk, "appraiser")
    claim_dossier(desk, intake, sent.reference)
    desk_clock.move(hours=3)
    hand_over(desk, intake, sent.reference, appraiser.name)

    print_slip(desk, intake, sent.reference, "control_slip")

    (slip,) = opened(desk, sent).slips
    told = [(one["giver"], one["receiver"]) for one in slip.content["handovers"]]
    assert told == [("", intake.name), (intake.name, appraiser.name)]
    assert slip.content["handovers"][1]["given_at"] != slip.content["handovers"][1]["received_at"]


def test_a_slip_of_another_dossier_is_not_shown(desk: Wired) -> None:
    sent, other = a_dossier_in(desk, "stopped"), a_dossier(desk)
    (slip,) = opened(desk, sent).slips

    with pytest.raises(NotFound):
        made_slip_pdf(desk, other.reference, slip.id)
