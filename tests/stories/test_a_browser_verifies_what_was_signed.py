"""The script that verifies, held to the program that signs: the same bytes, and no change that passes."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from processor.domain.files import size_words
from processor.domain.receipt import canonical
from processor.domain.vietnamese import moment
from tests.issued import Issued, issued, other_byte, with_payload
from tests.receipts import RECEIVED_AT
from tests.served import Served

__all__ = ["issued"]
pytestmark = pytest.mark.browser

PLACE = "/xac-minh-bien-nhan/"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
VECTORS: list[Any] = [
    {"name": "Giấy chứng nhận đăng ký hợp tác xã.pdf"},
    {"name": "dấu \" \\ / nháy ' và “ngoặc”"},
    {"name": "\u0000\u0001\b\t\n\f\r\u001f\u007f\u0080\u2028"},
    {"\ufb33": 1, "😀": 2, "z": 3, "é": 4, "1": 5, "": 6, "e\u0301": 7},
    {"size": 0, "sizes": [1, -1, 9007199254740991], "none": None, "yes": True},
]
MANY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def opened(chromium: Browser, live: Served) -> Iterator[Page]:
    """The page, for asking its script directly."""
    page = chromium.new_page()
    page.goto(f"{live.url}{PLACE}")
    yield page
    page.close()


CANONICAL = """async (json) => {
  const { canonical, hex } = await import("/assets/xac-minh.js");
  return hex(new TextEncoder().encode(canonical(JSON.parse(json))));
}"""
OUTCOME = """async ([base64, pdf, keys]) => {
  const { readPdf, readText, verify } = await import("/assets/xac-minh.js");
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  keys ??= (await (await fetch("/.well-known/hotro-keys.json")).json()).keys;
  try {
    return await verify(pdf ? readPdf(bytes) : readText(new TextDecoder().decode(bytes)), keys);
  } catch (error) {
    return { outcome: error.constructor.name.toLowerCase() };
  }
}"""
WORDS = """async ([size, time]) => {
  const { sizeWords, timeWords } = await import("/assets/xac-minh.js");
  return [sizeWords(size), timeWords(time)];
}"""


def outcome(page: Page, content: bytes, *, pdf: bool = False, keys: list[dict[str, Any]] | None = None) -> Any:
    return page.evaluate(OUTCOME, [base64.b64encode(content).decode(), pdf, keys])


@pytest.mark.parametrize("value", VECTORS, ids=range(len(VECTORS)))
def test_browser_and_program_write_a_value_with_the_same_bytes(opened: Page, value: Any) -> None:
    assert opened.evaluate(CANONICAL, json.dumps(value)) == canonical(value).hex()


@MANY
@given(value=PLAIN)
def test_browser_and_program_write_any_value_with_the_same_bytes(opened: Page, value: Any) -> None:
    assert opened.evaluate(CANONICAL, json.dumps(value)) == canonical(value).hex()


@MANY
@given(size=st.integers(0, 3000) | st.integers(0, 200 * 1024 * 1024))
def test_browser_and_program_word_sizes_and_times_alike(opened: Page, size: int) -> None:
    time = f"{moment(RECEIVED_AT)} (giờ Việt Nam)"

    assert opened.evaluate(WORDS, [size, "2026-11-24T09:05:00+07:00"]) == [size_words(size), time]


@MANY
@given(data=st.data(), turned=st.integers(1, 255))
def test_one_byte_changed_anywhere_in_the_pdf_is_found(
    opened: Page, issued: Issued, data: st.DataObject, turned: int
) -> None:
    content = issued.pdf.read_bytes()
    mark, line = content.index(b"hotro-receipt-1:"), content.index(b"%hotro-file-1")
    anywhere, near = st.integers(0, len(content) - 1), st.integers(0, 400)
    place = data.draw(anywhere | near.map(lambda by: mark + by) | near.map(lambda by: min(line + by, len(content) - 1)))

    found = outcome(opened, other_byte(content, place, turned), pdf=True)

    assert found["outcome"] in ("altered", "altered_file", "unreadable", "unknown_key")


@MANY
@given(data=st.data(), sign=st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef.:+-= "))
def test_one_sign_changed_anywhere_in_the_code_is_found(
    opened: Page, issued: Issued, data: st.DataObject, sign: str
) -> None:
    place = data.draw(st.integers(0, len(issued.seal) - 1))
    changed = issued.seal[:place] + sign + issued.seal[place + 1 :]

    found = outcome(opened, changed.encode())

    assert found["outcome"] == "seal" if changed == issued.seal else found["outcome"] != "seal"


@MANY
@given(data=st.data(), sign=st.characters(min_codepoint=32, max_codepoint=126))
def test_one_sign_changed_anywhere_in_the_json_is_found(
    opened: Page, issued: Issued, data: st.DataObject, sign: str
) -> None:
    text = issued.json.read_text(encoding="utf-8")
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + sign + text[place + 1 :]

    found = outcome(opened, changed.encode())

    assert found["outcome"] == "data" if changed == text else found["outcome"] != "data"


@pytest.mark.parametrize(
    "changed",
    [{"reference": "HT-2222-2222-2222"}, {"attachments": []}, {"form_version": "0"}, {"more": 1}, {"size": 1.5}],
    ids=lambda changed: next(iter(changed)),
)
def test_another_content_is_called_altered(opened: Page, issued: Issued, changed: dict[str, Any]) -> None:
    assert outcome(opened, with_payload(issued.document, **changed)) == {"outcome": "altered"}


def test_spaces_and_order_in_a_saved_json_do_not_matter(opened: Page, issued: Issued) -> None:
    spaced = json.dumps(dict(reversed(issued.document.items())), indent=2, ensure_ascii=True)

    assert outcome(opened, ("\ufeff" + spaced + "\n").encode())["outcome"] == "data"


def test_a_pdf_saved_again_by_another_program_is_not_taken_for_the_original(
    opened: Page, issued: Issued, tmp_path: Path
) -> None:
    with pikepdf.open(issued.pdf) as again:
        again.save(tmp_path / "again.pdf")

    found = outcome(opened, (tmp_path / "again.pdf").read_bytes(), pdf=True)

    assert found["outcome"] == "altered_file"
    assert found["content"]["reference"] == issued.reference


def published(live: Served) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = httpx2.get(f"{live.url}/.well-known/hotro-keys.json").json()["keys"]
    return keys


@pytest.mark.parametrize(
    ("changed", "told", "remarks"),
    [
        ({}, "data", []),
        ({"key_id": "0" * 16}, "unknown_key", None),
        ({"valid_to": "2020-01-01T00:00:00+07:00"}, "closed_key", None),
        ({"valid_from": "2990-01-01T00:00:00+07:00"}, "data", ["early_key"]),
        ({"public_key": "A" * 43 + "="}, "altered", None),
    ],
)
def test_what_is_said_of_the_key(
    opened: Page, live: Served, issued: Issued, changed: dict[str, str], told: str, remarks: list[str] | None
) -> None:
    keys = [key | changed for key in published(live)]

    found = outcome(opened, issued.json.read_bytes(), keys=keys)

    assert (found["outcome"], found.get("remarks")) == (told, remarks)
