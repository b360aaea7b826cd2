"""A phone that loses its line, with a public tus client against a real server: it goes on, and the file is right."""

import contextlib
import hashlib
import io
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed
from tusclient.uploader.uploader import Uploader

from processor.services.intake.drafts import open_draft
from processor.services.parts import Wired
from processor.settings import Settings
from processor.wiring import wire
from tests.inspection.makers import a_pdf
from tests.lines import MOBILE, Line
from tests.served import Served, served
from tests.uploads import ITEM, new_draft

MB = 1024 * 1024
LARGEST = 20 * MB - 16_000  # with what a PDF adds to its picture, just below the limit of a file
NAME = "chứng từ.pdf"
SEED = 43


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("uploads") / "data", built_site) as running:
        yield running


@pytest.fixture
def beside() -> Iterator[Callable[[Served], Wired]]:
    """The parts of a server's data, in the test's own process."""
    opened: list[Wired] = []

    def parts(server: Served) -> Wired:
        opened.append(wire(Settings(clamd_url="none", data=server.data, site=Path(server.environment["HOTRO_SITE"]))))
        return opened[-1]

    yield parts
    for wired in opened:
        wired.engine.dispose()


def document(folder: Path, size: int, seed: int = SEED) -> bytes:
    return a_pdf(folder / f"{seed}.pdf", size_bytes=size, seed=seed).read_bytes()


class Patient(Uploader):
    """Tries again for as long as a phone's owner waits; `told` is where the server said to go on, each time."""

    pause = 0.1

    def __init__(self, **told: Any) -> None:
        self.told: list[int] = []
        super().__init__(**told)

    def get_offset(self) -> int:
        time.sleep(self.pause)
        offset: int = super().get_offset()
        self.told.append(offset)
        return offset


def uploader(
    url: str, token: str, content: bytes, chunk: int = 2**62, proven: bool = False, item: str = ITEM
) -> Patient:
    return Patient(
        client=TusClient(f"{url}/ban-nhap/{token}/tep"),
        file_stream=io.BytesIO(content),
        chunk_size=chunk,
        metadata={"filename": NAME, "item": item},
        retries=200,
        retry_delay=0,
        upload_checksum=proven,
    )


def files_of(wired: Wired, token: str) -> list[tuple[str, int, str]]:
    return [(file.name, file.size, file.sha256) for file in open_draft(wired, token).attachments]


def as_sent(content: bytes) -> list[tuple[str, int, str]]:
    return [(NAME, len(content), hashlib.sha256(content).hexdigest())]


def stored(wired: Wired, token: str) -> bytes:
    (file,) = open_draft(wired, token).attachments
    with wired.store.open(file.id) as kept:
        return kept.read()


@pytest.mark.parametrize("proven", [False, True], ids=["plain", "with checksums"])
def test_a_public_tus_client_uploads_in_chunks(
    proven: bool, server: Served, beside: Callable[[Served], Wired], tmp_path: Path
) -> None:
    wired, content = beside(server), document(tmp_path, 3 * MB)
    token = new_draft(wired)

    uploader(server.url, token, content, chunk=700_000, proven=proven).upload()

    assert files_of(wired, token) == as_sent(content)
    assert stored(wired, token) == content


@pytest.mark.parametrize("seed", [SEED, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(20))])
def test_a_line_cut_at_ten_random_points_of_20_mb_loses_nothing(
    seed: int, server: Served, beside: Callable[[Served], Wired], tmp_path: Path
) -> None:
    wired, content = beside(server), document(tmp_path, LARGEST, seed)
    token = new_draft(wired)
    points = random.Random(seed).sample(range(len(content)), 10)

    with Line(server.port, cut_at=points) as line:
        phone = uploader(line.url, token, content)
        phone.upload()

    assert line.cuts == 10
    assert files_of(wired, token) == as_sent(content)
    assert stored(wired, token) == content
    assert phone.told == sorted(phone.told) and phone.told[-1] > 0


def test_a_server_killed_in_the_middle_goes_on_where_it_was(
    built_site: Path, beside: Callable[[Served], Wired], tmp_path: Path
) -> None:
    content = document(tmp_path, LARGEST)

    with served(tmp_path / "data", built_site) as server, Line(server.port, bytes_per_second=10 * MB) as line:
        wired = beside(server)
        token = new_draft(wired)
        phone = uploader(line.url, token, content)
        phone.pause = 0.5
        sending = threading.Thread(target=phone.upload)
        sending.start()
        wait_for(lambda: line.sent_up > 8 * MB)
        server.kill()
        server.start()
        sending.join()
        verified = server.run("verify")

    assert files_of(wired, token) == as_sent(content)
    assert verified.returncode == 0, verified.stderr
    assert phone.told[0] > MB


def wait_for(reached: Callable[[], bool]) -> None:
    for _ in range(3000):
        if reached():
            return
        time.sleep(0.01)
    raise AssertionError("not reached within 30 seconds")


def test_a_slow_far_line_carries_a_file_whole(
    server: Served, beside: Callable[[Served], Wired], tmp_path: Path
) -> None:
    wired, content = beside(server), document(tmp_path, 1 * MB)
    token = new_draft(wired)

    with Line(server.port, bytes_per_second=1 * MB, delay=0.1) as line:
        uploader(line.url, token, content, chunk=256 * 1024).upload()

    assert files_of(wired, token) == as_sent(content)


@pytest.mark.long
def test_5_mb_come_whole_over_1_mbit_with_300_ms(
    server: Served, beside: Callable[[Served], Wired], tmp_path: Path
) -> None:
    wired, content = beside(server), document(tmp_path, 5 * MB)
    token = new_draft(wired)

    with Line(server.port, **MOBILE) as line:
        uploader(line.url, token, content, chunk=512 * 1024).upload()

    assert files_of(wired, token) == as_sent(content)


def test_a_connection_thought_dead_that_wakes_adds_nothing(
    server: Served, beside: Callable[[Served], Wired], tmp_path: Path
) -> None:
    wired, content = beside(server), document(tmp_path, 2 * MB)
    token = new_draft(wired)

    with Line(server.port, bytes_per_second=4 * MB) as dying, Line(server.port) as living:
        first = uploader(dying.url, token, content)
        where = first.create_url()
        first.set_url(where)
        dead = threading.Thread(target=send_and_forget, args=(first,))
        dead.start()
        wait_for(lambda: dying.sent_up > MB)
        dying.fall_silent()
        second = uploader(living.url, token, content)
        second.set_url(where.replace(dying.url, living.url))
        second.offset = second.get_offset()
        second.upload()
        dying.speak()
        dead.join()

    assert files_of(wired, token) == as_sent(content)
    assert stored(wired, token) == content


def send_and_forget(made: Uploader) -> None:
    made.retries = 0
    with contextlib.suppress(TusUploadFailed, TusCommunicationError):
        made.upload()
