"""Seen from the system: what an answer promises is on the disk before its first byte goes out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from bench.bodies import PATH, bodies
from tests.senders import MULTIPART
from tests.served import Served
from tests.strace import Trace, calls_in, tracing
from tests.submissions import DOSSIER
from tests.uploads import Sender, paper

INTERLEAVED = """\
7 fsync(5</data/a> <unfinished ...>
8 rename("/data/a", "/data/b") = 0
7 <... fsync resumed>) = 0
8 fsync(6</data>) = -1 EIO (Input/output error)
"""


@contextmanager
def traced(server: Served, notes: Path) -> Iterator[httpx2.Client]:
    server.under = tracing(notes)
    server.start()
    with httpx2.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


@pytest.fixture
def server(tmp_path: Path, built_site: Path) -> Served:
    return Served(tmp_path / "data", built_site, HOTRO_WORKER="false")


@pytest.fixture(params=["0", "1"], ids=["written here", "written apart"])
def either_server(request: pytest.FixtureRequest, server: Served) -> Served:
    server.environment["HOTRO_WRITER_APART_FROM"] = request.param
    return server


def test_a_sync_that_is_still_under_way_is_not_before_a_rename() -> None:
    """Otherwise the tests below would prove nothing."""
    sync, rename, failed = sorted(calls_in(INTERLEAVED), key=lambda call: call.began)

    assert not sync.is_before(rename) and not rename.is_before(sync)
    assert rename.is_before(failed) and failed.result == -1
    assert Trace(INTERLEAVED).syncs_of(Path("/data")) == []


def test_files_their_folder_and_the_log_of_the_database_are_synced_in_this_order_before_the_receipt(
    either_server: Served, tmp_path: Path
) -> None:
    (body,) = bodies(1, tmp_path)
    server = either_server
    with traced(server, tmp_path / "notes") as client:
        answer = client.post(PATH, content=body, headers=MULTIPART)

    receipt = answer.json()
    trace = Trace((tmp_path / "notes").read_text())
    told = trace.answer(201)
    files, log = server.data / "attachments", server.data / "hotro.db-wal"
    ids = [file["id"] for file in receipt["attachments"]]
    renames = [trace.rename_to(files / one[:6] / one) for one in ids]
    folder = [sync for sync in trace.syncs_of(files / ids[0][:6]) if sync.is_before(told)]
    written = [write for write in trace.writes_to(log) if write.began < told.began]
    synced = [sync for sync in trace.syncs_of(log) if sync.is_before(told)]
    assert len(ids) == 3
    for one, rename in zip(ids, renames, strict=True):
        assert any(sync.is_before(rename) for sync in trace.syncs_of(files / "incoming" / one)), "file before rename"
        assert rename.is_before(folder[-1]), "folder after rename"
    assert any(sync.is_before(told) for sync in trace.syncs_of(files)), "the day's folder is in its folder"
    assert folder[-1].is_before(written[-1]), "files before rows"
    assert written[-1].is_before(synced[-1]), "the commit is synced"
    assert synced[-1].is_before(told)


def test_a_piece_of_a_file_is_synced_before_it_is_acknowledged(server: Served, tmp_path: Path) -> None:
    content = paper(tmp_path)
    with traced(server, tmp_path / "notes") as client:
        saved = client.post(f"/nop/{DOSSIER}", data={"_action": "save"})
        sender = Sender(client, saved.headers["location"].rsplit("/", 1)[1])
        upload = sender.begun(len(content))
        answer = sender.piece(upload, 0, content[:7000])

    trace = Trace((tmp_path / "notes").read_text())
    arriving = server.data / "attachments" / "incoming" / upload.rsplit("/", 1)[1]
    assert answer.status_code == 204 and answer.headers["upload-offset"] == "7000"
    written, synced, told = trace.writes_to(arriving)[-1], trace.syncs_of(arriving)[-1], trace.answer(204)
    assert written.is_before(synced) and synced.is_before(told)
