"""`make preview`: an edit of a page, a form or a fact is on the page at once."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from processor.settings import ROOT
from tests.served import free_port


@dataclass
class Preview:
    """A copy of the sources with the preview of them running."""

    folder: Path
    url: str

    def shows(self, page: str, words: str, seconds: float = 40) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url + page, timeout=5) as answer:
                if words in answer.read().decode():
                    return True
            time.sleep(0.1)
        return False

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        (self.folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    folder = tmp_path_factory.mktemp("preview")
    for name in ("docs", "forms", "processor/publish"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    address = f"127.0.0.1:{free_port()}"
    # -P: the program is the installed one, not the copied folder.
    command = [sys.executable, "-P", "-m", "mkdocs", "serve", "--livereload", "--dev-addr", address]
    environment = {**os.environ, "HOTRO_FORMS": str(folder / "forms"), "NO_MKDOCS_2_WARNING": "1"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    yield Preview(folder, f"http://{address}")
    process.terminate()
    process.wait(10)


NEED, PLAN, GROUP = "/bieu-mau/dang-ky-nhu-cau/", "/ke-hoach-2024/", "/chinh-sach/hop-chuan/"
later = partial(pytest.param, marks=pytest.mark.long)  # each builds the whole site again
EDITS = [
    ("docs/lien-he.md", "# Liên hệ", "# Liên hệ mới", "/lien-he/", "Liên hệ mới"),
    ("forms/policy/chung.yml", "value: 810000000", "value: 820000000", PLAN, "820.000.000"),
    later("forms/dang-ky-nhu-cau.yml", "label: Chi phí dự kiến", "label: Tổng chi phí", NEED, "Tổng chi phí"),
    later("forms/pages/thoi-gian.md", "chưa hẹn ngày", "chưa hẹn ngày nào", GROUP, "chưa hẹn ngày nào"),
]


@pytest.mark.parametrize(("name", "old", "new", "page", "words"), EDITS)
def test_an_edit_is_on_the_page(preview: Preview, name: str, old: str, new: str, page: str, words: str) -> None:
    assert preview.shows(page, "</html>", seconds=30)

    preview.edit(name, old, new)

    assert preview.shows(page, words)
