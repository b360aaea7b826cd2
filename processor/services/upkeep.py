"""What is no longer needed goes: files that no row names, sessions that lapsed."""

from datetime import timedelta

from processor.services.parts import Wired
from processor.storage.dossiers import every_attachment
from processor.storage.engine import reading, writing
from processor.storage.officers import delete_sessions_before

ORPHAN_SECONDS = 24 * 3600.0


def sweep_orphans(wired: Wired, older_than_seconds: float = ORPHAN_SECONDS) -> int:
    """How many files went. Younger ones may belong to a request that is still running."""
    with reading(wired.engine) as connection:
        known = {row["id"] for row in every_attachment(connection)}
    return wired.store.sweep(older_than_seconds, known)


def end_old_sessions(wired: Wired) -> int:
    now = wired.clock()
    whole = timedelta(hours=wired.settings.session_hours)
    idle = timedelta(minutes=wired.settings.session_idle_minutes)
    with writing(wired.engine) as connection:
        return delete_sessions_before(connection, now - whole, now - idle)
