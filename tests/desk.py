"""Dossiers brought through the desk by its own services, on invented data; the clock stands until it is moved."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from processor.domain.access.officer import Officer
from processor.domain.catalogue import Catalogue
from processor.domain.files import FILE_TYPES, SoundFile
from processor.domain.forms.examples import example_fields, example_items
from processor.domain.forms.submission import Typed
from processor.domain.opened import OpenedDossier
from processor.domain.supplement import AskedItem
from processor.domain.workflow import Transition, Workflow
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.claims import claim_dossier, hand_over
from processor.services.appraisal.decisions import STEPS, decide, record_decision, record_official_code
from processor.services.appraisal.money import set_envelope
from processor.services.appraisal.proposals import propose
from processor.services.appraisal.sheets import Marked, save_sheet
from processor.services.appraisal.steps import Given, take_step
from processor.services.appraisal.supplements import answer_at_once, ask
from processor.services.appraisal.withdrawal import withdraw
from processor.services.demo.answers import invented_file
from processor.services.following.tracking import track
from processor.services.intake.intake import submit_and_wait
from processor.services.intake.uploads import ReceivedFile
from processor.services.parts import Wired
from processor.settings import ROOT, Settings
from processor.storage.at_rest.key import Seal
from processor.storage.catalogue.positions import Positioned
from processor.storage.engine import Engine, Pool, open_engine, reading
from processor.storage.officers.officers import officer_named
from processor.storage.tables.columns import metadata
from processor.wiring import assemble
from tests.factories import NOW, an_officer
from tests.submissions import DOSSIER

WORKFLOW = Workflow.model_validate(Positioned(ROOT / "forms" / "workflow.yml", "forms/workflow.yml").content)
STATUSES = sorted({status for one in WORKFLOW.transitions for status in one.sources} | set(WORKFLOW.ends))
ENVELOPE, DOCUMENT = 810_000_000, "Quyết định ví dụ số 01/QĐ-VD"
AMOUNT = 42_000_000
"""What the example asks for, and what the rules give."""
REASON = "Thiếu trang ghi phạm vi (ví dụ)."
DAYS = 5
ASKED = (AskedItem("contracts", "Thiếu", "Gửi đủ các trang có chữ ký"),)


class DeskClock:
    """Stands at `now`."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Sent:
    reference: str
    access_code: str


@contextmanager
def desk_on(
    url: str,
    folder: Path,
    catalogue: Catalogue,
    clock: DeskClock,
    seal: Seal | None = None,
    pool: Pool | None = None,
) -> Iterator[Wired]:
    """The parts on a migrated database of their own."""
    engine = open_engine(url, seal=seal, pool=pool)
    wired = assemble(Settings(clamd_url="none", data=folder / "var"), catalogue, engine, clock)
    yield wired
    wired.writer.thread.shutdown()
    engine.dispose()


def with_envelope(wired: Wired, amount: int = ENVELOPE) -> Wired:
    set_envelope(wired, wired.today().year, amount, DOCUMENT)
    return wired


def officer(wired: Wired, role: str, name: str = "") -> Officer:
    """The one of that name, by default the role itself; made where there is none."""
    with reading(wired.engine) as connection:
        found = officer_named(connection, name or role)
    return found[0] if found else an_officer(wired.engine, name or role, role)


def a_dossier(wired: Wired, **changed: str) -> Sent:
    """Sent just now; dots in names are written as double underscores."""
    form = wired.catalogue.form(DOSSIER)
    told: dict[str, Any] = dict(example_fields(form, wired.today()))
    told |= {name.replace("__", "."): value for name, value in changed.items()}
    typed = {name: value if isinstance(value, list) else [value] for name, value in told.items()}
    files = [invented_file(wired, item, random.Random(item)) for item in example_items(form)]
    receipt = submit_and_wait(wired, form, typed, files)
    assert receipt.access_code
    return Sent(receipt.dossier.reference, receipt.access_code)


def opened(wired: Wired, sent: Sent) -> OpenedDossier:
    return open_dossier(wired, sent.reference)


def status_of(wired: Wired, sent: Sent) -> str:
    return opened(wired, sent).dossier.status


def kinds(wired: Wired, sent: Sent) -> list[str]:
    return [event.kind for event in opened(wired, sent).events]


def hold(wired: Wired, sent: Sent, by: Officer) -> None:
    """Whoever held it before."""
    holder = opened(wired, sent).dossier.holder
    if holder is None:
        claim_dossier(wired, by, sent.reference)
    elif holder != by.name:
        hand_over(wired, officer(wired, "leader"), sent.reference, by.name)


def fill_sheet(wired: Wired, by: Officer, sent: Sent, **marks: str) -> None:
    """Every needed item is met but those that are told otherwise."""
    needed = dict.fromkeys(opened(wired, sent).needed, "met") | marks
    save_sheet(wired, by, sent.reference, {item: Marked(mark, "") for item, mark in needed.items()}, None)


def amount_typed(amount: int = AMOUNT, reason: str = "") -> Typed:
    return {"amount": [str(amount)], "reason": [reason]}


def perform(wired: Wired, by: Officer, sent: Sent, step: str, seen: int | None = None) -> None:
    """A step with all that it asks for, as the desk would do it."""
    if step == "propose":
        propose(wired, by, sent.reference, amount_typed(), seen)
    elif step == "request_supplement":
        ask(wired, by, sent.reference, ASKED, seen=seen)
    elif step in STEPS:
        decide(wired, by, step, {sent.reference: seen}, REASON)
    else:
        take_step(wired, by, sent.reference, step, Given(reason=REASON, days=DAYS, seen=seen))


def answer(wired: Wired, sent: Sent, typed: Typed | None = None) -> None:
    """What was asked for comes, as a reason why there is no file."""
    explained = {f"{one.item_id}.{key}": [said] for one in ASKED for key, said in EXPLAINED.items()}
    answer_at_once(wired, opened(wired, sent).dossier.id, typed or explained, ())


EXPLAINED = {"absent": "1", "absence_reason": "Tự xây dựng, không thuê ai (ví dụ)"}


def take_back(wired: Wired, sent: Sent) -> None:
    withdraw(wired, track(wired, sent.reference, sent.access_code), "")


def appraised(step: str) -> Callable[[Wired, Sent], None]:
    """Done by the appraiser, who holds the dossier."""

    def act(wired: Wired, sent: Sent) -> None:
        appraiser = officer(wired, "appraiser")
        hold(wired, sent, appraiser)
        if step == "propose":
            fill_sheet(wired, appraiser, sent)
        perform(wired, appraiser, sent, step)

    return act


def led(step: str) -> Callable[[Wired, Sent], None]:
    return lambda wired, sent: perform(wired, officer(wired, "leader"), sent, step)


ACCEPT, START = appraised("accept"), appraised("start_appraisal")
PROPOSED = (ACCEPT, START, appraised("propose"))
ROADS: Mapping[str, Sequence[Callable[[Wired, Sent], None]]] = {
    "submitted": (),
    "accepted": (ACCEPT,),
    "under_appraisal": (ACCEPT, START),
    "supplement_requested": (ACCEPT, START, appraised("request_supplement")),
    "proposed": PROPOSED,
    "approved": (*PROPOSED, led("approve")),
    "rejected": (*PROPOSED, led("reject")),
    "refused_at_intake": (appraised("refuse_at_intake"),),
    "stopped": (ACCEPT, START, led("stop")),
    "withdrawn": (take_back,),
}


def a_dossier_in(wired: Wired, status: str, **changed: str) -> Sent:
    """A new one that went its way to the status."""
    sent = a_dossier(wired, **changed)
    for act in ROADS[status]:
        act(wired, sent)
    return sent


def ready_for(wired: Wired, transition: Transition, status: str, by: Officer) -> Sent:
    """At a status, with all that the step needs, in the hands of the officer where somebody has to hold it."""
    sent = a_dossier_in(wired, status)
    if "sheet" in transition.needs:
        fill_sheet(wired, officer(wired, "appraiser"), sent)
    if transition.holder:
        hold(wired, sent, by)
    return sent


def a_pdf_file(wired: Wired, item: str = "signed_scan") -> ReceivedFile:
    """Sound, and inspected."""
    file = invented_file(wired, item, random.Random(item))
    file.verdict = SoundFile(FILE_TYPES["pdf"])
    return file


def record_typed(number: str = "05/QĐ-VD") -> Typed:
    return {"document_no": [number], "decided_on": ["24/11/2026"], "signer": ["Nguyễn Văn Ví Dụ"]}


def hand_result_over(wired: Wired, sent: Sent, number: str = "05/QĐ-VD") -> None:
    record_decision(wired, officer(wired, "intake"), sent.reference, record_typed(number), [a_pdf_file(wired)])


def give_code(wired: Wired, sent: Sent, code: str = "H05.00-261124-0001") -> None:
    record_official_code(wired, officer(wired, "intake"), sent.reference, {"official_code": [code]})


def everything(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table but that of officers, whom a test calls in as it needs them."""
    with reading(engine) as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
            if table.name != "officers"
        }


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each gives, or the error that it raised, all at the same time."""

    def caught(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(caught, works))
