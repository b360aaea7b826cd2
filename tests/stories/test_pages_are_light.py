"""On a slow line: what a first visit carries over it."""

from typing import Any

import pytest

from tests.browser import Visitor

pytestmark = pytest.mark.browser

BYTES = 100_000


@pytest.mark.parametrize("form", ["ho-so-tieu-chuan", "dang-ky-nhu-cau"])
@pytest.mark.parametrize("place", ["/bieu-mau/{}/", "/nop/{}"])
def test_a_form_page_weighs_a_hundred_kilobytes_at_most(place: str, form: str, visitor: Visitor) -> None:
    visit = visitor()
    session = visit.context.new_cdp_session(visit.page)
    carried: dict[str, float] = {}

    def finished(loaded: dict[str, Any]) -> None:
        carried[loaded["requestId"]] = loaded["encodedDataLength"]

    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")

    visit.go(place.format(form))
    visit.page.wait_for_load_state("networkidle")

    assert 5_000 < sum(carried.values()) <= BYTES
