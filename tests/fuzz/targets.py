"""What strangers' bytes meet first, each as one function of bytes that raises when a promise is broken.

`tests/fuzz/test_targets.py` runs them over their seeds and simple damage; `make fuzz` lets atheris look further.
"""

import asyncio
import tempfile
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request

from processor.domain.errors import Refused
from processor.domain.files import FILE_TYPES, FileFault, SoundFile, shown_name
from processor.domain.package import PackageFault
from processor.inspection.inspect import Question, verdict_on
from processor.services.exchange.package_reading import opened_package
from processor.storage.files.incoming import Incoming
from processor.web.multipart import FormLimits, PostedForm, read_form
from processor.web.sender.uploads import metadata
from tests.fuzz import seeds

BOUNDARY = "ranh-gioi"
LIMITS = FormLimits(body=64 * 1024, file=16 * 1024, files=3)
Outcome = tuple[str, Any]


@dataclass(frozen=True)
class Target:
    id: str
    seeds: Callable[[], list[bytes]]
    run: Callable[[bytes], None]


def read_a_form(content: bytes) -> None:
    """Whole or in pieces, a body gives the same form or the same refusal, and a refusal leaves no file."""
    step, body = (content[0] % 97) + 1 if content else 1, content[1:]
    whole = outcome_of([body])
    pieces = outcome_of([body[at : at + step] for at in range(0, len(body), step)] or [b""])
    # Before the first boundary no browser sends anything; the library skips or refuses it by its place in a chunk.
    preamble = not body.startswith(f"--{BOUNDARY}".encode())
    assert whole == pieces or (preamble and "refused" in (whole[0], pieces[0])), (whole, pieces)


def outcome_of(chunks: list[bytes]) -> Outcome:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        names = iter(range(10_000))
        try:
            form = asyncio.run(
                read_form(arriving(chunks), LIMITS, lambda: Incoming(Path(folder, f"{next(names)}.part")))
            )
        except Refused as refusal:
            assert not list(Path(folder).iterdir()), "a refused form left a file"
            return "refused", refusal.code
        told = told_of(form)
        form.discard()
        assert not list(Path(folder).iterdir()), "a discarded form left a file"
        return "form", told


def told_of(form: PostedForm) -> Outcome:
    files = [(file.field, file.raw_name, file.size, file.incoming.sha256) for file in form.files]
    assert all(len(value) <= LIMITS.body for values in form.fields.values() for value in values)
    assert len(files) <= LIMITS.files + 1
    return str(sorted(form.fields.items())), files


def arriving(chunks: list[bytes]) -> Request:
    waiting = [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
        for number, chunk in enumerate(chunks, 1)
    ]

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    kind = f"multipart/form-data; boundary={BOUNDARY}".encode()
    return Request({"type": "http", "method": "POST", "headers": [(b"content-type", kind)]}, receive)


def show_a_name(content: bytes) -> None:
    """What is shown is one visible line of bounded length that does not change when shown again."""
    shown = shown_name(content.decode(errors="replace"))
    assert shown and len(shown) <= 150 and len(shown.encode()) <= 200, shown
    assert "/" not in shown and "\\" not in shown and shown == shown.strip(), shown
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in shown), shown
    assert shown_name(shown) == shown, (shown, shown_name(shown))


def read_metadata(content: bytes) -> None:
    """The header of a resumable upload: text, or a refusal."""
    request = Request({"type": "http", "method": "POST", "headers": [(b"upload-metadata", content)]})
    try:
        told = metadata(request)
    except Refused:
        return
    assert all(isinstance(value, str) for value in told.values())


def inspect(kind: str) -> Callable[[bytes], None]:
    """The inspector answers with the type or one of its faults; anything else that comes out is a hole."""
    suffix = FILE_TYPES[kind].suffixes[0]

    def run(content: bytes) -> None:
        with tempfile.NamedTemporaryFile(dir="/dev/shm", suffix=suffix) as file:
            file.write(content)
            file.flush()
            verdict = verdict_on(Question(Path(file.name), f"tep{suffix}", (kind,)))
        assert isinstance(verdict, SoundFile | FileFault)

    return run


def read_a_package(content: bytes) -> None:
    """A dossier's package: what opens gives entries that fit their hashes; all else is a fault that says so."""
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file, suppress(PackageFault):
        file.write(content)
        file.flush()
        with opened_package(Path(file.name)) as package:
            for name in package.entries:
                list(package.pieces(name))


TARGETS = {
    target.id: target
    for target in (
        Target("form", seeds.forms, read_a_form),
        Target("name", seeds.names, show_a_name),
        Target("metadata", seeds.headers, read_metadata),
        Target("package", seeds.packages, read_a_package),
        *(Target(kind, seeds.of_kind(kind), inspect(kind)) for kind in FILE_TYPES),
    )
}
