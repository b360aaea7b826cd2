"""Files as they arrived, against the items of a form: every fault names its file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from processor.domain.dossier import Attachment
from processor.domain.errors import Fault
from processor.domain.files import FileFault, SoundFile, shown_name, size_words, type_of_name
from processor.domain.forms.definition import FormDefinition, Item
from processor.domain.forms.relevance import item_needed
from processor.inspection.inspect import Question, Verdict
from processor.services.parts import Wired
from processor.services.scanning.door import verdicts_at_door
from processor.storage.files.incoming import Incoming
from processor.storage.files.named import keep_all


class SomeFile(Protocol):
    """What limits go by: the paper it is for, its name as shown, its size in bytes."""

    @property
    def field(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...


@dataclass(frozen=True)
class Announced:
    """A file before its first byte: of its size and its name."""

    field: str
    name: str
    size: int


@dataclass
class ReceivedFile:
    """One file part: the name it was posted under, the file name as sent, the bytes; the verdict once inspected."""

    field: str
    raw_name: str
    incoming: Incoming
    verdict: Verdict | None = None

    @cached_property
    def name(self) -> str:
        return shown_name(self.raw_name)

    @property
    def size(self) -> int:
        return self.incoming.size


@dataclass(frozen=True)
class CheckedFile:
    received: ReceivedFile
    sound: SoundFile


def discard(files: Sequence[ReceivedFile]) -> None:
    for file in files:
        file.incoming.discard()


async def inspect_files(wired: Wired, form: FormDefinition, files: Sequence[ReceivedFile]) -> None:
    """Give each file its verdict, the scanner's too. What the form does not ask for, or is too large, is not opened."""
    for file in files:
        file.verdict = unopened(wired, form, file)
    opened = [file for file in files if file.verdict is None]
    if opened:
        for file, verdict in zip(
            opened, await verdicts_at_door(wired, [question(form, file) for file in opened]), strict=True
        ):
            file.verdict = verdict


def unopened(wired: Wired, form: FormDefinition, file: SomeFile) -> FileFault | None:
    if file.field not in form.items_by_id:
        return FileFault("file_unexpected", file=file.name, field=file.field[:60])
    most = wired.limits.file_bytes
    if file.size > most:
        return FileFault("file_too_large", file=file.name, size=size_words(file.size), max=size_words(most))
    return None


def check_announced(
    wired: Wired, form: FormDefinition, file: Announced, others: Sequence[SomeFile], kept: Sequence[Attachment]
) -> list[Fault]:
    """What can be said before a byte has come; `others` are under way."""
    found = unopened(wired, form, file) or unfit(form, file)
    if found:
        return [fault_of(wired, file, found)]
    return [*count_faults(wired, form, [file, *others], kept), *total_faults(wired, [file, *others], kept)]


def unfit(form: FormDefinition, file: Announced) -> FileFault | None:
    if file.size == 0:
        return FileFault("file_empty", file=file.name)
    try:
        type_of_name(file.name, form.items_by_id[file.field].accept)
    except FileFault as fault:
        return fault
    return None


def question(form: FormDefinition, file: ReceivedFile) -> Question:
    return Question(file.incoming.path, file.name, form.items_by_id[file.field].accept)


def check_files(
    wired: Wired, form: FormDefinition, files: Sequence[ReceivedFile], kept: Sequence[Attachment] = ()
) -> tuple[list[CheckedFile], list[Fault]]:
    """The sound files, and every fault of the others, of the counts and of the total. All have been inspected."""
    sound = [CheckedFile(file, file.verdict) for file in files if isinstance(file.verdict, SoundFile)]
    faults = [fault_of(wired, file, file.verdict) for file in files if isinstance(file.verdict, FileFault)]
    assert len(sound) + len(faults) == len(files)
    good = [file.received for file in sound]
    return sound, [*faults, *count_faults(wired, form, good, kept), *total_faults(wired, good, kept)]


def fault_of(wired: Wired, file: SomeFile, fault: FileFault) -> Fault:
    item = wired_item_title(wired, file, fault)
    return Fault(file.field, fault.code, wired.catalogue.messages.say(fault.code, **{"item": item, **fault.values}))


def wired_item_title(wired: Wired, file: SomeFile, fault: FileFault) -> str:
    asked = [item for form in wired.catalogue.forms.values() for item in form.items]
    items = [*asked, *wired.catalogue.desk.every_paper]
    titles = [item.title for item in items if item.id == file.field]
    return titles[0] if titles else file.field[:60]


def count_faults(
    wired: Wired, form: FormDefinition, files: Sequence[SomeFile], kept: Sequence[Attachment]
) -> Iterator[Fault]:
    counts = Counter([file.field for file in files] + [attachment.item_id for attachment in kept])
    for item in form.items:
        actual = counts[item.id]
        if actual > item.max_files:
            yield fault(wired, item, "files_too_many", actual=actual, max=item.max_files, over=actual - item.max_files)
    total, most = sum(counts.values()), wired.limits.files
    if total > most and form.items:
        fullest = max(form.items, key=lambda item: counts[item.id])
        yield fault(wired, fullest, "files_too_many", actual=total, max=most, over=total - most)


def total_faults(wired: Wired, files: Sequence[SomeFile], kept: Sequence[Attachment]) -> Iterator[Fault]:
    total = sum(file.size for file in files) + sum(attachment.size for attachment in kept)
    most = wired.limits.dossier_bytes
    if total > most and files:
        heaviest = max(files, key=lambda file: file.size)
        text = wired.catalogue.messages.say(
            "files_total_too_large",
            total=size_words(total),
            max=size_words(most),
            over=size_words(total - most),
            file=heaviest.name,
            size=size_words(heaviest.size),
        )
        yield Fault(heaviest.field, "files_total_too_large", text)


def missing_files(wired: Wired, form: FormDefinition, answers: dict[str, Any], given: set[str]) -> Iterator[Fault]:
    """`given` are the ids of items that have a file, sound or not, or a reason why there is none."""
    ground = form.ground(answers, wired.today())
    for item in form.items:
        wanted = item_needed(item, ground)
        if wanted and item.id not in given:
            explain = ", hoặc chọn “Chưa có giấy tờ này”" if item.may_explain_absence else ""
            yield fault(wired, item, "file_required", or_explain=explain)


def fault(wired: Wired, item: Item, code: str, **values: object) -> Fault:
    words = {name: str(value) for name, value in values.items()}
    return Fault(item.id, code, wired.catalogue.messages.say(code, item=item.title, **words))


def keep(wired: Wired, files: Sequence[CheckedFile]) -> list[dict[str, Any]]:
    """The rows of files that are on the disk for good."""
    keep_all(wired.store, [file.received.incoming for file in files])
    return [row_of(wired, file) for file in files]


def row_of(wired: Wired, file: CheckedFile) -> dict[str, Any]:
    return {
        "id": file.received.incoming.name,
        "item_id": file.received.field,
        "name": file.received.name,
        "size": file.received.size,
        "sha256": file.received.incoming.sha256,
        "received_at": wired.clock(),
        **file.sound.columns,
    }
