"""The Director decides, the records office signs, the result is handed over and paid: never more than there is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import anyio
import pytest

from processor.domain.errors import Conflict, Forbidden, InvalidAnswers, NotFound, Refused
from processor.domain.forms.submission import Typed
from processor.domain.slips.decision import Decision
from processor.services.appraisal.decision_drafts import draft_docx, draft_pdf
from processor.services.appraisal.decisions import (
    decide,
    decision_to_record,
    give_account,
    may_give_account,
    proposals_before,
    record_decision,
    record_payment,
)
from processor.services.appraisal.money import BudgetFault, entries, envelope, set_envelope
from processor.services.following.tracking import signed_scan_of, track
from processor.services.intake.uploads import ReceivedFile, inspect_files
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from tests.desk import (
    AMOUNT,
    DOCUMENT,
    ENVELOPE,
    REASON,
    Sent,
    a_dossier_in,
    a_pdf_file,
    appraised,
    at_once,
    everything,
    hand_result_over,
    kinds,
    officer,
    opened,
    perform,
    record_typed,
    status_of,
)
from tests.mail import outbox
from tests.slips import words_of
from tests.submissions import stored_files

YEAR = 2026
PAID: Typed = {"paid_on": ["24/11/2026"], "paid_document": ["Ủy nhiệm chi số 12"]}
ACCOUNT: Typed = {"account_holder": ["HTX Ví dụ"], "account_no": ["0123 456 789"], "bank": ["Ngân hàng Ví dụ"]}


def figures(wired: Wired) -> tuple[int, int, int, int]:
    """Reserved, committed, paid, left."""
    found = envelope(wired, YEAR)
    assert found
    return found.reserved, found.committed, found.paid, found.left


def decided(wired: Wired, *dossiers: Sent, step: str = "approve", reason: str = REASON) -> int:
    return decide(wired, officer(wired, "leader"), step, {one.reference: None for one in dossiers}, reason)


def notices(wired: Wired, name: str) -> list[int]:
    """Of which dossiers."""
    return [row.dossier_id for row in outbox(wired) if row.notice == name]


def decision_of(wired: Wired, sent: Sent) -> Decision:
    found = opened(wired, sent).decision
    assert found
    return found


def test_one_decision_covers_several_dossiers_in_order_of_filing(desk: Wired) -> None:
    dossiers = [a_dossier_in(desk, "proposed") for _ in range(3)]
    waiting = [one.reference for one in proposals_before(desk)]

    number = decided(desk, *dossiers)

    found = decision_of(desk, dossiers[0])
    assert waiting == [one.reference for one in dossiers] and proposals_before(desk) == []
    assert [line.reference for line in found.lines] == waiting
    assert (found.id, found.outcome, found.total) == (number, "approved", 3 * AMOUNT)
    assert {status_of(desk, one) for one in dossiers} == {"approved"}
    assert {opened(desk, one).dossier.approved_amount for one in dossiers} == {AMOUNT}
    assert figures(desk) == (0, 3 * AMOUNT, 0, ENVELOPE - 3 * AMOUNT)
    assert verify(desk).problems == []


def test_a_decision_over_several_is_made_for_all_or_for_none(desk: Wired) -> None:
    dossiers = [a_dossier_in(desk, status) for status in ("proposed", "proposed", "under_appraisal")]
    before = everything(desk.engine)

    with pytest.raises(Conflict, match="step_not_allowed"):
        decided(desk, *dossiers)

    assert everything(desk.engine) == before


def test_a_dossier_that_somebody_acted_on_meanwhile_stops_the_decision_over_all(desk: Wired) -> None:
    dossiers = [a_dossier_in(desk, "proposed") for _ in range(2)]
    seen = {one.reference: opened(desk, one).seen for one in dossiers}
    perform(desk, officer(desk, "appraiser"), dossiers[1], "extend")
    before = everything(desk.engine)

    with pytest.raises(Conflict, match="dossier_changed"):
        decide(desk, officer(desk, "leader"), "approve", seen)

    assert everything(desk.engine) == before


def test_a_reference_however_it_is_written_is_decided_once(desk: Wired) -> None:
    sent = a_dossier_in(desk, "proposed")
    twice = {sent.reference: None, sent.reference.lower().replace("-", " "): None}

    decide(desk, officer(desk, "leader"), "approve", twice)

    assert status_of(desk, sent) == "approved"
    assert len(decision_of(desk, sent).lines) == 1 and figures(desk)[1] == AMOUNT


@pytest.mark.parametrize(
    ("seen", "step", "code"),
    [
        ({}, "approve", "nothing_chosen"),
        ({"HT-4K7M-9QX3-RTD6": None}, "approve", "reference_mistyped"),
        ({"HT-2222-2222-2222": None}, "approve", "not_found"),
        ({"x": None}, "accepted", "not_found"),
    ],
)
def test_what_names_nothing_decides_nothing(seen: dict[str, None], step: str, code: str, desk: Wired) -> None:
    leader = officer(desk, "leader")
    before = everything(desk.engine)

    with pytest.raises(Refused, match=code):
        decide(desk, leader, step, seen)

    assert everything(desk.engine) == before


def test_a_refusal_gives_the_money_back_and_its_reason_to_everyone_in_it(desk: Wired) -> None:
    dossiers = [a_dossier_in(desk, "proposed") for _ in range(2)]

    decided(desk, *dossiers, step="reject")

    found = decision_of(desk, dossiers[1])
    assert {(line.amount, line.reason) for line in found.lines} == {(None, REASON)} and found.total == 0
    assert {opened(desk, one).events[-1].note for one in dossiers} == {REASON}
    assert figures(desk) == (0, 0, 0, ENVELOPE)


def test_of_two_deciders_at_once_one_decides_and_the_money_is_spent_once(either_desk: Wired) -> None:
    dossiers = [a_dossier_in(either_desk, "proposed") for _ in range(3)]
    officer(either_desk, "leader")

    tried = at_once([partial(decided, either_desk, *dossiers)] * 4 + [partial(decided, either_desk, dossiers[1])] * 4)

    refused = [one.code for one in tried if isinstance(one, Refused)]
    assert set(refused) == {"step_not_allowed"} and len(refused) in (6, 7)
    committed = sum(opened(either_desk, one).dossier.approved_amount or 0 for one in dossiers)
    assert figures(either_desk) == (3 * AMOUNT - committed, committed, 0, ENVELOPE - 3 * AMOUNT)
    assert verify(either_desk).problems == []


def test_approving_and_rejecting_at_once_leave_one_decision(either_desk: Wired) -> None:
    sent = a_dossier_in(either_desk, "proposed")
    officer(either_desk, "leader")

    at_once([partial(decided, either_desk, sent, step=step) for step in ("approve", "reject")] * 4)

    status = status_of(either_desk, sent)
    assert [kind for kind in kinds(either_desk, sent) if kind in ("approved", "rejected")] == [status]
    assert figures(either_desk)[:2] == ((0, AMOUNT) if status == "approved" else (0, 0))


def test_an_envelope_is_never_set_below_what_is_held(desk: Wired) -> None:
    decided(desk, a_dossier_in(desk, "proposed"))
    a_dossier_in(desk, "proposed")

    with pytest.raises(BudgetFault, match="84"):
        set_envelope(desk, YEAR, 2 * AMOUNT - 1, DOCUMENT)
    set_envelope(desk, YEAR, 2 * AMOUNT, DOCUMENT)

    assert figures(desk) == (AMOUNT, AMOUNT, 0, 0)


@pytest.mark.parametrize(
    ("year", "amount", "document"), [(2022, 1, "x"), (2026, 0, "x"), (2026, 10**14, "x"), (2026, 1, " ")]
)
def test_an_envelope_without_sense_or_document_is_not_set(year: int, amount: int, document: str, desk: Wired) -> None:
    with pytest.raises(BudgetFault):
        set_envelope(desk, year, amount, document)

    assert figures(desk)[3] == ENVELOPE


def test_with_the_signed_scan_the_result_of_every_dossier_is_handed_over_and_told_once(desk: Wired) -> None:
    dossiers = [a_dossier_in(desk, "proposed") for _ in range(2)]
    decided(desk, *dossiers)
    before = notices(desk, "approved")

    hand_result_over(desk, dossiers[1])

    found = decision_of(desk, dossiers[0])
    assert before == [] and sorted(notices(desk, "approved")) == [opened(desk, one).dossier.id for one in dossiers]
    assert (found.document_no, found.decided_on, found.signer) == ("05/QĐ-VD", date(2026, 11, 24), "Nguyễn Văn Ví Dụ")
    for one in dossiers:
        seen = track(desk, one.reference, one.access_code)
        scan = signed_scan_of(seen.decision)
        assert seen.dossier.handed_over_at == desk.clock() and kinds(desk, one)[-1] == "handed_over"
        with desk.store.open(scan.id) as file:
            assert file.read(5) == b"%PDF-"
    assert verify(desk).problems == []


def test_what_was_handed_over_is_not_recorded_again(desk: Wired) -> None:
    sent = a_dossier_in(desk, "approved")
    hand_result_over(desk, sent)
    before, files = everything(desk.engine), stored_files(desk.settings.data)

    with pytest.raises(Conflict, match="decision_recorded"):
        hand_result_over(desk, sent, "06/QĐ-VD")

    assert everything(desk.engine) == before
    assert stored_files(desk.settings.data) == files


def test_of_several_that_record_at_once_one_is_kept_and_no_bytes_of_the_others(either_desk: Wired) -> None:
    sent = a_dossier_in(either_desk, "approved")
    officer(either_desk, "intake")

    tried = at_once([partial(hand_result_over, either_desk, sent, f"{number:02}/QĐ") for number in range(4)])

    assert [one.code for one in tried if one is not None] == ["decision_recorded"] * 3
    assert kinds(either_desk, sent).count("handed_over") == 1 and len(notices(either_desk, "approved")) == 1
    found = verify(either_desk)
    assert (found.problems, found.files_without_row) == ([], 0)


def inspected(wired: Wired, *files: ReceivedFile) -> list[ReceivedFile]:
    """By the real inspection, in a thread with an event loop of its own."""
    form = wired.catalogue.desk.form("record_decision")
    assert form
    for file in files:
        file.verdict = None
    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, inspect_files, wired, form, list(files)).result()
    return list(files)


def a_file(wired: Wired, name: str, content: bytes) -> ReceivedFile:
    incoming = wired.store.receive()
    incoming.write(content, wired.limits.file_bytes)
    return ReceivedFile("signed_scan", name, incoming)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("quyết định.pdf", b"PK\x03\x04 not a PDF", "file_content_mismatch"),
        ("quyết định.docx", b"%PDF-1.7", "file_type"),
        ("quyết định.pdf", b"", "file_empty"),
    ],
)
def test_a_wrong_scan_is_refused_by_its_content_and_not_kept(name: str, content: bytes, code: str, desk: Wired) -> None:
    sent, intake = a_dossier_in(desk, "approved"), officer(desk, "intake")
    files = inspected(desk, a_file(desk, name, content))
    before = everything(desk.engine)

    with pytest.raises(InvalidAnswers) as refused:
        record_decision(desk, intake, sent.reference, record_typed(), files)
    for file in files:
        file.incoming.discard()

    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("signed_scan", code)]
    assert everything(desk.engine) == before and verify(desk).files_without_row == 0
    assert len(stored_files(desk.settings.data)) == verify(desk).attachments


def test_a_sound_scan_passes_the_real_inspection_and_is_asked_for(desk: Wired) -> None:
    sent, intake = a_dossier_in(desk, "approved"), officer(desk, "intake")

    with pytest.raises(InvalidAnswers) as refused:
        record_decision(desk, intake, sent.reference, record_typed(), [])
    record_decision(desk, intake, sent.reference, record_typed(), inspected(desk, a_pdf_file(desk)))

    assert [fault.code for fault in refused.value.faults] == ["file_required"]
    assert decision_of(desk, sent).scan


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"document_no": [""]}, "document_no"),
        ({"decided_on": ["25/11/2026"]}, "decided_on"),
        ({"signer": [" "]}, "signer"),
    ],
)
def test_number_day_and_signer_are_needed_before_a_scan_is_kept(
    changed: dict[str, list[str]], field: str, desk: Wired
) -> None:
    sent, intake = a_dossier_in(desk, "approved"), officer(desk, "intake")

    with pytest.raises(InvalidAnswers) as refused:
        record_decision(desk, intake, sent.reference, {**record_typed(), **changed}, [a_pdf_file(desk)])

    assert [fault.field for fault in refused.value.faults] == [field]
    assert len(list(desk.store.ids())) == verify(desk).attachments


def test_before_a_decision_there_is_nothing_to_record(desk: Wired) -> None:
    sent = a_dossier_in(desk, "proposed")

    with pytest.raises(NotFound):
        decision_to_record(desk, sent.reference)
    with pytest.raises(NotFound):
        hand_result_over(desk, sent)

    assert kinds(desk, sent)[-1] == "proposed"


def test_a_decision_that_is_looked_at_again_is_not_handed_over(desk: Wired) -> None:
    dossiers = [a_dossier_in(desk, "proposed") for _ in range(2)]
    decided(desk, *dossiers, step="reject")
    perform(desk, officer(desk, "leader"), dossiers[0], "reconsider")
    before, files = everything(desk.engine), stored_files(desk.settings.data)

    with pytest.raises(Conflict, match="step_not_allowed"):
        hand_result_over(desk, dossiers[0])
    kept = everything(desk.engine), stored_files(desk.settings.data)
    hand_result_over(desk, dossiers[1])

    assert kept == (before, files)
    assert [opened(desk, one).dossier.handed_over_at is None for one in dossiers] == [True, False]
    assert notices(desk, "rejected") == [opened(desk, dossiers[1]).dossier.id]


def test_a_refusal_that_was_handed_over_and_looked_at_again_needs_its_new_decision_before_it_is_paid(
    desk: Wired,
) -> None:
    sent = a_dossier_in(desk, "rejected")
    hand_result_over(desk, sent, "05/QĐ-VD")
    perform(desk, officer(desk, "leader"), sent, "reconsider")
    open_again = opened(desk, sent).dossier.handed_over_at
    appraised("propose")(desk, sent)
    decided(desk, sent)

    with pytest.raises(Conflict, match="decision_not_recorded"):
        record_payment(desk, officer(desk, "intake"), sent.reference, PAID)
    hand_result_over(desk, sent, "06/QĐ-VD")
    record_payment(desk, officer(desk, "intake"), sent.reference, PAID)

    assert open_again is None
    assert decision_of(desk, sent).document_no == "06/QĐ-VD" and opened(desk, sent).dossier.paid_on
    assert verify(desk).problems == []


def test_the_sweep_keeps_signed_scans_and_verify_finds_one_that_is_gone(desk: Wired) -> None:
    sent = a_dossier_in(desk, "approved")
    hand_result_over(desk, sent)
    scan = decision_of(desk, sent).scan
    assert scan

    swept, after = sweep_orphans(desk, older_than_seconds=-1), verify(desk).problems
    desk.store.remove(scan.id)

    assert (swept, after) == (0, [])
    assert verify(desk).problems == [f"tệp {scan.id} có dòng nhưng không có ở nơi giữ tệp"]


def test_payment_is_noted_once_with_its_day_and_document(desk: Wired) -> None:
    sent, intake = a_dossier_in(desk, "approved"), officer(desk, "intake")

    with pytest.raises(Conflict, match="decision_not_recorded"):
        record_payment(desk, intake, sent.reference, PAID)
    hand_result_over(desk, sent)
    for _ in range(2):
        record_payment(desk, intake, sent.reference, PAID)

    found = opened(desk, sent).dossier
    assert (found.paid_on, found.paid_document) == (date(2026, 11, 24), "Ủy nhiệm chi số 12")
    assert kinds(desk, sent).count("paid") == 1
    assert figures(desk) == (0, AMOUNT, AMOUNT, ENVELOPE - AMOUNT)
    assert [entry.kind for entry in entries(desk, YEAR)] == ["set", "reserve", "commit", "pay"]


@pytest.mark.parametrize("status", ["rejected", "proposed"])
def test_only_what_was_approved_is_paid(status: str, desk: Wired) -> None:
    sent = a_dossier_in(desk, status)

    with pytest.raises(Conflict, match="decision_not_recorded"):
        record_payment(desk, officer(desk, "intake"), sent.reference, PAID)

    assert figures(desk)[2] == 0


def test_a_reader_records_nothing(desk: Wired) -> None:
    sent, reader = a_dossier_in(desk, "approved"), officer(desk, "reader")
    before = everything(desk.engine)

    with pytest.raises(Forbidden):
        record_decision(desk, reader, sent.reference, record_typed(), [a_pdf_file(desk)])
    with pytest.raises(Forbidden):
        record_payment(desk, reader, sent.reference, PAID)

    assert everything(desk.engine) == before


def test_the_account_is_asked_for_after_the_approval_and_until_it_is_paid(desk: Wired) -> None:
    sent = a_dossier_in(desk, "proposed")

    def give(typed: Typed = ACCOUNT) -> None:
        give_account(desk, track(desk, sent.reference, sent.access_code), typed)

    with pytest.raises(Conflict, match="account_not_open"):
        give()
    decided(desk, sent)
    give()
    give()
    give({**ACCOUNT, "bank": ["Ngân hàng Khác"]})
    hand_result_over(desk, sent)
    record_payment(desk, officer(desk, "intake"), sent.reference, PAID)
    with pytest.raises(Conflict, match="account_not_open"):
        give()

    found = opened(desk, sent)
    assert found.payee and (found.payee.account_no, found.payee.bank) == ("0123456789", "Ngân hàng Khác")
    assert kinds(desk, sent).count("account_given") == 2 and not may_give_account(found.dossier)
    assert "0123456789" not in "".join(event.data for event in found.events)
    assert verify(desk).problems == []


@pytest.mark.parametrize("number", ["12345", "1" * 21, "01234567x", "٠١٢٣٤٥٦٧"])
def test_an_account_that_no_bank_has_is_refused(number: str, desk: Wired) -> None:
    sent = a_dossier_in(desk, "approved")

    with pytest.raises(InvalidAnswers) as refused:
        give_account(desk, track(desk, sent.reference, sent.access_code), {**ACCOUNT, "account_no": [number]})

    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("account_no", "account_unreadable")]
    assert opened(desk, sent).payee is None


def test_the_draft_is_filled_from_the_dossiers_and_leaves_number_and_signer_to_the_records_office(desk: Wired) -> None:
    dossiers = [a_dossier_in(desk, "proposed") for _ in range(2)]
    decided(desk, *dossiers)
    decision = decision_of(desk, dossiers[0])

    pdf, docx = draft_pdf(desk, decision), draft_docx(desk, decision)

    words = words_of(pdf)
    assert "84.000.000" in words and "Hợp tác xã Ví dụ Lục Ngạn" in words and DOCUMENT in words
    assert docx.startswith(b"PK")


def test_the_draft_names_the_document_of_the_year_that_the_money_is_of(desk: Wired) -> None:
    sent = a_dossier_in(desk, "proposed")
    set_envelope(desk, YEAR + 1, ENVELOPE, "Văn bản của năm sau")
    desk.clock.move(days=60)  # type: ignore[attr-defined]
    decided(desk, sent)

    words = words_of(draft_pdf(desk, decision_of(desk, sent)))

    assert figures(desk)[1] == AMOUNT
    assert DOCUMENT in words and "Văn bản của năm sau" not in words
