"""What a stranger hands to the browser changes nothing that all objects there share (ASVS 15.3.6)."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser import Visit, Visitor
from tests.issued import Issued, issued

__all__ = ["issued"]
pytestmark = pytest.mark.browser

POISON = '{"__proto__":{"poisoned":1},"constructor":{"prototype":{"poisoned":1}},"form_id":"__proto__"}'
SHARED = """() => [Object, Array, Function, String].flatMap(
  (one) => Object.keys(one.prototype)).concat("poisoned" in {} ? "poisoned" : [])"""


def then_nothing_is_poisoned(visit: Visit) -> None:
    assert visit.page.evaluate(SHARED) == []


def pasted(document: dict[str, Any], **as_text: str) -> str:
    """The document with members that Python would not write twice, or not at all."""
    return json.dumps(document)[:-1] + "".join(f', "{name}": {text}' for name, text in as_text.items()) + "}"


def test_the_check_would_notice(visitor: Visitor) -> None:
    visit = visitor()
    visit.go("/xac-minh-bien-nhan/")

    visit.page.evaluate("""() => { JSON.parse('{"a": 1}').__proto__.poisoned = 1; }""")

    assert "poisoned" in visit.page.evaluate(SHARED)


@pytest.mark.parametrize("where", ["beside", "payload", "whole"])
def test_a_receipt_that_names_what_all_objects_share_is_only_refused(
    where: str, visitor: Visitor, issued: Issued
) -> None:
    beside = pasted(issued.document, **{"__proto__": '{"poisoned":1}'})
    text = {"beside": beside, "payload": pasted(issued.document, payload=POISON), "whole": POISON}[where]
    visit = visitor()
    visit.go("/xac-minh-bien-nhan/")

    visit.page.get_by_label("Hoặc dán nội dung").fill(text)
    visit.page.get_by_role("button", name="Kiểm tra nội dung đã dán").click()

    expect(visit.page.get_by_role("region", name="Kết quả kiểm tra")).to_be_focused()
    expect(visit.page.locator("[data-content]")).to_be_hidden()
    then_nothing_is_poisoned(visit)


@pytest.mark.parametrize("page", ["/kiem-tra-dieu-kien/", "/bieu-mau/ho-so-tieu-chuan/", "/tra-cuu/"])
def test_an_address_that_names_it_is_an_address_like_any_other(page: str, visitor: Visitor) -> None:
    names = ("__proto__", "__proto__[poisoned]", "constructor.prototype.poisoned", "kenh", "tep", "ban", "ban-nhap")
    visit = visitor()

    visit.go(f"{page}?" + "&".join(f"{quote(name)}=__proto__" for name in names))

    then_nothing_is_poisoned(visit)
