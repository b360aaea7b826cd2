"""forms/ of an earlier revision is read from git, and from nowhere else."""

import subprocess
from pathlib import Path

import pytest

from processor.storage.catalogue.revisions import RevisionUnknown, changed_files, forms_at


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two revisions of one file."""
    (tmp_path / "forms").mkdir()
    git(tmp_path, "init", "-q")
    for text in ("first", "second"):
        (tmp_path / "forms" / "a.yml").write_text(text)
        git(tmp_path, "add", ".")
        git(tmp_path, "-c", "user.name=x", "-c", "user.email=x@vi-du.example", "commit", "-qm", text)
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)


def test_an_earlier_revision_is_read_and_gone_afterwards(repository: Path) -> None:
    with forms_at(repository, "HEAD~1") as forms:
        read = (forms / "a.yml").read_text()

    assert read == "first"
    assert not forms.exists()


@pytest.mark.parametrize("revision", ["nothing", "--output=x", "HEAD~9"])
def test_a_revision_that_git_does_not_know_is_named(repository: Path, revision: str) -> None:
    with pytest.raises(RevisionUnknown, match=revision), forms_at(repository, revision):
        pass


def test_the_files_that_differ_are_named(repository: Path) -> None:
    (repository / "forms" / "b c.yml").write_text("third")
    git(repository, "add", ".")

    assert changed_files(repository, "HEAD~1") == ["forms/a.yml", "forms/b c.yml"]
    assert changed_files(repository / "forms", "nothing") == []
