"""Files closed with a key: any byte can be read, and nothing that was changed is ever given out."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.errors import Unavailable
from processor.storage.at_rest.key import AtRestFault, Seal
from processor.storage.at_rest.memory import Budget, in_memory
from processor.storage.at_rest.records import HEAD, HEADER, MOST, TAG, FileDamaged, extent, open_sealed
from processor.storage.files.layouts import Sealed

SEAL, OTHER = Seal(bytes(32)), Seal(b"\1" * 32)
PARTS = [b"Ho so ", b"cua To chuc Vi du", b"", b"x" * 5000]
CONTENT = b"".join(PARTS)
FIRST, SECOND = HEADER + HEAD.size + len(PARTS[0]) + TAG, len(PARTS[1]) + HEAD.size + TAG


def written(path: Path, parts: list[bytes], finished: bool = True) -> Path:
    layout = Sealed(SEAL)
    with path.open("x+b", buffering=0) as file:
        layout.begin(file)
        for part in parts:
            layout.append(file, part)
        if finished:
            layout.finish(file)
    return path


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    return written(tmp_path / "closed", PARTS)


@given(sizes=st.lists(st.integers(0, 3000), max_size=6), start=st.integers(0, 9000), length=st.integers(0, 9000))
def test_any_part_of_a_file_is_read_as_it_was_written(
    sizes: list[int], start: int, length: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    parts = [os.urandom(size) for size in sizes]
    path = written(tmp_path_factory.mktemp("records") / "closed", parts)

    with open_sealed(path, SEAL) as file:
        file.seek(start)
        part = file.read(length)
        file.seek(0)
        whole = file.read()

    assert whole == b"".join(parts)
    assert part == whole[start : start + length]


def test_nothing_of_the_content_stands_on_the_disk(closed: Path) -> None:
    lying = closed.read_bytes()

    assert b"To chuc" not in lying and b"xxxx" not in lying


def test_a_large_block_is_closed_in_parts_that_fit_into_memory(tmp_path: Path) -> None:
    content = os.urandom(2 * MOST + 1)
    path = written(tmp_path / "closed", [content])

    with path.open("rb") as file:
        assert extent(file.fileno()).count == 3
    with open_sealed(path, SEAL) as file:
        assert file.read() == content


def flipped(told: bytes, place: int) -> bytes:
    return told[:place] + bytes([told[place] ^ 1]) + told[place + 1 :]


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "one bit of the content": lambda told: flipped(told, FIRST - TAG - 1),
    "one bit of a tag": lambda told: flipped(told, FIRST - 1),
    "one bit of the salt": lambda told: flipped(told, HEADER - 1),
    "a record left out": lambda told: told[:HEADER] + told[FIRST:],
    "a record twice": lambda told: told[:FIRST] + told[HEADER:FIRST] + told[FIRST:],
    "two records in the other order": lambda told: (
        told[:HEADER] + told[FIRST : FIRST + SECOND] + told[HEADER:FIRST] + told[FIRST + SECOND :]
    ),
    "cut after a record": lambda told: told[: FIRST + SECOND],
    "cut inside a record": lambda told: told[: FIRST + 5],
    "only the header": lambda told: told[:HEADER],
    "an earlier end": lambda told: told[:FIRST] + told[-HEAD.size - TAG :],
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_is_not_given_out(change: str, closed: Path) -> None:
    closed.write_bytes(CHANGES[change](closed.read_bytes()))

    with pytest.raises(FileDamaged), open_sealed(closed, SEAL) as file:
        file.read()


def test_a_record_of_another_file_does_not_open_here(closed: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "other", PARTS)
    closed.write_bytes(closed.read_bytes()[:HEADER] + other.read_bytes()[HEADER:])

    with pytest.raises(FileDamaged), open_sealed(closed, SEAL) as file:
        file.read()


def test_another_key_is_named_with_the_one_that_is_needed(closed: Path) -> None:
    with pytest.raises(AtRestFault, match=f"{SEAL.key_id}.*{OTHER.key_id}"):
        open_sealed(closed, OTHER)


def test_after_a_crash_the_record_that_was_cut_short_has_not_come(tmp_path: Path) -> None:
    path = written(tmp_path / "closed", [b"abc", b"defghi"], finished=False)
    os.truncate(path, path.stat().st_size - 3)
    layout = Sealed(SEAL)

    with path.open("r+b", buffering=0) as file:
        file.seek(0, os.SEEK_END)
        before = layout.size(file)
    with path.open("a+b", buffering=0) as file:
        layout.append(file, b"DEF")
        layout.finish(file)

    assert before == 3
    with open_sealed(path, SEAL) as read:
        assert read.read() == b"abcDEF"


@pytest.mark.parametrize("came", [0, 3, 8, HEADER - 1])
def test_a_header_that_did_not_fit_is_written_anew(came: int, tmp_path: Path) -> None:
    path = written(tmp_path / "closed", [], finished=False)
    os.truncate(path, came)

    with path.open("a+b", buffering=0) as file:
        Sealed(SEAL).append(file, b"abc")
        Sealed(SEAL).finish(file)

    with open_sealed(path, SEAL) as read:
        assert read.read() == b"abc"


def test_finishing_twice_changes_nothing(closed: Path) -> None:
    lying = closed.read_bytes()

    with closed.open("a+b", buffering=0) as file:
        Sealed(SEAL).finish(file)

    assert closed.read_bytes() == lying


def test_a_file_is_shown_from_memory_and_gone_afterwards(closed: Path) -> None:
    with Sealed(SEAL).shown(closed) as shown:
        assert shown.read_bytes() == CONTENT
        assert "memfd:hotro" in str(shown.readlink())

    assert not shown.exists()


def test_more_than_fits_into_memory_waits_for_its_turn() -> None:
    budget = Budget(100)

    with budget.taking(60), pytest.raises(Unavailable), budget.taking(60):
        pass

    with budget.taking(100):
        assert budget.taken == 100


def test_memory_is_given_back_whatever_happens(closed: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(RuntimeError), closed.open("rb") as file, in_memory(file):
        raise RuntimeError

    assert len(list(Path("/proc/self/fd").iterdir())) == before
