"""The command: what it prints, and one line with a reason when it cannot."""

import contextlib
import io
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import pytest

from processor.cli import main
from processor.settings import ROOT
from tests.served import HOTRO, served


def hotro_here(*arguments: str, data: Path, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The same without a new process, which takes a second or two to read the program.

    In a thread of its own: a browser of an earlier test keeps an event loop in this one.
    """
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, {"HOTRO_DATA": str(data), **environment}),
        mock.patch.object(sys, "argv", ["hotro", *arguments]),
        mock.patch.object(sys, "stdin", io.StringIO(text)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
        ThreadPoolExecutor(1) as apart,
    ):
        apart.submit(main).result()
    return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), out.getvalue(), err.getvalue())


def hotro(*arguments: str, data: Path, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "HOTRO_DATA": str(data), **environment}
    return subprocess.run([HOTRO, *arguments], env=told, input=text, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "text", "environment", "said"),
    [
        (("verify",), "", {"HOTRO_DATABASE_URL": "khong phai"}, "HOTRO_DATABASE_URL"),
        (("verify",), "", {"HOTRO_ATTACHMENTS_URL": "ftp://x"}, "HOTRO_ATTACHMENTS_URL"),
        (("verify",), "", {"HOTRO_DRAFT_DAYS": "x"}, "HOTRO_DRAFT_DAYS"),
        (("verify",), "", {"HOTRO_SMTP_URL": "pop3://x"}, "HOTRO_SMTP_URL (viết smtp://MÁY:CỔNG"),
        (("worker",), "", {"HOTRO_MAIL_FROM": "a@vi-du.example, b@vi-du.example"}, "HOTRO_MAIL_FROM (viết một địa chỉ"),
        (("verify",), "", {"HOTRO_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "nối được cơ sở dữ liệu"),
    ],
)
def test_a_command_that_cannot_go_on_says_why_in_one_line(
    arguments: tuple[str, ...], text: str, environment: dict[str, str], said: str, tmp_path: Path
) -> None:
    run = hotro_here(*arguments, data=tmp_path, text=text, **environment)

    assert run.returncode == 1
    assert said in run.stderr
    assert "Traceback" not in run.stderr and len(run.stderr.strip().splitlines()) == 1


def test_a_broken_definition_stops_check_build_and_serve_with_its_line(tmp_path: Path) -> None:
    forms = Path(shutil.copytree(ROOT / "forms", tmp_path / "forms"))
    broken = forms / "ho-so-tieu-chuan.yml"
    broken.write_text(broken.read_text().replace("kind: dossier", "kind: letter"))
    line = broken.read_text()[: broken.read_text().index("kind: letter")].count("\n") + 1

    runs = [
        hotro(*command, data=tmp_path, HOTRO_FORMS=str(forms), HOTRO_SITE=str(tmp_path / "site"))
        for command in (("check",), ("build",), ("serve", "--port", "1"))
    ]

    for run in runs:
        assert run.returncode == 1
        assert f"forms/ho-so-tieu-chuan.yml:{line}:" in run.stderr


PLAN = ROOT / "tests" / "storage" / "van-ban" / "ke-hoach-2024.txt"


def test_an_official_text_becomes_a_page_and_its_gaps_are_told(tmp_path: Path) -> None:
    run = hotro("import-text", str(PLAN), "--docs", str(tmp_path), data=tmp_path)

    page = (tmp_path / "van-ban" / "ke-hoach-2024.md").read_text()
    assert run.returncode == 0 and "- Không có mục III." in run.stdout.splitlines()
    assert "{#muc-ii-2-1}" in page and "Số: /KH-KHCN" in page
    assert page.split("imported_on")[0] in (ROOT / "docs/van-ban/ke-hoach-2024.md").read_text()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.txt", b"Kh\xf4ng UTF-8", "UTF-8"), ("a.doc", b"x", "không phải .docx"), ("a.txt", "Thư mời".encode(), "điều")],
)
def test_a_text_that_cannot_be_taken_over_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)

    run = hotro_here("import-text", str(tmp_path / name), "--docs", str(tmp_path), data=tmp_path)

    assert run.returncode == 1 and said in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1 and not (tmp_path / "van-ban").exists()


def test_every_command_explains_itself(tmp_path: Path) -> None:
    for command in (
        "serve",
        "build",
        "check",
        "import-text",
        "schema",
        "migrate",
        "worker",
        "verify",
        "demo",
        "staff",
        "due",
        "budget",
        "calendar",
    ):
        run = hotro_here(command, "--help", data=tmp_path)

        assert run.returncode == 0 and len(run.stdout) > 100


def test_a_running_server_stops_cleanly_when_asked(tmp_path: Path, built_site: Path) -> None:
    with served(tmp_path / "data", built_site) as server:
        process = server.process
        assert process and process.poll() is None

    assert process.returncode in (0, -15)
    assert server.run("verify").returncode == 0
