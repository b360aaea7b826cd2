"""The `hotro purge` and `hotro erase` commands: first what would go, and only with --yes does it."""

from typing import Annotated, get_args

import typer

from processor.console import Stopped, tell, told, wired
from processor.domain.retention import Erasure, Ground
from processor.domain.vietnamese import day
from processor.services.parts import Wired
from processor.services.privacy import erasure
from processor.services.privacy.erasure import PROGRAM, Found, Order

app = typer.Typer()
erase = typer.Typer(help="Xóa dữ liệu của một hồ sơ hoặc một người.", no_args_is_help=True)
app.add_typer(erase, name="erase")
GROUNDS = get_args(Ground)
Yes = Annotated[bool, typer.Option("--yes", help="Xóa thật. Không có thì chỉ nêu những gì sẽ xóa.")]
GroundOption = Annotated[str, typer.Option("--ground", metavar="CĂN_CỨ", help=", ".join(GROUNDS))]
Reason = Annotated[str, typer.Option("--reason", metavar="LÝ_DO", help="Lưu lại sau khi xóa: không ghi tên người.")]
AGAIN = "Chạy lại với --yes để xóa."


@app.command()
def purge(yes: Yes = False) -> None:
    """Xóa hồ sơ đã hết thời hạn giữ, theo forms/retention.yml; việc nền làm mỗi ngày."""
    with wired() as parts:
        if not any(rule.erase_after_days for rule in parts.catalogue.retention.rules):
            tell(f"{parts.catalogue.retention.never}: chưa quy tắc nào trong forms/retention.yml đặt số ngày.")
            return
        found = erasure.due(parts)
        for one in found:
            tell(f"{one.reference}: quá {one.rule.erase_after_days} ngày. {one.rule.why}")
        if yes:
            erasure.purge(parts)
        tell(f"Đã xóa {len(found)} hồ sơ." if yes else f"Có {len(found)} hồ sơ sẽ xóa. {AGAIN}")


@erase.command("dossier")
def erase_dossier(
    reference: Annotated[str, typer.Argument(metavar="MÃ_THAM_CHIẾU")],
    ground: GroundOption,
    reason: Reason = "",
    person: Annotated[bool, typer.Option("--person", help="Chỉ xóa dữ liệu cá nhân, giữ phần còn lại.")] = False,
    yes: Yes = False,
) -> None:
    """Xóa một hồ sơ; nêu lý do khi pháp luật lưu trữ buộc phải giữ."""
    order = Order("person" if person else "dossier", ground_named(ground), PROGRAM, reason)
    with wired() as parts, told(parts):
        if refusal := erasure.refusal_of(parts, reference, order):
            raise Stopped(refusal)
        scope = parts.catalogue.retention.scopes[order.scope]
        tell(done(reference, erasure.erase(parts, reference, order)) if yes else f"Sẽ xóa: {scope}. {AGAIN}")


@erase.command("person")
def erase_person(
    address: Annotated[str, typer.Argument(metavar="ĐỊA_CHỈ", help="Thư điện tử, hoặc điện thoại dạng +84…")],
    ground: GroundOption,
    reason: Reason = "",
    yes: Yes = False,
) -> None:
    """Xóa dữ liệu của một người ở mọi hồ sơ và bản nháp có địa chỉ này."""
    order = Order("person", ground_named(ground), PROGRAM, reason)
    with wired() as parts, told(parts):
        found = erasure.find_person(parts, address)
        for reference in found.references:
            tell(one_dossier(parts, reference, order, yes))
        tell(drafts_told(parts, found, yes))


def one_dossier(parts: Wired, reference: str, order: Order, yes: bool) -> str:
    refusal = erasure.refusal_of(parts, reference, order)
    if refusal or not yes:
        return refusal or f"{reference}: sẽ xóa dữ liệu cá nhân."
    return done(reference, erasure.erase(parts, reference, order))


def drafts_told(parts: Wired, found: Found, yes: bool) -> str:
    count = len(found.drafts)
    if yes:
        erasure.erase_drafts(parts, found.drafts)
        return f"Đã xóa {count} bản nháp."
    return f"Có {len(found.references)} hồ sơ và {count} bản nháp. {AGAIN}"


def done(reference: str, tombstone: Erasure) -> str:
    return (
        f"{reference}: đã xóa, {tombstone.files} tệp. Bản sao lưu còn giữ chậm nhất đến {day(tombstone.backups_until)}."
    )


def ground_named(written: str) -> Ground:
    for ground in GROUNDS:
        if ground == written:
            known: Ground = ground
            return known
    raise Stopped(f"Không có căn cứ “{written[:40]}”. Chỉ nhận: {', '.join(GROUNDS)}.")
