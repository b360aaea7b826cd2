"""Now and then a stranger's file is worked on in a process of its own; its bounds are those of test_preview."""

import sys
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from anyio import CapacityLimiter

from processor.inspection import apart
from tests.served import HOTRO


async def modules_of_the_child() -> list[str]:
    found: list[str] = await apart.run_apart(CapacityLimiter(1), eval, "sorted(__import__('sys').modules)")
    return found


def test_the_child_reads_the_inspection_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the database, the web or the keys, though the command that started it has read all of them."""
    monkeypatch.setattr(sys.modules["__main__"], "__file__", HOTRO, raising=False)

    with ThreadPoolExecutor(1) as apart_from_the_browsers_loop:
        read = apart_from_the_browsers_loop.submit(anyio.run, modules_of_the_child).result()

    assert {name.split(".")[1] for name in read if name.startswith("processor.")} == {"cli", "domain", "inspection"}
    others = {"sqlalchemy", "starlette", "uvicorn", "typer", "jinja2", "cryptography", "httpx", "pydantic_settings"}
    assert others & {name.partition(".")[0] for name in read} == set()
