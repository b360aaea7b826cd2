"""How values are written for Vietnamese readers, and how their writing is folded for comparison."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NBSP = "\u00a0"


def money(amount: int) -> str:
    return f"{grouped(amount)}{NBSP}đồng"


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def percent(value: int) -> str:
    return f"{value}%"


def working_days(number: int) -> str:
    return f"{number} ngày làm việc"


def day(value: date) -> str:
    return f"{value:%d/%m}/{value.year:04}"


def iso_day(value: str) -> str:
    return day(date.fromisoformat(value))


def moment(value: datetime) -> str:
    """`09 giờ 05, ngày 10/02/2026`, Vietnam time."""
    local = value.astimezone(VIETNAM)
    return f"{local:%H} giờ {local:%M}, ngày {local:%d/%m/%Y}"


def letter_day(value: date) -> str:
    """As letters write it: `ngày 05 tháng 02 năm 2026`, a zero before days under 10 and before months 1 and 2."""
    month = f"{value.month:02}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02} tháng {month} năm {value.year}"


def iso(value: datetime) -> str:
    return value.astimezone(VIETNAM).isoformat(timespec="seconds")


def day_of(value: datetime) -> date:
    """The day on which it is in Viet Nam."""
    return value.astimezone(VIETNAM).date()


def start_of_day(value: date) -> datetime:
    """Its first moment in Viet Nam."""
    return datetime.combine(value, time(), VIETNAM)


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """From the first moment of the year to that of the next, in Viet Nam."""
    return start_of_day(date(year, 1, 1)), start_of_day(date(year + 1, 1, 1))


def end_of_day(value: date) -> datetime:
    """The last second of a day in Viet Nam."""
    return datetime.combine(value, time(23, 59, 59), VIETNAM)


def listed(words: Sequence[str], last: str = "hoặc") -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def fold(text: str) -> str:
    """Lower case without marks, so that `Đại Sơn`, `dai son` and its decomposed form are one."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(sign for sign in bare if not unicodedata.combining(sign)).split())
