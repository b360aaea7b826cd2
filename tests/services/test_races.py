"""Eight at once for what only some can have, on both databases: the money of a year, and one key."""

import asyncio
import random
from functools import partial

from processor.domain.files import FILE_TYPES, SoundFile
from processor.domain.forms.examples import example_fields, example_items
from processor.services.appraisal.decisions import decide
from processor.services.appraisal.money import envelope
from processor.services.demo.answers import invented_file
from processor.services.intake.intake import Receipt, submit
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from tests.desk import AMOUNT, REASON, Sent, a_dossier, appraised, at_once, officer, status_of, with_envelope
from tests.submissions import DOSSIER

EIGHT = 8


def decide_on(wired: Wired, sent: Sent) -> None:
    """All that leads to an approval, by whoever is needed."""
    for step in ("accept", "start_appraisal", "propose"):
        appraised(step)(wired, sent)
    decide(wired, officer(wired, "leader"), "approve", {sent.reference: None}, REASON)


def test_eight_deciders_against_one_budget_never_give_more_than_there_is(either_desk: Wired) -> None:
    with_envelope(either_desk, 3 * AMOUNT)
    dossiers = [a_dossier(either_desk) for _ in range(EIGHT)]
    officer(either_desk, "appraiser"), officer(either_desk, "leader")  # there before anybody asks

    tried = at_once([partial(decide_on, either_desk, sent) for sent in dossiers])

    given = envelope(either_desk, either_desk.today().year)
    statuses = [status_of(either_desk, sent) for sent in dossiers]
    assert [error.code for error in tried if error is not None] == ["budget_short"] * (EIGHT - 3)
    assert [status == "approved" for status in statuses] == [error is None for error in tried]
    assert given and (given.committed, given.reserved, given.left) == (3 * AMOUNT, 0, 0)
    assert verify(either_desk).problems == []


def sent_under(wired: Wired, key: str) -> Receipt:
    form = wired.catalogue.form(DOSSIER)
    told = example_fields(form, wired.today())
    typed = {name: value if isinstance(value, list) else [value] for name, value in told.items()}
    files = [invented_file(wired, item, random.Random(item)) for item in example_items(form)]
    for file in files:
        file.verdict = SoundFile(FILE_TYPES["pdf"])
    try:
        return asyncio.run(submit(wired, form, typed, files, key))
    finally:
        for file in files:
            file.incoming.discard()


def test_eight_that_send_under_one_key_at_once_get_one_dossier_and_one_receipt(either_desk: Wired) -> None:
    receipts = at_once([partial(sent_under, either_desk, "mot-khoa-vi-du")] * EIGHT)

    assert {type(one) for one in receipts} == {Receipt}, receipts
    assert len({(one.dossier.reference, one.access_code, one.receipt_token) for one in receipts}) == 1
    assert sorted(one.repeated for one in receipts) == [False] + [True] * (EIGHT - 1)
    verified = verify(either_desk)
    assert (verified.dossiers, verified.problems) == (1, [])
    sweep_orphans(either_desk, older_than_seconds=-1)
    assert verify(either_desk).files_without_row == 0
