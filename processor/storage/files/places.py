"""The store that an address names: a folder, or a bucket of an S3-compatible store."""

from pathlib import Path

from processor.addresses import ObjectAccess
from processor.storage.at_rest.key import Seal
from processor.storage.engine import Engine
from processor.storage.files.attachments import AttachmentStore, FileStore
from processor.storage.files.object_keys import parts_of, wrong_address


def open_store(
    url: str,
    engine: Engine,
    spool: Path,
    access: ObjectAccess,
    seal: Seal | None = None,
    setting: str = "HOTRO_ATTACHMENTS_URL",
) -> AttachmentStore:
    """With a key, what it keeps from now on is encrypted. Asks nothing of the store yet; `setting` is where the address
    stands.

    Raises ValueError in words, ImportError where obstore is not installed.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "file" and rest:
        return FileStore(Path(rest), seal)
    if scheme == "s3":
        parts_of(url, setting)
        # Whoever keeps files on a disk need not have it.
        from processor.storage.files.arriving import ArrivingFiles
        from processor.storage.files.bucket import Bucket
        from processor.storage.files.object_store import ObjectStore

        return ObjectStore(Bucket(url, access), ArrivingFiles(engine), spool, seal)
    raise ValueError(wrong_address(url, setting))
