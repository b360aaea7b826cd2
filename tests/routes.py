"""The address of each route, with something in every brace."""

import re

from starlette.routing import Route

VALUES = {
    "form_id": "ho-so-tieu-chuan",
    "reference": "HT-2222-2222-2222",
    "token": "x",
    "act": "nhan",
    "part": "applicant",
    "attachment_id": "x",
    "number": "1",
    "slip": "1",
    "year": "2026",
    "month": "11",
    "kind": "control_slip",
    "ending": "pdf",
    "officer_id": "1",
    "list_id": "x",
    "name": "budget",
    "plan": "2024",
    "activity_id": "1",
    "channel": "truyen-thong",
    "about": "chung",
    "material": "to-roi",
    "deed": "xac-dinh",
}


ACTS = {"/can-bo/cong-chuc/": "khoa", "/viec/": "accept"}
"""What may be done differs by the kind of page."""


def path_of(route: Route, **own: str) -> str:
    """Raises KeyError for a brace that nobody knows: a new one belongs into VALUES."""
    act = next((act for place, act in ACTS.items() if place in route.path), VALUES["act"])
    known = VALUES | {"act": act} | own
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: known[found[1]], route.path)
