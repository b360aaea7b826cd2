"""Judge what was answered in the wizard, as it was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from processor.domain.catalogue import Catalogue
from processor.domain.eligibility import Outcome
from processor.domain.errors import Fault
from processor.domain.forms.submission import Typed, check_answers, refuse_repeated

MOST_FAULTS = 20


@dataclass(frozen=True)
class Judged:
    """`answers` are those to questions that were asked. Where there are faults, nothing was judged."""

    answers: dict[str, Any]
    outcome: Outcome
    faults: Sequence[Fault]


def judge_typed(catalogue: Catalogue, typed: Typed, today: date) -> Judged:
    """A question left open is no fault once the others have decided; an answer that cannot be read always is.

    Raises Malformed for a question answered twice.
    """
    refuse_repeated(catalogue.eligibility.form, typed)
    checked = check_answers(catalogue.eligibility.form, typed, catalogue.messages, today)
    outcome = catalogue.judge.judge(checked.answers, today)
    open_still = {name for name, values in typed.items() if not any(value.strip() for value in values)}
    open_still |= {field.id for field in catalogue.eligibility.fields} - typed.keys()
    faults = [fault for fault in checked.faults if outcome.verdict is None or fault.field not in open_still]
    return Judged(catalogue.judge.relevant(checked.answers, today), outcome, faults[:MOST_FAULTS])
