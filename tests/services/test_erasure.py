"""Erasing reaches everything that was kept of a dossier or a person, and the log still verifies."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from processor.domain.errors import Conflict, NotFound
from processor.domain.retention import Ground, Retention
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.sheets import comment
from processor.services.exchange.dossier_lists import ask_for_list, make_list
from processor.services.following.corrections import correct_contact
from processor.services.following.tracking import track
from processor.services.intake.drafts import start_draft
from processor.services.parts import Wired
from processor.services.privacy.erasure import Order, due, erase, erase_drafts, find_person, purge
from processor.services.proof.verification import verify
from processor.storage.engine import reading
from processor.storage.privacy.erasures import every_erasure
from tests.desk import (
    STATUSES,
    DeskClock,
    Sent,
    a_dossier,
    a_dossier_in,
    everything,
    officer,
    opened,
    take_back,
)
from tests.submissions import stored_files

NAME, OTHER_NAME, PHONE, MAIL = "Vũ Thị Xóa Đi", "Vũ Thị Xóa Sau", "0987 650 321", "xoa-di@vi-du.example"
STORED_PHONE = "+84987650321"
ORGANISATION = "Hợp tác xã Ví dụ Xóa Đi Qzw"
OF_THE_SEARCH = "qzw"
"""What the index of the search keeps of the organisation's name."""
OF_THE_PERSON = (NAME, OTHER_NAME, STORED_PHONE, MAIL)
ASKED = Order("dossier", "requested", "officer:leader")
PERSONAL_ONLY = replace(ASKED, scope="person")


def withdrawn(wired: Wired) -> Sent:
    """Corrected, discussed, put into a list, then taken back by its organisation."""
    sent = a_dossier(
        wired, contact_name=NAME, contact_phone=PHONE, contact_email=MAIL, organisation_name=ORGANISATION, tax_code=""
    )
    seen = track(wired, sent.reference, sent.access_code)
    changed = {"contact_phone": [PHONE], "contact_email": [MAIL], "contact_name": [OTHER_NAME]}
    correct_contact(wired, seen, changed, seen.dossier.revision)
    comment(wired, officer(wired, "appraiser"), sent.reference, f"Đã gọi {OTHER_NAME}", "")
    make_list(wired, ask_for_list(wired, officer(wired, "leader"), "", "csv"))
    take_back(wired, sent)
    return sent


def in_rows(wired: Wired, *words: str) -> list[str]:
    told = [row for rows in everything(wired.engine).values() for row in rows]
    return [row for row in told if any(word in row for word in words)]


def on_disk(folder: Path, *words: str) -> list[str]:
    """Files below the data folder, the database and its log included, in which the words still are."""
    wanted = [word.encode() for word in words] + [word.encode("unicode_escape") for word in words]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word in path.read_bytes() for word in wanted)]


def test_nothing_of_an_erased_dossier_is_left_in_rows_or_files(either_desk: Wired) -> None:
    sent = withdrawn(either_desk)
    assert in_rows(either_desk, *OF_THE_PERSON, ORGANISATION)
    assert stored_files(either_desk.settings.data)

    erase(either_desk, sent.reference, ASKED)

    assert in_rows(either_desk, *OF_THE_PERSON, ORGANISATION) == []
    assert stored_files(either_desk.settings.data) == []
    assert verify(either_desk).problems == []


def test_nothing_of_a_person_is_left_while_the_dossier_stays(either_desk: Wired) -> None:
    sent = withdrawn(either_desk)
    files = len(opened(either_desk, sent).dossier.attachments)

    erase(either_desk, sent.reference, PERSONAL_ONLY)

    left = opened(either_desk, sent).dossier
    assert in_rows(either_desk, *OF_THE_PERSON) == []
    assert (left.organisation_name, len(left.attachments)) == (ORGANISATION, files)
    assert verify(either_desk).problems == []


def test_the_file_of_the_database_and_its_log_forget_too(desk: Wired, tmp_path: Path) -> None:
    sent = withdrawn(desk)
    assert on_disk(tmp_path, *OF_THE_PERSON) and on_disk(tmp_path, OF_THE_SEARCH)

    erase(desk, sent.reference, ASKED)

    assert on_disk(tmp_path, *OF_THE_PERSON, ORGANISATION, OF_THE_SEARCH) == []


def test_what_is_changed_after_an_erasure_is_still_found(desk: Wired) -> None:
    sent = withdrawn(desk)
    erase(desk, sent.reference, PERSONAL_ONLY)

    with desk.engine.begin() as connection:
        connection.exec_driver_sql('UPDATE dossiers SET answers = \'{"organisation_name": "x"}\'')

    assert any("câu trả lời khác lúc gửi" in problem for problem in verify(desk).problems)


def test_an_event_taken_out_before_the_erasure_is_still_found(desk: Wired) -> None:
    sent = withdrawn(desk)
    erase(desk, sent.reference, ASKED)

    with desk.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM deliveries")
        connection.exec_driver_sql("DELETE FROM events WHERE kind = 'contact_corrected'")

    assert any("thiếu sự kiện" in problem for problem in verify(desk).problems)


def test_the_tombstone_says_what_by_whom_on_what_ground_and_how_long_backups_keep_it(desk: Wired) -> None:
    sent = withdrawn(desk)

    erase(desk, sent.reference, replace(ASKED, reason="Theo yêu cầu (ví dụ)"))

    found = open_dossier(desk, sent.reference).dossier
    with reading(desk.engine) as connection:
        ((reference, _, _, _, tombstone),) = every_erasure(connection)
    assert (tombstone.scope, tombstone.ground, tombstone.actor) == ("dossier", "requested", "officer:leader")
    assert tombstone.backups_until == desk.today() + timedelta(days=desk.settings.backup_keep_days)
    assert reference == found.reference
    assert (found.reference, found.status, found.organisation_name) == (sent.reference, "withdrawn", "(đã xóa dữ liệu)")
    assert found.erased_at == desk.clock().replace(microsecond=0)


def test_the_access_code_of_an_erased_dossier_opens_nothing(desk: Wired) -> None:
    sent = withdrawn(desk)

    erase(desk, sent.reference, ASKED)

    with pytest.raises(NotFound):
        track(desk, sent.reference, sent.access_code)


@pytest.mark.parametrize("ground", ["requested", "term_over"])
@pytest.mark.parametrize("status", [status for status in STATUSES if status != "withdrawn"])
def test_what_is_open_or_kept_by_archive_law_is_refused_with_the_reason(
    desk: Wired, status: str, ground: Ground
) -> None:
    sent = a_dossier_in(desk, status)
    before = everything(desk.engine)

    with pytest.raises(Conflict) as refused:
        erase(desk, sent.reference, replace(ASKED, ground=ground))

    assert (refused.value.code, everything(desk.engine)) == ("erasure_refused", before)
    assert refused.value.values["cause"] == desk.catalogue.retention.rule("dossier", status).why


def test_erasing_twice_is_refused(desk: Wired) -> None:
    sent = withdrawn(desk)
    erase(desk, sent.reference, ASKED)

    with pytest.raises(Conflict, match="already_erased"):
        erase(desk, sent.reference, ASKED)


def test_a_person_is_found_by_address_number_and_earlier_answers_in_dossiers_and_drafts(either_desk: Wired) -> None:
    sent = withdrawn(either_desk)
    form = either_desk.catalogue.form("dang-ky-nhu-cau")
    start_draft(either_desk, form, {"contact_email": [MAIL]})

    by_mail, by_phone = find_person(either_desk, MAIL), find_person(either_desk, STORED_PHONE)
    erase_drafts(either_desk, by_mail.drafts)

    assert (by_mail.references, by_phone.references, len(by_mail.drafts)) == ([sent.reference], [sent.reference], 1)
    assert find_person(either_desk, MAIL).drafts == []


def with_term(wired: Wired, days: int | None) -> Wired:
    """The same place, with a term for withdrawn dossiers."""
    retention = wired.catalogue.retention
    rules = [
        rule.model_copy(update={"erase_after_days": days}) if rule.statuses == ("withdrawn",) else rule
        for rule in retention.rules
    ]
    changed = Retention.model_validate({**retention.model_dump(), "rules": [rule.model_dump() for rule in rules]})
    return replace(wired, catalogue=replace(wired.catalogue, retention=changed))


def test_no_rule_as_shipped_erases_of_itself(desk: Wired) -> None:
    assert [rule for rule in desk.catalogue.retention.rules if rule.erase_after_days] == []


def test_a_dossier_goes_when_its_term_is_over_and_not_before(either_desk: Wired, desk_clock: DeskClock) -> None:
    wired = with_term(either_desk, 30)
    old, open_one = withdrawn(wired), a_dossier(wired)

    desk_clock.move(days=30)
    too_early = due(wired)
    desk_clock.move(seconds=1)
    found, gone, again = due(wired), purge(wired), purge(wired)

    assert (too_early, [one.reference for one in found], gone, again) == ([], [old.reference], 1, 0)
    assert opened(wired, old).dossier.erased_at is not None
    assert opened(wired, open_one).dossier.erased_at is None
    assert verify(wired).problems == []
