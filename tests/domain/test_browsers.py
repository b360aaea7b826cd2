"""A browser is named in words by which an officer can tell sessions apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.browsers import UNKNOWN, browser_words, kept_agent

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox trên Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0 Safari/537.36", "Chrome trên Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge trên Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} coc_coc_browser/140.0 Chrome/138.0 Safari/537.36",
            "Cốc Cốc trên Windows",
        ),
        (f"Mozilla/5.0 (Linux; Android 14; K) {WEBKIT} Chrome/140.0 Mobile Safari/537.36", "Chrome trên Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
            "Safari trên iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari trên macOS"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/140.0 Safari/537.36", "Chrome trên Linux"),
        ("Firefox", "Firefox"),
        ("python-httpx2/1.0", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_browser_and_its_system_are_named(agent: str, words: str) -> None:
    assert browser_words(agent) == words


@given(st.text())
def test_what_is_kept_of_any_header_can_be_stored_and_shown(header: str) -> None:
    kept = kept_agent(header)

    assert len(kept) <= 300 and "\0" not in kept and kept.isprintable()
    assert browser_words(kept)
