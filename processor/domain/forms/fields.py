"""The fields of a form as data: one class a kind of answer, what officials may write about each."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from processor.domain.forms.conditions import Condition
from processor.domain.places import Communes
from processor.domain.policy import Frozen, Identifier, Option

RelativeDay = Annotated[str, StringConstraints(pattern=r"^today([+-][0-9]{1,5}d)?$")]
RelativeYear = Annotated[str, StringConstraints(pattern=r"^this_year([+-][0-9]{1,2})?$")]


class BaseField(Frozen):
    id: Identifier
    label: str
    what: str | None = Field(default=None, description="Điều cần nhập, để nối sau chữ “Nhập”.")
    hint: str | None = None
    required: bool = True
    required_when: Condition | None = None
    asked_when: Condition | None = Field(
        default=None, description="Chỉ hỏi khi điều kiện này đúng; không hỏi thì không nhận câu trả lời."
    )
    personal: bool = False
    autocomplete: str | None = None

    @property
    def always_needed(self) -> bool:
        return self.required and self.asked_when is None

    @property
    def thing(self) -> str:
        return self.what or self.label[0].lower() + self.label[1:]


class TextField(BaseField):
    kind: Literal["text"]
    min_length: int = 0
    max_length: int = 200
    example: str


class LongTextField(BaseField):
    kind: Literal["long_text"]
    min_length: int = 0
    max_length: int = 4000
    example: str


class OptionField(BaseField):
    options: tuple[Option, ...] = ()
    options_from: tuple[Identifier, ...] = Field(default=(), description="Các điều (fact) chứa danh sách lựa chọn.")

    def offered(self, today: date) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.offered(today))

    def label_of(self, value: str) -> str:
        return next((option.label for option in self.options if option.value == value), value)


class ChoiceField(OptionField):
    kind: Literal["choice"]
    example: str


class ChoicesField(OptionField):
    kind: Literal["choices"]
    min: int = 1
    max: int | None = None
    example: tuple[str, ...]


class DateField(BaseField):
    kind: Literal["date"]
    not_before: date | RelativeDay | None = None
    not_after: date | RelativeDay | None = None
    example: date | RelativeDay


class MoneyField(BaseField):
    kind: Literal["money"]
    max: int = 1_000_000_000_000
    example: str


class IntegerField(BaseField):
    kind: Literal["integer"]
    min: int | RelativeYear = 0
    max: int | RelativeYear = 1_000_000
    example: int | RelativeYear


class EmailField(BaseField):
    kind: Literal["email"]
    example: str


class PhoneField(BaseField):
    kind: Literal["phone"]
    example: str


class TaxCodeField(BaseField):
    kind: Literal["tax_code"]
    example: str


class TccsNumberField(BaseField):
    kind: Literal["tccs_number"]
    max_length: int = 100
    example: str


class BarcodeField(BaseField):
    kind: Literal["barcode"]
    example: str


class CommuneField(BaseField):
    kind: Literal["commune"]
    places: Communes | None = Field(default=None, description="Do chương trình điền từ shared/communes.yml.")
    elsewhere: tuple[Option, ...] = Field(default=(), description="Lựa chọn cho nơi không có trong danh sách.")
    example: str

    def name_of(self, value: str) -> str:
        other = {option.value: option.label for option in self.elsewhere}
        return other.get(value) or (self.places.names.get(value, value) if self.places else value)


class Purpose(Frozen):
    value: Identifier
    label: str
    required: bool = False


class ConsentField(BaseField):
    kind: Literal["consent"]
    version: date
    purposes: tuple[Purpose, ...] = Field(min_length=1)
    example: tuple[str, ...]


AnyField = Annotated[
    TextField
    | LongTextField
    | ChoiceField
    | ChoicesField
    | DateField
    | MoneyField
    | IntegerField
    | EmailField
    | PhoneField
    | TaxCodeField
    | TccsNumberField
    | BarcodeField
    | CommuneField
    | ConsentField,
    Field(discriminator="kind"),
]


def resolve_day(value: date | str, today: date) -> date:
    """`today-30d` on a day; a fixed date is itself."""
    if isinstance(value, date):
        return value
    return today + timedelta(days=int(value.removeprefix("today").removesuffix("d") or 0))


def resolve_year(value: int | str, today: date) -> int:
    if isinstance(value, int):
        return value
    return today.year + int(value.removeprefix("this_year") or 0)
