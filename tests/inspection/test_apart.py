"""A stranger's file is opened in a process of its own, and may end that process but nothing else."""

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import pytest
from anyio import CapacityLimiter

from processor.domain.files import FileFault
from processor.inspection import apart
from processor.inspection.apart import Inspector
from processor.inspection.inspect import Question, Verdict
from tests.inspection.makers import a_pdf, a_pdf_with_a_password
from tests.served import HOTRO

ACCEPT = ("pdf",)


def verdicts(*questions: Question) -> list[Verdict]:
    with ThreadPoolExecutor(1) as apart_from_the_browsers_loop:
        return apart_from_the_browsers_loop.submit(anyio.run, Inspector(), questions).result()


def words(found: Sequence[Verdict]) -> list[str]:
    return [verdict.code if isinstance(verdict, FileFault) else verdict.type.id for verdict in found]


def test_each_file_of_a_submission_gets_its_own_verdict(tmp_path: Path) -> None:
    good, locked = a_pdf(tmp_path / "good"), a_pdf_with_a_password(tmp_path / "locked")

    found = verdicts(Question(good, "a.pdf", ACCEPT), Question(locked, "khóa.pdf", ACCEPT))

    assert words(found) == ["pdf", "file_password"]
    assert isinstance(found[1], FileFault) and found[1].values["file"] == "khóa.pdf"


def dies(plain: list[tuple[str, str, Sequence[str]]]) -> list[apart.Told]:
    """Does not survive the file named deadly.pdf."""
    if any(name == "deadly.pdf" for _, name, _ in plain):
        os.abort()
    return apart.answer(plain)


def hangs(plain: list[tuple[str, str, Sequence[str]]]) -> list[apart.Told]:
    """Does not return from the file named deadly.pdf."""
    if any(name == "deadly.pdf" for _, name, _ in plain):
        while True:
            pass
    return apart.answer(plain)


def eats(plain: list[tuple[str, str, Sequence[str]]]) -> list[apart.Told]:
    """Needs more memory than it may have for the file named deadly.pdf."""
    apart.bound()
    for path, name, _ in plain:
        if name == "deadly.pdf":
            Path(path).write_bytes(bytes(2 * apart.MEMORY_BYTES))
    return apart.answer(plain)


@pytest.mark.parametrize("answer", [dies, hangs])
def test_a_file_that_its_inspector_does_not_survive_is_too_complex_and_the_others_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    monkeypatch.setattr("processor.inspection.apart.answer", answer)
    monkeypatch.setattr("processor.inspection.apart.SECONDS", 4.0)
    good = a_pdf(tmp_path / "good")

    found = verdicts(Question(good, "deadly.pdf", ACCEPT), Question(good, "a.pdf", ACCEPT))

    assert words(found) == ["file_too_complex", "pdf"]


def test_the_memory_of_the_process_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processor.inspection.apart.answer", eats)

    with pytest.raises(MemoryError):
        verdicts(Question(a_pdf(tmp_path / "good"), "deadly.pdf", ACCEPT))


async def modules_of_the_child() -> list[str]:
    found: list[str] = await apart.run_apart(CapacityLimiter(1), eval, "sorted(__import__('sys').modules)")
    return found


def test_the_inspector_reads_the_inspection_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the database, the web or the keys, though the command that started it has read all of them."""
    monkeypatch.setattr(sys.modules["__main__"], "__file__", HOTRO, raising=False)

    with ThreadPoolExecutor(1) as apart_from_the_browsers_loop:
        read = apart_from_the_browsers_loop.submit(anyio.run, modules_of_the_child).result()

    assert {name.split(".")[1] for name in read if name.startswith("processor.")} == {"cli", "domain", "inspection"}
    others = {"sqlalchemy", "starlette", "uvicorn", "typer", "jinja2", "cryptography", "httpx", "pydantic_settings"}
    assert others & {name.partition(".")[0] for name in read} == set()
