"""forms/ as it was in earlier revisions of the repository, and the days on which it changed."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from zipfile import ZipFile

from processor.domain.errors import HotroError
from processor.domain.vietnamese import VIETNAM

FOLDER = "forms"


class RevisionUnknown(HotroError):
    """Git does not know the revision, or it holds no forms/."""


@dataclass(frozen=True)
class ChangedDay:
    """A day, in Viet Nam, on which forms/ changed: the last revision of that day, and the last one before it."""

    day: date
    after: str
    before: str | None


@contextmanager
def forms_at(root: Path, revision: str) -> Iterator[Path]:
    """A copy of forms/ in a folder of its own, gone afterwards. Raises RevisionUnknown."""
    made = git(root, "archive", "--format=zip", "--end-of-options", revision, FOLDER)
    if made is None:
        raise RevisionUnknown(f"Kho phiên bản không có “{revision}” hoặc bản đó chưa có thư mục forms/. Xem: git log.")
    with tempfile.TemporaryDirectory() as folder:
        with ZipFile(BytesIO(made)) as archive:
            archive.extractall(folder)
        yield Path(folder) / FOLDER


def changed_days(root: Path) -> list[ChangedDay]:
    """Newest first; none without git or without a history. A history that was cut short begins where it was cut."""
    told = git(root, "log", "--first-parent", "--format=%H %cI", "--", FOLDER)
    revisions = [line.split(" ") for line in (told or b"").decode().splitlines()]
    dated = [(datetime.fromisoformat(when).astimezone(VIETNAM).date(), revision) for revision, when in revisions]
    days = [(day, [revision for _, revision in group]) for day, group in groupby(dated, lambda found: found[0])]
    earlier = [found[0] for _, found in days[1:]]
    return (
        [ChangedDay(day, found[0], before) for (day, found), before in zip(days, [*earlier, None], strict=True)]
        if days
        else []
    )


def changed_files(root: Path, revision: str) -> list[str]:
    """Those of forms/ and docs/ that differ from a revision, by their path in the repository."""
    told = git(root, "diff", "--name-only", "-z", revision, "--", FOLDER, "docs")
    return sorted(filter(None, (told or b"").decode().split("\0")))


def head(root: Path) -> str:
    """The revision that stands in the folder; empty without git."""
    return (git(root, "rev-parse", "HEAD") or b"").decode().strip()


def git(root: Path, *arguments: str) -> bytes | None:
    """What git prints; None when it refuses or is not installed."""
    try:
        made = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except OSError:
        return None
    return None if made.returncode else made.stdout
