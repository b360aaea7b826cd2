"""Read a posted form: text into memory within limits, files to disk and hashed while they arrive.

The parser refuses a body without its closing boundary, and too many headers. What it would let pass is guarded here
(measured in the security notes, section 0): a character set other than UTF-8, too many parts or bytes.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from multipart import MultipartError, PushMultipartParser
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from processor.domain.errors import Malformed
from processor.domain.files import size_words
from processor.domain.forms.kinds import has_hidden_signs
from processor.services.intake.uploads import ReceivedFile, discard
from processor.storage.files.incoming import Incoming

if TYPE_CHECKING:
    from multipart import MultipartSegment

FIELD_BYTES = 64 * 1024
MOST_FIELDS = 1000
"""Where no form says how many there can be."""
MOST_HEADERS = 8
HEADERS = "latin-1"
"""Each byte a sign: what it means is decided here."""
FIRST_SIGNS = b"-\r"
"""A boundary or the line before it: nobody has to wait for the rest of what is no form."""
BOUNDARY_BYTES = 70
"""RFC 2046, section 5.1.1."""
URLENCODED_BYTES = 1024 * 1024


@dataclass(frozen=True)
class FormLimits:
    """`body` and `file` in bytes; bytes of a file beyond `file` are counted, not stored.

    `fields` counts names with their values, and inputs of a browser that hold no file.
    """

    body: int
    file: int
    files: int
    fields: int = MOST_FIELDS


@dataclass
class PostedForm:
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[ReceivedFile] = field(default_factory=list)

    def one(self, name: str) -> str:
        """The single value of a field that no form reads; empty when it was not posted.

        Raises Malformed for two values, and for hidden signs. A form tells those beside its field and keeps the rest.
        """
        values = self.fields.get(name, [""])
        if len(values) > 1:
            raise Malformed("field_repeated", label=name[:60], actual=str(len(values)))
        if has_hidden_signs(values[0], "\t\n\r"):
            raise Malformed("text_control_chars", 422, label=name[:60])
        return values[0]

    def add(self, name: str, value: str) -> None:
        """Raises Malformed for NUL: nobody types it, and PostgreSQL keeps none."""
        if "\0" in name or "\0" in value:
            raise Malformed("text_control_chars", 422, label=name.replace("\0", "")[:60])
        self.fields.setdefault(name, []).append(value)

    @property
    def typed(self) -> dict[str, list[str]]:
        """What the person typed: everything but the control fields, which begin with `_`."""
        return {name: values for name, values in self.fields.items() if not name.startswith("_")}

    def discard(self) -> None:
        discard(self.files)


@dataclass(slots=True)
class Part:
    name: str = ""
    file_name: str | None = None
    text: bytearray = field(default_factory=bytearray)
    incoming: Incoming | None = None


class Collector:
    """What the parser finds, gathered as one PostedForm."""

    def __init__(self, limits: FormLimits, receive: Callable[[], Incoming]) -> None:
        self.limits = limits
        self.receive = receive
        self.form = PostedForm()
        self.part = Part()
        self.fields = 0

    def take(self, found: "MultipartSegment | bytes | None") -> None:
        """The head of a part, then bytes of its content, then None."""
        if found is None:
            self.end()
        elif isinstance(found, bytes):
            self.content(found)
        else:
            self.begin(found)

    def begin(self, segment: "MultipartSegment") -> None:
        if not segment.name:
            raise Malformed("body_malformed")
        self.part = Part(decoded(segment.name.encode(HEADERS)))
        if segment.filename is not None:
            self.part.file_name = decoded_name(segment.filename.encode(HEADERS))
        if self.part.file_name:
            self.open_file(self.part.file_name)
        else:
            self.count_field()

    def count_field(self) -> None:
        self.fields += 1
        if self.fields > self.limits.fields:
            raise Malformed("too_many_parts", max=str(self.limits.files))

    def open_file(self, name: str) -> None:
        if len(self.form.files) >= self.limits.files + 1:
            raise Malformed("too_many_parts", max=str(self.limits.files))
        self.part.incoming = self.receive()
        self.form.files.append(ReceivedFile(self.part.name, name, self.part.incoming))

    def content(self, found: bytes) -> None:
        if self.part.incoming is not None:
            self.part.incoming.write(found, self.limits.file)
        elif self.part.file_name is None:
            self.part.text += found
            if len(self.part.text) > FIELD_BYTES:
                raise Malformed("body_too_large", 413, max=size_words(FIELD_BYTES))

    def end(self) -> None:
        if self.part.file_name is None:
            self.form.add(self.part.name, decoded(bytes(self.part.text)))


def decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Malformed("body_malformed") from None


def decoded_name(raw: bytes) -> str:
    """A file name in another encoding is shown as best it can; it names nothing on our disk."""
    return raw.decode(errors="replace")


@contextlib.asynccontextmanager
async def posted_form(
    request: Request, limits: FormLimits, receive: Callable[[], Incoming]
) -> AsyncIterator[PostedForm]:
    """The form of a request. Files that nobody took are gone when the block ends."""
    form = await read_form(request, limits, receive)
    try:
        yield form
    finally:
        form.discard()


async def read_form(request: Request, limits: FormLimits, receive: Callable[[], Incoming]) -> PostedForm:
    """Raises Malformed (400, 413, 415) with nothing left on the disk."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if options.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise Malformed("media_type_unsupported", 415)
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Malformed("media_type_unsupported", 415)
    if kind == b"multipart/form-data" and options.get(b"boundary"):
        refuse_declared_size(request, limits.body)
        return await read_multipart(request, options[b"boundary"], limits, receive)
    if kind == b"application/x-www-form-urlencoded":
        most = min(limits.body, URLENCODED_BYTES)
        refuse_declared_size(request, most)
        return await read_urlencoded(request, most, limits)
    raise Malformed("media_type_unsupported", 415)


def refuse_declared_size(request: Request, most: int) -> None:
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > most:
        raise Malformed("body_too_large", 413, max=size_words(most))


async def read_multipart(
    request: Request, boundary: bytes, limits: FormLimits, receive: Callable[[], Incoming]
) -> PostedForm:
    if len(boundary) > BOUNDARY_BYTES:
        raise Malformed("body_malformed")
    collector = Collector(limits, receive)
    try:
        with refusals_named("body_malformed"):
            parser = PushMultipartParser(boundary, max_header_count=MOST_HEADERS, header_charset=HEADERS)
            begins = True
            async for chunk in body(request, limits.body):
                if begins and chunk[0] not in FIRST_SIGNS:
                    raise Malformed("body_malformed")
                begins = False
                for found in parser.parse(chunk):
                    collector.take(found)
        with refusals_named("upload_cut"):
            parser.close()
    except BaseException:
        collector.form.discard()
        raise
    return collector.form


@contextlib.contextmanager
def refusals_named(code: str) -> Iterator[None]:
    try:
        yield
    except MultipartError:
        raise Malformed(code) from None


async def body(request: Request, most: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise Malformed("body_too_large", 413, max=size_words(most))
        if chunk:  # to the parser an empty one is the end
            yield chunk


async def read_urlencoded(request: Request, most: int, limits: FormLimits) -> PostedForm:
    raw = b"".join([chunk async for chunk in body(request, most)])
    if raw.count(b"&") >= limits.fields:
        raise Malformed("too_many_parts", max=str(limits.files))
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise Malformed("body_malformed") from None
    form = PostedForm()
    for name, value in pairs:
        form.add(name, value)
    return form
