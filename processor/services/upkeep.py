"""What is no longer needed goes: files that no row names, uploads and sessions that lapsed."""

from datetime import timedelta

from processor.services.parts import Wired
from processor.storage.desk.decisions import every_scan
from processor.storage.dossiers.dossiers import every_attachment
from processor.storage.dossiers.uploads import delete_upload, lapsed_uploads, upload_ids
from processor.storage.engine import reading, writing
from processor.storage.exchange.dossier_lists import list_file_ids
from processor.storage.figures.statistics import refresh_statistics
from processor.storage.files.named import remove_all
from processor.storage.officers.officers import delete_sessions_before
from processor.storage.transfer.standing import has_moved

ORPHAN_SECONDS = 24 * 3600.0


def sweep_orphans(wired: Wired, older_than_seconds: float = ORPHAN_SECONDS) -> int:
    """How many files went. Younger ones may belong to a request that is still running."""
    with reading(wired.engine) as connection:
        if has_moved(connection):
            return 0
        # Uploads first: one that is finished meanwhile is among the attachments.
        known = {*upload_ids(connection)}
        known |= {row["id"] for row in every_attachment(connection)}
        known |= {scan.id for scan in every_scan(connection)} | list_file_ids(connection)
    return wired.store.sweep(older_than_seconds, known)


def expire_uploads(wired: Wired) -> int:
    """Half-sent files whose time is over, or whose draft was sent without them; how many."""
    with writing(wired.engine) as connection:
        lapsed = lapsed_uploads(connection, wired.clock())
        gone = [upload_id for upload_id in lapsed if delete_upload(connection, upload_id)]
    remove_all(wired.store, gone)
    return len(gone)


def end_old_sessions(wired: Wired) -> int:
    now = wired.clock()
    whole = timedelta(hours=wired.settings.session_hours)
    idle = timedelta(minutes=wired.settings.session_idle_minutes)
    with writing(wired.engine) as connection:
        return delete_sessions_before(connection, now - whole, now - idle)


def keep_statistics(wired: Wired) -> int:
    """The planner of the database learns how the tables have grown."""
    return int(refresh_statistics(wired.engine))
