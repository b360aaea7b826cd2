"""Counts of the way to a dossier: forms opened, drafts begun, checked, sent and given up, faults met and made up for.

No person, organisation, dossier or address enters them. Only drafts of new dossiers count that organisations fill in
themselves: not answers to a supplement, not changes, not paper that an officer types in. A count that cannot be
written refuses nobody anything.
"""

from collections.abc import Collection, Sequence

import structlog

from processor.domain.dossier import Draft
from processor.domain.errors import Fault, Unavailable
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.standing import Finding, after_check, faults_of_program, standing_from
from processor.domain.forms.submission import Typed
from processor.domain.tally import Tally
from processor.services.parts import Wired
from processor.storage.dossiers.drafts import NewDraft
from processor.storage.dossiers.standings import held_draft, put_standing
from processor.storage.engine import Connection, writing
from processor.storage.figures.tallies import add_tallies

LOG = structlog.get_logger("hotro.counting")
SITE, PROCESSOR = "site", "form"


def is_counted(draft: Draft) -> bool:
    return draft.purpose is None and draft.entered_by is None


def known_outreach(wired: Wired, asked: str) -> str | None:
    """The channel of that id in forms/outreach.yml; None for any other word."""
    return asked if asked in wired.catalogue.outreach else None


def every_part(form: FormDefinition) -> frozenset[str]:
    return frozenset({*(section.id for section in form.sections), *form.items_by_id})


def note_check(
    wired: Wired,
    form: FormDefinition,
    draft: Draft,
    faults: Sequence[Fault],
    parts: Collection[str] | None = None,
    attempt: bool = True,
) -> None:
    """A check of a stored draft: of the whole, or of some sections and papers. One more transaction where it tells
    anything new; a check that finds what was known writes nothing.
    """
    if not is_counted(draft):
        return
    checked = every_part(form) if parts is None else frozenset(parts)
    found = Finding(faults, checked, given_in(draft), explained_in(form, draft.typed), attempt)
    before = standing_from(draft.standing, form.version)
    if draft.standing is not None and after_check(form, before, found)[0] == before:
        return
    try:
        with writing(wired.engine) as connection:
            keep_check(wired, connection, form, draft.id, found)
    except Unavailable as error:
        LOG.warning("check_not_counted", exc_info=error)


def keep_check(wired: Wired, connection: Connection, form: FormDefinition, draft_id: int, found: Finding) -> None:
    """Against what stands now: two pages checked at the same time count once."""
    draft = held_draft(connection, draft_id)
    if draft is None or draft.sent_reference:
        return
    before = standing_from(draft.standing, form.version)
    after, counts = after_check(form, before, found)
    put_standing(connection, draft_id, after.document())
    add_tallies(connection, wired.today(), counts)


def given_in(draft: Draft) -> frozenset[str]:
    return frozenset(file.item_id for file in draft.attachments)


def explained_in(form: FormDefinition, typed: Typed) -> frozenset[str]:
    return frozenset(item.id for item in form.items if any(typed.get(f"{item.id}.absent", ())))


def count_started(wired: Wired, connection: Connection, draft: NewDraft) -> None:
    """Within the transaction that makes the draft, last."""
    if draft.purpose is None and draft.officer_id is None:
        tally = Tally("draft_started", draft.form_id, draft.form_version, outreach=draft.outreach or "")
        add_tallies(connection, wired.today(), {tally: 1})


def count_given_up(wired: Wired, connection: Connection, draft: Draft, place: str, how: str) -> None:
    """Within the transaction that removes the draft, last. `place` is the first section or paper still to do."""
    if is_counted(draft) and not draft.sent_reference:
        tally = Tally("draft_given_up", draft.form_id, draft.form_version, place, how, outreach=draft.outreach or "")
        add_tallies(connection, wired.today(), {tally: 1})


def note_sent(wired: Wired, form: FormDefinition, draft: Draft) -> None:
    """After the dossier was written: sending waits for no count."""
    if not is_counted(draft):
        return
    before = standing_from(draft.standing, form.version)
    found = Finding((), every_part(form), given_in(draft), explained_in(form, draft.typed))
    _, counts = after_check(form, before, found)
    counts[Tally("draft_sent", form.id, form.version, outreach=draft.outreach or "")] += 1
    wired.tallier.add(wired.today(), counts)


def note_refused_program(wired: Wired, form: FormDefinition, faults: Sequence[Fault]) -> None:
    wired.tallier.add(wired.today(), faults_of_program(form, faults))


def note_opened(wired: Wired, form: FormDefinition, where: str, outreach: str) -> None:
    tally = Tally("form_opened", form.id, form.version, detail=where, outreach=known_outreach(wired, outreach) or "")
    wired.tallier.add(wired.today(), {tally: 1})


def note_wizard(wired: Wired, verdict: str, support_type: str, outreach: str) -> None:
    """What is not a verdict or a support type is not counted as one."""
    form = wired.catalogue.eligibility.form
    if verdict not in wired.catalogue.eligibility.verdicts:
        return
    place = support_type if support_type in wired.catalogue.support_types else ""
    tally = Tally("wizard", form.id, "", place, verdict, outreach=known_outreach(wired, outreach) or "")
    wired.tallier.add(wired.today(), {tally: 1})
