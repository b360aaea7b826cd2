"""What a server asks of the system, in order: `strace` run around it, and its notes read."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SYNCS = ("fsync", "fdatasync")
WRITES = ("write", "writev", "pwrite64", "pwritev", "sendto", "sendmsg")
RENAMES = ("rename", "renameat", "renameat2", "link", "linkat")
WHOLE = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<told>.*)\) += (?P<result>-?\d+)")
BEGUN = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<told>.*) <unfinished \.\.\.>")
ENDED = re.compile(r"(?P<pid>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<told>.*)\) += (?P<result>-?\d+)")


@dataclass(frozen=True)
class Call:
    """`told` are its arguments as strace writes them, `result` what it returned; the lines where it began and ended."""

    name: str
    told: str
    result: int
    began: int
    ended: int

    def is_before(self, other: "Call") -> bool:
        """It had ended when the other began."""
        return self.ended < other.began


def tracing(notes: Path) -> Sequence[str]:
    """What stands before a command. Paths stand beside descriptors, and the first bytes of what is written are kept."""
    program = shutil.which("strace")
    if program is None:
        raise RuntimeError("strace is missing: apt-get install --no-install-recommends strace")
    names = ",".join((*SYNCS, *WRITES, *RENAMES))
    told = ("-f", "--seccomp-bpf", "-qq", "-y", "-s", "64", "-e", "signal=none", "-e", f"trace={names}")
    return (program, *told, "-o", str(notes))


def calls_in(notes: str) -> list[Call]:
    """Those that ended, in the order in which they did."""
    begun: dict[tuple[str, str], tuple[int, str]] = {}
    found = []
    for number, line in enumerate(notes.splitlines()):
        if part := BEGUN.fullmatch(line):
            begun[part["pid"], part["name"]] = number, part["told"]
        elif part := ENDED.match(line):
            began, told = begun.pop((part["pid"], part["name"]), (number, ""))
            found.append(Call(part["name"], told + part["told"], int(part["result"]), began, number))
        elif part := WHOLE.match(line):
            found.append(Call(part["name"], part["told"], int(part["result"]), number, number))
    return found


class Trace:
    """Calls by what they are for."""

    def __init__(self, notes: str) -> None:
        self.calls = calls_in(notes)

    def syncs_of(self, path: Path) -> list[Call]:
        """Those that succeeded. `path` is a file or a folder."""
        wanted = f"<{path}>"
        return [call for call in self.calls if call.name in SYNCS and wanted in call.told and call.result == 0]

    def writes_to(self, path: Path) -> list[Call]:
        return [call for call in self.calls if call.name in WRITES and f"<{path}>" in call.told]

    def rename_to(self, path: Path) -> Call:
        """The one that gave it its name; KeyError when there was none."""
        for call in self.calls:
            if call.name in RENAMES and call.told.endswith(f'"{path}"') and call.result == 0:
                return call
        raise KeyError(str(path))

    def answer(self, status: int) -> Call:
        """The first write of an answer with it; KeyError when there was none."""
        for call in self.calls:
            if call.name in WRITES and f'"HTTP/1.1 {status} ' in call.told and "<socket:" in call.told:
                return call
        raise KeyError(status)
