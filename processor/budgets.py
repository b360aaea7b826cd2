"""The `hotro budget` and `hotro calendar` commands."""

import typer

from processor.console import ERR, OUT, wired
from processor.domain.vietnamese import day, money
from processor.services.appraisal.money import every_envelope, set_envelope
from processor.services.appraisal.timing import apply_calendar

budget = typer.Typer(help="Kinh phí từng năm.", no_args_is_help=True)
calendar = typer.Typer(help="Lịch làm việc và hạn của hồ sơ.", no_args_is_help=True)


@budget.command("set")
def budget_set(
    year: int = typer.Option(..., help="Năm ngân sách."),
    amount: int = typer.Option(..., help="Số tiền, đồng."),
    document: str = typer.Option(..., help="Số, ngày của văn bản giao kinh phí."),
) -> None:
    """Đặt kinh phí của một năm; chưa đặt thì không trình, không quyết định được."""
    with wired() as parts:
        set_envelope(parts, year, amount, document)
    OUT.print(f"Kinh phí năm {year}: {money(amount)}, theo {document}.", markup=False, highlight=False)


@budget.command("list")
def budget_list() -> None:
    """Liệt kê kinh phí từng năm: đang trình, đã quyết định, đã chi, còn lại."""
    with wired() as parts:
        envelopes = every_envelope(parts)
    if not envelopes:
        OUT.print("Chưa đặt kinh phí năm nào.")
    for one in envelopes:
        told = f"đang trình {money(one.reserved)}, đã quyết định {money(one.committed)}, đã chi {money(one.paid)}"
        OUT.print(f"{one.year}: {money(one.amount)}, {told}, còn {money(one.left)}", markup=False, highlight=False)


@calendar.command("apply")
def calendar_apply() -> None:
    """Tính lại hạn của hồ sơ đang mở theo lịch hiện nay; hạn đã in thì giữ nguyên và nêu ra."""
    with wired() as parts:
        moved = apply_calendar(parts)
    for one in moved:
        before, after = (day(value) if value else "chưa có" for value in (one.before, one.after))
        kept = ", đã in nên giữ nguyên" if one.printed else ""
        ERR.print(f"{one.reference}: {before} → {after}{kept}", markup=False, highlight=False)
    printed = sum(one.printed for one in moved)
    OUT.print(f"Đổi hạn {len(moved) - printed} hồ sơ; giữ {printed} hạn đã in.", highlight=False)
