"""The mail server: does it let us in? No letter is sent."""

from collections.abc import Iterator

from processor.checkup.finding import Finding, error, ok, warning
from processor.services.mail.delivery import let_in
from processor.settings import Settings


def mail(settings: Settings) -> Iterator[Finding]:
    server = settings.mail_server
    if server is None:
        yield warning("mail_not_set_up", "Chưa đặt HOTRO_SMTP_URL", "Thư chờ trong hộp thư đi cho tới khi đặt.")
        return
    where = f"{server.host}:{server.port}"
    outcome = let_in(server, settings.sender)
    if outcome.result == "sent":
        yield ok("mail", f"Máy chủ thư {where} nhận kết nối")
    else:
        remedy = "Kiểm tra HOTRO_SMTP_URL, tường lửa và máy chủ thư; thư chờ được gửi lại sau."
        yield error("mail_unreachable", f"{where}: {outcome.reason}", remedy)
