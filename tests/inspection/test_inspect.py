import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.files import FILE_TYPES, FileFault, SoundFile
from processor.inspection import inspect as inspection
from processor.inspection.inspect import INSPECTORS, SIGNATURES, inspect_file
from tests.inspection.makers import a_docx, a_jpeg, a_pdf, a_pdf_with_a_password, a_png, an_xlsx

ANY = list(FILE_TYPES)
MAKERS: dict[str, Callable[[Path], Path]] = {
    "pdf": lambda path: a_pdf(path, pages=2),
    "jpeg": lambda path: a_jpeg(path, (64, 48)),
    "png": lambda path: a_png(path, (64, 48)),
    "docx": a_docx,
    "xlsx": an_xlsx,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    return {kind: make(folder / kind).read_bytes() for kind, make in MAKERS.items()}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broken") / "file"


def outcome(path: Path, kind: str) -> str:
    try:
        return inspect_file(path, f"tệp{FILE_TYPES[kind].suffixes[0]}", ANY).type.id
    except FileFault as fault:
        return fault.code


def test_every_type_has_a_signature_and_an_inspector() -> None:
    assert set(FILE_TYPES) == set(INSPECTORS) == set(SIGNATURES)


@pytest.mark.parametrize("kind", ANY)
def test_a_whole_file_of_each_type_passes_as_that_type(tmp_path: Path, kind: str) -> None:
    path = MAKERS[kind](tmp_path / "file")

    assert outcome(path, kind) == kind


@pytest.mark.parametrize("said", ANY)
@pytest.mark.parametrize("really", ANY)
def test_no_file_passes_under_the_name_of_another_type(tmp_path: Path, said: str, really: str) -> None:
    path = MAKERS[really](tmp_path / "file")

    assert outcome(path, said) == (said if said == really else "file_content_mismatch")


@pytest.mark.parametrize("kind", ANY)
@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html><script>", b"<svg onload=x>", b"GIF89a/*", b"MZ\x90", b"xin %PDF-1.7", b"\0" * 2000]
)
def test_other_content_passes_under_no_name(tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert outcome(path, kind) == "file_content_mismatch"


@pytest.mark.parametrize("kind", ANY)
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    path.touch()

    assert outcome(path, kind) == "file_empty"


def test_the_name_is_judged_before_the_file_is_opened(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="file_type"):
        inspect_file(tmp_path / "nothing here", "a.exe", ANY)


def test_a_refusal_carries_the_words_of_its_message(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"MZ")

    with pytest.raises(FileFault) as refusal:
        inspect_file(path, "..\\hóa đơn\u202e.jpg", ["pdf", "jpeg"])

    assert refusal.value.code == "file_content_mismatch"
    assert refusal.value.values == {"file": "hóa đơn.jpg", "ext": "JPG", "accept": "PDF hoặc JPEG"}


@pytest.mark.parametrize(
    ("error", "code"),
    [(ValueError(), "file_damaged"), (RecursionError(), "file_damaged"), (MemoryError(), "file_too_complex")],
)
def test_a_parser_that_stumbles_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def stumble(path: Path) -> set[str]:
        raise error

    monkeypatch.setitem(inspection.INSPECTORS, "pdf", stumble)
    path = a_pdf(tmp_path / "file")

    assert outcome(path, "pdf") == code


def test_it_can_run_in_a_child_process(tmp_path: Path) -> None:
    good, locked = a_pdf(tmp_path / "good"), a_pdf_with_a_password(tmp_path / "locked")

    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as pool:
        passed = pool.submit(inspect_file, good, "a.pdf", ["pdf"])
        refused = pool.submit(inspect_file, locked, "a.pdf", ["pdf"])
        fault = refused.exception()

    assert passed.result() == SoundFile(FILE_TYPES["pdf"])
    assert isinstance(fault, FileFault)
    assert (fault.code, fault.values["file"]) == ("file_password", "a.pdf")
    assert pickle.loads(pickle.dumps(passed.result())) == passed.result()


@pytest.mark.parametrize("kind", ANY)
@settings(deadline=None)
@given(share=st.floats(0, 1, exclude_max=True))
def test_no_cut_of_a_whole_file_passes(whole: dict[str, bytes], broken: Path, kind: str, share: float) -> None:
    content = whole[kind]
    kept = content[: int(share * len(content))]
    broken.write_bytes(kept)

    result = outcome(broken, kind)

    lost_only_blanks = not content[len(kept) :].strip()
    assert result in {"file_empty", "file_content_mismatch", "file_damaged"} or lost_only_blanks


@pytest.mark.parametrize("kind", ANY)
@settings(deadline=None)
@given(at=st.floats(0, 1, exclude_max=True), patch=st.binary(min_size=1, max_size=8))
def test_changed_bytes_pass_as_the_same_type_or_are_a_fault(
    whole: dict[str, bytes], broken: Path, kind: str, at: float, patch: bytes
) -> None:
    content = whole[kind]
    start = int(at * len(content))
    broken.write_bytes(content[:start] + patch + content[start + len(patch) :])

    result = outcome(broken, kind)

    assert result == kind or result.startswith("file_")
