"""`hotro migrate`: the newest schema, or a whole installation into another database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from processor.console import ERR, Stopped, settings, shown_progress, tell, wired
from processor.domain.errors import Unavailable
from processor.services.transfer.planning import Move, Plan, Watch, plan_of
from processor.services.transfer.transfer import Moved, carry_out, compared, open_again, take_back
from processor.settings import Settings
from processor.storage.address import shown
from processor.storage.at_rest.key import Seal
from processor.storage.engine import Engine, open_verbatim
from processor.troubles import of_database
from processor.wiring import seal_of_settings, store_of

app = typer.Typer()
MOST_TOLD = 20


@app.command()
def migrate(
    to: Annotated[
        str | None,
        typer.Option(
            envvar="HOTRO_MIGRATE_TO",
            metavar="ĐỊA_CHỈ",
            help="Chuyển cả dữ liệu sang cơ sở dữ liệu này; trang vẫn chạy, chỉ ngừng nhận ở bước cuối.",
        ),
    ] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Chỉ nói sẽ làm gì.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Chỉ so từng dòng hai nơi.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Bỏ việc chuyển: nơi cũ nhận lại.")] = False,
    lost: Annotated[bool, typer.Option("--lost", help="Với --back: nơi mới đã mất, không so được.")] = False,
    despite_damage: Annotated[
        bool, typer.Option("--despite-damage", help="Vẫn chuyển khi có tệp đã mất hoặc hỏng từ trước.")
    ] = False,
) -> None:
    """Đưa cơ sở dữ liệu lên bản mới nhất, hoặc chuyển sang cơ sở dữ liệu khác."""
    if to is None and not (plan or check or back or lost):
        with wired():
            tell("Cơ sở dữ liệu đã ở bản mới nhất.")
        return
    chosen = settings()
    if back and lost:
        with opened(chosen.database) as source:
            open_again(source, chosen.data)
        tell(f"{shown(source.url)} nhận lại từ bây giờ. Bỏ HOTRO_DATABASE_URL của nơi mới rồi khởi động lại.")
        return
    if to is None:
        raise Stopped("Thiếu --to: địa chỉ của nơi mới.")
    with shown_progress() as progress, prepared(chosen, to, progress) as move:
        if back:
            take_back(move)
            tell(f"{move.names[0]} nhận lại từ bây giờ; nơi mới không còn dùng được. Khởi động lại hotro.")
        elif check:
            told_differences(move)
        else:
            tell_plan(plan_of(move), chosen)
            if not plan:
                tell_moved(move, carry_out(move, despite_damage))


class Shown(Watch):
    """One line for each phase."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.task: TaskID | None = None

    def begin(self, phase: str, total: int) -> None:
        if not self.progress.console.is_terminal:
            ERR.print(f"{phase}: {total}", markup=False, highlight=False)
        self.task = self.progress.add_task(phase, total=total)

    def step(self, done: int) -> None:
        if self.task is not None:
            self.progress.update(self.task, advance=done)


@contextmanager
def opened(url: str, seal: Seal | None = None) -> Iterator[Engine]:
    engine = open_verbatim(url, seal=seal)
    try:
        yield engine
    except Unavailable as error:
        raise Stopped(str(of_database(error))) from None
    finally:
        engine.dispose()


@contextmanager
def prepared(chosen: Settings, to: str, progress: Progress) -> Iterator[Move]:
    if chosen.database_file and not chosen.database_file.exists():
        raise Stopped(f"Chưa có {chosen.database_file}. Đặt HOTRO_DATA là thư mục dữ liệu đang dùng.")
    with opened(chosen.database, seal_of_settings(chosen)) as source, opened(to) as target:
        store = store_of(chosen, source)
        yield Move(source, target, store, chosen.data, lambda: datetime.now(UTC), Shown(progress))


def tell_plan(plan: Plan, chosen: Settings) -> None:
    tell(f"Chuyển {plan.rows} dòng trong {plan.tables} bảng")
    tell(f"  từ   {plan.source}")
    tell(f"  sang {plan.target}")
    tell(f"Tệp đính kèm ở nguyên chỗ ({chosen.attachments}); {plan.files} tệp được đọc lại và so SHA-256.")
    if plan.standing:
        tell("Lần trước chưa xong: chạy tiếp, dòng nào đã chép đúng thì giữ.")
    tell(
        "1. Chép trong lúc trang vẫn nhận. 2. Tạm ngừng nhận (503, điều đã gõ còn giữ), chép phần mới, so từng dòng. "
        "3. Khóa nơi cũ. Dừng lúc nào cũng chạy lại được; tới bước 3 nơi cũ vẫn nguyên."
    )


def tell_moved(move: Move, moved: Moved) -> None:
    live, last = moved.live, moved.last
    tell(
        f"Đã chuyển: {last.rows} dòng, mọi dòng đọc lại khớp SHA-256 với nơi cũ; {moved.files} tệp khớp"
        f"{f', {moved.damaged} tệp hỏng từ trước' if moved.damaged else ''}."
    )
    tell(f"Chép lúc trang vẫn nhận: {live.added} dòng mới, {live.changed} dòng khác, {live.gone} dòng thừa.")
    tell(f"Chép lúc ngừng nhận: {last.added + last.changed + last.gone} dòng, trong {moved.closed_seconds:.1f} giây.")
    tell(f"Tiếp theo: đặt HOTRO_DATABASE_URL là {move.names[1]} (kèm mật khẩu) rồi khởi động lại, chạy hotro verify.")
    tell("Nơi cũ từ nay không nhận gì. Quay lại khi nơi mới chưa nhận gì: hotro migrate --back --to …")


def told_differences(move: Move) -> None:
    found = compared(move)
    for one in found[:MOST_TOLD]:
        what = {"missing": "thiếu ở nơi mới", "changed": "khác", "extra": "chỉ có ở nơi mới"}[one.what]
        ERR.print(f"{one.table} {'/'.join(map(str, one.key))}: {what}", markup=False, highlight=False)
    if found:
        raise Stopped(f"Có {len(found)} dòng không khớp.")
    tell("Mọi dòng khớp.")
