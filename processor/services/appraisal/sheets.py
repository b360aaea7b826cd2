"""The appraisal sheet is filled: a mark and a note for each item, comments, a second opinion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from processor.domain.access.officer import Officer
from processor.domain.dossier import Dossier
from processor.domain.errors import Fault, InvalidAnswers
from processor.domain.events import canonical, salted_hash
from processor.domain.sheet import MARKS, Comment
from processor.services.appraisal.claims import colleague
from processor.services.appraisal.log import locked_dossier, record, refuse_erased, refuse_reader
from processor.services.appraisal.steps import Given, carry_out, refuse_stale, refuse_unless_allowed
from processor.services.parts import Wired
from processor.storage.desk.comments import comments_of, insert_comment, opinions_asked_of
from processor.storage.desk.sheets import clear_line, put_line, sheet_of
from processor.storage.engine import Connection, reading, writing
from processor.storage.officers.officers import officer_named

START = "start_appraisal"
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Marked:
    """`mark` is empty while nothing is said about the item."""

    mark: str
    note: str


def save_sheet(wired: Wired, officer: Officer, reference: str, marked: Mapping[str, Marked], seen: int | None) -> None:
    """Part of a sheet is kept too. The first mark begins the appraisal.

    Raises Forbidden, Conflict (not held, somebody acted meanwhile), InvalidAnswers.
    """
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, reference)
        form = wired.definitions.get(dossier.form_id, dossier.form_version)
        refuse_unreadable(wired, {item.id: item.title for item in form.items}, marked)
        refuse_stale(connection, dossier, seen)
        refuse_unless_appraising(wired, officer, dossier)
        before = sheet_of(connection, dossier.id)
        changed = {
            item_id: one
            for item_id, one in marked.items()
            if (one.mark, one.note) != ((before[item_id].mark, before[item_id].note) if item_id in before else ("", ""))
        }
        if not changed:
            return
        begin(wired, connection, officer, dossier)
        for item_id, one in changed.items():
            put(wired, connection, dossier, officer, item_id, one)
        notes = {item_id: one.note for item_id, one in changed.items() if one.note}
        data: dict[str, object] = {"marks": {item_id: one.mark for item_id, one in changed.items()}}
        if notes:
            data["notes"] = salted_hash(dossier.salt, canonical(notes))
        record(wired, connection, dossier, officer, "sheet_saved", data=data)


def refuse_unless_appraising(wired: Wired, officer: Officer, dossier: Dossier) -> None:
    """Who may begin the appraisal fills the sheet, also while it goes on."""
    start = wired.catalogue.workflow.transition(START)
    going_on = replace(dossier, status=start.sources[0]) if dossier.status == start.to else dossier
    refuse_unless_allowed(wired, officer, going_on, start)


def begin(wired: Wired, connection: Connection, officer: Officer, dossier: Dossier) -> None:
    """From acceptance the first mark begins the appraisal."""
    start = wired.catalogue.workflow.transition(START)
    if dossier.status != start.to:
        carry_out(wired, connection, dossier, start, Given(), officer)


def put(wired: Wired, connection: Connection, dossier: Dossier, officer: Officer, item_id: str, one: Marked) -> None:
    if one.mark:
        put_line(connection, dossier.id, item_id, one.mark, one.note, officer.id, wired.clock())
    else:
        clear_line(connection, dossier.id, item_id)


def refuse_unreadable(wired: Wired, titles: Mapping[str, str], marked: Mapping[str, Marked]) -> None:
    say = wired.catalogue.messages.say
    faults = []
    for item_id, one in marked.items():
        title = titles.get(item_id, item_id)
        if item_id not in titles or (one.mark or one.note) and one.mark not in MARKS:
            faults.append(Fault(item_id, "mark_unknown", say("mark_unknown", item=title)))
        if len(one.note) > LONGEST_NOTE:
            over = {"actual": str(len(one.note)), "max": str(LONGEST_NOTE), "over": str(len(one.note) - LONGEST_NOTE)}
            faults.append(Fault(item_id, "text_too_long", say("text_too_long", label=title, **over)))
    if faults:
        raise InvalidAnswers(faults)


def comment(wired: Wired, officer: Officer, reference: str, text: str, ask: str = "") -> None:
    """A word to colleagues; `ask` names whose opinion is asked for. Whoever was asked answers with the next word.

    Raises Forbidden for a reader, Conflict("already_erased"), Conflict("officer_unknown").
    """
    refuse_reader(officer)
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, reference)
        refuse_erased(dossier)
        asked = officer_to_ask(connection, ask) if ask else None
        of = question_to(officer, comments_of(connection, dossier.id))
        insert_comment(connection, dossier.id, officer.id, wired.clock(), text, asked.id if asked else None, of)
        data: dict[str, object] = {"text": salted_hash(dossier.salt, text), **({"of": asked.name} if asked else {})}
        record(wired, connection, dossier, officer, "opinion_asked" if asked else "commented", data=data)


def question_to(officer: Officer, said: Sequence[Comment]) -> int | None:
    """The id of the newest question to this officer after which they have said nothing."""
    last = max((one.id for one in said if one.officer == officer.name), default=0)
    return max((one.id for one in said if one.asked_of == officer.name and one.id > last), default=None)


def opinions_wanted(wired: Wired, officer: Officer) -> list[str]:
    """References of open dossiers where colleagues wait for the opinion of this one, oldest question first."""
    with reading(wired.engine) as connection:
        return opinions_asked_of(connection, officer.id)


def officer_to_ask(connection: Connection, name: str) -> Officer:
    """A leader may be asked as well. Raises Conflict("officer_unknown")."""
    found = officer_named(connection, name)
    if found and not found[0].disabled and found[0].role == "leader":
        return found[0]
    return colleague(connection, name)
