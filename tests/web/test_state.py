"""The page on which an admin sees how the system stands: the age of the last backup before all."""

from datetime import timedelta

from starlette.testclient import TestClient

from processor.services.backup.age import remember_backup
from processor.services.parts import Wired
from processor.storage.engine import writing
from tests.signing_in import signed_in

PAGE = "/can-bo/tinh-trang"


def taken(wired: Wired, **ago: float) -> None:
    with writing(wired.engine) as connection:
        remember_backup(connection, wired.clock() - timedelta(**ago))


def test_an_admin_is_warned_until_there_is_a_young_backup(wired: Wired) -> None:
    admin = signed_in(wired, "lan", "admin")

    never = admin.get(PAGE).text
    taken(wired, hours=27)
    old = admin.get(PAGE).text
    taken(wired, hours=25)
    young = admin.get(PAGE).text

    assert "Chưa có bản sao lưu nào." in never and "mất mọi hồ sơ" in never
    assert "Bản sao lưu đã cũ." in old
    assert "đã cũ" not in young and "Chưa có bản sao" not in young
    assert all("báo khi cũ hơn 26 giờ" in page and "30 ngày" in page for page in (never, old, young))


def test_the_page_is_one_of_admins(wired: Wired) -> None:
    leader, admin = signed_in(wired, "minh", "leader"), signed_in(wired, "lan", "admin")

    assert leader.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' not in leader.get("/can-bo/thu").text
    assert f'href="{PAGE}"' in admin.get("/can-bo/thu").text


def test_the_figures_say_when_the_last_backup_was_taken(wired: Wired, client: TestClient) -> None:
    never = client.get("/metrics").text
    taken(wired, hours=1)
    after = client.get("/metrics").text

    assert "hotro_backup_taken_seconds 0.0" in never
    assert "hotro_backup_taken_seconds 0.0" not in after and "hotro_backup_taken_seconds 1." in after
