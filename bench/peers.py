"""Against what an office would otherwise put up: stock Django and PocketBase, the same 25 texts and 3 files.

They are set up from public packages in a venv of their own. Ours checks every file, signs nothing away, and syncs
files, folder and log before it answers; what each of the others syncs stands in its row.
"""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.bodies import BOUNDARY, PATH, bodies
from bench.load import Rounds, Turn, alternate, ratio, request, told
from bench.programs import Program, ours, running
from bench.rows import Row
from bench.slow_sync import slow_sync
from processor.settings import ROOT
from tests.served import free_port

VENV = ROOT / "build" / "peers"
PINNED = ROOT / "requirements" / "bench.txt"
CLIENTS = 32
DJANGO = "Django: một lần ghi SQLite đồng bộ mỗi hồ sơ (nhật ký lùi), tệp không đồng bộ, tắt CSRF"
POCKETBASE = "PocketBase: SQLite WAL, synchronous=NORMAL (mất điện có thể mất hồ sơ đã báo nhận), tệp không đồng bộ"
NAME = re.compile(rb'name="([^"]+)"(; filename)?')


def set_up() -> Path:
    """The folder of the peers' programs; made once for each list of pinned versions."""
    stamp = VENV / "stamp"
    if not stamp.exists() or stamp.read_text() != PINNED.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "-q"]
        subprocess.run([*pip, "install", "-q", "-q", "--require-hashes", "-r", str(PINNED)], check=True)
        stamp.write_text(PINNED.read_text())
    return VENV / "bin"


def renamed(made: Sequence[bytes]) -> tuple[list[bytes], list[str], list[str]]:
    """The bodies with names that a column may have; the names of the texts and of the files."""
    plain = [NAME.sub(lambda found: b'name="%s"%s' % (column(found[1]), found[2] or b""), body) for body in made]
    names = NAME.findall(plain[0])
    texts = [name.decode() for name, file in names if not file]
    return plain, texts, [name.decode() for name, file in names if file]


def column(name: bytes) -> bytes:
    return b"posted_" + name.replace(b".", b"_")


@contextmanager
def django(
    folder: Path, texts: Sequence[str], files: Sequence[str], environment: Mapping[str, str]
) -> Iterator[Program]:
    """gunicorn with two sync workers."""
    programs, port, own = set_up(), free_port(), folder / "django"
    own.mkdir()
    told = {"PEER_FOLDER": str(own), "PEER_TEXTS": ",".join(texts), "PEER_FILES": ",".join(files), **environment}
    application = ROOT / "bench" / "stock" / "django_app.py"
    subprocess.run([programs / "python", application], env=told, check=True)
    command = [str(programs / "gunicorn"), "--workers", "2", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command += ["--pythonpath", str(application.parent), "django_app:application"]
    with running(command, port, told, folder) as program:
        yield program


@contextmanager
def pocketbase(folder: Path, texts: Sequence[str], files: Sequence[str]) -> Iterator[Program]:
    """As it comes, with one collection that anybody may add to."""
    program, port, own = str(set_up() / "pocketbase"), free_port(), str(folder / "pocketbase")
    mail, password = "bench@vi-du.example", "measured-only"
    subprocess.run([program, "superuser", "upsert", mail, password, "--dir", own], check=True, capture_output=True)
    with running([program, "serve", "--http", f"127.0.0.1:{port}", "--dir", own], port, {}, folder) as started:
        base = f"http://127.0.0.1:{port}/api/collections"
        login = {"identity": mail, "password": password}
        token = str(posted_json(f"{base}/_superusers/auth-with-password", login)["token"])
        fields: list[dict[str, object]] = [{"name": name, "type": "text"} for name in texts]
        fields += [{"name": name, "type": "file", "maxSelect": 1, "maxSize": 10_000_000} for name in files]
        posted_json(base, {"name": "dossiers", "type": "base", "createRule": "", "fields": fields}, token)
        yield started


def posted_json(url: str, content: object, token: str = "") -> dict[str, object]:
    head = {"Content-Type": "application/json", "Authorization": token}
    asked = urllib.request.Request(url, json.dumps(content).encode(), head)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def against_peers(memory: Path, seconds: float, rounds: int) -> Iterator[Row]:
    """First on a disk of 2 ms a sync, then on one whose syncs cost nothing."""
    slow = slow_sync(memory)
    with ExitStack() as stack:
        made = bodies(60, memory)
        run = taking_turns(stack, memory / "slow", made, slow, with_pocketbase=False, how=(seconds, rounds))
        yield over_django(run, "2 ms", 5.0, 9.0)
    with ExitStack() as stack:
        run = taking_turns(stack, memory / "free", made, {}, with_pocketbase=True, how=(seconds, rounds))
        yield over_django(run, "đồng bộ không tốn gì", 1.2, 1.7)
        name = "So với PocketBase, 32 người gửi cùng lúc, đồng bộ không tốn gì, có kiểm tra tệp"
        yield Row(name, ratio(run, "ours", "pocketbase"), None, 1.2, noted(run, "pocketbase", POCKETBASE))


def taking_turns(
    stack: ExitStack,
    folder: Path,
    made: list[bytes],
    environment: Mapping[str, str],
    *,
    with_pocketbase: bool,
    how: tuple[float, int],
) -> Rounds:
    """Ours and Django with two processes each; ours once more without file checks, in one."""
    folder.mkdir()
    plain, texts, files = renamed(made)
    mine = stack.enter_context(ours(folder, "ours", workers=2, environment=environment))
    unchecked = stack.enter_context(ours(folder, "unchecked", checks=False, environment=environment))
    other = stack.enter_context(django(folder, texts, files, environment))
    turns = {"ours": Turn(mine, asked(mine, PATH, made), CLIENTS)}
    turns["unchecked"] = Turn(unchecked, asked(unchecked, PATH, made), CLIENTS)
    turns["django"] = Turn(other, asked(other, "/submit", plain), CLIENTS)
    if with_pocketbase:
        third = stack.enter_context(pocketbase(folder, texts, files))
        turns["pocketbase"] = Turn(third, asked(third, "/api/collections/dossiers/records", plain), CLIENTS)
    return alternate(turns, *how)


def asked(program: Program, path: str, made: Sequence[bytes]) -> list[bytes]:
    return [request(program.port, path, BOUNDARY, body) for body in made]


def over_django(run: Rounds, disk: str, floor: float, aim: float) -> Row:
    name = f"So với Django (ModelForm, gunicorn 2 tiến trình), 32 người gửi cùng lúc, {disk}, có kiểm tra tệp"
    return Row(name, ratio(run, "ours", "django"), floor, aim, noted(run, "django", DJANGO))


def noted(run: Rounds, peer: str, durability: str) -> str:
    unchecked = f"{ratio(run, 'unchecked', peer):.2f}".replace(".", ",")
    return (
        f"Hotro 2 tiến trình: {told(run, 'ours')}; không kiểm tra tệp, 1 tiến trình: {unchecked}. "
        f"{durability}: {told(run, peer)}"
    )
