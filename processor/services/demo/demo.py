"""Invented data of any size, the same for the same seed, through the very same intake as real submissions."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from processor.domain.errors import Conflict, HotroError
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.examples import example_items
from processor.domain.supplement import AskedItem
from processor.services.access.accounts import add_officer, list_officers
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.claims import claim_dossier
from processor.services.appraisal.decisions import STEPS, decide
from processor.services.appraisal.feedback import KEEP, answer_feedback
from processor.services.appraisal.money import envelope, set_envelope
from processor.services.appraisal.proposals import computed, propose
from processor.services.appraisal.sheets import Marked, save_sheet
from processor.services.appraisal.steps import Given, take_step
from processor.services.appraisal.supplements import ask
from processor.services.demo.answers import invented_answers, invented_file
from processor.services.demo.needs import invented_needs
from processor.services.demo.traffic import invent_traffic
from processor.services.intake.intake import submit_and_wait
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import count_dossiers
from processor.storage.engine import reading, writing
from processor.storage.marks import mark, marked
from processor.storage.outbox import hold_back

OFFICERS = (("tiep-nhan-1", "intake"), ("tiep-nhan-2", "intake"), ("tham-dinh-1", "appraiser"), ("lanh-dao", "leader"))
EACH_NEED = 4
"""Each fourth submission is a pre-registration."""
EACH_TROUBLE = 8
"""For so many submissions there is one draft that met a fault."""
AMOUNT, ENVELOPE = 10_000_000, 810_000_000
OVERRIDE = "Mức hỗ trợ chưa rõ; số tiền ví dụ."
MORE = "Gửi bản có chữ ký (dữ liệu ví dụ)."
ANSWER = "Gửi bản sao có đủ trang ghi phạm vi (dữ liệu ví dụ)."
DOCUMENT = "Văn bản giao kinh phí ví dụ"
REASON = "Bản sao giấy chứng nhận thiếu trang ghi phạm vi (dữ liệu ví dụ)."


class RealDataPresent(HotroError):
    """The installation holds data that the demonstration did not make."""


@dataclass
class MovedClock:
    """The time at which an invented dossier was sent."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def fill(
    wired: Wired, dossiers: int, seed: int, step: Callable[[int], None] = lambda done: None
) -> list[tuple[str, str, str]]:
    """Names, roles and passwords of the demonstration's officers. Raises RealDataPresent."""
    refuse_real_data(wired)
    chance = random.Random(seed)
    officers = [demo_officer(wired, name, role, chance) for name, role in OFFICERS]
    began = wired.clock() - timedelta(days=60)
    for year in sorted({began.year, wired.today().year}):
        if envelope(wired, year) is None:
            set_envelope(wired, year, ENVELOPE, DOCUMENT)
    for number in range(dossiers):
        sent = MovedClock(began + timedelta(minutes=number * 60 * 24 * 60 / max(dossiers, 1)))
        if number % EACH_NEED == EACH_NEED - 1:
            invent_needs(replace(wired, clock=sent), seed, number // EACH_NEED, wired.today().year)
        else:
            invent(replace(wired, clock=sent), chance)
        step(number + 1)
    invent_traffic(wired, officers[0][0], random.Random(f"{seed} traffic"), dossiers // EACH_TROUBLE)
    with writing(wired.engine) as connection:
        hold_back(connection)  # nobody lives at invented addresses
    return officers


def refuse_real_data(wired: Wired) -> None:
    with reading(wired.engine) as connection:
        real = count_dossiers(connection) and not marked(connection, "demo")
    if real or (list_officers(wired) and not demo_marked(wired)):
        raise RealDataPresent("Nơi này đã có dữ liệu thật. Chạy hotro demo với HOTRO_DATA là một thư mục trống.")
    with writing(wired.engine) as connection:
        mark(connection, "demo", "true")


def demo_marked(wired: Wired) -> bool:
    with reading(wired.engine) as connection:
        return marked(connection, "demo")


def demo_officer(wired: Wired, name: str, role: str, chance: random.Random) -> tuple[str, str, str]:
    password = "-".join("".join(chance.choice("abcdefghkmnpqrstuvwxyz23456789") for _ in range(4)) for _ in range(4))
    known = {officer.name for officer in list_officers(wired)}
    if name in known:
        return name, role, "(đã cấp trước đó)"
    add_officer(wired, name, role, password)
    return name, role, password


def invent_needs(wired: Wired, seed: int, number: int, year: int) -> None:
    """The pre-registration of that number, whatever else is invented."""
    form = next(form for form in wired.catalogue.forms.values() if form.kind == "pre_registration")
    submit_and_wait(wired, form, invented_needs(wired, form, seed, number, year), [])


def invent(wired: Wired, chance: random.Random) -> None:
    """One submission; about half of the dossiers are on their way through the desk."""
    form = chance.choice([form for form in wired.catalogue.forms.values() if form.kind != "pre_registration"])
    typed = invented_answers(form, wired, chance)
    files = [invented_file(wired, item_id, chance) for item_id in example_items(form)]
    receipt = submit_and_wait(wired, form, typed, files)
    handle(wired, receipt.dossier.reference, form, chance)


def handle(wired: Wired, reference: str, form: FormDefinition, chance: random.Random) -> None:
    """Half of the dossiers wait; the others are somewhere on their way, each step some hours after the one before."""
    fate = chance.random()
    if fate < 0.5:
        return
    desk = DemoDesk(wired, reference)
    if form.kind == "feedback":
        desk.answers()
        return
    desk.claim("tham-dinh-1")
    if fate > 0.94:
        desk.step("tham-dinh-1", "refuse_at_intake", REASON)
        return
    desk.step("tham-dinh-1", "accept")
    if fate > 0.88:
        desk.asks_for_more(form)
        return
    if fate < 0.6:
        return
    desk.marks(form)
    if fate < 0.7:
        return
    if not desk.proposes() or fate < 0.78:
        return
    desk.step("lanh-dao", "approve" if fate < 0.86 else "reject", "" if fate < 0.86 else REASON)


class DemoDesk:
    """The officers of the demonstration before one dossier, whose clock goes on by hours."""

    def __init__(self, wired: Wired, reference: str) -> None:
        self.wired, self.reference = wired, reference
        self.officers = {officer.name: officer for officer in list_officers(wired)}
        self.now = wired.clock()

    def later(self) -> Wired:
        self.now += timedelta(hours=5)
        return replace(self.wired, clock=MovedClock(self.now))

    def claim(self, name: str) -> None:
        claim_dossier(self.later(), self.officers[name], self.reference)

    def step(self, name: str, step: str, reason: str = "") -> None:
        wired = self.later()
        if step in STEPS:
            decide(wired, self.officers[name], step, {self.reference: None}, reason)
        else:
            take_step(wired, self.officers[name], self.reference, step, Given(reason=reason))

    def answers(self) -> None:
        typed = {"clause": [""], "answer": [ANSWER], "publish": [KEEP], "public_question": [""]}
        answer_feedback(self.later(), self.officers["tiep-nhan-1"], self.reference, typed)

    def asks_for_more(self, form: FormDefinition) -> None:
        item = form.items[0].id
        asked = [AskedItem(item, self.wired.catalogue.workflow.supplement_reasons[0], MORE)]
        ask(self.later(), self.officers["tham-dinh-1"], self.reference, asked)

    def marks(self, form: FormDefinition) -> None:
        marked = {item.id: Marked("met", "") for item in form.items}
        save_sheet(self.later(), self.officers["tham-dinh-1"], self.reference, marked, None)

    def proposes(self) -> bool:
        """False where the money of the year does not suffice any more."""
        wired = self.later()
        opened = open_dossier(wired, self.reference)
        known = computed(wired, opened.dossier, opened.form).amount
        amount = min(known or AMOUNT, opened.dossier.requested_amount or AMOUNT)
        typed = {"amount": [str(amount)], "reason": ["" if amount == known else OVERRIDE]}
        try:
            propose(wired, self.officers["tham-dinh-1"], self.reference, typed, None)
        except Conflict:
            return False
        return True
