"""What one address or one code may do is counted in the database: two processes together allow no more. On both."""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from processor.domain.errors import Forbidden, Malformed
from processor.services.guesses import Slowed, guess
from processor.services.limits import Limit, spend
from processor.services.parts import Wired
from processor.settings import ROOT, Settings
from processor.storage.catalogue.definition_files import load_catalogue
from processor.storage.engine import open_engine
from processor.wiring import assemble
from tests.factories import NOW

BY_A_VISITOR = Limit("example_by_a_visitor", 30)
A_CODE = Slowed("example_code", 10, (15,))
EACH = 40


def tried_by_a_process(url: str, folder: Path) -> tuple[list[bool], list[str]]:
    """In a process of its own, with its own parts: which sendings were allowed, and what each guess was told."""
    wired = assemble(
        Settings(clamd_url="none", data=folder), load_catalogue(ROOT / "forms"), open_engine(url), lambda: NOW
    )
    told = [allowed(wired) for _ in range(EACH)], [guessed(wired) for _ in range(EACH)]
    wired.writer.thread.shutdown()
    wired.engine.dispose()
    return told


def allowed(wired: Wired) -> bool:
    try:
        spend(wired, (BY_A_VISITOR, "192.0.2.1"))
    except Malformed:
        return False
    return True


def guessed(wired: Wired) -> str:
    try:
        with guess(wired, (A_CODE, "HT-VI-DU")):
            raise Forbidden("sign_in_failed")
    except (Forbidden, Malformed) as refusal:
        return refusal.code


def test_two_processes_together_allow_what_one_alone_would(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()

    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        both = [processes.submit(tried_by_a_process, database_url, tmp_path / "var") for _ in range(2)]
        sendings, guesses = zip(*(one.result() for one in both), strict=True)

    assert Counter(one for each in sendings for one in each) == {True: 30, False: 2 * EACH - 30}
    assert Counter(one for each in guesses for one in each) == {"sign_in_failed": 10, "rate_limited": 2 * EACH - 10}
    assert all(False in each for each in sendings), "each process met the limit that the other helped to reach"
