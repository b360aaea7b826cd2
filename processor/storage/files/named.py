"""Files and the rows that name them: when the rows are not written, the files go."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence

import structlog

from processor.storage.engine import CommitUnclear
from processor.storage.files.attachments import AttachmentStore, StoreDown
from processor.storage.files.incoming import Incoming

LOG = structlog.get_logger("hotro")


@contextlib.contextmanager
def gone_unless_named(store: AttachmentStore, ids: Iterable[str]) -> Iterator[None]:
    """Around the transaction that writes the rows of `ids`, which are in their places."""
    try:
        yield
    except CommitUnclear:
        raise
    except Exception:
        remove_all(store, ids)
        raise


def make_ready(store: AttachmentStore, incoming: Sequence[Incoming]) -> None:
    """In the sender's own thread, before whoever keeps for all. Raises Unavailable; then they are gone."""
    with gone_unless_named(store, [file.name for file in incoming]):
        store.ready(incoming)


def keep_all(store: AttachmentStore, incoming: Sequence[Incoming]) -> None:
    """In their places for good, or none of them. Raises Unavailable."""
    with gone_unless_named(store, [file.name for file in incoming]):
        store.keep(incoming)


def remove_all(store: AttachmentStore, ids: Iterable[str]) -> None:
    """As far as the store lets: what stays is swept, and why it came to this must not be lost over it."""
    for one in ids:
        try:
            store.remove(one)
        except OSError:
            continue
        except StoreDown as down:
            LOG.warning("files_left_to_the_sweep", because=down.because)
            return  # every further file would wait as long
