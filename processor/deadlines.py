"""The commands about time limits: on which day one ends, and why."""

import json
import re
from datetime import datetime
from typing import Annotated

import typer

from processor.console import OUT, Stopped, settings
from processor.domain.days.clock import Reckoning, reckon
from processor.domain.vietnamese import VIETNAM, grouped
from processor.rendering.desk.clock import explanation_text
from processor.storage.catalogue.definition_files import load_catalogue

app = typer.Typer()
MOST_DAYS = 1000
FORMATS = ("text", "json")


@app.command()
def due(
    received: Annotated[str, typer.Option(metavar="LÚC", help="Lúc nhận, giờ Việt Nam, dạng 2026-02-10T09:00.")],
    days: Annotated[str, typer.Option(metavar="SỐ", help=f"Số ngày làm việc, từ 1 đến {grouped(MOST_DAYS)}.")],
    shown_as: Annotated[
        str, typer.Option("--format", metavar="DẠNG", help=f"Dạng trả lời: {', '.join(FORMATS)}.")
    ] = FORMATS[0],
) -> None:
    """Ngày đến hạn theo lịch làm việc, và từng ngày được tính hay không, vì sao."""
    moment, length = moment_of_receipt(received), number_of_days(days)
    if shown_as not in FORMATS:
        raise Stopped(f"Không có dạng “{shown_as}”. Chỉ nhận: {', '.join(FORMATS)}.")
    calendar = load_catalogue(settings().forms).calendar
    reckoning = reckon(calendar, moment, length, cut_off=calendar.cut_off)
    told = as_json(reckoning) if shown_as == "json" else explanation_text(calendar, reckoning)
    OUT.print(told, markup=False, highlight=False, soft_wrap=True)


def moment_of_receipt(written: str) -> datetime:
    """A time without a zone is Viet Nam's."""
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(VIETNAM)
    except (ValueError, OverflowError):
        raise Stopped(f"Không đọc được thời điểm “{written}”. Viết dạng 2026-02-10T09:00, giờ Việt Nam.") from None


def number_of_days(written: str) -> int:
    if re.fullmatch("[0-9]{1,4}", written) and 1 <= int(written) <= MOST_DAYS:
        return int(written)
    raise Stopped(f"Số ngày làm việc là “{written}”. Viết một số nguyên từ 1 đến {grouped(MOST_DAYS)}.")


def as_json(reckoning: Reckoning) -> str:
    return json.dumps(reckoning.document, ensure_ascii=False, indent=2)
