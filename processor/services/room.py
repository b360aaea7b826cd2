"""Room on the disk: a reserve is kept for what was begun, so that a sender who is nearly done can finish."""

from processor.domain.errors import Unavailable
from processor.domain.files import MB
from processor.services.parts import Wired
from processor.storage.files.disk import free_bytes


def free(wired: Wired) -> int:
    """Bytes, of the fuller one where database and attachments have a disk each."""
    return min(free_bytes(wired.settings.data), wired.store.free())


def refuse_when_low(wired: Wired) -> None:
    """Before anything that brings files or begins a draft. Raises Unavailable("storage_low")."""
    left = free(wired)
    if left < wired.settings.disk_reserve * MB:
        raise Unavailable("storage_low", because=f"{left // MB} MB free of a reserve of {wired.settings.disk_reserve}")
