"""Every route by every method for everybody who may knock. Who gets in stands in one table, `tests/access.py`."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.routing import Match, Route

from processor.domain.access.officer import ROLES
from processor.domain.catalogue import Catalogue
from processor.web.app import ROUTES
from processor.web.desk.sessions import SIGN_IN
from tests import office
from tests.access import ACCESS, CODES, LINK, PASS, PROGRAM, PUBLIC, TOLD, Who
from tests.office import APPLICANT, OTHER, PEOPLE, STRANGER, Office, Person, open_office
from tests.routes import path_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OF_NOBODY = "AAAAAAAAAAAAAAAAAAAAAA"
CHILDREN = {"attachment_id", "slip"}
"""What an address names within a dossier."""


def methods_of(route: Route) -> list[str]:
    """HEAD goes with GET."""
    methods = set(route.methods or {"GET"})
    return sorted(methods - {"HEAD"} if "GET" in methods else methods)


KNOCKS = [(method, route) for route in ROUTES for method in methods_of(route)]
SIGN_OUT = "/can-bo/dang-xuat"


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory, built_site: Path, catalogue: Catalogue, empty_database: Path
) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office"), built_site, catalogue, empty_database) as made:
        yield made


def test_the_table_names_every_method_of_every_route_once_and_no_other() -> None:
    assert {(method, route.path) for method, route in KNOCKS} == set(ACCESS)
    assert len(TOLD) == len(ACCESS)


def may(who: Who, person: str) -> bool:
    if isinstance(who, frozenset):
        return person in who
    return person in {PASS: {APPLICANT, OTHER}, CODES: {APPLICANT}, PROGRAM: {office.PROGRAM}}[who]


def confirmed(path: str) -> dict[str, str]:
    """Acts on officers' accounts are only asked for: they would shut out whom the others need."""
    return {} if path.startswith("/can-bo/cong-chuc") else {"_action": "confirm"}


def kept_out(who: Who, answer: httpx2.Response) -> bool:
    """Whether this is the answer for somebody who may not."""
    status = answer.status_code
    if isinstance(who, str):
        return status == {PASS: 403, CODES: 404, PROGRAM: 401, LINK: 404}[who]
    if status == 303:
        return answer.headers["location"].startswith(SIGN_IN + "?")
    return status == 403 and ("Việc này cần vai trò" in answer.text or "Phiên làm việc đã hết" in answer.text)


@pytest.mark.parametrize("person", PEOPLE)
def test_who_may_gets_in_and_nobody_else(person: str, opened: Office) -> None:
    brought = opened.people[person]
    wrong = []

    for method, route in KNOCKS:
        who = ACCESS[method, route.path]
        if who in (PUBLIC, LINK):
            continue
        own = opened.again(person) if route.path == SIGN_OUT else brought
        answer = opened.ask(own, method, path_of(route, **{**opened.first, **own.own}), **confirmed(route.path))
        if kept_out(who, answer) == may(who, person) or answer.status_code >= 500:
            wrong.append((method, route.path, answer.status_code))

    assert wrong == []


def test_what_is_public_is_the_same_for_everybody(opened: Office) -> None:
    for method, route in KNOCKS:
        if ACCESS[method, route.path] == PUBLIC:
            answers = {
                opened.ask(brought, method, path_of(route, **opened.first)).status_code
                for brought in opened.people.values()
            }

            assert len(answers) == 1 and not answers & {401, 500}, (method, route.path, answers)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_secret_link_opens_for_whoever_has_it_and_a_guessed_one_for_nobody(person: str, opened: Office) -> None:
    brought = opened.people[person]
    for method, route in KNOCKS:
        if ACCESS[method, route.path] == LINK:
            link = opened.link(route.path)

            with_it = opened.ask(brought, method, path_of(route, **link), upload=link.get("attachment_id", ""))
            without = opened.ask(brought, method, path_of(route, **{**link, "token": OF_NOBODY}))

            assert without.status_code == 404, (method, route.path)
            assert with_it.status_code not in (401, 403, 404) and with_it.status_code < 500, (method, route.path)


@pytest.mark.parametrize("role", ROLES)
def test_what_belongs_to_another_dossier_is_not_found_there(role: str, opened: Office) -> None:
    of_desk = [
        (method, route)
        for method, route in KNOCKS
        if names(route) >= {"reference"} and names(route) & CHILDREN and may(ACCESS[method, route.path], role)
    ]
    mixed = {**opened.second, "reference": opened.first["reference"]}

    answers = {
        route.path: opened.ask(opened.people[role], method, path_of(route, **mixed)) for method, route in of_desk
    }

    assert len(answers) >= 4
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 404} == {}


def test_a_sender_reaches_nothing_of_another_sender(opened: Office) -> None:
    first = opened.people[APPLICANT]
    by_pass = opened.ask(first, "GET", f"/tra-cuu/tep/{opened.second['attachment_id']}")
    by_code = opened.ask(first, "GET", f"/api/v1/dossiers/{opened.second['reference']}")
    answered = opened.ask(first, "POST", f"/api/v1/dossiers/{opened.second['reference']}/supplements")
    into_draft = f"/ban-nhap/{opened.first['draft']}/tep/{opened.second['upload']}"
    uploads = [opened.ask(first, method, into_draft) for method in ("HEAD", "PATCH", "DELETE")]

    assert [one.status_code for one in (by_pass, by_code, answered, *uploads)] == [404] * 6


def test_an_officers_list_is_not_found_by_a_colleague(opened: Office) -> None:
    owner, colleague = opened.people["intake"], opened.people["admin"]
    path = f"/can-bo/xuat/{owner.own['list_id']}"

    answers = [opened.ask(colleague, "GET", path), opened.ask(colleague, "GET", f"{path}/tep")]

    assert [one.status_code for one in answers] == [404, 404]


@pytest.mark.parametrize("person", [STRANGER, "admin"])
def test_a_method_that_no_route_takes_is_refused_and_head_answers_as_get(person: str, opened: Office) -> None:
    brought: Person = opened.people[person]
    for path in sorted({path_of(route, **{**opened.first, **brought.own}) for route in ROUTES}):
        taken = {method for method in METHODS if is_taken(method, path)}

        refused = [opened.ask(brought, method, path) for method in METHODS if method not in taken]

        assert {answer.status_code for answer in refused} <= {405}, path
        assert all(taken <= set(answer.headers["allow"].split(", ")) for answer in refused), path


def is_taken(method: str, path: str) -> bool:
    scope = {"type": "http", "method": method, "path": path}
    return any(route.matches(scope)[0] == Match.FULL for route in ROUTES)


def names(route: Route) -> set[str]:
    return set(re.findall(r"\{(\w+)", route.path))
