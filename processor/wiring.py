"""Settings become the concrete parts. The only place that names them."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from processor.domain.catalogue import Catalogue
from processor.domain.files import limits_of
from processor.domain.vietnamese import VIETNAM
from processor.inspection.apart import Inspector
from processor.inspection.preview import Previewer
from processor.services.parts import Wired
from processor.settings import Settings
from processor.storage.attachments import open_store
from processor.storage.definition_files import load_catalogue
from processor.storage.definitions import Definitions
from processor.storage.engine import Engine, open_engine
from processor.storage.schema import migrate
from processor.storage.tallier import Tallier
from processor.storage.writer import Writer

__all__ = ["Wired", "wire"]

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class SystemClock:
    def __call__(self) -> datetime:
        return datetime.now(UTC)


def wire(settings: Settings, clock: Clock | None = None) -> Wired:
    """Everything a request needs. Raises BrokenDefinition, SchemaUnknown, Unavailable."""
    clock = clock or SystemClock()
    catalogue = load_catalogue(settings.forms, clock().astimezone(VIETNAM).date())
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database)
    migrate(engine)
    return assemble(settings, catalogue, engine, clock)


def assemble(settings: Settings, catalogue: Catalogue, engine: Engine, clock: Clock) -> Wired:
    definitions = Definitions(engine)
    definitions.register(catalogue.forms.values(), clock())
    store = open_store(settings.attachments)
    return Wired(
        settings=settings,
        catalogue=catalogue,
        engine=engine,
        writer=Writer(engine, store),
        tallier=Tallier(engine),
        store=store,
        inspect=Inspector(),
        preview=Previewer(),
        definitions=definitions,
        limits=limits_of(settings),
        server_key=server_key(settings),
        clock=clock,
    )


def server_key(settings: Settings) -> bytes:
    if settings.secret_key:
        return settings.secret_key.encode()
    return key_in_file(settings.data / "server.key")


def key_in_file(path: Path) -> bytes:
    """Made once, readable by the owner alone; of two processes starting at once, one makes it."""
    made = path.with_suffix(f".{os.getpid()}")
    if not path.exists():
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            os.fsync(file.fileno())
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_bytes()
