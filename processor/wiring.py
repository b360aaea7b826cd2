"""Settings become the concrete parts. The only place that names them."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from anyio import CapacityLimiter

from processor.domain.catalogue import Catalogue
from processor.domain.files import limits_of
from processor.domain.vietnamese import VIETNAM
from processor.inspection.inspector import Inspector
from processor.inspection.preview import Previewer
from processor.services.crowd import Crowd
from processor.services.parts import Wired
from processor.services.proof.server_key import refuse_other_key, server_key
from processor.services.proof.signing import published_keys
from processor.settings import Settings
from processor.storage.apart.writer import WriterApart
from processor.storage.at_rest.key import Seal, seal_in
from processor.storage.at_rest.values import seal_of
from processor.storage.catalogue.definition_files import load_catalogue
from processor.storage.dossiers.definitions import Definitions
from processor.storage.durability import refuse_undurable
from processor.storage.engine import Engine, Pool, open_engine, reading
from processor.storage.figures.tallier import Tallier
from processor.storage.files.attachments import AttachmentStore, FileStore
from processor.storage.files.disk import FULL, try_writing
from processor.storage.files.places import open_store
from processor.storage.files.two_places import TwoPlaces
from processor.storage.meter import Meter
from processor.storage.schema import migrate
from processor.storage.sealed_rows import agree_on_key
from processor.storage.transfer.standing import refuse_moved
from processor.storage.writer import Writer

__all__ = ["Wired", "wire"]

SCANS_TOGETHER = 4
"""At the door; clamd itself works at ten."""
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class SystemClock:
    def __call__(self) -> datetime:
        return datetime.now(UTC)


def wire(settings: Settings, clock: Clock | None = None, *, key_lost: bool = False) -> Wired:
    """Everything a request needs. Where the server's key is `key_lost` for good another is taken.

    Raises BrokenDefinition, UnusableDatabase, SchemaUnknown, OthersServe, NotDurable, WrongLetters, MovedAway,
    AtRestFault, OtherServerKey, StoreDown, Unavailable, OSError, ValueError.
    """
    clock = clock or SystemClock()
    catalogue = load_catalogue(settings.forms, clock().astimezone(VIETNAM).date())
    prepare_folders(settings)
    pool = Pool(settings.database_connections, settings.database_wait_seconds)
    engine = open_engine(settings.database, seal=seal_of_settings(settings), pool=pool)
    try:
        refuse_undurable(engine)
        refuse_moved(engine)
        migrate(engine)
        agree_on_key(engine)
        if not key_lost:
            with reading(engine) as connection:
                refuse_other_key(connection, settings)
        parts = assemble(settings, catalogue, engine, clock)
        if not key_lost:
            published_keys(parts)  # the first is made: from now on the database knows the server's key
        parts.store.check()
    except BaseException:
        engine.dispose()
        raise
    return parts


def prepare_folders(settings: Settings) -> None:
    """Raises OSError, its `filename` the folder that cannot be written to. A full one can still be read from."""
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.spool.mkdir(parents=True, exist_ok=True)
    for folder in settings.folders:
        try:
            try_writing(folder)
        except OSError as error:
            if error.errno not in FULL:
                raise OSError(error.errno, os.strerror(error.errno or 0), str(folder)) from error


def assemble(settings: Settings, catalogue: Catalogue, engine: Engine, clock: Clock) -> Wired:
    definitions = Definitions(engine)
    definitions.register(catalogue.forms.values(), clock())
    store = store_of(settings, engine)
    return Wired(
        settings=settings,
        catalogue=catalogue,
        engine=engine,
        writer=writer_of(settings, engine, store),
        tallier=Tallier(engine),
        meter=Meter(engine),
        store=store,
        inspect=Inspector(),
        preview=Previewer(),
        turns=CapacityLimiter(SCANS_TOGETHER),
        definitions=definitions,
        limits=limits_of(settings),
        crowd=Crowd(settings.submissions_together),
        server_key=server_key(settings),
        clock=clock,
    )


def writer_of(settings: Settings, engine: Engine, store: AttachmentStore) -> Writer:
    """PostgreSQL and a bucket wait for the network, and have several machines compute."""
    if settings.writer_apart_from and engine.dialect.name == "sqlite" and isinstance(store, FileStore):
        return WriterApart(engine, store, settings.writer_apart_from)
    return Writer(engine, store)


def store_of(settings: Settings, engine: Engine) -> AttachmentStore:
    """While files move, also the place that they come from. Raises ValueError, ImportError."""
    new = opened_store(settings, engine, settings.attachments)
    if settings.attachments_from is None:
        return new
    if settings.attachments_from == settings.attachments:
        raise ValueError("HOTRO_ATTACHMENTS_FROM và HOTRO_ATTACHMENTS_URL là một nơi.")
    scheme, _, rest = settings.attachments_from.partition(":")
    if scheme == "file" and not Path(rest).is_dir():
        raise ValueError(f"HOTRO_ATTACHMENTS_FROM: không có thư mục {rest}.")
    return TwoPlaces(new, opened_store(settings, engine, settings.attachments_from, "HOTRO_ATTACHMENTS_FROM"))


def store_at(parts: Wired, url: str) -> AttachmentStore:
    """Another place, for the same rows. Raises ValueError, ImportError."""
    return opened_store(parts.settings, parts.engine, url, "Nơi giữ tệp")


def opened_store(
    settings: Settings, engine: Engine, url: str, setting: str = "HOTRO_ATTACHMENTS_URL"
) -> AttachmentStore:
    seal = seal_of(engine.dialect)
    return open_store(url, engine, settings.data / "incoming", settings.object_access, seal, setting)


def seal_of_settings(settings: Settings) -> Seal | None:
    return seal_in(settings.at_rest_key, settings.data) if settings.at_rest_key else None
