"""Checkouts of the program that are newer than this one, or broken in one place."""

import shutil
from pathlib import Path

from processor.settings import ROOT
from processor.storage.schema import newest

PARTS = (
    *("LICENSE", "README.md", "CHANGELOG.md", "deploy", "docs", "forms"),
    *("mkdocs.yml", "processor", "pyproject.toml", "requirements"),
)
MIGRATION = '''"""A later version's table, invented."""

from alembic import op
import sqlalchemy as sa

revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
    {more}
'''


def a_checkout(place: Path) -> Path:
    """Another version: one line differs."""
    place.mkdir()
    for part in map(Path, PARTS):
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, place / part)
    with (place / "CHANGELOG.md").open("a") as log:
        log.write(f"\nAnother version: {place.name}\n")
    return place


ADDITION = '''"""What a later version adds, invented: the one before does not notice it."""

from alembic import op
import sqlalchemy as sa

revision = "{after}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("dossiers", sa.Column("later", sa.Text(), nullable=True))
    op.create_index("ix_dossiers_later", "dossiers", ["later"])
'''


def with_addition(checkout: Path) -> Path:
    """A version whose schema is that of this program and more."""
    major, _, minor = newest().partition(".")
    after = f"{major}.{int(minor or 0) + 1}"
    folder = checkout / "processor/storage/migrations/versions"
    (folder / f"{after}_later.py").write_text(ADDITION.format(before=newest(), after=after))
    return checkout


def with_migration(checkout: Path, more: str = "") -> Path:
    folder = checkout / "processor/storage/migrations/versions"
    (folder / "9999_later.py").write_text(MIGRATION.format(before=newest(), more=more))
    return checkout


def changed(checkout: Path, file: str, before: str, after: str) -> Path:
    place = checkout / file
    text = place.read_text()
    assert before in text, f"{file} has no {before}"
    place.write_text(text.replace(before, after, 1))
    return checkout
