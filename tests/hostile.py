"""What strangers send to a public form: bytes, and seconds of silence between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bodies import BOUNDARY, END, MULTIPART, part
from tests.sockets import head
from tests.submissions import API

Pieces = Sequence[bytes | float]
TYPE = f"Content-Type: {MULTIPART}"
CHUNKED = "Transfer-Encoding: chunked"
URLENCODED = "Content-Type: application/x-www-form-urlencoded"
CLOSED = 0


@dataclass(frozen=True)
class Hostile:
    """`statuses` are the answers that will do; 0 is a connection closed without one. Some hang up themselves."""

    pieces: Pieces
    statuses: tuple[int, ...]
    hangs_up: bool = False


def post(body: bytes, *lines: str, kind: str = TYPE, declared: int | None = None, host: str = "localhost") -> bytes:
    length = len(body) if declared is None else declared
    return head(API, *([kind] if kind else []), f"Content-Length: {length}", *lines, host=host) + body


def get(target: str, *lines: str, method: str = "GET") -> bytes:
    return head(target, *lines, method=method)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def chunks(data: bytes, times: int) -> list[bytes]:
    return [head(API, TYPE, CHUNKED), *[chunk(data)] * times, b"0\r\n\r\n"]


def trickled(data: bytes, every: float) -> Iterator[bytes | float]:
    for sign in data:
        yield bytes([sign])
        yield every


def headed(*lines: str) -> bytes:
    return "\r\n".join([f"--{BOUNDARY}", *lines, "", "x", ""]).encode() + END


FILE = part("contracts", b"%PDF-1.7\n" + b"0" * 200_000, "hop-dong.pdf")
BIG = part("contracts", b"%PDF-1.7\n" + b"0" * 900_000, "hop-dong.pdf").removesuffix(b"\r\n")
NAMED = 'Content-Disposition: form-data; name="note"'
LONG = "b" * 5000

HOSTILE: dict[str, Hostile] = {
    "a body over the limit, declared": Hostile([post(b"", declared=10**9)], (413,)),
    "the same, asking first": Hostile([post(b"", "Expect: 100-continue", declared=10**9)], (413,)),
    "a body over the limit, in chunks": Hostile(chunks(FILE, 40), (413,)),
    "a length that is too short": Hostile([post(FILE + END, declared=1000)], (400,)),
    "a length that is too long": Hostile([post(FILE + END, declared=len(FILE) + 1000)], (400,), hangs_up=True),
    "a negative length": Hostile([post(END, declared=-1)], (400,)),
    "a stall": Hostile([post(FILE[:5000], declared=len(FILE))], (408, CLOSED)),
    "a trickle": Hostile([post(b"", declared=10_000), *trickled(FILE[:60], 0.1)], (408, CLOSED)),
    "a silent connection": Hostile([b""], (CLOSED, 408)),
    "a head that trickles": Hostile([*trickled(get("/tra-cuu", f"X: {'x' * 60}"), 0.05)], (CLOSED, 408)),
    "1,100 parts": Hostile([post(part("a", b"1") * 1100 + END)], (400,)),
    "30 files": Hostile([post(part("contracts", b"%PDF", "a.pdf") * 30 + END)], (400,)),
    "a field of 70 kB": Hostile([post(part("note", b"x" * 70_000) + END)], (413,)),
    "nine lines above a part": Hostile([post(headed(NAMED, *[f"X-{n}: 1" for n in range(9)]))], (400,)),
    "a line of 20 kB above a part": Hostile([post(headed(NAMED, f"X: {'x' * 20_000}"))], (400,)),
    "a boundary of 5 kB": Hostile([post(b"--x", kind=f"Content-Type: multipart/form-data; boundary={LONG}")], (400,)),
    "no boundary": Hostile([post(b"--x", kind="Content-Type: multipart/form-data")], (415,)),
    "a head of 1 MB": Hostile([get("/tra-cuu", f"X: {'x' * 10**6}")], (400, 431)),
    "5,000 lines": Hostile([get("/tra-cuu", *[f"X-{n}: 1" for n in range(5000)])], (400, 431)),
    "an address of 100 kB": Hostile([get(f"/tra-cuu?{'a' * 100_000}")], (400, 414, 431)),
    "no closing boundary": Hostile([post(FILE)], (400,)),
    "a file cut in its middle": Hostile([post(FILE[:100_000])], (400,)),
    "an empty body": Hostile([post(b"")], (400,)),
    "a hang-up within a file": Hostile([post(BIG, declared=2 * len(BIG)), 0.2], (CLOSED,), hangs_up=True),
    "a hang-up within chunks": Hostile(chunks(FILE, 1)[:-1], (CLOSED,), hangs_up=True),
    "a hang-up within a head": Hostile([get("/tra-cuu")[:-4]], (CLOSED,), hangs_up=True),
    "charset=punycode": Hostile([post(part("a", b"1" * 60_000) + END, kind=f"{TYPE}; charset=punycode")], (415,)),
    "charset=idna": Hostile([post(part("a", b"1") + END, kind=f"{TYPE}; charset=idna")], (415,)),
    "multipart/mixed": Hostile([post(b"--x--", kind="Content-Type: multipart/mixed; boundary=x")], (415,)),
    "JSON": Hostile([post(b"{}", kind="Content-Type: application/json")], (415,)),
    "no type": Hostile([post(b"a=b", kind="")], (415,)),
    "gzip": Hostile([post(b"\x1f\x8b\x08", "Content-Encoding: gzip")], (415,)),
    "a value twice": Hostile([post(part("tax_code", b"1") * 2 + END)], (400,)),
    "a value twice, urlencoded": Hostile([post(b"tax_code=1&tax_code=2", kind=URLENCODED)], (400,)),
    "bytes that are no text": Hostile([post(part("tax_code", b"\xff\xfe") + END)], (400,)),
    "a name with NUL": Hostile([post(part("a\x00b", b"1") + END)], (400, 422)),
    "a value with NUL": Hostile([post(part("organisation_name", b"a\x00b") + END)], (422,)),
    "a length and chunks": Hostile([post(b"0\r\n\r\n", CHUNKED)], (400,)),
    "two lengths": Hostile([post(b"abc", "Content-Length: 4")], (400,)),
    "two hosts": Hostile([get("/tra-cuu", "Host: xau.example")], (400,)),
    "no host": Hostile([b"GET /tra-cuu HTTP/1.1\r\n\r\n"], (400,)),
    "a foreign host": Hostile([head("/tra-cuu", method="GET", host="xau.example")], (400, 421, CLOSED)),
    "a foreign page": Hostile([post(FILE + END, "Origin: https://xau.example")], (403,)),
    "a page without origin": Hostile([post(FILE + END, "Origin: null")], (403,)),
    "a request from another site": Hostile([post(FILE + END, "Sec-Fetch-Site: cross-site")], (403,)),
    "a chunk without length": Hostile([head(API, TYPE, CHUNKED), b"khong\r\n"], (400,)),
    "a chunk of 2^64 bytes": Hostile([head(API, TYPE, CHUNKED), b"ffffffffffffffff\r\nx"], (400, 413)),
    "an unknown transfer": Hostile([head(API, TYPE, "Transfer-Encoding: br") + b"x"], (400,)),
    "a TLS greeting in plain": Hostile([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500], (400,)),
    "an HTTP/2 greeting": Hostile([b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], (400, CLOSED)),
    "no HTTP at all": Hostile([b"\x00\xff" * 2000 + b"\r\n\r\n"], (400,)),
    "an upgrade": Hostile([get("/tra-cuu", "Connection: Upgrade", "Upgrade: websocket")], (200,)),
    "CONNECT": Hostile([b"CONNECT xau.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n"], (400, 404, 405)),
    "TRACE": Hostile([get("/tra-cuu", method="TRACE")], (405,)),
    "an address above the root": Hostile([get("/../../../../etc/passwd")], (400, 404)),
    "the same, encoded": Hostile(
        [
            get("/..%2f..%2f..%2fetc%2fpasswd"),
        ],
        (400, 404),
    ),
    "the same among assets": Hostile([get("/assets/%2e%2e/%2e%2e/pyproject.toml")], (400, 404)),
    "NUL in an address": Hostile([get("/tra-cuu%00.html")], (400, 404)),
    "another site's address": Hostile([get("http://xau.example/tra-cuu")], (200, 400, 404, CLOSED)),
    "forty requests in one breath": Hostile([get("/healthz") * 40], (200,)),
}
