"""The command that tells an operator what is wrong."""

import dataclasses
import json
from typing import Annotated

import typer

from processor.checkup.checks import examine
from processor.checkup.finding import Finding
from processor.console import Stopped, settings, tell

app = typer.Typer()
WORDS = {"ok": "ổn", "warning": "chú ý", "error": "SAI"}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="In JSON cho máy đọc.")] = False,
) -> None:
    """Xem máy, cơ sở dữ liệu, thư và cài đặt có gì sai; không sửa gì. Thoát với mã 1 khi có chỗ sai."""
    found = examine(settings())
    if as_json:
        tell(json.dumps(listed(found), ensure_ascii=False, indent=2))
    else:
        for one in (one for several in found.values() for one in several):
            tell(f"{WORDS[one.level]:>6}  {one}")
    levels = [one.level for several in found.values() for one in several]
    if "error" in levels:
        raise Stopped(f"Có {levels.count('error')} chỗ sai, {levels.count('warning')} chỗ cần chú ý.")


def listed(found: dict[str, list[Finding]]) -> list[dict[str, str]]:
    return [{"check": name, **dataclasses.asdict(one)} for name, several in found.items() for one in several]
