"""The amount that is put before the Director: computed by the level of support, or another with its reason."""

from dataclasses import dataclass

from processor.domain.access.officer import Officer
from processor.domain.dossier import Dossier
from processor.domain.errors import Conflict
from processor.domain.estimate import figures
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.submission import Typed
from processor.domain.policy import Fact
from processor.domain.sheet import Proposal, needed_items, still_open
from processor.domain.vietnamese import VIETNAM, listed, money
from processor.services.appraisal.desk_answers import fault, read_act
from processor.services.appraisal.steps import Given, take_step
from processor.services.parts import Wired
from processor.storage.desk.sheets import put_proposal, sheet_of
from processor.storage.engine import Connection

PROPOSE = "propose"


@dataclass(frozen=True)
class Computed:
    """What the rules give, in đồng, with the steps in words; None where a figure is unknown, and the words say so."""

    amount: int | None
    steps: str


def computed(wired: Wired, dossier: Dossier, form: FormDefinition) -> Computed:
    """By the level of the chosen standard on the day of sending; never more than was asked for."""
    texts = wired.catalogue.eligibility.estimate.texts
    sent_on = dossier.received_at.astimezone(VIETNAM).date()
    support = wired.catalogue.support_types.get(dossier.support_type or "")
    cost = sum(row.get("amount") or 0 for row in dossier.answers.get("costs") or [])
    for level in support.levels if support else ():
        dated = form_fact(wired, form, level.standards).on(sent_on)
        offered = dated.value if dated and isinstance(dated.value, tuple) else ()
        if dossier.answers.get("standard") in {option.value for option in offered}:
            estimate = figures(level, wired.catalogue.facts, sent_on).estimate(cost)
            if estimate:
                steps = estimate.words({case: texts[case] for case in ("within", "above")})
                return as_asked(wired, Computed(estimate.amount, steps), dossier.requested_amount)
    return Computed(None, texts["unknown"])


def as_asked(wired: Wired, known: Computed, requested: int | None) -> Computed:
    """Never more than was asked for, and the steps say so."""
    if known.amount is None or not requested or requested >= known.amount:
        return known
    less = wired.catalogue.desk.asked_less.format(requested=money(requested))
    return Computed(requested, f"{known.steps} {less}")


def form_fact(wired: Wired, form: FormDefinition, name: str) -> Fact:
    """As the dossier's own version of the form has it, otherwise as it stands today."""
    return form.facts.get(name) or wired.catalogue.facts[name]


def propose(wired: Wired, officer: Officer, reference: str, typed: Typed, seen: int | None) -> None:
    """The money is reserved. Raises Forbidden, Conflict (sheet unfinished, budget, stale), InvalidAnswers."""
    answers = read_act(wired, PROPOSE, typed)
    amount, reason, year = answers["amount"], answers.get("reason") or "", wired.today().year

    def along(connection: Connection, dossier: Dossier) -> None:
        form = wired.definitions.get(dossier.form_id, dossier.form_version)
        refuse_unfinished(wired, connection, dossier, form)
        known = computed(wired, dossier, form)
        refuse_amount(wired, dossier, known, amount, reason)
        now = wired.clock()
        proposal = Proposal(amount, known.amount, known.steps, reason, year, officer.name, now)
        put_proposal(connection, dossier.id, proposal, officer.id)

    take_step(
        wired,
        officer,
        reference,
        PROPOSE,
        Given(amount=amount, year=year, seen=seen, data={"amount": amount, "year": year}),
        along,
    )


def refuse_amount(wired: Wired, dossier: Dossier, known: Computed, amount: int, reason: str) -> None:
    if dossier.requested_amount and amount > dossier.requested_amount:
        figures_of = {"amount": money(amount), "requested": money(dossier.requested_amount)}
        raise fault(wired, PROPOSE, "amount", "amount_above_request", **figures_of)
    if amount != known.amount and not reason.strip():
        figure = money(known.amount) if known.amount is not None else "(chưa tính được)"
        raise fault(wired, PROPOSE, "reason", "override_reason_required", computed=figure)


def refuse_unfinished(wired: Wired, connection: Connection, dossier: Dossier, form: FormDefinition) -> None:
    """A needed item that is not marked, or is missing, stands in the way of any proposal."""
    needed = needed_items(form, dossier)
    left = still_open(form, sheet_of(connection, dossier.id), needed)
    if left:
        step = wired.catalogue.workflow.transition(PROPOSE).label
        named = listed([f"“{item.title}”" for item in left[:5]], last="và")
        raise Conflict("step_unfinished", step=step, count=str(len(left)), items=named)
