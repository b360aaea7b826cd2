"""A bucket of an S3-compatible store, below a prefix: objects are put whole, read, copied, listed, removed.

Nothing here asks for rights of others: no ACL, no signed address. What the store answers becomes FileNotFoundError for
an object that is not there, StoreDown for everything else. No conditional put is asked for: not every store has it.
"""

import hashlib
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from processor.addresses import ObjectAccess
from processor.storage.files.attachments import StoreDown
from processor.storage.files.breaker import Breaker
from processor.storage.files.disk import full_disk_named, write_whole
from processor.storage.files.object_keys import PROBE, parts_of, piece_key, pieces_of

PART = 5 * 1024 * 1024
"""Larger files go in parts of this size, which is the least that S3 takes; so much of each is in memory."""
PARTS_AT_ONCE = 2
RETRIES = 2
CONNECT_SECONDS = 5.0
PAGE = 1000
CODE = re.compile(r"<Code>(\w+)</Code>")
STATUS = re.compile(r"status code: (\d{3})")
CODES = {
    "NoSuchBucket": "bucket_missing",
    "InvalidAccessKeyId": "store_key_unknown",
    "SignatureDoesNotMatch": "store_key_unknown",
    "InvalidSecurity": "store_key_unknown",
    "AccessDenied": "store_forbidden",
}


@dataclass(frozen=True)
class Object:
    """`key` below the prefix; `size` in bytes."""

    key: str
    size: int
    changed_at: datetime


@dataclass(frozen=True)
class Digest:
    size: int
    sha256: str


class Bucket:
    """One object of obstore serves all threads."""

    def __init__(self, url: str, access: ObjectAccess) -> None:
        """Raises ValueError in words."""
        name, self.prefix = parts_of(url)
        self.where = f"{url} ({access.endpoint or 'Amazon S3'})"
        seconds = timedelta(seconds=access.seconds)
        self._breaker = Breaker(self.where, access.seconds)
        self._store = S3Store(
            name,
            endpoint=access.endpoint or f"https://s3.{access.region}.amazonaws.com",
            region=access.region,
            access_key_id=key_id_of(access),
            secret_access_key=secret_of(access),
            client_options={
                "allow_http": bool(access.endpoint and access.endpoint.startswith("http://")),
                "connect_timeout": timedelta(seconds=min(CONNECT_SECONDS, access.seconds)),
                "timeout": seconds,
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": seconds},
        )

    def try_out(self) -> None:
        """Write a probe, read it back, list and remove it. Raises StoreDown."""
        key = piece_key(PROBE, 0)
        self.put(key, PROBE.encode())
        same = self.digest(key) == Digest(len(PROBE), hashlib.sha256(PROBE.encode()).hexdigest())
        listed = any(one.key == key for one in self.objects(pieces_of(PROBE)))
        self.remove([key])
        if not (same and listed):
            raise StoreDown("store_changed", self.where, key)

    def reach(self) -> None:
        """Raises StoreDown."""
        next(self.objects(pieces_of(PROBE)), None)

    def put(self, key: str, content: Path | bytes) -> None:
        """Whole or not at all; in parts when it is large."""
        with self._named(key):
            obstore.put(self._store, self._path(key), content, chunk_size=PART, max_concurrency=PARTS_AT_ONCE)

    def fetch(self, key: str, file: BinaryIO) -> None:
        """Into a file without a buffer. Raises FileNotFoundError, Unavailable."""
        for piece in self._read(key):
            with full_disk_named():
                write_whole(file, piece)

    def digest(self, key: str) -> Digest:
        """Of what lies there, read to the end. Raises FileNotFoundError."""
        digest, size = hashlib.sha256(), 0
        for piece in self._read(key):
            digest.update(piece)
            size += len(piece)
        return Digest(size, digest.hexdigest())

    def beginning(self, key: str, length: int) -> bytes:
        """The first bytes, as many as come at once; not every store answers to a range. Raises FileNotFoundError."""
        return next(self._read(key), b"")[:length]

    def size(self, key: str) -> int:
        """Raises FileNotFoundError."""
        with self._named(key):
            return obstore.head(self._store, self._path(key))["size"]

    def copy(self, key: str, made: str) -> None:
        """Within the store. Raises FileNotFoundError."""
        with self._named(key):
            obstore.copy(self._store, self._path(key), self._path(made))

    def remove(self, keys: Iterable[str]) -> None:
        """What is not there is no fault."""
        paths = [self._path(key) for key in keys]
        for start in range(0, len(paths), PAGE):
            with self._named(), ignoring_absent():
                obstore.delete(self._store, paths[start : start + PAGE])

    def objects(self, below: str = "") -> Iterator[Object]:
        """In the order of their keys."""
        stream = obstore.list(self._store, self._path(below) or None, chunk_size=PAGE)
        while page := self._page(stream):
            for found in page:
                yield Object(found["path"].removeprefix(self.prefix), found["size"], found["last_modified"])

    def _page(self, stream: "obstore.ListStream[Sequence[obstore.ObjectMeta]]") -> "Sequence[obstore.ObjectMeta]":
        with self._named():
            return next(stream, ())

    def _read(self, key: str) -> Iterator[bytes]:
        with self._named(key):
            pieces = obstore.get(self._store, self._path(key)).stream(min_chunk_size=256 * 1024)
        while (piece := self._next(pieces, key)) is not None:
            yield piece

    def _next(self, pieces: "obstore.BytesStream", key: str) -> bytes | None:
        with self._named(key):
            piece = next(pieces, None)
        return None if piece is None else bytes(piece)

    def _path(self, key: str) -> str:
        return f"{self.prefix}{key}"

    @contextmanager
    def _named(self, key: str = "") -> Iterator[None]:
        """Errors of the store under our names; the secret is in none of them."""
        with self._breaker.guarding(), self._translated(key):
            yield

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if reason_of(str(error)) == "bucket_missing":
                raise StoreDown("bucket_missing", self.where) from None
            raise FileNotFoundError(f"{self.where}: {key}") from None
        except (BaseError, OSError, ValueError) as error:
            raise StoreDown(reason_of(str(error)), self.where, told(str(error))) from None


@contextmanager
def ignoring_absent() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if reason_of(str(error)) == "bucket_missing":
            raise


def key_id_of(access: ObjectAccess) -> str:
    if not access.key_id:
        raise ValueError("Chưa đặt HOTRO_S3_KEY_ID.")
    return access.key_id


def secret_of(access: ObjectAccess) -> str:
    """Raises ValueError; never with the secret."""
    if access.secret_file is None:
        if not access.secret:
            raise ValueError("Chưa đặt HOTRO_S3_SECRET_FILE hoặc HOTRO_S3_SECRET.")
        return access.secret
    try:
        if access.secret_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ValueError(f"Người khác đọc được {access.secret_file}. Chạy: chmod 600 {access.secret_file}")
        secret = access.secret_file.read_text().strip()
    except OSError as error:
        raise ValueError(f"Không đọc được HOTRO_S3_SECRET_FILE ({access.secret_file}): {error.strerror}.") from None
    if not secret:
        raise ValueError(f"HOTRO_S3_SECRET_FILE ({access.secret_file}) là tệp trống.")
    return secret


def reason_of(said: str) -> str:
    code, status = CODE.search(said), STATUS.search(said)
    if code and code[1] in CODES:
        return CODES[code[1]]
    if status:
        return "store_forbidden" if status[1] in ("401", "403") else "store_failed"
    return "store_unreachable"


def told(said: str) -> str:
    """Status and code of an answer, or the first line of what went wrong on the way."""
    found = [found[1] for found in (STATUS.search(said), CODE.search(said)) if found]
    return " ".join(found) or said.partition("\n")[0][:300]
