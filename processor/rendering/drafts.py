"""Pages of a draft, as (title, HTML of the article): task list, one section, one paper, erasing, a closed form."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from processor.domain.catalogue import Catalogue
from processor.domain.dossier import Draft
from processor.domain.errors import Fault
from processor.domain.files import Limits
from processor.domain.forms.definition import FormDefinition, Item, Section
from processor.domain.forms.submission import Typed
from processor.domain.forms.tasks import Task
from processor.domain.forms.typed_again import APPLICANT
from processor.domain.vietnamese import VIETNAM, day, moment
from processor.rendering.forms import form_html, notice_html, summary_html
from processor.rendering.printed import qr_code
from processor.rendering.questions import Shown
from processor.rendering.templating import render

Page = tuple[str, str]
CHECK = "kiem-tra"


@dataclass(frozen=True)
class OpenDraft:
    """A draft under its link; `token` is the secret of the link."""

    form: FormDefinition
    draft: Draft
    token: str

    @property
    def link(self) -> str:
        return f"/ban-nhap/{self.token}"

    @property
    def check_link(self) -> str:
        return f"/nop/{self.form.id}/kiem-tra?ban-nhap={self.token}"

    @property
    def one_page_link(self) -> str:
        return f"/nop/{self.form.id}?ban-nhap={self.token}"

    @property
    def saved(self) -> str:
        return moment(self.draft.updated_at)

    @property
    def expires(self) -> str:
        return day(self.draft.expires_at.astimezone(VIETNAM).date())

    @property
    def one_page(self) -> bool:
        """Short forms are filled on one page; a dossier goes by its tasks."""
        return self.form.kind != "dossier"

    @property
    def edit_link(self) -> str:
        return self.one_page_link if self.one_page else self.link

    @property
    def part_links(self) -> dict[str, str]:
        """Where each section and paper is changed, with the way back to the check page."""
        if self.one_page:
            parts = [section.id for section in self.form.sections] + [item.id for item in self.form.items]
            return dict.fromkeys(parts, self.one_page_link)
        sections = {section.id: f"{self.part_link(section.id, False)}?ve={CHECK}" for section in self.form.sections}
        return sections | {item.id: f"{self.part_link(item.id, True)}?ve={CHECK}" for item in self.form.items}

    def part_link(self, task: str, is_paper: bool) -> str:
        return f"{self.link}/{'giay-to' if is_paper else 'phan'}/{task}"


@dataclass(frozen=True)
class Mailing:
    """The box for the address that the link is mailed to: whether there is one, what stands in it, what is wrong."""

    possible: bool
    address: str = ""
    error: str = ""


@dataclass(frozen=True)
class PartShown:
    """One section or paper of a draft as it is shown: answers, faults, rows of repeated sections."""

    typed: Typed
    faults: Sequence[Fault] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, object] = field(default_factory=dict)
    back_to: str = ""
    new_names: Collection[str] = ()
    asked: str = ""
    changed: str = ""


def task_list_page(
    catalogue: Catalogue,
    opened: OpenDraft,
    tasks: Sequence[Task],
    address: str,
    said: str = "",
    changed: str = "",
    *,
    mailing: Mailing,
) -> Page:
    html = render(
        "task_list.html",
        form=opened.form,
        link=opened.link,
        token=opened.token,
        saved=opened.saved,
        expires=opened.expires,
        sections=[task for task in tasks if not task.is_paper],
        papers=[task for task in tasks if task.is_paper],
        open=sum(task.open for task in tasks),
        states=catalogue.texts.task_states,
        address=address,
        code=Markup(qr_code(address)),
        said=said,
        changed=changed,
        mailing=mailing,
        can_take_again=can_take_again(opened.form),
        notice=notice_html(catalogue, "official"),
    )
    title = f"{opened.form.title} – bản nháp"
    return (f"Lỗi: {title}" if mailing.error else title), html


def can_take_again(form: FormDefinition) -> bool:
    return any(section.id == APPLICANT for section in form.sections)


def section_page(
    catalogue: Catalogue, opened: OpenDraft, section: Section, part: PartShown, limits: Limits, today: date
) -> Page:
    return part_page(catalogue, opened, [section], [], part, limits, today)


def paper_page(
    catalogue: Catalogue, opened: OpenDraft, item: Item, part: PartShown, limits: Limits, today: date
) -> Page:
    return part_page(catalogue, opened, [], [item], part, limits, today)


def part_page(
    catalogue: Catalogue,
    opened: OpenDraft,
    sections: Sequence[Section],
    items: Sequence[Item],
    part: PartShown,
    limits: Limits,
    today: date,
) -> Page:
    task = (sections or items)[0]
    shown = Shown(
        sections,
        items,
        opened.part_link(task.id, bool(items)),
        answers=part.answers,
        back_to=part.back_to,
        new_names=part.new_names,
    )
    content = form_html(
        catalogue,
        opened.form,
        today=today,
        limits=limits,
        typed=part.typed,
        faults=part.faults,
        kept=opened.draft.attachments,
        draft_token=opened.token,
        rows=part.rows,
        shown=shown,
    )
    html = render(
        "part_page.html",
        form=opened.form,
        title=task.title,
        summary=summary_html(part.faults, opened.form) if part.faults else "",
        back=opened.check_link if part.back_to else opened.link,
        back_words=back_words(part),
        asked=part.asked,
        changed=part.changed,
        saved=opened.saved,
        content=content,
    )
    title = f"{task.title} – {opened.form.title}"
    return (f"Lỗi: {title}" if part.faults else title), html


def back_words(part: PartShown) -> str:
    if part.asked:
        return "Quay lại các mục cần bổ sung"
    return "Quay lại trang kiểm tra" if part.back_to else "Quay lại các phần của bản nháp"


def erase_page(opened: OpenDraft) -> Page:
    html = render("erase_draft.html", form=opened.form, link=opened.link, files=len(opened.draft.attachments))
    return f"Xóa bản nháp – {opened.form.title}", html


def erased_page(form: FormDefinition) -> Page:
    return f"Đã xóa bản nháp – {form.title}", render("draft_erased.html", form=form)


def closed_page(catalogue: Catalogue, form: FormDefinition, today: date, kept: OpenDraft | None = None) -> Page:
    """Why, until when it was open, what else to do, and where what was just typed is kept."""
    opening = catalogue.form(form.id).opening
    before = opening is not None and today < opening.opens_on
    heading = f"Biểu mẫu “{form.title}” {'chưa mở' if before else 'đã đóng'}"
    html = render(
        "closed.html",
        form=form,
        heading=heading,
        opening=opening,
        before=before,
        draft_link=kept.link if kept else "",
        expires=kept.expires if kept else "",
        contact=catalogue.agency.contact,
    )
    return heading, html


def take_again_page(form: FormDefinition, token: str, reference: str = "", error: str = "") -> Page:
    back = f"/ban-nhap/{token}" if token else f"/nop/{form.id}"
    title = f"Lấy lại thông tin đơn vị – {form.title}"
    html = render("take_again.html", form=form, token=token, reference=reference, error=error, back=back)
    return (f"Lỗi: {title}" if error else title), html
