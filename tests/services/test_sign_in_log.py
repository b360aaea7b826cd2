"""The log tells who came in and who was turned away, without what was typed. Requirements: OWASP ASVS 5.0, 16.3."""

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from processor.domain.errors import Forbidden
from processor.services.access.accounts import add_officer
from processor.services.access.sign_in import Caller, sign_in
from processor.services.parts import Wired

HERE = Caller("127.0.0.1")
PASSWORD = "bốn con cò bay lả trên đồng"


def test_each_sign_in_and_each_failure_is_one_line_with_the_officers_number(wired: Wired) -> None:
    add_officer(wired, "tham-dinh", "appraiser", PASSWORD)

    with capture_logs() as said:
        sign_in(wired, "tham-dinh", PASSWORD, HERE)
        for name in ("tham-dinh", "khong-co-ai"):
            with pytest.raises(Forbidden):
                sign_in(wired, name, "mật khẩu sai hoàn toàn", HERE)

    assert [(line["event"], line["officer"] is None) for line in said] == [
        ("signed_in", False),
        ("sign_in_failed", False),
        ("sign_in_failed", True),
    ]
    assert "mật khẩu" not in str(said) and "khong-co-ai" not in str(said) and PASSWORD not in str(said)


def test_who_is_turned_away_is_noted_with_the_reason_but_not_with_the_secret_in_the_path(client: TestClient) -> None:
    with capture_logs() as said:
        client.post("/ban-nhap/mot-bi-mat/luu", headers={"Origin": "https://xau.example"})

    assert [(line["event"], line["code"], line["place"]) for line in said] == [
        ("turned_away", "foreign_origin", "/ban-nhap")
    ]
    assert "mot-bi-mat" not in str(said) and "127.0.0.1" not in str(said)
