"""`hotro dossier`, `hotro webhook`, `hotro staff token`: what they print, and that a failure is one line."""

from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from processor import dossiers, staff, webhooks
from processor.console import Stopped
from processor.domain.errors import HotroError
from processor.services.access.accounts import AccountFault
from processor.services.exchange.webhooks import WebhookFault
from processor.settings import Settings
from processor.wiring import Wired, wire
from tests.desk import Sent, a_dossier
from tests.packages import key_in
from tests.receivers import receiver
from tests.test_staff import add


def run(app: Typer, *arguments: str, data: Path) -> Result:
    return CliRunner().invoke(app, arguments, env={"HOTRO_DATA": str(data), "HOTRO_CLAMD_URL": "none"})


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A data folder."""
    return tmp_path / "here"


@pytest.fixture
def sent(here: Path) -> Sent:
    parts: Wired = wire(Settings(clamd_url="none", data=here))
    made = a_dossier(parts)
    parts.writer.thread.shutdown()
    parts.engine.dispose()
    return made


def refusal(ran: Result, kind: type[HotroError]) -> str:
    """What `hotro` prints as its one line."""
    assert isinstance(ran.exception, kind), ran.exception
    text = str(ran.exception)
    assert text and "\n" not in text
    return text


def exported(here: Path, sent: Sent, folder: Path) -> Path:
    place = folder / "goi.zip"
    ran = run(dossiers.app, "export", sent.reference, "--output", str(place), data=here)
    assert ran.exit_code == 0, ran.exception
    return place


def test_a_dossier_goes_from_one_folder_to_another(here: Path, sent: Sent, tmp_path: Path) -> None:
    package = exported(here, sent, tmp_path)
    accept = ("--accept-key", key_in(package))

    first = run(dossiers.app, "import", str(package), *accept, data=tmp_path / "there")
    again = run(dossiers.app, "import", str(package), data=tmp_path / "there")

    assert first.stdout.startswith(f"{sent.reference}: đã nhập, ")
    assert again.stdout == f"{sent.reference}: đã có ở đây, không đổi gì.\n"


def test_each_package_that_fails_is_told_and_the_others_are_taken_in(here: Path, sent: Sent, tmp_path: Path) -> None:
    package = exported(here, sent, tmp_path)
    (tmp_path / "la.zip").write_bytes(b"x")
    files = [str(tmp_path / "khong-co.zip"), str(tmp_path / "la.zip"), str(package)]

    ran = run(dossiers.app, "import", *files, "--accept-key", key_in(package), data=tmp_path / "there")

    assert refusal(ran, Stopped) == "Không nhập được 2 trên 3 gói."
    assert len(ran.stderr.strip().splitlines()) == 2
    assert "không phải gói hồ sơ" in ran.stderr and sent.reference in ran.stdout


def test_a_key_has_to_be_accepted(here: Path, sent: Sent, tmp_path: Path) -> None:
    package = exported(here, sent, tmp_path)

    ran = run(dossiers.app, "import", str(package), data=tmp_path / "there")

    assert f"--accept-key {key_in(package)}" in ran.stderr


@pytest.mark.parametrize("reference", ["x", "HT-2222-2222-2222"])
def test_a_dossier_that_is_not_there_is_one_line(reference: str, here: Path, sent: Sent) -> None:
    refusal(run(dossiers.app, "export", reference, data=here), Stopped)


def test_a_place_that_cannot_be_written_is_one_line(here: Path, sent: Sent, tmp_path: Path) -> None:
    place = tmp_path / "khong-co" / "goi.zip"

    ran = run(dossiers.app, "export", sent.reference, "--output", str(place), data=here)

    assert "Không ghi được" in refusal(ran, Stopped)


def test_what_is_no_key_is_told_before_anything_is_opened(here: Path, tmp_path: Path) -> None:
    ran = run(dossiers.app, "import", "x.zip", "--accept-key", "la", data=here)

    assert "không phải mã khóa" in refusal(ran, Stopped)


def test_a_webhook_is_added_tried_listed_and_disabled(here: Path) -> None:
    with receiver(204, 500) as place:
        added = run(webhooks.app, "add", place.url, "--label", "Kho ví dụ", data=here)
        tried = run(webhooks.app, "test", "1", data=here)
        failed = run(webhooks.app, "test", "1", data=here)
    disabled = run(webhooks.app, "disable", "1", data=here)

    listed = run(webhooks.app, "list", data=here).stdout
    assert "whsec_" in added.stdout and "whsec_" not in listed
    assert tried.stdout == "Địa chỉ số 1 đã nhận tin thử.\n"
    assert "trả lời 500" in failed.stderr
    assert disabled.stdout == "Đã tắt địa chỉ số 1.\n"
    assert "Kho ví dụ" in listed and "tắt từ" in listed


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "http://kho.example/", "--label", "x"),
        ("add", "https://kho.example/", "--label", " "),
        ("disable", "7"),
        ("test", "7"),
    ],
)
def test_a_wrong_webhook_is_one_line(arguments: tuple[str, ...], here: Path) -> None:
    refusal(run(webhooks.app, *arguments, data=here), WebhookFault)


def test_a_token_is_given_listed_and_taken_back(here: Path) -> None:
    add(here, "kho-du-lieu", "reader")

    given = run(staff.app, "token", "kho-du-lieu", "--label", "Kho ví dụ", data=here)
    before = run(staff.app, "tokens", data=here).stdout
    revoked = run(staff.app, "revoke", "1", data=here)
    after = run(staff.app, "tokens", data=here).stdout

    assert "hotro_" in given.stdout and "hotro_" not in before + after
    assert "chưa dùng" in before and "thu hồi" in after
    assert revoked.stdout == "Đã thu hồi mã chương trình số 1.\n"


@pytest.mark.parametrize("arguments", [("token", "khong-co", "--label", "x"), ("revoke", "1")])
def test_a_wrong_token_is_one_line(arguments: tuple[str, ...], here: Path) -> None:
    refusal(run(staff.app, *arguments, data=here), AccountFault)
