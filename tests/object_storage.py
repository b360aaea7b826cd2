"""A real S3 server of the tests' own: `rclone serve s3`, started once a process; each test has a bucket to itself."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from processor.addresses import ObjectAccess
from processor.storage.files.bucket import Bucket
from tests.served import BIN, free_port

RCLONE = BIN / "rclone"
KEY_ID, SECRET = "hotro-thu", "bi-mat-cua-kho-thu"


class ObjectServer:
    """Buckets are folders below `folder`. With a certificate for localhost, by TLS."""

    def __init__(self, folder: Path, certificate: tuple[Path, Path] | None = None) -> None:
        if not RCLONE.exists():
            raise RuntimeError("rclone is missing: python -m pip install --require-hashes -r requirements/test.txt")
        self.folder = folder
        (folder / "hotro").mkdir(parents=True)
        self.port = free_port()
        self.certificate = certificate
        self.made = 0

    @property
    def endpoint(self) -> str:
        return f"https://localhost:{self.port}" if self.certificate else f"http://127.0.0.1:{self.port}"

    @property
    def access(self) -> ObjectAccess:
        return ObjectAccess(endpoint=self.endpoint, key_id=KEY_ID, secret=SECRET, seconds=10)

    @property
    def settings(self) -> dict[str, str]:
        return {"s3_endpoint": self.endpoint, "s3_key_id": KEY_ID, "s3_secret": SECRET}

    @property
    def environment(self) -> dict[str, str]:
        return {f"HOTRO_{name.upper()}": value for name, value in self.settings.items()}

    def fresh(self) -> str:
        """The address of an empty place in a bucket that others use too."""
        self.made += 1
        return f"s3://hotro/thu-{self.made}"

    def files(self, url: str) -> list[Path]:
        """What lies there, as the server keeps it."""
        return sorted(place for place in (self.folder / url.removeprefix("s3://")).rglob("*") if place.is_file())

    def start(self) -> None:
        command = [str(RCLONE), "serve", "s3", "--addr", f"127.0.0.1:{self.port}", "--auth-key", f"{KEY_ID},{SECRET}"]
        options = ["--config", os.devnull, str(self.folder)]
        if self.certificate:
            options += ["--cert", str(self.certificate[0]), "--key", str(self.certificate[1])]
        self.process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError("rclone serve s3 did not answer within half a minute")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(30)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It takes connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)
        while not all(thread.read_text().rpartition(")")[2].split()[0] == "T" for thread in self.threads()):
            time.sleep(0.01)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def threads(self) -> list[Path]:
        """What the system tells of each; they stop one after the other."""
        return list(Path(f"/proc/{self.process.pid}/task").glob("*/stat"))

    @contextmanager
    def down(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()


@contextmanager
def object_storage() -> Iterator[ObjectServer]:
    folder = Path(tempfile.mkdtemp(prefix="hotro-s3-"))
    server = ObjectServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def object_server() -> Iterator[ObjectServer]:
    with object_storage() as server:
        yield server


@pytest.fixture
def bucket_url(object_server: ObjectServer) -> str:
    return object_server.fresh()


@pytest.fixture
def bucket(object_server: ObjectServer, bucket_url: str) -> Bucket:
    return Bucket(bucket_url, object_server.access)
