"""The day that the built pages speak of: which values are in force, what is printed on a PDF, when a page changed.

Today in Viet Nam, or the day of SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/): with it
the same sources give the same bytes, in any folder and at any time.
"""

import os
from datetime import UTC, date, datetime, time

from processor.domain.errors import HotroError
from processor.domain.vietnamese import VIETNAM

EPOCH = "SOURCE_DATE_EPOCH"
NOON = time(12)


class EpochUnreadable(HotroError):
    """SOURCE_DATE_EPOCH is not a number of seconds since 1970."""


def building_day() -> date:
    """Raises EpochUnreadable."""
    told = os.environ.get(EPOCH)
    if not told:
        return datetime.now(VIETNAM).date()
    try:
        return datetime.fromtimestamp(int(told), UTC).astimezone(VIETNAM).date()
    except (ValueError, OverflowError, OSError):
        raise EpochUnreadable(
            f"{EPOCH} là “{told}”. Viết số giây tính từ 1/1/1970, ví dụ: git log -1 --format=%ct."
        ) from None


def epoch_of(day: date) -> str:
    """A moment of that day in Viet Nam and in UTC alike, as MkDocs writes days."""
    return str(int(datetime.combine(day, NOON, VIETNAM).timestamp()))
