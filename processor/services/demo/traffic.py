"""Invented ways to a dossier: links followed, activities of the units, drafts that met a fault."""

import contextlib
import random
from datetime import timedelta

from processor.domain.errors import InvalidAnswers
from processor.domain.forms.definition import FormDefinition
from processor.domain.tally import Tally
from processor.domain.vietnamese import day
from processor.services.access.accounts import list_officers
from processor.services.demo.answers import invented_answers
from processor.services.intake.drafts import erase_draft, open_draft, save_draft
from processor.services.intake.sending import send_draft
from processor.services.outreach.activities import log_activity
from processor.services.parts import Wired
from processor.storage.engine import writing
from processor.storage.figures.tallies import add_tallies

DAYS = 60
ACTIVITIES = 12
PLACE = "Hội trường Ví dụ (dữ liệu ví dụ)"


def invent_traffic(wired: Wired, officer_name: str, chance: random.Random, troubles: int) -> None:
    """Of the last sixty days; as many drafts with a fault as `troubles` says."""
    channels = [one.id for one in wired.catalogue.outreach.values() if one.used(wired.today())]
    follow_links(wired, channels, chance)
    hold_activities(wired, officer_name, channels, chance)
    forms = [form for form in wired.catalogue.forms.values() if form.kind != "pre_registration"]
    for _ in range(troubles):
        meet_a_fault(wired, chance.choice(forms), chance)


def follow_links(wired: Wired, channels: list[str], chance: random.Random) -> None:
    for back in range(DAYS):
        told = {Tally("visited", outreach=chance.choice(channels)): chance.randrange(1, 9) for _ in range(2)}
        with writing(wired.engine) as connection:
            add_tallies(connection, wired.today() - timedelta(days=back), told)


def hold_activities(wired: Wired, officer_name: str, channels: list[str], chance: random.Random) -> None:
    officer = next(one for one in list_officers(wired) if one.name == officer_name)
    plan = max(wired.catalogue.plans.values(), key=lambda one: one.year)
    for _ in range(ACTIVITIES):
        held_on = wired.today() - timedelta(days=chance.randrange(DAYS))
        typed = {
            "task": chance.choice(plan.tasks).id,
            "held_on": day(held_on),
            "outreach": chance.choice(channels),
            "place": PLACE,
            "unit": "Phòng Ví dụ",
            "document": "",
            "reached": str(chance.randrange(10, 120)),
        }
        log_activity(wired, officer, plan.id, {name: [value] for name, value in typed.items()})


def meet_a_fault(wired: Wired, form: FormDefinition, chance: random.Random) -> None:
    """One question is left out. Feedback is mended and sent, a dossier is given up."""
    typed = invented_answers(form, wired, chance)
    left_out = chance.choice([field.id for field in form.single_fields if field.required and typed.get(field.id)])
    saved = save_draft(wired, form, {**typed, left_out: [""]}, [], None)
    with contextlib.suppress(InvalidAnswers):
        send_draft(wired, saved.draft, saved.token)
    if form.kind == "feedback":
        save_draft(wired, form, typed, [], saved.token)
        send_draft(wired, open_draft(wired, saved.token), saved.token)
    else:
        erase_draft(wired, open_draft(wired, saved.token))
