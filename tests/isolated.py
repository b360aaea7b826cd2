"""A program in a network of its own where nothing but this machine's loopback is; whom it tried to reach is noted."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

LOOPBACK_UP = 'ip link set lo up && exec "$0" "$@"'
NOTED = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect", "-e", "signal=none", "-s", "200", "-o"]
NETWORK = re.compile(r"connect\(.*sa_family=AF_INET6?, .*(?:inet_addr\(|inet_pton\(AF_INET6, )\"([^\"]+)\"")
HERE = re.compile(r"127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+")


@dataclass(frozen=True)
class Ended:
    """`reached` are the addresses of every connect() of the program and of all its children, in order."""

    returncode: int
    told: str
    reached: list[str]

    @property
    def foreign(self) -> list[str]:
        return [address for address in self.reached if not HERE.fullmatch(address)]


def isolated(notes: Path, command: list[str], folder: Path, **environment: str) -> Ended:
    """Run in `folder`; `notes` is a file for what strace writes."""
    own_network = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", LOOPBACK_UP]
    run = subprocess.run(
        [*own_network, *NOTED, str(notes), *command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    noted = notes.read_text(errors="replace") if notes.exists() else ""
    return Ended(run.returncode, run.stdout + run.stderr, NETWORK.findall(noted))
