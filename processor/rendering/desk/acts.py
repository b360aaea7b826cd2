"""The small forms of the desk and the questions before a step is taken, as (title, HTML of the article)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from processor.domain.access.officer import Session
from processor.domain.catalogue import Catalogue
from processor.domain.errors import Fault
from processor.domain.files import Limits
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.submission import Typed
from processor.domain.opened import OpenedDossier
from processor.rendering.forms import summary_html
from processor.rendering.pages import Page
from processor.rendering.questions import PageOfForm, Question, Slot, said_at, whole_form
from processor.rendering.templating import render

COMMENT = "comment"


@dataclass(frozen=True)
class Act:
    """An act with its questions; `summary` lists what is wrong with what was typed."""

    id: str
    title: str
    questions: Sequence[Question]
    slots: Sequence[Slot]
    summary: str


def act_title(catalogue: Catalogue, name: str) -> str:
    return catalogue.desk.titles.get(name) or catalogue.workflow.transition(name).label


def act_fields(catalogue: Catalogue, name: str, typed: Typed, faults: Sequence[Fault], today: date) -> Act:
    form = catalogue.desk.form(name)
    title = act_title(catalogue, name)
    if form is None:
        return Act(name, title, (), (), "")
    page = PageOfForm(form, whole_form(form), typed, said_at(faults), {}, today)
    slots = [page.slot(item, ()) for item in form.items]
    return Act(name, title, page.questions(form.sections[0], ""), slots, summary(form, faults))


def summary(form: FormDefinition, faults: Sequence[Fault]) -> str:
    return summary_html(faults, form) if faults else ""


def act_page(
    catalogue: Catalogue,
    session: Session,
    opened: OpenedDossier,
    name: str,
    typed: Typed,
    today: date,
    limits: Limits,
    faults: Sequence[Fault] = (),
    notice: str = "",
) -> Page:
    """One act on its own page, with its questions; `notice` is why it was not done just now."""
    act = act_fields(catalogue, name, typed, faults, today)
    html = render(
        "desk/act.html",
        session=session,
        opened=opened,
        dossier=opened.dossier,
        act=act,
        notice=notice,
        each_bytes=limits.file_bytes,
    )
    title = f"{act.title} – {opened.dossier.reference}"
    return (f"Lỗi: {title}" if faults or notice else title), html


def confirm_page(
    session: Session, opened: OpenedDossier, path: str, title: str, question: str, typed: Typed, more: str = ""
) -> Page:
    """The question with its object and effect; the buttons repeat the verb. `path` is below the dossier's own."""
    html = render(
        "desk/confirm.html",
        session=session,
        opened=opened,
        dossier=opened.dossier,
        path=path,
        verb=title,
        question=question,
        more=more,
        kept=[(key, value) for key, values in typed.items() for value in values],
    )
    return f"{title} – {opened.dossier.reference}", html


def question_words(catalogue: Catalogue, name: str, values: Mapping[str, str]) -> str:
    text = catalogue.workflow.transition(name).confirm or ""
    return text.format_map({"reason": "", "amount": "", "count": "", "days": "", **values})
