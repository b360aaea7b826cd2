"""The kinds of answer: how each is read from what was typed, and how it is shown again.

Input is forgiving (spaces, dots and dashes in numbers, NFC and NFD alike); a refusal raises a pydantic error whose
type is the catalogue's code and whose context holds the message's values in words.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

import phonenumbers
from pydantic_core import PydanticCustomError
from stdnum import ean
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.vn import mst

from processor.domain.forms.fields import (
    AnyField,
    ChoiceField,
    ChoicesField,
    CommuneField,
    ConsentField,
    DateField,
    IntegerField,
    LongTextField,
    MoneyField,
    TccsNumberField,
    TextField,
    resolve_day,
    resolve_year,
)
from processor.domain.vietnamese import day, grouped, listed, money

EMAIL = re.compile(r"^[^@\s,;<>\"()\\]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}\Z")
DAY = re.compile(r"^([0-9]{1,2})[\s/.-]+([0-9]{1,2})[\s/.-]+([0-9]{4})\Z")
ISO_DAY = re.compile(r"^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\Z")
GROUPED_DIGITS = re.compile(r"^-?[0-9]{1,3}(?:[.,\s][0-9]{3})+\Z|^-?[0-9]+\Z")
OLD_FIXED_PREFIX = re.compile(r"^0240|^0241")
OLD_MOBILE = re.compile(r"^01[0-9]{9}\Z")
USUAL_TCCS = re.compile(r"^TCCS [0-9]{1,3}:[0-9]{4}(?:/\S.{0,60})?\Z")
INVISIBLE = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def refuse(code: str, **values: object) -> NoReturn:
    # The values are filled in by the catalogue, not by pydantic, so the template names none of them.
    raise PydanticCustomError(code, "refused", {name: str(value) for name, value in values.items()})


def clean(raw: str) -> str:
    """In NFC, without the signs of no width that come along when text is pasted."""
    return raw.strip() if raw.isascii() else unicodedata.normalize("NFC", INVISIBLE.sub("", raw)).strip()


def one_line(raw: str) -> str:
    return " ".join(clean(raw).split())


def has_hidden_signs(text: str, allowed: str = "") -> bool:
    return any(sign not in allowed for sign in HIDDEN.findall(text))


def without_hidden_signs(text: str, allowed: str = "") -> str:
    if has_hidden_signs(text, allowed):
        refuse("text_control_chars")
    return text


def within_length(text: str, field: TextField | LongTextField) -> str:
    if len(text) > field.max_length:
        refuse("text_too_long", actual=len(text), max=field.max_length, over=len(text) - field.max_length)
    if len(text) < field.min_length:
        refuse("text_too_short", actual=len(text), min=field.min_length)
    return text


def read_text(raw: str, field: TextField, today: date) -> str:
    return within_length(without_hidden_signs(one_line(raw)), field)


def read_long_text(raw: str, field: LongTextField, today: date) -> str:
    return within_length(without_hidden_signs(clean(raw).replace("\r\n", "\n").replace("\r", "\n"), "\n\t"), field)


def read_choice(raw: str, field: ChoiceField, today: date) -> str:
    value = clean(raw)
    if value not in {option.value for option in field.offered(today)}:
        refuse("choice_unknown")
    return value


def read_choices(raw: list[str], field: ChoicesField, today: date) -> list[str]:
    chosen = {clean(value) for value in raw}
    if chosen - {option.value for option in field.offered(today)}:
        refuse("choice_unknown")
    if len(chosen) < field.min:
        refuse("choices_too_few", actual=len(chosen), min=field.min)
    if field.max is not None and len(chosen) > field.max:
        refuse("choices_too_many", actual=len(chosen), max=field.max, over=len(chosen) - field.max)
    return [option.value for option in field.options if option.value in chosen]


def read_date(raw: str, field: DateField, today: date) -> date:
    """Text as dd/mm/yyyy (or the ISO form that programs send)."""
    value = calendar_day(one_line(raw))
    earliest = resolve_day(field.not_before, today) if field.not_before else date(1900, 1, 1)
    latest = resolve_day(field.not_after, today) if field.not_after else date(2200, 1, 1)
    if value > latest == today:
        refuse("date_in_future", value=day(value), today=day(today))
    if not earliest <= value <= latest:
        refuse("date_out_of_range", value=day(value), min=day(earliest), max=day(latest))
    return value


def calendar_day(typed: str) -> date:
    if found := DAY.match(typed):
        day_no, month, year = (int(part) for part in found.groups())
    elif found := ISO_DAY.match(typed):
        year, month, day_no = (int(part) for part in found.groups())
    else:
        missing = missing_parts(typed)
        if missing:
            refuse("date_incomplete", missing=missing)
        refuse("date_unreadable", value=shortened(typed))
    try:
        return date(year, month, day_no)
    except ValueError:
        refuse("date_impossible", value=shortened(typed))


def missing_parts(typed: str) -> str:
    if re.match(r"^[0-9]{4}\Z", typed):
        return "ngày, tháng"
    if re.match(r"^[0-9]{1,2}[/.-][0-9]{4}\Z", typed):
        return "ngày"
    if re.match(r"^[0-9]{1,2}[/.-][0-9]{1,2}[/.-]?\Z", typed):
        return "năm đủ bốn chữ số"
    return ""


def read_money(raw: str, field: MoneyField, today: date) -> int:
    typed = re.sub(r"\s*(đồng|đ|vnđ|vnd)\.?\Z", "", one_line(raw).lower())
    if not GROUPED_DIGITS.match(typed):
        refuse("money_unreadable", value=shortened(one_line(raw)))
    amount = int(re.sub(r"[.,\s]", "", typed)) if len(typed) < 40 else field.max + 1
    if amount <= 0:
        refuse("money_not_positive", value=money(amount))
    if amount > field.max:
        refuse("money_too_large", value=shortened(one_line(raw)), max=money(field.max))
    return amount


def read_integer(raw: str, field: IntegerField, today: date) -> int:
    typed = one_line(raw)
    if not GROUPED_DIGITS.match(typed) or len(typed) > 20:
        refuse("number_unreadable", value=shortened(typed))
    number = int(re.sub(r"[.,\s]", "", typed))
    lowest, highest = resolve_year(field.min, today), resolve_year(field.max, today)
    if not lowest <= number <= highest:
        refuse("number_out_of_range", value=typed, min=lowest, max=highest)
    return number


def read_email(raw: str, field: AnyField, today: date) -> str:
    typed = one_line(raw)
    if len(re.findall("@", typed)) > 1 and re.search(r"[,;\s]", typed):
        refuse("email_several")
    if len(typed) > 254 or not EMAIL.match(typed) or ".." in typed or HIDDEN.search(typed):
        refuse("email_unreadable", value=shortened(typed))
    return typed


def read_phone(raw: str, field: AnyField, today: date) -> str:
    """Stored as E.164; Viet Nam is assumed where no country is typed."""
    typed = one_line(raw)
    digits = re.sub(r"[^0-9+]", "", typed)
    if OLD_FIXED_PREFIX.match(digits) or OLD_MOBILE.match(digits):
        refuse("phone_old_prefix", value=shortened(typed))
    try:
        number = phonenumbers.parse(typed, "VN")
    except phonenumbers.NumberParseException:
        refuse("phone_unreadable", value=shortened(typed))
    if number.extension or not phonenumbers.is_valid_number(number):  # an extension would be lost in E.164
        refuse("phone_unreadable", value=shortened(typed))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_tax_code(raw: str, field: AnyField, today: date) -> str:
    """Check digit and branch part after Circular 105/2020/TT-BTC, through python-stdnum."""
    typed = re.sub(r"[\s.\-–]", "", clean(raw))
    digits = re.sub(r"[^0-9]", "", typed)
    if len(digits) == 12 and digits == typed:
        refuse("tax_code_personal_id")
    if digits != typed and len(digits) in (10, 13):
        refuse("tax_code_checksum", value=shortened(one_line(raw)))
    if len(digits) not in (10, 13):
        refuse("tax_code_length", actual=len(digits))
    if digits[10:] == "000":
        refuse("tax_code_branch", branch=digits[10:])
    try:
        return str(mst.format(mst.validate(digits)))
    except InvalidChecksum:
        refuse("tax_code_checksum", value=mst.format(digits))
    except ValidationError:
        refuse("tax_code_checksum", value=digits)


def read_commune(raw: str, field: CommuneField, today: date) -> str:
    typed = one_line(raw)
    assert field.places is not None
    if typed in {option.value for option in field.elsewhere}:
        return typed
    codes = field.places.find(typed)
    if not codes:
        refuse("commune_unknown", value=shortened(typed))
    if len(codes) > 1:
        names = [field.places.names[code] for code in codes]
        refuse("commune_ambiguous", count=len(codes), value=shortened(typed), options=listed(names))
    return codes[0]


def read_tccs_number(raw: str, field: TccsNumberField, today: date) -> str:
    typed = without_hidden_signs(one_line(raw))
    if len(typed) > field.max_length:
        refuse("text_too_long", actual=len(typed), max=field.max_length, over=len(typed) - field.max_length)
    return typed


def unusual_tccs_number(value: str) -> str | None:
    """Usual, not prescribed: domain fact I6. So it is told, never refused."""
    return None if USUAL_TCCS.match(value) else "tccs_number_unusual"


def read_barcode(raw: str, field: AnyField, today: date) -> str:
    """GTIN-8, -12, -13, -14 and GLN, whose last digit checks the others, through python-stdnum."""
    typed = re.sub(r"[\s.\-–]", "", clean(raw))
    try:
        return str(ean.validate(typed))
    except ValidationError:
        refuse("check_digit", value=shortened(one_line(raw)))


def read_consent(raw: list[str], field: ConsentField, today: date) -> list[str]:
    ticked = {clean(value) for value in raw}
    known = [purpose.value for purpose in field.purposes]
    if ticked - set(known):
        refuse("choice_unknown")
    if any(purpose.required and purpose.value not in ticked for purpose in field.purposes):
        refuse("consent_required")
    return [value for value in known if value in ticked]


def shortened(typed: str, most: int = 40) -> str:
    """What was typed, safe to repeat in a message."""
    visible = HIDDEN.sub("", typed)
    return visible if len(visible) <= most else visible[: most - 1] + "…"


def national_phone(value: str) -> str:
    number = phonenumbers.parse(value, "VN")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def consent_words(value: list[str], field: ConsentField) -> str:
    return f"Đã đồng ý, bản {day(field.version)}" if value else "Không đồng ý"


@dataclass(frozen=True)
class Kind:
    """`read` makes a value of what was typed, `words` says a stored value; `empty_code` is the fault of none.

    `advise` gives the code of what is told about a value that is kept all the same.
    """

    read: Callable[[Any, Any, date], Any]
    words: Callable[[Any, Any], str]
    empty_code: str = "text_required"
    several: bool = False
    advise: Callable[[Any], str | None] = lambda value: None


KINDS: dict[str, Kind] = {
    "text": Kind(read_text, lambda value, field: value),
    "long_text": Kind(read_long_text, lambda value, field: value),
    "choice": Kind(read_choice, lambda value, field: field.label_of(value), "choice_required"),
    "choices": Kind(
        read_choices, lambda value, field: "; ".join(map(field.label_of, value)), "choice_required", several=True
    ),
    "date": Kind(read_date, lambda value, field: day(date.fromisoformat(str(value))), "date_required"),
    "money": Kind(read_money, lambda value, field: money(value), "money_required"),
    "integer": Kind(read_integer, lambda value, field: str(value) if 1900 < value < 2200 else grouped(value)),
    "email": Kind(read_email, lambda value, field: value),
    "phone": Kind(read_phone, lambda value, field: national_phone(value)),
    "tax_code": Kind(read_tax_code, lambda value, field: value),
    "tccs_number": Kind(read_tccs_number, lambda value, field: value, advise=unusual_tccs_number),
    "barcode": Kind(read_barcode, lambda value, field: value),
    "commune": Kind(read_commune, lambda value, field: field.name_of(value), "commune_required"),
    "consent": Kind(read_consent, consent_words, "consent_required", several=True),
}


def typed_empty(raw: object) -> bool:
    """Nothing was typed: blanks and empty lists alike."""
    if isinstance(raw, list):
        return not any(clean(value) for value in raw)
    return not isinstance(raw, str) or not clean(raw)
