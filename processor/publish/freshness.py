"""Whether the site is older than its sources; asked at every start, so nothing that builds is loaded here."""

from collections.abc import Iterator
from pathlib import Path

SOURCES = ("mkdocs.yml", "docs", "forms", "processor/publish", "processor/rendering")


def is_stale(root: Path, site: Path) -> bool:
    """The site is missing, or older than one of its sources."""
    built = site / "csp.txt"
    if not built.exists():
        return True
    return any(path.stat().st_mtime > built.stat().st_mtime for path in sources(root))


def sources(root: Path) -> Iterator[Path]:
    """Folders too: their time changes when a file in them is gone."""
    for name in SOURCES:
        place = root / name
        yield from (found for found in (place, *place.rglob("*")) if found.exists() and not cached(found))


def cached(path: Path) -> bool:
    return "__pycache__" in path.parts
