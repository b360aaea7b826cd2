"""The `hotro webhook` commands: which other systems are told of events."""

from typing import Annotated

import typer

from processor.console import ERR, OUT, Stopped, wired
from processor.domain.vietnamese import moment
from processor.domain.webhook import Webhook
from processor.services.exchange import webhooks

app = typer.Typer(help="Báo sự kiện của hồ sơ cho hệ thống khác.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(metavar="SỐ", help="Số ở hotro webhook list.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="ĐỊA_CHỈ", help="https://… của nơi nhận.")],
    label: Annotated[str, typer.Option(metavar="TÊN", help="Hệ thống nào nhận.")],
) -> None:
    """Báo cho một địa chỉ từ nay; in khóa bí mật một lần."""
    with wired() as parts:
        number, secret = webhooks.add_webhook(parts, url, label)
    tell(f"Đã thêm địa chỉ số {number}. Khóa bí mật (chỉ hiện một lần): {secret}")
    tell(f"Thử bằng: hotro webhook test {number}")


@app.command("list")
def show() -> None:
    """Liệt kê các địa chỉ: chờ gửi, đã thôi gửi, lỗi gần nhất."""
    with wired() as parts:
        found = webhooks.list_webhooks(parts)
    if not found:
        tell("Chưa báo cho địa chỉ nào. Thêm bằng: hotro webhook add ĐỊA_CHỈ --label TÊN")
    for one in found:
        tell(line_of(one))


def line_of(one: Webhook) -> str:
    state = f"tắt từ {moment(one.disabled_at)}" if one.disabled_at else "đang báo"
    parts = [str(one.id), one.label, one.url, state, f"{one.waiting} chờ gửi", f"{one.given_up} đã thôi gửi"]
    return "  ".join([*parts, *([f"lỗi gần nhất: {one.last_error}"] if one.last_error else [])])


@app.command()
def disable(number: Number) -> None:
    """Thôi báo cho một địa chỉ; phần còn chờ không gửi nữa."""
    with wired() as parts:
        webhooks.stop_telling(parts, number)
    tell(f"Đã tắt địa chỉ số {number}.")


@app.command()
def test(number: Number) -> None:
    """Gửi ngay một tin thử đã ký và in kết quả."""
    with wired() as parts:
        told = webhooks.send_trial(parts, number)
    if told.result != "sent":
        ERR.print(f"Địa chỉ số {number}: {told.reason}.", markup=False, highlight=False)
        raise Stopped("Tin thử chưa được nhận. Kiểm tra địa chỉ, tường lửa và nhật ký của nơi nhận.")
    tell(f"Địa chỉ số {number} đã nhận tin thử.")


def tell(words: str) -> None:
    OUT.print(words, markup=False, highlight=False, soft_wrap=True)
