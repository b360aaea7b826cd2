"""The service is stopped while uploads stand still: it ends in time, and every receipt that was shown is kept."""

import json
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from processor.domain.catalogue import Catalogue
from tests.bodies import MULTIPART, part, whole_form
from tests.served import served
from tests.sockets import asked, head, raw_client
from tests.submissions import API, DOSSIER, answers, papers, stored_files

STOP = 2
WITHIN = 20
TYPE = f"Content-Type: {MULTIPART}"


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.long), 2])
def test_stalled_uploads_do_not_hold_up_a_stop_and_receipts_are_kept(
    workers: int, catalogue: Catalogue, built_site: Path, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    body = whole_form(answers(form), papers(form, tmp_path))
    half = part("contracts", b"%PDF-1.7" + b"0" * 2_000_000, "a.pdf")
    with served(tmp_path / "data", built_site, workers, HOTRO_STOP_SECONDS=str(STOP)) as server, ExitStack() as held:
        receipt = json.loads(asked(server.port, head(API, TYPE, f"Content-Length: {len(body)}") + body).body)
        kept = stored_files(server.data)
        stalled = [held.enter_context(raw_client(server.port)) for _ in range(6)]
        for client in stalled:
            client.send(head(API, TYPE, f"Content-Length: {2 * len(half)}") + half)
        assert server.process

        stopping = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(WITHIN)

        assert time.monotonic() - stopping >= STOP
        assert all(client.is_closed() for client in stalled)
        assert stored_files(server.data) == kept
        assert "Traceback" not in server.log.read_text()
        assert f"1 hồ sơ, {len(receipt['attachments'])} tệp" in server.run("verify").stdout


def test_what_came_whole_before_the_stop_is_answered(catalogue: Catalogue, built_site: Path, tmp_path: Path) -> None:
    form = catalogue.form(DOSSIER)
    body = whole_form(answers(form), papers(form, tmp_path))
    with served(tmp_path / "data", built_site, HOTRO_STOP_SECONDS="15") as server, raw_client(server.port) as client:
        client.send(head(API, TYPE, f"Content-Length: {len(body)}") + body[:-100])
        time.sleep(0.5)
        assert server.process
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        client.send(body[-100:])

        assert client.reply().status == 201
        server.process.wait(WITHIN)
