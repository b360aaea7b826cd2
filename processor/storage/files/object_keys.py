"""The address of a bucket, and the keys in it: whole files as they lie in a folder on a disk, pieces below theirs."""

import re
import secrets
from urllib.parse import urlsplit

INCOMING = "incoming"
PROBE = "probe"
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")
PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*\Z")
FILE = re.compile(r"([0-9]{6})/(\1[0-9a-f]{26})\Z")
PIECE = re.compile(r"incoming/([0-9]{6}[0-9a-f]{26}|probe)/")


def wrong_address(url: str, setting: str) -> str:
    return f"{setting} là “{url}”. Viết file:ĐƯỜNG_DẪN hoặc s3://BUCKET/TIỀN_TỐ."


def parts_of(url: str, setting: str = "HOTRO_ATTACHMENTS_URL") -> tuple[str, str]:
    """Name of the bucket, and the prefix with its slash. Raises ValueError naming the setting."""
    parts = urlsplit(url)
    prefix = parts.path.strip("/")
    good = BUCKET_NAME.match(parts.netloc) and (not prefix or PREFIX.match(prefix)) and "//" not in prefix
    if parts.scheme != "s3" or not good or parts.query or parts.fragment or ".." in prefix:
        raise ValueError(wrong_address(url, setting))
    return parts.netloc, f"{prefix}/" if prefix else ""


def key_of(attachment_id: str) -> str:
    """The day of arrival first."""
    return f"{attachment_id[:6]}/{attachment_id}"


def pieces_of(attachment_id: str) -> str:
    """What all its pieces lie below."""
    return f"{INCOMING}/{attachment_id}/"


def piece_key(attachment_id: str, start: int) -> str:
    """Never the same twice: two connections may bring the same bytes."""
    return f"{pieces_of(attachment_id)}{start:012}-{secrets.token_hex(8)}"


def file_at(key: str) -> str | None:
    """The attachment that lies there whole."""
    found = FILE.match(key)
    return found[2] if found else None


def owner_of(key: str) -> str | None:
    """The attachment that an object belongs to; None for an object that is none of ours."""
    piece = PIECE.match(key)
    return piece[1] if piece else file_at(key)
