"""What the head of a request alone shows to be wrong. h11 bounds it softly: 40 kB and 5,000 lines came through."""

from starlette.datastructures import Headers
from starlette.types import Scope

from processor.domain.errors import Malformed

HEAD_BYTES = 16 * 1024
HEAD_LINES = 100


def refuse_large_head(scope: Scope) -> None:
    """Raises Malformed("head_too_large") with status 431."""
    lines: list[tuple[bytes, bytes]] = scope["headers"]
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    size += sum(len(name) + len(value) + len(b": \r\n") for name, value in lines)
    if size > HEAD_BYTES or len(lines) > HEAD_LINES:
        raise Malformed("head_too_large", 431)


def refuse_two_framings(headers: Headers) -> None:
    """Two readers that disagree on where a request ends can be fed another's request."""
    if "transfer-encoding" in headers and "content-length" in headers:
        raise Malformed("body_malformed")
