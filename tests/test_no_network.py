"""At run time the program reaches nobody but this machine: neither pages, files and letters nor commands."""

import sys
from pathlib import Path

from processor.settings import ROOT
from tests.isolated import isolated

FOREIGN = "import socket; socket.create_connection(('192.0.2.1', 80), 5)"


def test_what_reaches_out_is_stopped_and_noted(tmp_path: Path) -> None:
    """Otherwise the tests below would prove nothing."""
    ended = isolated(tmp_path / "notes", [sys.executable, "-c", FOREIGN], tmp_path)

    assert ended.returncode == 1 and "unreachable" in ended.told
    assert ended.foreign == ["192.0.2.1"]


def test_a_whole_day_without_network_lacks_nothing(tmp_path: Path, built_site: Path) -> None:
    """Every page and file of the sender and of the desk, a dossier with its files, the commands of an office."""
    data = tmp_path / "data"
    data.mkdir()
    day = [sys.executable, "-m", "tests.offline_day", str(data), str(built_site)]

    ended = isolated(tmp_path / "notes", day, ROOT)

    assert ended.returncode == 0, ended.told
    assert ended.foreign == []
    assert "127.0.0.1" in ended.reached
