"""The parts that services work with, handed to each as its first argument."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from anyio import CapacityLimiter

from processor.domain.catalogue import Catalogue
from processor.domain.files import Limits
from processor.domain.vietnamese import VIETNAM
from processor.inspection.inspect import Question, Verdict
from processor.inspection.preview import Previewer
from processor.services.crowd import Crowd
from processor.settings import Settings
from processor.storage.dossiers.definitions import Definitions
from processor.storage.engine import Engine
from processor.storage.figures.tallier import Tallier
from processor.storage.files.attachments import AttachmentStore
from processor.storage.meter import Meter
from processor.storage.writer import Writer

Inspect = Callable[[Sequence[Question]], Awaitable[list[Verdict]]]


@dataclass(frozen=True)
class Wired:
    """`turns` are those of senders who wait for the scanner."""

    settings: Settings
    catalogue: Catalogue
    engine: Engine
    writer: Writer
    tallier: Tallier
    meter: Meter
    store: AttachmentStore
    inspect: Inspect
    preview: Previewer
    turns: CapacityLimiter
    definitions: Definitions
    limits: Limits
    crowd: Crowd
    server_key: bytes
    clock: Callable[[], datetime]

    def today(self) -> date:
        return self.clock().astimezone(VIETNAM).date()
