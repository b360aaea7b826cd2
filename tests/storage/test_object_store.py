"""What only a store in a bucket is asked: bad answers have a name, nothing is believed unread, nothing stays behind."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from processor.addresses import ObjectAccess
from processor.domain.errors import Unavailable
from processor.storage.engine import open_engine
from processor.storage.files.arriving import ArrivingFiles
from processor.storage.files.attachments import StoreDown
from processor.storage.files.bucket import Bucket
from processor.storage.files.incoming import Incoming
from processor.storage.files.object_keys import key_of, owner_of
from processor.storage.files.object_store import ObjectStore
from processor.storage.files.places import open_store
from tests.certificates import self_made
from tests.conftest import A_SEAL
from tests.object_storage import SECRET, ObjectServer
from tests.served import free_port

LONG_AGO = (0.0, 0.0)


@pytest.fixture
def arriving(tmp_path: Path, empty_database: Path) -> Iterator[ArrivingFiles]:
    engine = open_engine(f"sqlite:///{shutil.copy(empty_database, tmp_path / 'arriving.db')}")
    yield ArrivingFiles(engine)
    engine.dispose()


@pytest.fixture
def store(bucket: Bucket, arriving: ArrivingFiles, tmp_path: Path) -> ObjectStore:
    return ObjectStore(bucket, arriving, tmp_path / "spool")


def arrived(store: ObjectStore, content: bytes) -> Incoming:
    incoming = store.receive()
    incoming.write(content, 10**9)
    return incoming


def content_of(store: ObjectStore, attachment_id: str) -> bytes:
    with store.open(attachment_id) as file:
        return file.read()


def test_nothing_stays_on_the_machine_once_a_file_is_kept_or_read(store: ObjectStore) -> None:
    (kept,) = store.keep([arrived(store, os.urandom(300_000))])
    store.open(kept).close()
    with store.readable(kept):
        pass

    assert list(store.spool.iterdir()) == []


def test_a_large_file_goes_in_parts_and_is_whole(store: ObjectStore) -> None:
    content = os.urandom(12 * 1024 * 1024)

    (kept,) = store.keep([arrived(store, content)])

    with store.open(kept) as file:
        assert file.read() == content


def test_twenty_files_are_kept_together_in_the_order_given(store: ObjectStore) -> None:
    files = [arrived(store, str(number).encode()) for number in range(20)]

    kept = store.keep(files)

    assert kept == [file.name for file in files]
    assert [content_of(store, one) for one in kept] == [str(number).encode() for number in range(20)]


class Forgetful(Bucket):
    """A store that says it has taken an object, and has taken a part of it."""

    def __init__(self, url: str, server: ObjectServer) -> None:
        super().__init__(url, server.access)
        self.url, self.server = url, server

    def put(self, key: str, content: Path | bytes) -> None:
        super().put(key, content)
        (lying,) = self.server.files(self.url)
        lying.write_bytes(lying.read_bytes()[:-1] + b"?")


def test_an_object_that_reads_back_otherwise_is_not_kept(
    object_server: ObjectServer, bucket_url: str, arriving: ArrivingFiles, tmp_path: Path
) -> None:
    store = ObjectStore(Forgetful(bucket_url, object_server), arriving, tmp_path / "spool")
    incoming = arrived(store, b"abc")

    with pytest.raises(StoreDown) as down:
        store.keep([incoming])

    assert (down.value.reason, down.value.status, incoming.kept) == ("store_changed", 503, False)


def test_a_piece_that_reads_back_otherwise_makes_no_file(
    store: ObjectStore, object_server: ObjectServer, bucket_url: str
) -> None:
    partial = store.partial(store.begin())
    partial.append(0, b"abc")
    (lying,) = object_server.files(bucket_url)
    lying.write_bytes(b"abd")

    with pytest.raises(StoreDown, match="unavailable"):
        partial.keep(3)

    assert list(store.ids()) == []


def test_pieces_go_on_from_another_machine(store: ObjectStore, arriving: ArrivingFiles, tmp_path: Path) -> None:
    other = ObjectStore(store.bucket, arriving, tmp_path / "spool of another")
    name = store.begin()
    store.partial(name).append(0, b"abc")

    other.partial(name).append(3, b"def")
    other.partial(name).keep(6)

    with store.open(name) as file:
        assert file.read() == b"abcdef"
    assert [one.key for one in store.bucket.objects()] == [key_of(name)]


def test_a_file_in_its_place_tells_its_size_when_nobody_counts_it_any_more(
    bucket: Bucket, arriving: ArrivingFiles, tmp_path: Path
) -> None:
    store = ObjectStore(bucket, arriving, tmp_path / "spool", A_SEAL)
    name = store.begin()
    store.partial(name).append(0, b"abc")
    store.partial(name).keep(3)

    store.sweep(-60, {name})

    assert arriving.find(name) is None and store.partial(name).size == 3


def test_with_a_key_nothing_lies_in_clear_in_the_bucket_or_on_the_machine(
    bucket: Bucket, arriving: ArrivingFiles, tmp_path: Path, object_server: ObjectServer, bucket_url: str
) -> None:
    store = ObjectStore(bucket, arriving, tmp_path / "spool", A_SEAL)
    words = b"Ho ten nguoi nop don " * 20_000
    (kept,) = store.keep([arrived(store, words)])
    partial = store.partial(store.begin())
    partial.append(0, words[:1000])

    with store.readable(kept), partial.readable():
        lying = [*object_server.files(bucket_url), *store.spool.iterdir()]
        found = [place for place in lying if words[:20] in place.read_bytes()]

    assert len(lying) >= 3 and found == []


def test_what_stood_in_clear_is_closed_with_a_new_key_once(
    store: ObjectStore, arriving: ArrivingFiles, tmp_path: Path
) -> None:
    (kept,) = store.keep([arrived(store, b"abc" * 100)])
    sealed = ObjectStore(store.bucket, arriving, tmp_path / "spool", A_SEAL)

    before = sealed.is_sealed(kept)
    done = [sealed.reseal(kept), sealed.reseal(kept), sealed.reseal("261101" + "0" * 26)]

    assert (before, done, sealed.is_sealed(kept)) == (False, [True, False, False], True)
    with sealed.open(kept) as file:
        assert file.read() == b"abc" * 100


def test_the_sweep_takes_our_strays_and_nothing_of_others(store: ObjectStore) -> None:
    known, stray = store.keep([arrived(store, b"a"), arrived(store, b"b")])
    going, forgotten = store.begin(), store.begin()
    for one in (going, forgotten):
        store.partial(one).append(0, b"abc")
    for key in ("bao-cao/2026.pdf", "2026/anh.png", "khac"):
        store.bucket.put(key, b"x")
    left = store.spool / "half"
    left.touch()
    os.utime(left, LONG_AGO)

    young = store.sweep(3600, {known, going})
    old = store.sweep(-60, {known, going})

    assert (young, old) == (1, 2)
    assert {owner_of(one.key) for one in store.bucket.objects()} == {known, going, None}
    assert len(list(store.bucket.objects())) == 5 and stray not in store.ids()


NOWHERE = f"http://127.0.0.1:{free_port()}"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"key_id": "khac"}, "store_key_unknown"),
        ({"secret": "khac"}, "store_key_unknown"),
        ({"endpoint": NOWHERE}, "store_unreachable"),
        ({"endpoint": "http://khong-co.invalid"}, "store_unreachable"),
    ],
)
def test_a_store_that_cannot_work_is_named_without_its_secret(
    changed: dict[str, Any], reason: str, object_server: ObjectServer, bucket_url: str
) -> None:
    access = replace(object_server.access, seconds=2, **changed)

    with pytest.raises(StoreDown) as down:
        Bucket(bucket_url, access).try_out()

    assert down.value.reason == reason
    assert SECRET not in f"{down.value.where} {down.value.because} {access!r}"


def test_a_bucket_that_is_not_there_is_no_missing_file(object_server: ObjectServer) -> None:
    bucket = Bucket("s3://khong-co/tep", object_server.access)

    for act in (bucket.try_out, bucket.reach, lambda: bucket.digest("x"), lambda: bucket.remove(["x"])):
        with pytest.raises(StoreDown) as down:
            act()
        assert down.value.reason == "bucket_missing"


def test_a_store_that_hangs_is_given_up_and_works_again_after(
    object_server: ObjectServer, bucket_url: str, arriving: ArrivingFiles, tmp_path: Path
) -> None:
    bucket = Bucket(bucket_url, replace(object_server.access, seconds=0.5))
    store = ObjectStore(bucket, arriving, tmp_path / "spool")
    incoming = arrived(store, b"abc")

    with object_server.hanging():
        with pytest.raises(StoreDown) as down:
            store.keep([incoming])
        with pytest.raises(StoreDown, match="unavailable") as next_one:
            store.reach()
    patient = ObjectStore(Bucket(bucket_url, object_server.access), arriving, tmp_path / "spool")
    kept = patient.keep([incoming])

    assert down.value.reason == next_one.value.reason == "store_unreachable"
    assert "chưa thử lại" in next_one.value.said
    assert list(patient.ids()) == kept


def test_nobody_without_the_key_reads_an_object(store: ObjectStore, object_server: ObjectServer) -> None:
    (kept,) = store.keep([arrived(store, b"abc")])
    address = f"{object_server.endpoint}/hotro/{store.bucket.prefix}{key_of(kept)}"

    answer = httpx2.get(address)

    assert answer.status_code in (400, 401, 403) and b"abc" not in answer.content


def test_a_certificate_that_the_system_does_not_trust_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_made(tmp_path)
    server = ObjectServer(tmp_path / "buckets", certificate)
    server.start()
    url = server.fresh()

    with pytest.raises(StoreDown) as down:
        Bucket(url, replace(server.access, seconds=3)).try_out()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    Bucket(url, server.access).try_out()

    server.stop()
    assert down.value.reason == "store_unreachable"


@pytest.mark.parametrize(
    "url", ["ftp://o-dau", "s3:", "s3://", "s3://A_B/x", "s3://tep/a b", "s3://tep/../x", "s3://tep?x=1", "file:", ""]
)
def test_a_wrong_address_says_what_to_write(url: str, arriving: ArrivingFiles, tmp_path: Path) -> None:
    access = ObjectAccess(key_id="a", secret="b")

    with pytest.raises(ValueError, match=r"HOTRO_ATTACHMENTS_URL là .* Viết file:ĐƯỜNG_DẪN hoặc s3://"):
        open_store(url, arriving.engine, tmp_path, access)


def test_the_secret_is_read_from_a_file_that_its_owner_alone_reads(tmp_path: Path, object_server: ObjectServer) -> None:
    place = tmp_path / "bi-mat"
    place.write_text(f"{SECRET}\n")
    access = replace(object_server.access, secret=None, secret_file=place)

    place.chmod(0o640)
    with pytest.raises(ValueError, match=f"chmod 600 {place}"):
        Bucket(object_server.fresh(), access)
    place.chmod(0o600)
    Bucket(object_server.fresh(), access).try_out()
    place.write_text("")
    with pytest.raises(ValueError, match="tệp trống"):
        Bucket(object_server.fresh(), access)


@pytest.mark.parametrize("access", [ObjectAccess(), ObjectAccess(key_id="a"), ObjectAccess(secret="b")])
def test_without_a_key_nothing_is_tried(access: ObjectAccess) -> None:
    with pytest.raises(ValueError, match="Chưa đặt HOTRO_S3_"):
        Bucket("s3://tep/x", access)


def test_a_copy_of_what_is_gone_is_refused(store: ObjectStore) -> None:
    with pytest.raises(Unavailable):
        store.copy("261101" + "0" * 26)
