"""The forms of slips, by circular, as forms/slips.yml tells them."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, get_args

from pydantic import Field

from processor.domain.policy import Frozen

SlipKind = Literal[
    "receipt_slip",
    "supplement_slip",
    "refusal_slip",
    "apology_extension_letter",
    "stop_notice",
    "control_slip",
    "dossier_register",
]
KINDS: tuple[SlipKind, ...] = get_args(SlipKind)


class Letterhead(Frozen):
    """What stands on every paper of a State agency, and the dots where something is written by hand."""

    state: str
    motto: str
    recipients: str
    blank: str
    short_blank: str


class Labels(Frozen):
    """`draft` stands on every page of a form that nobody has compared with the annex."""

    draft: str
    form: str
    no_code: str
    code_words: str


class Period(Frozen):
    """From which day of receipt a circular's forms hold, None: from the beginning. `remark` is printed with them."""

    since: date | None = Field(alias="from", default=None)
    circular: str
    remark: str | None = None


class Paragraph(Frozen):
    text: str
    style: Literal["body", "centred", "italic", "bold"] = "body"


class Column(Frozen):
    """`cell` names what a row has; `width` in millimetres, None takes what is left; `group` is a title over several."""

    title: str
    cell: str
    width: int | None = Field(default=None, ge=5, le=200)
    centred: bool = False
    group: str | None = None


class Table(Frozen):
    """`empty_rows` are there for a pen when nothing is known yet."""

    rows: Literal["items", "handovers", "register"]
    columns: tuple[Column, ...] = Field(min_length=1)
    empty_rows: int = Field(default=0, ge=0, le=40)


class Signer(Frozen):
    label: str
    note: str | None = None
    name: str | None = None


class SlipLayout(Frozen):
    """One form of a circular. `paper` and `landscape` are its sheet; `number` is the line under the agency's name."""

    form_no: str = Field(pattern=r"^\d\d$")
    name: str
    verified: bool
    paper: Literal["a4", "a5"]
    landscape: bool = False
    needs_official_code: bool = False
    number: str | None = None
    under_name: tuple[str, ...] = ()
    body: tuple[Paragraph | Table, ...] = Field(min_length=1)
    signers: tuple[Signer, ...] = ()
    recipients: tuple[str, ...] = ()

    def patterns(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Each text with braces that the content fills, with its place; those of tables are their rows' own."""
        yield from ((("number",), text) for text in (self.number,) if text)
        for key in ("under_name", "recipients"):
            yield from (((key, place), text) for place, text in enumerate(getattr(self, key)))
        for place, part in enumerate(self.body):
            if isinstance(part, Paragraph):
                yield ("body", place, "text"), part.text
        for place, signer in enumerate(self.signers):
            yield from ((("signers", place, "name"), text) for text in (signer.name,) if text)

    def tables(self) -> Iterator[tuple[int, Table]]:
        """With its place in the body."""
        yield from ((place, part) for place, part in enumerate(self.body) if isinstance(part, Table))


class SlipForm(SlipLayout):
    """A form with its circular: the two together name it, a number alone does not (domain fact H6).

    `draft` is None once the form was compared with the annex; `remark` says what its period is about.
    """

    kind: SlipKind
    circular: str
    label: str
    draft: str | None
    remark: str | None


class SlipTexts(Frozen):
    """forms/slips.yml. `periods` in the order of their days."""

    letterhead: Letterhead
    labels: Labels
    periods: tuple[Period, ...] = Field(min_length=1)
    circulars: dict[str, dict[SlipKind, SlipLayout]]

    def slip_form(self, kind: str, received_on: date) -> SlipForm | None:
        """The form for a dossier by its day of receipt (domain.md 2.1); None: that circular has no such form."""
        period = [one for one in self.periods if one.since is None or one.since <= received_on][-1]
        return self.form_of(kind, period.circular, period.remark)

    def form_of(self, kind: str, circular: str, remark: str | None = None) -> SlipForm | None:
        found = next((one for one in self.circulars.get(circular, {}).items() if one[0] == kind), None)
        if found is None:
            return None
        known, layout = found
        return SlipForm(
            **dict(layout),
            kind=known,
            circular=circular,
            label=self.labels.form.format(form_no=layout.form_no, circular=circular),
            draft=None if layout.verified else self.labels.draft,
            remark=remark,
        )
