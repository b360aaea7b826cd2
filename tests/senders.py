"""Organisations at work all at once, each in a thread of its own, until told to stop. What is acknowledged is noted."""

import contextlib
import hashlib
import random
import secrets
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import httpx2

from bench.bodies import BOUNDARY, PATH
from tests.ledger import Ledger, Receipt
from tests.submissions import DOSSIER
from tests.uploads import Sender as Uploading

PIECES = 4
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


class NotAcknowledged(Exception):
    pass


class Sender(threading.Thread):
    """`made` are whole submissions, `paper` is one sound file, `trust` is for a server that speaks TLS."""

    patience = 10.0
    """Seconds for an answer."""

    def __init__(
        self,
        url: str,
        ledger: Ledger,
        made: Sequence[bytes],
        paper: bytes,
        stopping: threading.Event,
        trust: ssl.SSLContext | None,
    ) -> None:
        super().__init__(daemon=True)
        self.url, self.ledger, self.made, self.paper, self.stopping = url, ledger, made, paper, stopping
        self.trust = trust

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=self.patience, verify=self.trust or True)

    def run(self) -> None:
        with self.client() as client:
            while not self.stopping.is_set():
                # Cut before or within an answer, or no database: not acknowledged.
                with contextlib.suppress(httpx2.HTTPError, ValueError, NotAcknowledged):
                    self.send(client)
                    continue
                time.sleep(0.02)

    def send(self, client: httpx2.Client) -> None:
        """One thing after the other."""
        raise NotImplementedError

    def must_be(self, status: int, answer: httpx2.Response) -> None:
        """Raises NotAcknowledged; only 503 is nobody's fault."""
        if answer.status_code == status:
            return
        if answer.status_code != 503:
            self.ledger.refused.append(f"{answer.request.url.path}: {answer.status_code} {answer.text}")
        raise NotAcknowledged


class Dossiers(Sender):
    def send(self, client: httpx2.Client) -> None:
        answer = client.post(PATH, content=random.choice(self.made), headers=MULTIPART)
        self.must_be(201, answer)
        self.ledger.receipts.append(answer.json())


class Drafts(Sender):
    def send(self, client: httpx2.Client) -> None:
        self.begin(client)

    def begin(self, client: httpx2.Client) -> str:
        """The secret of a new draft's link."""
        name = f"Hợp tác xã ví dụ {secrets.token_hex(4)}"
        answer = client.post(f"/nop/{DOSSIER}", data={"organisation_name": name, "_action": "save"})
        self.must_be(303, answer)
        token = answer.headers["location"].rsplit("/", 1)[1]
        self.ledger.drafts[token] = name
        return token


class Pieces(Drafts):
    """A file into a new draft, in pieces."""

    def send(self, client: httpx2.Client) -> None:
        uploading = Uploading(client, self.begin(client))
        # Each its own bytes, almost: nothing but blanks may follow the end of a PDF.
        content = self.paper + b" " * random.randint(1, 1000)
        begun = uploading.begin(len(content))
        self.must_be(201, begun)
        path = urlsplit(begun.headers["location"]).path
        upload, step = path.rsplit("/", 1)[1], len(content) // PIECES + 1
        for start in range(0, len(content), step):
            piece = content[start : start + step]
            answer = uploading.piece(path, start, piece)
            self.must_be(204, answer)
            self.ledger.pieces[upload] = start + len(piece)
            if "hotro-attachment" in answer.headers:
                self.ledger.files[answer.headers["hotro-attachment"]] = hashlib.sha256(content).hexdigest()


class Answers(Sender):
    """What an officer asked for, once for each dossier in `ledger.asked`."""

    def send(self, client: httpx2.Client) -> None:
        if not self.ledger.asked:
            self.stopping.wait(0.05)
            return
        receipt = self.ledger.asked.pop()
        file = {"contracts": ("phu-luc.pdf", self.paper, "application/pdf")}
        bearer = {"Authorization": f"Bearer {receipt['access_code']}"}
        answer = client.post(f"/api/v1/dossiers/{receipt['reference']}/supplements", headers=bearer, files=file)
        self.must_be(201, answer)
        for kept in answer.json()["attachments"]:
            self.ledger.answers[kept["id"]] = kept["sha256"]


class Keyed(Sender):
    """A dossier under a key, again under the same key until it is acknowledged: `ledger.keyed`."""

    def send(self, client: httpx2.Client) -> None:
        key, body = secrets.token_hex(8), random.choice(self.made)
        while not (receipt := self.tried(client, key, body)):
            time.sleep(0.02)
        self.ledger.receipts.append(receipt)
        self.ledger.keyed[key] = (body, receipt)

    def tried(self, client: httpx2.Client, key: str, body: bytes) -> Receipt | None:
        """None of one that was cut, or met a server that is not there."""
        try:
            answer = client.post(PATH, content=body, headers=MULTIPART | {"Idempotency-Key": key})
        except httpx2.HTTPError:
            return None
        if answer.status_code >= 500:
            return None
        self.must_be(200 if answer.status_code == 200 else 201, answer)
        receipt: Receipt = answer.json()
        return receipt


class Unfailing(Sender):
    """For whom nothing may fail: whatever is no success is refused."""

    patience = 60.0

    def run(self) -> None:
        with self.client() as client:
            while not self.stopping.is_set():
                try:
                    self.send(client)
                except Exception as failed:  # also what is no fault of the server's: the test must tell
                    self.ledger.refused.append(repr(failed))


class SureDossiers(Unfailing, Dossiers): ...


class SurePieces(Unfailing, Pieces): ...


class SurePages(Unfailing):
    """As a reader turns pages: the cores are for those who send."""

    def send(self, client: httpx2.Client) -> None:
        for path in ("/", "/tra-cuu", f"/api/v1/forms/{DOSSIER}"):
            self.must_be(200, client.get(path))
            self.stopping.wait(0.05)


KINDS: Sequence[type[Sender]] = (Dossiers, Dossiers, Dossiers, Drafts, Pieces, Answers)


@contextlib.contextmanager
def at_work(
    urls: Sequence[str],
    ledger: Ledger,
    made: Sequence[bytes],
    paper: bytes,
    kinds: Sequence[type[Sender]] = KINDS,
    trust: ssl.SSLContext | None = None,
) -> Iterator[None]:
    """One of each kind, taking the servers in turn."""
    stopping = threading.Event()
    senders = [kind(urls[place % len(urls)], ledger, made, paper, stopping, trust) for place, kind in enumerate(kinds)]
    for sender in senders:
        sender.start()
    try:
        yield
    finally:
        stopping.set()
        for sender in senders:
            sender.join(60)
