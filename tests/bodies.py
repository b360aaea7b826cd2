"""Bodies of forms written out byte by byte."""

from collections.abc import Mapping

from tests.submissions import Files

BOUNDARY = "ranh-gioi"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
END = f"--{BOUNDARY}--\r\n".encode()


def part(name: str, content: bytes, file_name: str = "") -> bytes:
    named = f'; filename="{file_name}"' if file_name else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def whole_form(fields: Mapping[str, object], files: Files) -> bytes:
    told = [part(name, one.encode()) for name, value in fields.items() for one in spelt(value)]
    sent = [part(item, content, name) for item, (name, content, _) in files]
    return b"".join([*told, *sent, END])


def spelt(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
