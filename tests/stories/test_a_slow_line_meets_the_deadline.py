"""A line so slow that a piece of a file meets the server's deadline: the page sends smaller pieces and goes on."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Visit, watch
from tests.inspection.makers import a_pdf
from tests.lines import Line
from tests.served import served
from tests.stories.test_a_phone_loses_its_line import PAPER, a_draft, choose, hash_of, hashes, row

QUICK = {"HOTRO_BODY_SECONDS": "1.5"}
LINE = 60_000
"""Bytes a second: the first piece takes two seconds, its half one."""


@pytest.mark.long
def test_a_file_goes_on_in_smaller_pieces_after_the_deadline_cut_it(
    chromium: Browser, built_site: Path, tmp_path: Path
) -> None:
    paper = a_pdf(tmp_path / "chậm.pdf", size_bytes=150_000, seed=8)
    context = chromium.new_context(locale="vi-VN")
    with served(tmp_path / "data", built_site, 1, **QUICK) as server, Line(server.port, bytes_per_second=LINE) as line:
        visit = Visit(context, context.new_page(), line.url, [])
        watch(visit, line.port)
        statuses = list[int]()
        visit.page.on("response", lambda answer: statuses.append(answer.status))
        visit.go(f"{a_draft(server)}/giay-to/{PAPER}")

        choose(visit.page, paper)

        expect(row(visit.page, paper)).to_contain_text("Đã giữ", timeout=60_000)
        assert 408 in statuses
        assert hash_of(paper) in hashes(server)
        context.close()
    assert visit.troubles == []
