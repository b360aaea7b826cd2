"""Read a posted form: text into memory within limits, files to disk and hashed while they arrive.

Guards what the parser alone would let pass (measured in the security notes, section 0): a body without its closing
boundary, a character set other than UTF-8, too many parts, headers or bytes.
"""

import contextlib
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from processor.domain.errors import Malformed
from processor.domain.files import size_words
from processor.domain.forms.kinds import has_hidden_signs
from processor.services.intake.uploads import ReceivedFile, discard
from processor.storage.files.incoming import Incoming

if TYPE_CHECKING:
    from python_multipart.multipart import CallbackName

PLAIN_NAME = re.compile(rb'^form-data; name="([A-Za-z0-9_.]+)"\Z')
FIELD_BYTES = 64 * 1024
MOST_FIELDS = 1000
"""Where no form says how many there can be."""
MOST_HEADERS = 8
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
    headers: dict[bytes, bytes] = field(default_factory=dict)
    header_name: bytes = b""
    header_value: bytes = b""
    name: str = ""
    file_name: str | None = None
    text: bytearray = field(default_factory=bytearray)
    incoming: Incoming | None = None


class Parser(MultipartParser):
    """Calls what is to be called with less ado: two hundred times for a form."""

    def __init__(self, boundary: bytes, called: "Mapping[CallbackName, Callable[..., None]]") -> None:
        super().__init__(boundary)
        self.called = called

    def callback(
        self, name: "CallbackName", data: bytes | None = None, start: int | None = None, end: int | None = None
    ) -> None:
        called = self.called.get(name)
        if called is None:
            return
        if data is None:
            called()
        elif start != end:
            called(data, start, end)


class Collector:
    """The parser's callbacks, gathering one PostedForm."""

    def __init__(self, limits: FormLimits, receive: Callable[[], Incoming]) -> None:
        self.limits = limits
        self.receive = receive
        self.form = PostedForm()
        self.part = Part()
        self.fields = 0
        self.finished = False

    def callbacks(self) -> "Mapping[CallbackName, Callable[..., None]]":
        return {
            "part_begin": self.begin,
            "part_data": self.data,
            "part_end": self.end,
            "header_field": self.header_name,
            "header_value": self.header_value,
            "header_end": self.header_end,
            "headers_finished": self.headers_finished,
            "end": self.finish,
        }

    def begin(self) -> None:
        self.part = Part()

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self.part.header_name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self.part.header_value += data[start:end]

    def header_end(self) -> None:
        if len(self.part.headers) >= MOST_HEADERS:
            raise Malformed("body_malformed")
        self.part.headers[self.part.header_name.lower()] = self.part.header_value
        self.part.header_name = self.part.header_value = b""

    def headers_finished(self) -> None:
        disposition, options = disposition_of(self.part.headers.get(b"content-disposition", b""))
        if disposition != b"form-data" or b"name" not in options:
            raise Malformed("body_malformed")
        self.part.name = decoded(options[b"name"])
        if b"filename" in options:
            self.part.file_name = decoded_name(options[b"filename"])
        if self.part.file_name:
            self.open_file()
        else:
            self.count_field()

    def count_field(self) -> None:
        self.fields += 1
        if self.fields > self.limits.fields:
            raise Malformed("too_many_parts", max=str(self.limits.files))

    def open_file(self) -> None:
        if len(self.form.files) >= self.limits.files + 1:
            raise Malformed("too_many_parts", max=str(self.limits.files))
        self.part.incoming = self.receive()
        self.form.files.append(ReceivedFile(self.part.name, self.part.file_name or "", self.part.incoming))

    def data(self, data: bytes, start: int, end: int) -> None:
        incoming = self.part.incoming
        if incoming is not None:
            incoming.write(data[start:end], self.limits.file)
        elif self.part.file_name is None:
            self.part.text += data[start:end]
            if len(self.part.text) > FIELD_BYTES:
                raise Malformed("body_too_large", 413, max=size_words(FIELD_BYTES))

    def end(self) -> None:
        if self.part.file_name is None:
            self.form.add(self.part.name, decoded(bytes(self.part.text)))

    def finish(self) -> None:
        self.finished = True


def disposition_of(header: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """Most parts carry only a plain name; the rest goes through the library's full parser."""
    plain = PLAIN_NAME.match(header)
    return (b"form-data", {b"name": plain[1]}) if plain else parse_options_header(header)


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
    collector = Collector(limits, receive)
    try:
        with refusals_named():
            parser = Parser(boundary, collector.callbacks())
            async for chunk in body(request, limits.body):
                parser.write(chunk)
            parser.finalize()
        if not collector.finished:
            raise Malformed("upload_cut")
    except BaseException:
        collector.form.discard()
        raise
    return collector.form


@contextlib.contextmanager
def refusals_named() -> Iterator[None]:
    try:
        yield
    except FormParserError:
        raise Malformed("body_malformed") from None


async def body(request: Request, most: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise Malformed("body_too_large", 413, max=size_words(most))
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
