"""Who may open and do what on the desk: every route, every role. A route that is not in the table fails."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.domain.officer import ROLES
from processor.services.parts import Wired
from processor.web.app import ROUTES
from tests.routes import path_of
from tests.submissions import DOSSIER, sent
from tests.web.test_applicant import value_of
from tests.web.test_officer import signed_in

EVERYBODY = frozenset(ROLES)
HANDLERS = frozenset({"intake", "appraiser", "admin"})
LEADERS = frozenset({"leader", "admin"})
D = "/can-bo/ho-so/{reference}"
GETS: Mapping[str, frozenset[str]] = {
    "/can-bo": EVERYBODY,
    "/can-bo/ho-so": EVERYBODY,
    "/can-bo/quyet-dinh": EVERYBODY,
    "/can-bo/xuat/{list_id}": EVERYBODY,
    "/can-bo/xuat/{list_id}/tep": EVERYBODY,
    "/can-bo/kinh-phi": EVERYBODY,
    "/can-bo/ke-hoach": EVERYBODY,
    "/can-bo/ke-hoach/{plan}": EVERYBODY,
    "/can-bo/ke-hoach/{plan}/hoat-dong/{activity_id:int}/go": EVERYBODY,
    "/can-bo/quy-trinh": EVERYBODY,
    "/can-bo/bao-cao": EVERYBODY,
    "/can-bo/bao-cao/demand/chot": EVERYBODY,
    "/can-bo/bao-cao/demand/chot/{year:int}-{number:int}": EVERYBODY,
    "/can-bo/bao-cao/demand/chot/{year:int}-{number:int}.{ending}": EVERYBODY,
    "/can-bo/bao-cao/friction/truoc-sau": EVERYBODY,
    "/can-bo/bao-cao/{name}": EVERYBODY,
    "/can-bo/bao-cao/{name}.{ending}": EVERYBODY,
    "/can-bo/thu": EVERYBODY,
    "/can-bo/so-theo-doi/{year:int}-{month:int}.pdf": EVERYBODY,
    "/can-bo/ban-giay": EVERYBODY,
    D: EVERYBODY,
    f"{D}/han": EVERYBODY,
    f"{D}/tron-goi.zip": EVERYBODY,
    f"{D}/bo-sung": EVERYBODY,
    f"{D}/viec/{{act}}": EVERYBODY,
    f"{D}/du-thao.{{ending}}": EVERYBODY,
    f"{D}/ban-ky": EVERYBODY,
    f"{D}/phieu-in/{{slip:int}}.pdf": EVERYBODY,
    f"{D}/tep/{{attachment_id}}": EVERYBODY,
    f"{D}/tep/{{attachment_id}}/xem": EVERYBODY,
    f"{D}/tep/{{attachment_id}}/trang/{{number:int}}": EVERYBODY,
}
POSTS: Mapping[str, frozenset[str]] = {
    "/can-bo/ho-so": HANDLERS,
    "/can-bo/cach-xem": EVERYBODY,
    "/can-bo/xuat": EVERYBODY,
    "/can-bo/xuat/{list_id}": EVERYBODY,
    "/can-bo/quyet-dinh": LEADERS,
    "/can-bo/bao-cao/demand/chot": LEADERS | {"appraiser"},
    "/can-bo/ke-hoach/{plan}": EVERYBODY,
    "/can-bo/ke-hoach/{plan}/hoat-dong/{activity_id:int}/go": EVERYBODY,
    "/can-bo/ban-giay": HANDLERS,
    f"{D}/phieu": frozenset({"appraiser", "admin"}),
    f"{D}/y-kien": EVERYBODY - {"reader"},
    f"{D}/ban-giao": HANDLERS | LEADERS,
    f"{D}/bo-sung": HANDLERS,
    f"{D}/viec/{{act}}": HANDLERS,
    f"{D}/phieu-in/{{kind}}": EVERYBODY - {"reader"},
    f"{D}/{{act}}": HANDLERS,
}
ACCOUNTS = ("/can-bo/dang-", "/can-bo/tai-khoan", "/can-bo/cong-chuc")
"""Signing in and accounts have tests of their own."""
ACTS = {
    "accept": HANDLERS,
    "refuse_at_intake": HANDLERS,
    "take_in_again": frozenset({"intake", "leader", "admin"}),
    "extend": frozenset({"appraiser", "leader", "admin"}),
    "propose": frozenset({"appraiser", "admin"}),
    "send_back": LEADERS,
    "approve": LEADERS,
    "reject": LEADERS,
    "reconsider": LEADERS,
    "stop": frozenset({"appraiser", "leader", "admin"}),
    "answer_feedback": EVERYBODY - {"reader"},
    "forward_feedback": EVERYBODY - {"reader"},
    "record_official_code": HANDLERS,
    "record_decision": HANDLERS,
    "record_payment": HANDLERS | LEADERS,
}
TYPED = {
    "reason": "Lý do ví dụ",
    "days": "5",
    "amount": "1.000.000",
    "official_code": "H05.00-261124-0001",
    "document_no": "05/QĐ-KHCN",
    "decided_on": "01/11/2026",
    "signer": "Nguyễn Văn Ví Dụ",
    "paid_on": "01/11/2026",
    "paid_document": "UNC 1",
    "answer": "Câu trả lời ví dụ",
    "publish": "keep",
    "forwarded_to": "Sở Ví dụ",
}


def desk_routes(method: str) -> list[Route]:
    of_desk = [route for route in ROUTES if route.path.startswith("/can-bo") and not route.path.startswith(ACCOUNTS)]
    return [route for route in of_desk if method in (route.methods or set())]


@pytest.fixture
def reference(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> str:
    return str(sent(client, catalogue.form(DOSSIER), tmp_path)["reference"])


def test_the_table_names_every_route_of_the_desk() -> None:
    assert {route.path for route in desk_routes("GET")} == set(GETS)
    assert {route.path for route in desk_routes("POST")} == set(POSTS)


def test_a_stranger_gets_nowhere(client: TestClient, reference: str) -> None:
    opened = {path_of(route, reference=reference): client.get for route in desk_routes("GET")}

    answers = {path: get(path) for path, get in opened.items() if path != "/can-bo"}
    posted = {path_of(route): client.post(path_of(route), data={"csrf": ""}) for route in desk_routes("POST")}

    assert {path for path, answer in answers.items() if answer.status_code != 303} == set()
    assert {path for path, answer in posted.items() if answer.status_code != 403} == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_opens_every_page(role: str, wired: Wired, reference: str) -> None:
    officer = signed_in(wired, "can-bo", role)

    answers = {route.path: officer.get(path_of(route, reference=reference)) for route in desk_routes("GET")}

    refused = {path for path, answer in answers.items() if answer.status_code == 403}
    assert refused == {path for path, roles in GETS.items() if role not in roles}
    assert {path for path, answer in answers.items() if answer.status_code >= 500} == set()


@pytest.mark.parametrize("role", ROLES)
def test_a_post_is_refused_to_whoever_it_is_not_for(role: str, wired: Wired, reference: str) -> None:
    officer = signed_in(wired, "can-bo", role)
    csrf = value_of(officer.get(f"/can-bo/ho-so/{reference}").text, "csrf")
    typed = {"csrf": csrf, "text": "Ý kiến ví dụ", "form": DOSSIER, "channel": "1", "to": "can-bo", "step": "approve"}
    typed |= {"reference": reference, "_action": "confirm", "item": "contracts", "reason.contracts": "Thiếu"}
    typed |= {"text.contracts": "Gửi phụ lục"}

    answers = {
        route.path: officer.post(path_of(route, reference=reference, act=act_for(route)), data=typed)
        for route in desk_routes("POST")
    }

    refused = {path for path, answer in answers.items() if answer.status_code == 403}
    assert refused == {path for path, roles in POSTS.items() if role not in roles}
    assert {path for path, answer in answers.items() if answer.status_code >= 500} == set()


def act_for(route: Route) -> str:
    return "accept" if "/viec/" in route.path else "nhan"


@pytest.mark.parametrize("role", ROLES)
def test_each_act_is_for_its_roles(role: str, wired: Wired, catalogue: Catalogue, reference: str) -> None:
    officer = signed_in(wired, "can-bo", role)
    csrf = value_of(officer.get(f"/can-bo/ho-so/{reference}").text, "csrf")
    path = f"/can-bo/ho-so/{reference}/viec"

    codes = {
        act: officer.post(f"{path}/{act}", data={"csrf": csrf, "_action": "confirm", **TYPED}).status_code
        for act in ACTS
    }

    assert {act for act, code in codes.items() if code == 403} == {
        act for act, roles in ACTS.items() if role not in roles
    }
    by_officers = {one.id for one in catalogue.workflow.transitions if one.roles}
    assert by_officers - {"request_supplement", "start_appraisal"} <= set(ACTS)
