"""What is written in settings as one text and read as several parts: addresses, keys, pairs.

Each reader raises ValueError with the form that is wanted, never with what was written: it may hold a password.
"""

import re
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

PROXIES_FORM = "viết địa chỉ IP hoặc dải địa chỉ, ví dụ 127.0.0.1 hoặc 10.0.0.0/24; không dùng * hay tên máy"
CLAMD_FORM = "viết unix:/ĐƯỜNG_DẪN, tcp:MÁY:CỔNG, hoặc none để chạy không có máy quét"
NO_SCANNER = "none"
OIDC_ISSUER_FORM = "viết https://MÁY/…, hoặc http:// khi nơi cấp tài khoản chạy trên chính máy này"
OIDC_ROLES_FORM = "viết GIÁ_TRỊ=VAI_TRÒ, cách nhau bằng dấu phẩy, ví dụ tiep-nhan=intake,lanh-dao=leader"
SMTP_FORM = "viết smtp://MÁY:CỔNG, smtp+starttls://TÊN:MẬT_KHẨU@MÁY:CỔNG hoặc smtps://TÊN:MẬT_KHẨU@MÁY:CỔNG"
S3_ENDPOINT_FORM = "viết https://MÁY:CỔNG, hoặc http:// trong mạng nội bộ; không kèm tên, mật khẩu hay đường dẫn"
AGE_KEY = re.compile(r"age1[a-z0-9]{58}\Z")
AGE_KEY_FORM = "viết khóa công khai age1…, cách nhau bằng dấu phẩy; khóa bí mật không đặt ở đây"
MAIL_ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]*\Z")


@dataclass(frozen=True)
class MailServer:
    """`plain` encrypts when the server offers it, its certificate unchecked; the other two insist and check."""

    host: str
    port: int
    security: Literal["plain", "starttls", "tls"]
    user: str | None = None
    password: str | None = field(default=None, repr=False)


SMTP_SCHEMES: dict[str, tuple[Literal["plain", "starttls", "tls"], int]] = {
    "smtp": ("plain", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}


def smtp_server(url: str) -> MailServer:
    try:
        parts = urlsplit(url)
        security, port = SMTP_SCHEMES[parts.scheme]
        port = parts.port or port
    except (KeyError, ValueError):
        raise ValueError(SMTP_FORM) from None
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(SMTP_FORM)
    if (parts.username is None) != (parts.password is None):
        raise ValueError("viết cả tên và mật khẩu, hoặc bỏ cả hai")
    user, password = (part if part is None else unquote(part) for part in (parts.username, parts.password))
    return MailServer(parts.hostname, port, security, user, password)


@dataclass(frozen=True)
class ObjectAccess:
    """How an S3-compatible store is reached; the secret stands here or in a file. `seconds` is for one request."""

    endpoint: str | None = None
    region: str = "us-east-1"
    key_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    secret_file: Path | None = None
    seconds: float = 20


@dataclass(frozen=True)
class ScannerAddress:
    """A socket file, or a host with a port."""

    path: str = ""
    host: str = ""
    port: int = 0


def scanner_address(written: str) -> ScannerAddress | None:
    """None where no scanner is wanted."""
    if written == NO_SCANNER:
        return None
    scheme, _, rest = written.partition(":")
    host, _, port = rest.rpartition(":")
    if scheme == "unix" and rest.startswith("/"):
        return ScannerAddress(path=rest)
    if scheme == "tcp" and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536:
        return ScannerAddress(host=host, port=int(port))
    raise ValueError(CLAMD_FORM)


def role_pairs(written: str) -> dict[str, str]:
    pairs = [[side.strip() for side in one.rpartition("=")[::2]] for one in written.split(",") if one.strip()]
    if not all(value and role for value, role in pairs):
        raise ValueError(OIDC_ROLES_FORM)
    return dict(pairs)


def is_host(url: str) -> bool:
    """`https://HOST:PORT` or `http://HOST:PORT`, and nothing else."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    return bool(known and bare and re.fullmatch(r"[A-Za-z0-9.:-]+", str(parts.hostname)))


def object_endpoint(url: str) -> str:
    if not is_host(url):
        raise ValueError(S3_ENDPOINT_FORM)
    return url.rstrip("/")


def known_places(written: str) -> list[str]:
    """Addresses and true ranges of them, never everybody."""
    places = list(filter(None, map(str.strip, written.split(","))))
    try:
        if all(ip_network(place).prefixlen > 0 for place in places):
            return places
    except ValueError:
        pass
    raise ValueError(PROXIES_FORM)


def mail_address(written: str) -> str:
    if not MAIL_ADDRESS.match(written):
        raise ValueError("viết một địa chỉ thư điện tử, ví dụ hotro@hotro.example")
    return written


def account_issuer(url: str) -> str:
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not (parts.hostname and (parts.scheme == "https" or local)):
        raise ValueError(OIDC_ISSUER_FORM)
    return url


def public_keys(written: str) -> list[str]:
    keys = list(filter(None, map(str.strip, written.split(","))))
    if not all(AGE_KEY.match(key) for key in keys):
        raise ValueError(AGE_KEY_FORM)
    return keys
