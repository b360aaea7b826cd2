"""Processes of our own that a server hands work to."""

import os
import socket
import sys
from pathlib import Path

import pytest

from processor.children import let_the_server_go_first, started

ECHO = "tests.echo_child"


def test_a_child_hears_what_is_said_first_and_answers_on_the_line() -> None:
    line, process = started(ECHO, socket.SOCK_SEQPACKET, {}, first=b"hello")

    told = line.recv(100)

    assert told == b"hello"
    line.close()
    assert process.wait(10) == 0


def test_a_child_lets_the_server_go_first_wherever_both_want_a_processor() -> None:
    line, process = started(ECHO, socket.SOCK_STREAM, {}, first=b"-")

    line.recv(100)

    assert os.sched_getscheduler(process.pid) == os.SCHED_BATCH
    line.close()
    assert process.wait(10) == 0


def test_a_child_is_given_only_the_environment_that_was_meant_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTRO_KEY", "for nobody else")

    line, process = started(ECHO, socket.SOCK_STREAM, {"CHOSEN": "1"}, first=b"-")
    line.recv(100)

    names = {one.split("=")[0] for one in Path(f"/proc/{process.pid}/environ").read_text().split("\0") if one}
    assert names == {"CHOSEN", "PYTHONPATH"}
    line.close()
    assert process.wait(10) == 0


def test_a_child_that_cannot_be_started_leaves_no_line_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(FileNotFoundError):
        started(ECHO, socket.SOCK_STREAM, {})

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_child_works_all_the_same_where_it_may_not_choose_how_it_is_scheduled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", forbidden)

    let_the_server_go_first()
