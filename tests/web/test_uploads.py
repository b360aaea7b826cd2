"""The tus protocol, request by request: what a client may rely on, and what is refused with which answer."""

import base64
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.intake.drafts import open_draft
from processor.services.intake.sending import send_draft
from processor.services.parts import Wired
from processor.settings import Settings
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import wire
from tests.application import URL, MovedClock
from tests.inspection.makers import a_pdf_with_a_password
from tests.submissions import DOSSIER, answers, papers, stored_files
from tests.uploads import ITEM, PIECE, TUS, Sender, encoded, new_draft, paper, received

MB = 1024 * 1024


@pytest.fixture
def sender(client: TestClient, wired: Wired) -> Sender:
    return Sender(client, new_draft(wired))


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return paper(tmp_path)


def checksum(algorithm: str, content: bytes) -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def test_the_server_says_what_it_speaks(sender: Sender) -> None:
    answer = sender.client.options(sender.base)

    assert answer.status_code == 204
    assert answer.headers["tus-resumable"] == answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,checksum,expiration,termination"
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert answer.headers["tus-max-size"] == str(20 * MB)


def test_a_file_that_came_in_pieces_is_in_the_draft_whole(sender: Sender, wired: Wired, content: bytes) -> None:
    created = sender.begin(len(content))
    path = created.headers["location"].removeprefix(URL)
    first = sender.piece(path, 0, content[:7000])
    second = sender.piece(path, 7000, content[7000:])

    assert created.status_code == 201 and created.headers["location"].startswith(f"{URL}{sender.base}/")
    assert (first.status_code, first.headers["upload-offset"]) == (204, "7000")
    assert "hotro-attachment" not in first.headers
    assert (second.status_code, second.headers["upload-offset"]) == (204, str(len(content)))
    assert second.headers["hotro-attachment"] == path.rpartition("/")[2]
    assert all(answer.headers["tus-resumable"] == "1.0.0" for answer in (created, first, second))
    assert received(wired, sender.token) == [(ITEM, "đơn đề nghị.pdf", hashlib.sha256(content).hexdigest())]
    assert stored_files(wired.settings.data) == [second.headers["hotro-attachment"]]


def test_the_state_of_an_upload_is_told_at_any_time(sender: Sender, content: bytes) -> None:
    path = sender.begun(len(content))
    sender.piece(path, 0, content[:100])

    answer = sender.state(path)

    assert (answer.status_code, answer.text) == (200, "")
    assert (answer.headers["upload-offset"], answer.headers["upload-length"]) == ("100", str(len(content)))
    assert answer.headers["upload-metadata"] == encoded(filename="đơn đề nghị.pdf", item=ITEM)
    assert answer.headers["cache-control"] == "no-store"


def test_a_client_that_lost_the_last_answer_learns_that_the_file_is_there(
    sender: Sender, wired: Wired, content: bytes
) -> None:
    path = sender.begun(len(content))
    lost = sender.piece(path, 0, content)

    state = sender.state(path)
    nothing_more = sender.piece(path, len(content), b"")
    repeated = sender.piece(path, 0, content)

    assert state.headers["upload-offset"] == state.headers["upload-length"] == str(len(content))
    assert state.headers["hotro-attachment"] == lost.headers["hotro-attachment"]
    assert (nothing_more.status_code, nothing_more.headers["hotro-attachment"]) == (
        204,
        lost.headers["hotro-attachment"],
    )
    assert (repeated.status_code, repeated.json()["code"]) == (409, "upload_offset")
    assert len(received(wired, sender.token)) == 1


def test_a_file_that_came_whole_before_a_crash_is_finished_when_it_is_asked_for(
    sender: Sender, wired: Wired, content: bytes
) -> None:
    path = sender.begun(len(content))
    wired.store.partial(path.rpartition("/")[2]).append(0, content)

    state = sender.state(path)

    assert state.headers["hotro-attachment"] == path.rpartition("/")[2]
    assert received(wired, sender.token) == [(ITEM, "đơn đề nghị.pdf", hashlib.sha256(content).hexdigest())]


def test_a_file_that_a_crash_left_in_its_place_without_a_row_is_finished_too(
    sender: Sender, wired: Wired, content: bytes
) -> None:
    path = sender.begun(len(content))
    partial = wired.store.partial(path.rpartition("/")[2])
    partial.append(0, content)
    partial.keep(len(content))

    answer = sender.piece(path, len(content), b"")

    assert answer.status_code == 204
    assert len(received(wired, sender.token)) == 1


@pytest.mark.parametrize("offset", [0, 50, 101, 10**14])
def test_a_piece_that_does_not_follow_is_refused_and_nothing_changes(
    offset: int, sender: Sender, content: bytes
) -> None:
    path = sender.begun(len(content))
    sender.piece(path, 0, content[:100])

    answer = sender.piece(path, offset, content[offset : offset + 10])

    assert (answer.status_code, answer.json()["code"]) == (409, "upload_offset")
    assert "đơn đề nghị.pdf" in answer.json()["detail"]
    assert sender.state(path).headers["upload-offset"] == "100"


MALFORMED = {
    "another version": ({"tus_resumable": "0.2.2"}, 412),
    "no offset": ({"upload_offset": ""}, 400),
    "an offset in words": ({"upload_offset": "mười"}, 400),
    "an offset in other digits": ({"upload_offset": "١٢"}, 400),
    "a negative offset": ({"upload_offset": "-1"}, 400),
    "an endless offset": ({"upload_offset": "9" * 5000}, 400),
    "another type": ({"content_type": "application/octet-stream"}, 415),
    "a packed body": ({"content_encoding": "gzip"}, 415),
    "an unknown checksum": ({"upload_checksum": "md5 1B2M2Y8AsgTpgAmY7PhCfg=="}, 400),
    "a checksum that is none": ({"upload_checksum": "sha1 ???"}, 400),
    "an empty checksum": ({"upload_checksum": ""}, 400),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_piece_that_is_no_tus_is_refused_before_a_byte_is_kept(case: str, sender: Sender, content: bytes) -> None:
    headers, status = MALFORMED[case]
    path = sender.begun(len(content))
    told = {name.encode(): value.encode() for name, value in (PIECE | {"Upload-Offset": "0"}).items()}
    told |= {name.replace("_", "-").title().encode(): value.encode() for name, value in headers.items()}

    answer = sender.client.patch(path, content=content, headers=told)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "upload_malformed"
    assert answer.headers.get("tus-version") == ("1.0.0" if status == 412 else None)
    assert sender.state(path).headers["upload-offset"] == "0"


CREATIONS = {
    "no length": ({"upload_length": ""}, 400),
    "a length told later": ({"upload_length": "", "upload_defer_length": "1"}, 400),
    "a length in words": ({"upload_length": "vài"}, 400),
    "metadata that is no base64": ({"upload_metadata": "filename ???"}, 400),
    "metadata in another encoding": ({"upload_metadata": "filename /w=="}, 400),
    "no version": ({"tus_resumable": ""}, 412),
}


@pytest.mark.parametrize("case", CREATIONS)
def test_a_creation_that_is_no_tus_is_refused(case: str, sender: Sender) -> None:
    headers, status = CREATIONS[case]

    answer = sender.client.post(
        sender.base,
        headers={name.encode(): value.encode() for name, value in created_with(headers).items()},
    )

    assert (answer.status_code, answer.json()["code"]) == (status, "upload_malformed")


def created_with(changed: dict[str, str]) -> dict[str, str]:
    told = TUS | {"Upload-Length": "10", "Upload-Metadata": encoded(filename="a.pdf", item=ITEM)}
    return told | {name.replace("_", "-").title(): value for name, value in changed.items()}


REFUSED = {
    "file_type": (1000, "đơn.exe", ITEM, "EXE"),
    "file_too_large": (20 * MB + 1, "đơn.pdf", ITEM, "20,1"),
    "file_empty": (0, "đơn.pdf", ITEM, "không có dữ liệu"),
    "file_unexpected": (1000, "đơn.pdf", "khong-co", "khong-co"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_can_be_said_before_the_first_byte_is_said_then(code: str, sender: Sender, wired: Wired) -> None:
    length, name, item, words = REFUSED[code]

    answer = sender.begin(length, name, item)

    text = answer.json()["detail"]
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert name in text and words in text
    assert answer.json()["errors"] == [{"field": item, "code": code, "message": text}]
    assert stored_files(wired.settings.data) == []


def test_files_under_way_count_as_much_as_those_that_are_there(sender: Sender, content: bytes, wired: Wired) -> None:
    most = wired.catalogue.form(DOSSIER).items_by_id[ITEM].max_files
    sender.sent(content)
    going = [sender.begun(len(content), f"{number}.pdf") for number in range(most - 1)]

    refused = sender.begin(len(content), "thêm.pdf")
    sender.cancel(going[0])
    accepted = sender.begin(len(content), "thêm.pdf")

    assert (refused.status_code, refused.json()["code"]) == (422, "files_too_many")
    assert accepted.status_code == 201


def test_the_total_counts_what_is_under_way(sender: Sender) -> None:
    for number in range(3):
        sender.begun(20 * MB, f"{number}.pdf", "contracts")

    refused = sender.begin(1, "thêm.pdf")

    assert (refused.status_code, refused.json()["code"]) == (422, "files_total_too_large")
    assert "Giảm ít nhất 1" in refused.json()["detail"]


def test_the_same_file_begun_again_replaces_its_half(sender: Sender, wired: Wired, content: bytes) -> None:
    first = sender.begun(len(content))
    sender.piece(first, 0, content[:100])

    second = sender.begun(len(content))

    assert sender.state(first).status_code == 404
    assert sender.state(second).headers["upload-offset"] == "0"
    assert stored_files(wired.settings.data) == [second.rpartition("/")[2]]


def test_a_file_that_does_not_pass_inspection_is_refused_by_name_and_nothing_of_it_is_kept(
    sender: Sender, wired: Wired, tmp_path: Path
) -> None:
    locked = a_pdf_with_a_password(tmp_path / "locked.pdf").read_bytes()
    path = sender.begun(len(locked), "mật.pdf")

    refused = sender.piece(path, 0, locked)

    assert (refused.status_code, refused.json()["code"]) == (422, "file_password")
    assert "mật.pdf" in refused.json()["detail"] and refused.json()["errors"][0]["field"] == ITEM
    assert sender.state(path).status_code == 404
    assert (received(wired, sender.token), stored_files(wired.settings.data)) == ([], [])


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_with_the_right_checksum_is_taken(algorithm: str, sender: Sender, wired: Wired, tmp_path: Path) -> None:
    content = paper(tmp_path, 600_000)
    path = sender.begun(len(content))
    half = len(content) // 2

    first = sender.piece(path, 0, content[:half], upload_checksum=checksum(algorithm, content[:half]))
    second = sender.piece(path, half, content[half:], upload_checksum=checksum(algorithm, content[half:]))

    assert (first.status_code, second.status_code) == (204, 204)
    assert received(wired, sender.token)[0][2] == hashlib.sha256(content).hexdigest()
    assert len(stored_files(wired.settings.data)) == 1


def test_a_piece_with_a_wrong_checksum_is_taken_back(sender: Sender, wired: Wired, content: bytes) -> None:
    path = sender.begun(len(content))
    sender.piece(path, 0, content[:100])

    refused = sender.piece(path, 100, content[100:], upload_checksum=checksum("sha1", b"other"))
    again = sender.piece(path, 100, content[100:], upload_checksum=checksum("sha1", content[100:]))

    assert (refused.status_code, refused.json()["code"]) == (460, "upload_checksum")
    assert again.status_code == 204
    assert received(wired, sender.token)[0][2] == hashlib.sha256(content).hexdigest()


def chunked(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), 65536):
        yield content[start : start + 65536]


@pytest.mark.parametrize("with_checksum", [False, True])
@pytest.mark.parametrize("declared", [True, False])
def test_more_than_was_announced_is_refused_and_not_kept(
    declared: bool, with_checksum: bool, sender: Sender, wired: Wired
) -> None:
    path = sender.begun(1_000_000)
    more = b"%PDF-" + b"x" * 2_000_000
    headers = {"upload_checksum": checksum("sha1", more)} if with_checksum else {}

    refused = sender.piece(path, 0, more if declared else chunked(more), **headers)

    assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")
    assert sender.state(path).headers["upload-offset"] == "0"
    sizes = [file.stat().st_size for file in (wired.settings.data / "attachments").rglob("*") if file.is_file()]
    assert sizes == [0]


def test_of_two_that_bring_the_same_piece_at_once_one_wins_and_the_bytes_are_right(
    sender: Sender, wired: Wired, tmp_path: Path
) -> None:
    content = paper(tmp_path, 2_000_000)
    path = sender.begun(len(content))

    with ThreadPoolExecutor(4) as together:
        sent = list(together.map(lambda _: sender.piece(path, 0, chunked(content)).status_code, range(4)))

    assert sorted(sent) == [204, 409, 409, 409]
    assert received(wired, sender.token) == [(ITEM, "đơn đề nghị.pdf", hashlib.sha256(content).hexdigest())]
    assert len(stored_files(wired.settings.data)) == 1


def test_two_that_finish_the_same_file_at_once_give_one_attachment(
    sender: Sender, wired: Wired, content: bytes
) -> None:
    path = sender.begun(len(content))
    wired.store.partial(path.rpartition("/")[2]).append(0, content)

    with ThreadPoolExecutor(4) as together:
        states = list(together.map(lambda _: sender.state(path), range(4)))

    assert {state.headers.get("hotro-attachment") for state in states} == {path.rpartition("/")[2]}
    assert len(received(wired, sender.token)) == 1
    assert stored_files(wired.settings.data) == [path.rpartition("/")[2]]


def test_a_cancelled_upload_leaves_nothing_whether_half_or_whole(sender: Sender, wired: Wired, content: bytes) -> None:
    half = sender.begun(len(content), "nửa.pdf")
    sender.piece(half, 0, content[:100])
    whole = f"{sender.base}/{sender.sent(content, 'cả.pdf')}"

    cancelled = [sender.cancel(path).status_code for path in (half, whole)]
    again = [sender.cancel(path).status_code for path in (half, whole)]

    assert (cancelled, again) == ([204, 204], [404, 404])
    assert (received(wired, sender.token), stored_files(wired.settings.data)) == ([], [])


def test_a_foreign_draft_an_unknown_and_a_lapsed_upload_are_one_answer(
    sender: Sender, client: TestClient, wired: Wired, moved_clock: MovedClock, content: bytes
) -> None:
    path = sender.begun(len(content))
    foreign = Sender(client, new_draft(wired))
    paths = [f"{foreign.base}/{path.rpartition('/')[2]}", f"{sender.base}/{'0' * 32}"]

    others = [sender.piece(other, 0, content) for other in paths]
    moved_clock.move(hours=25)
    lapsed = sender.piece(path, 0, content)

    bodies = {(answer.status_code, answer.json()["code"], answer.json()["detail"]) for answer in [*others, lapsed]}
    assert len(bodies) == 1 and bodies.pop()[:2] == (404, "upload_unknown")


@pytest.mark.parametrize("token", ["khong-co", "x" * 500])
def test_a_wrong_link_opens_nothing(token: str, client: TestClient) -> None:
    answer = Sender(client, token).begin(10)

    assert (answer.status_code, answer.json()["code"]) == (404, "draft_unavailable")
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_upload_that_goes_on_lapses_later(
    sender: Sender, wired: Wired, moved_clock: MovedClock, content: bytes
) -> None:
    path = sender.begun(len(content))
    moved_clock.move(hours=20)
    touched = sender.piece(path, 0, content[:100])
    moved_clock.move(hours=20)

    finished = sender.piece(path, 100, content[100:])

    end = parsedate_to_datetime(touched.headers["upload-expires"])
    assert abs(end - moved_clock() - timedelta(hours=4)) < timedelta(minutes=5)
    assert finished.status_code == 204


def test_a_sent_draft_takes_no_more_files(
    sender: Sender, client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path, content: bytes
) -> None:
    form = catalogue.form(DOSSIER)
    location = client.post(f"/nop/{DOSSIER}", data=answers(form), files=papers(form, tmp_path)).headers["location"]
    token = location.rpartition("ban-nhap=")[2] if "ban-nhap=" in location else location.split("/")[2]
    late = Sender(client, token)
    path = late.begun(len(content))
    late.piece(path, 0, content[:100])
    send_draft(wired, open_draft(wired, token), token)

    begun, piece = late.begin(len(content)), late.piece(path, 100, content[100:])

    assert [(answer.status_code, answer.json()["code"]) for answer in (begun, piece)] == [(409, "already_sent")] * 2
    assert (late.state(path).status_code, late.cancel(path).status_code) == (409, 409)


def test_a_foreign_page_may_not_upload(sender: Sender) -> None:
    answer = sender.begin(10, origin="https://xau.example")

    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


def test_other_methods_are_refused_as_programs_understand(sender: Sender) -> None:
    answer = sender.client.get(f"{sender.base}/{'0' * 32}")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_full_disk_is_told_nothing_of_the_piece_is_kept_and_it_goes_on_once_there_is_room(
    tiny_disk: Path, tmp_path: Path, built_site: Path
) -> None:
    parts = wire(
        Settings(
            clamd_url="none",
            data=tmp_path / "var",
            site=built_site,
            attachments_url=f"file:{tiny_disk}",
            disk_reserve=0,
        )
    )
    content = paper(tmp_path, 700_000)
    ballast = tiny_disk / "ballast"
    ballast.write_bytes(b"x" * 400_000)

    with TestClient(create_app(parts, Site(built_site)), base_url=URL) as client:
        sender = Sender(client, new_draft(parts))
        path = sender.begun(len(content))
        first = sender.piece(path, 0, content[:100_000])
        refused = sender.piece(path, 100_000, content[100_000:])
        where = sender.state(path).headers["upload-offset"]
        ballast.unlink()
        resumed = sender.piece(path, 100_000, content[100_000:])
        kept = received(parts, sender.token)

    assert first.status_code == 204
    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert (where, resumed.status_code) == ("100000", 204)
    assert kept[0][2] == hashlib.sha256(content).hexdigest()


class Play:
    """One installation for many files: its client cuts them as it likes, repeats itself and jumps."""

    def __init__(self, folder: Path, site: Path) -> None:
        self.wired = wire(Settings(clamd_url="none", data=folder / "var", site=site))
        self.content = paper(folder, 3000)
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        self.client = TestClient(create_app(self.wired, Site(site)), base_url=URL)


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[Play]:
    made = Play(tmp_path_factory.mktemp("play"), built_site)
    with made.client:
        yield made


STEPS = st.lists(
    st.tuples(st.sampled_from(["on", "again", "jump"]), st.integers(0, 3500), st.booleans()), min_size=1, max_size=12
)


@settings(max_examples=40)
@given(STEPS)
def test_however_a_file_is_cut_and_repeated_it_is_right_in_the_end_or_plainly_refused(
    play: Play, steps: list[tuple[str, int, bool]]
) -> None:
    sender = Sender(play.client, new_draft(play.wired))
    path = sender.begun(len(play.content))
    offset = 0

    for kind, size, proven in [*steps, ("on", len(play.content), False)]:
        start = {"on": offset, "again": max(offset - size, 0), "jump": offset + size}[kind]
        block = play.content[start : start + size]
        headers = {"upload_checksum": checksum("sha256", block)} if proven else {}
        answer = sender.piece(path, start, block, **headers)
        assert answer.status_code == (204 if start == offset else 409), answer.text
        offset = min(offset + (size if start == offset else 0), len(play.content))
        assert sender.state(path).headers["upload-offset"] == str(offset)

    assert received(play.wired, sender.token) == [(ITEM, "đơn đề nghị.pdf", play.sha256)]
