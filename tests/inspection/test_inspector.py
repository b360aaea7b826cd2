"""A stranger's file is opened in a process of its own, and may end that process but nothing else."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest

from processor.domain.errors import Unavailable
from processor.domain.files import FileFault
from processor.inspection.inspect import Question, Verdict
from processor.inspection.inspector import AHEAD, Inspector
from tests.inspection.makers import a_pdf, a_pdf_with_a_password

ACCEPT = ("pdf",)


def apart_from_the_browsers_loop(work: Callable[[], Awaitable[Any]]) -> Any:
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(anyio.run, work).result()


def verdicts(*questions: Question, together: int = 2) -> list[Verdict]:
    found: list[Verdict] = apart_from_the_browsers_loop(lambda: Inspector(together)(questions))
    return found


def words(found: Sequence[Verdict]) -> list[str]:
    return [verdict.code if isinstance(verdict, FileFault) else verdict.type.id for verdict in found]


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processor.inspection.inspector.CHILD", "tests.inspection.deadly")


def test_each_file_of_a_submission_gets_its_own_verdict(tmp_path: Path) -> None:
    good, locked = a_pdf(tmp_path / "good"), a_pdf_with_a_password(tmp_path / "locked")

    found = verdicts(Question(good, "a.pdf", ACCEPT), Question(locked, "khóa.pdf", ACCEPT))

    assert words(found) == ["pdf", "file_password"]
    assert isinstance(found[1], FileFault) and found[1].values["file"] == "khóa.pdf"


@pytest.mark.usefixtures("deadly")
@pytest.mark.parametrize("together", [1, pytest.param(2, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", ["crashes.pdf", "hangs.pdf", "lies.pdf"])
def test_a_file_that_its_inspector_does_not_survive_is_too_complex_and_the_others_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, together: int
) -> None:
    monkeypatch.setattr("processor.inspection.inspector.SECONDS", 4.0)
    good = a_pdf(tmp_path / "good")
    names = ["a.pdf", name, *["b.pdf"] * 2 * AHEAD, *([] if name == "hangs.pdf" else [name]), "c.pdf"]

    found = verdicts(*(Question(good, each, ACCEPT) for each in names), together=together)

    assert words(found) == ["file_too_complex" if each == name else "pdf" for each in names]


@pytest.mark.usefixtures("deadly")
def test_the_memory_of_the_process_is_bounded(tmp_path: Path) -> None:
    good = a_pdf(tmp_path / "good")

    found = verdicts(Question(good, "hungry.pdf", ACCEPT), Question(good, "a.pdf", ACCEPT))

    assert words(found) == ["file_too_complex", "pdf"]


@pytest.mark.usefixtures("deadly")
def test_the_next_file_finds_a_child_again_though_the_last_one_took_it_along(tmp_path: Path) -> None:
    good, inspect = a_pdf(tmp_path / "good"), Inspector(together=1)

    async def one_after_the_other() -> list[Verdict]:
        return [
            *await inspect([Question(good, "killed.pdf", ACCEPT)]),
            *await inspect([Question(good, "a.pdf", ACCEPT)]),
        ]

    assert words(apart_from_the_browsers_loop(one_after_the_other)) == ["file_too_complex", "pdf"]


def test_a_child_that_died_while_it_had_nothing_to_do_costs_no_file(tmp_path: Path) -> None:
    good, inspect = a_pdf(tmp_path / "good"), Inspector(together=1)

    async def after_its_death() -> list[Verdict]:
        await inspect(())
        (child,) = inspect.crew_of(asyncio.get_running_loop()).children
        child.process.kill()
        child.process.wait()
        return await inspect([Question(good, "a.pdf", ACCEPT)])

    assert words(apart_from_the_browsers_loop(after_its_death)) == ["pdf"]


def test_a_child_that_never_begins_is_trouble_of_the_machine_not_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("processor.inspection.inspector.CHILD", "processor.inspection.no_such_module")

    with pytest.raises(Unavailable):
        verdicts(Question(a_pdf(tmp_path / "good"), "a.pdf", ACCEPT))


def test_the_children_end_with_the_event_loop() -> None:
    inspect = Inspector()

    async def begun() -> subprocess.Popen[bytes]:
        await inspect(())
        (child,) = inspect.crew_of(asyncio.get_running_loop()).children
        return child.process

    ended: subprocess.Popen[bytes] = apart_from_the_browsers_loop(begun)

    assert ended.wait(30) != 0 and inspect.crews == {}


def test_the_inspector_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTRO_SECRET_KEY", "a secret of the server")
    inspect = Inspector()

    async def told() -> str:
        await inspect(())
        (child,) = inspect.crew_of(asyncio.get_running_loop()).children
        return Path(f"/proc/{child.process.pid}/environ").read_text()

    environment = apart_from_the_browsers_loop(told)

    assert "PYTHONPATH" in environment and "HOTRO" not in environment


def test_the_inspector_reads_the_inspection_alone() -> None:
    """Not the database, the web or the keys."""
    asked = "import sys, processor.inspection.child; print(*sys.modules)"
    read = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()

    assert {name.split(".")[1] for name in read if name.startswith("processor.")} == {
        "children",
        "domain",
        "inspection",
    }
    others = {"sqlalchemy", "starlette", "uvicorn", "typer", "jinja2", "cryptography", "httpx", "pydantic_settings"}
    assert others & {name.partition(".")[0] for name in read} == set()
