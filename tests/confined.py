"""Starts a program as its unit confines it, where no systemd runs: no new privileges, no capabilities, its umask, no
memory both writable and executable, and only the system calls and address families that the unit lets through.

`python -m tests.confined ROOT UNIT` becomes the program of the unit.
"""

import ctypes
import os
import pwd
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.units import Unit, unit

PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_MDWE = 24, 38, 65
REFUSE_EXEC_GAIN = 1
ALLOW, EPERM = 0x7FFF0000, 0x00050001
EQUAL = 4
LIBC = ctypes.CDLL(None, use_errno=True)


class Compared(ctypes.Structure):
    """libseccomp's scmp_arg_cmp."""

    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def confine(told: Unit) -> None:
    """This process, for good."""
    calls = told.system_calls
    os.umask(int(told.one("UMask"), 8))
    if os.geteuid() == 0:
        for capability in range(64):
            LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    must(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    # Linux 6.3 and newer; systemd does the same by its filter.
    LIBC.prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0)
    become(told.one("User") if told.root == Path("/") else "")
    families = [getattr(socket, name) for name in told.one("RestrictAddressFamilies").split()]
    let_through(calls, families)


def become(user: str) -> None:
    """Where the tree is the machine's own, the user of the unit; capabilities are gone with root."""
    if not user:
        return
    account = pwd.getpwnam(user)
    os.initgroups(user, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def let_through(calls: Iterable[str], families: Iterable[int]) -> None:
    """Every other system call is refused as not permitted."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(seccomp.seccomp_init(EPERM))
    for name in set(calls) - {"socket"}:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            must(seccomp.seccomp_rule_add(rules, ALLOW, number, 0))
    opened = seccomp.seccomp_syscall_resolve_name(b"socket")
    for family in families:
        first = Compared(0, EQUAL, family, 0)
        must(seccomp.seccomp_rule_add_array(rules, ALLOW, opened, 1, ctypes.byref(first)))
    must(seccomp.seccomp_load(rules))


def must(outcome: int) -> None:
    if outcome:
        raise OSError(ctypes.get_errno(), f"confinement failed: {outcome}")


if __name__ == "__main__":
    wanted = unit(Path(sys.argv[1]), sys.argv[2])
    command, environment = wanted.command, {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | wanted.environment
    os.chdir(wanted.folder)
    confine(wanted)
    os.execve(command[0], command, environment)
