"""forms/ as it was in an earlier revision of the repository."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from processor.domain.errors import HotroError


class RevisionUnknown(HotroError):
    """Git does not know the revision, or it holds no forms/."""


@contextmanager
def forms_at(root: Path, revision: str) -> Iterator[Path]:
    """A copy of forms/ in a folder of its own, gone afterwards."""
    command = ["git", "-C", str(root), "archive", "--format=zip", "--end-of-options", revision, "forms"]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode:
        raise RevisionUnknown(f"Kho phiên bản không có “{revision}” hoặc bản đó chưa có thư mục forms/. Xem: git log.")
    with tempfile.TemporaryDirectory() as folder:
        with ZipFile(BytesIO(made.stdout)) as archive:
            archive.extractall(folder)
        yield Path(folder) / "forms"
