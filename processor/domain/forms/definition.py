"""A form as data: sections of fields, items of papers, rules. What officials write under forms/, as types.

`FormSource` is a file as written; `FormDefinition` is the same with everything it refers to resolved into it,
so that it stands alone for ever. Its version is the hash of its content.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from processor.domain.dossier import Kind
from processor.domain.forms.conditions import Condition, Ground, Rule
from processor.domain.forms.fields import AnyField, BaseField, CommuneField, OptionField
from processor.domain.forms.opening import Opening
from processor.domain.policy import Fact, Frozen, Identifier

FormId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]


class Repeat(Frozen):
    min: int = Field(default=1, ge=0)
    max: int = Field(default=20, ge=1, le=100)


class Section(Frozen):
    id: Identifier
    title: str
    row_title: str | None = None
    repeat: Repeat | None = None
    fields: tuple[AnyField, ...] = Field(min_length=1)


class UseGroup(Frozen):
    use: Annotated[str, StringConstraints(pattern=r"^shared/[a-z-]+$")]


class Basis(Frozen):
    source: str
    verified: bool


class Item(Frozen):
    """One paper of the dossier: guidance on the page, upload slot, line of the officer's sheet."""

    id: Identifier
    title: str
    basis: Basis
    required: bool = True
    required_when: Condition | None = None
    asked_when: Condition | None = None
    may_explain_absence: bool = Field(default=False, description="Được chọn “Chưa có giấy tờ này” và ghi lý do.")
    guidance: str
    accept: tuple[Literal["pdf", "jpeg", "png", "docx", "xlsx"], ...] = Field(min_length=1)
    max_files: int = Field(default=5, ge=1, le=20)


class UsePaper(Frozen):
    """A paper of shared/papers.yml, by its id."""

    use: Identifier


class FormBase(Frozen):
    id: FormId
    support_type: Identifier | None = None
    title: str
    purpose: str = Field(description="Mục đích xử lý dữ liệu, đặt vào ô đồng ý.")
    rules: tuple[Rule, ...] = ()
    opening: Opening | None = Field(default=None, description="Đợt nhận; không ghi thì nhận quanh năm.")
    duplicate_by: tuple[Identifier, ...] = Field(
        default=(), description="Các ô mà trùng hết, cùng đơn vị, thì có thể là gửi lần nữa."
    )
    reask_since: date | None = Field(
        default=None, description="Bản nháp và trang theo bản biểu mẫu đăng ký trước ngày này phải hỏi lại phần mới."
    )


class FormSource(FormBase):
    """A file forms/<form-id>.yml as it is written."""

    kind: Kind
    sections: tuple[Section | UseGroup, ...] = Field(min_length=1)
    items: tuple[Item | UsePaper, ...] = ()


class FormDefinition(FormBase):
    """A form that stands alone: groups, options and facts are inside it.

    The questions of the eligibility wizard are one too; nothing is ever sent under that kind.
    """

    kind: Literal["pre_registration", "dossier", "feedback", "eligibility"]
    sections: tuple[Section, ...]
    items: tuple[Item, ...] = ()
    facts: dict[str, Fact]

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(self.document.encode()).hexdigest()[:16]

    @cached_property
    def document(self) -> str:
        """The canonical text that is hashed, registered in the database and read back."""
        content = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def single_fields(self) -> tuple[AnyField, ...]:
        return tuple(field for section in self.sections if not section.repeat for field in section.fields)

    @cached_property
    def groups(self) -> dict[str, Section]:
        return {section.id: section for section in self.sections if section.repeat}

    @cached_property
    def sometimes_asked(self) -> tuple[tuple[Section, AnyField], ...]:
        """The fields that have a condition to be asked, in page order."""
        return tuple((section, field) for section in self.sections for field in section.fields if field.asked_when)

    @cached_property
    def items_by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Words for `field`, `group`, `group.field` and `field=option`."""
        return dict(self._labels())

    def _labels(self) -> Iterator[tuple[str, str]]:
        for section in self.sections:
            yield section.id, section.title
            for field in section.fields:
                yield (f"{section.id}.{field.id}" if section.repeat else field.id), field.label
                if isinstance(field, OptionField):
                    yield from ((f"{field.id}={option.value}", option.label) for option in field.options)
                if isinstance(field, CommuneField):
                    yield from ((f"{field.id}={option.value}", option.label) for option in field.elsewhere)
        yield from ((item.id, item.title) for item in self.items)

    def ground(self, answers: dict[str, object], today: date) -> Ground:
        return Ground(answers, self.facts, self.labels, today)

    def field_names(self, rows: int = 1) -> Iterator[tuple[str, AnyField]]:
        """Every name as it is posted, in page order, with `rows` rows of each repeated section."""
        for section in self.sections:
            if not section.repeat:
                yield from ((field.id, field) for field in section.fields)
                continue
            for row in range(rows):
                yield from ((f"{section.id}.{row}.{field.id}", field) for field in section.fields)


def conditions_of(part: BaseField | Item) -> Iterator[tuple[str, Condition]]:
    """The conditions of a field or a paper, by the key they are written under."""
    if part.required_when:
        yield "required_when", part.required_when
    if part.asked_when:
        yield "asked_when", part.asked_when
