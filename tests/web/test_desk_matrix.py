"""Which step of the way of a dossier each role may take; who may come to which route: test_access.py."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.domain.access.officer import ROLES
from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from tests.access import HANDLERS, LEADERS, OFFICERS
from tests.submissions import DOSSIER, sent
from tests.web.test_applicant import value_of
from tests.web.test_officer import signed_in

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
    "answer_feedback": OFFICERS - {"reader"},
    "forward_feedback": OFFICERS - {"reader"},
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


@pytest.fixture
def reference(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> str:
    return str(sent(client, catalogue.form(DOSSIER), tmp_path)["reference"])


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
