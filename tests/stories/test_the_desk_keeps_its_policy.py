"""Every page of the desk in a real browser keeps the strict policy, which stops what is injected."""

import pytest
from starlette.routing import Route

from processor.web.app import ROUTES
from tests.access import ACCESS
from tests.browser import OFFICER, PASSWORD, Visitor
from tests.routes import path_of
from tests.stories.test_pages_are_accessible import press

pytestmark = pytest.mark.browser

LISTEN = """
window.broken = [];
document.addEventListener('securitypolicyviolation', (event) => window.broken.push(event.violatedDirective));
"""
INJECT = """() => {
  const made = document.createElement('div');
  made.innerHTML = '<img src=x onerror="window.ran = 1"><p style="color: red">x</p>';
  document.body.append(made);
  const script = document.createElement('script');
  script.textContent = 'window.ran = 2';
  document.body.append(script);
  return new Promise((done) => setTimeout(() => done([window.ran ?? 0, window.broken.length > 0]), 500));
}"""
FILES = (".pdf", ".zip", ".{ending}", "/tep", "{attachment_id}", "/ban-ky", "{number:int}")


def is_page(route: Route) -> bool:
    of_desk = route.path.startswith("/can-bo/") and ("GET", route.path) in ACCESS
    return of_desk and not route.path.endswith(FILES) and "/co-quan" not in route.path


PAGES = [route for route in ROUTES if "GET" in (route.methods or ()) and is_page(route)]


def test_no_page_of_the_desk_breaks_its_policy_and_the_policy_stops_what_is_injected(
    visitor: Visitor, a_dossier_sent: str
) -> None:
    visit = visitor()
    visit.context.add_init_script(LISTEN)
    visit.go("/can-bo/ho-so")
    visit.page.locator('[name="name"]').fill(OFFICER)
    visit.page.locator('[name="password"]').fill(PASSWORD)
    press(visit.page, "Đăng nhập")

    broken, policies = {}, set()
    for path in sorted({path_of(route, reference=a_dossier_sent) for route in PAGES}):
        answer = visit.page.goto(visit.url + path)
        assert answer is not None and answer.status < 500, path
        policies.add(answer.headers["content-security-policy"])
        if found := visit.page.evaluate("window.broken"):
            broken[path] = found
    untroubled = list(visit.troubles)
    ran, noticed = visit.page.evaluate(INJECT)

    assert broken == {} and untroubled == []
    assert len(policies) == 1 and len(PAGES) > 25
    policy = policies.pop()
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "*" not in policy
    assert (ran, noticed) == (0, True)
    visit.troubles.clear()
