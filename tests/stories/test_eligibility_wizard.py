"""“Đơn vị có được hỗ trợ không?” as a visitor uses it, and the browser's judge held to the server's."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from processor.domain.catalogue import Catalogue
from processor.domain.forms.fields import CommuneField, MoneyField, OptionField
from processor.domain.forms.kinds import KINDS
from processor.domain.forms.submission import check_answers
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from tests.browser import Visit, Visitor

pytestmark = pytest.mark.browser

JUDGE = """async ([answers, on]) => {
  const { judge, estimateWords } = await import("/assets/dieu-kien.js");
  const data = JSON.parse(document.getElementById("du-lieu-dieu-kien").textContent);
  const outcome = judge(data, answers, on);
  return { ...outcome, words: outcome.level && outcome.verdict ? estimateWords(data, answers, on) : null };
}"""
READ_MONEY = """async ([typed, most]) => (await import("/assets/dieu-kien.js")).readMoney(typed, most)"""
CATALOGUE = load_catalogue(ROOT / "forms")
WIZARD = CATALOGUE.eligibility
FIELDS = {field.id: field for field in WIZARD.fields}
TODAY = date(2026, 11, 24)


def values_of(field: Any) -> st.SearchStrategy[Any]:
    if isinstance(field, OptionField):
        return st.sampled_from([option.value for option in field.options])
    if isinstance(field, CommuneField):
        assert field.places
        elsewhere = [option.value for option in field.elsewhere]
        return st.sampled_from(elsewhere) | st.sampled_from(sorted(field.places.names))
    return st.integers(1, 10**12)


ANSWERS = st.fixed_dictionaries({}, optional={name: values_of(field) for name, field in FIELDS.items()})
DAYS = st.dates(date(2022, 1, 1), date(2031, 1, 1))
ONE_PAGE = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="session")
def open_wizard(chromium: Any, live: Any) -> Any:
    opened = chromium.new_page()
    opened.goto(f"{live.url}/kiem-tra-dieu-kien/")
    yield opened
    opened.close()


@ONE_PAGE
@given(answers=ANSWERS, day=DAYS)
def test_browser_and_server_judge_alike(open_wizard: Any, answers: dict[str, Any], day: date) -> None:
    judge = CATALOGUE.judge
    outcome = judge.judge(answers, day)
    estimate = judge.estimate(judge.relevant(answers, day), day)
    texts = {str(name): text for name, text in WIZARD.estimate.texts.items()}

    found = open_wizard.evaluate(JUDGE, [answers, day.isoformat()])

    words = found.pop("words")
    assert found == outcome.document()
    if outcome.level and outcome.case in ("within", "above"):
        assert estimate and words == estimate.words(texts)


@ONE_PAGE
@given(
    typed=st.from_regex(r"[ \t\u00a0]?-?[0-9]{1,4}([., ]?[0-9]{3}){0,4} ?(đồng|đ|VND|tr)?", fullmatch=True)
    | st.text(st.sampled_from("0123456789., -đ\u00a0\u200btriệuồng"), max_size=20)
)
def test_browser_and_server_read_a_cost_alike(open_wizard: Any, typed: str) -> None:
    field = FIELDS["cost"]
    assert isinstance(field, MoneyField)
    checked = check_answers(WIZARD.form, {"cost": [typed]}, CATALOGUE.messages, TODAY)
    faults = [fault.code for fault in checked.faults if fault.field == "cost"]
    if not KINDS["money"].several and checked.answers.get("cost") is None and not faults:
        return  # nothing was typed

    found = open_wizard.evaluate(READ_MONEY, [typed, field.max])

    assert (found.get("code"), None if faults else found["amount"]) == (
        faults[0] if faults else None,
        checked.answers.get("cost"),
    )


def choose(visit: Visit, **answers: str) -> None:
    for name, value in answers.items():
        control = visit.page.locator(f'article [name="{name}"]').first
        if control.get_attribute("type") == "radio":
            visit.page.locator(f'article [name="{name}"][value="{value}"]').check()
        elif name == "cost":
            control.fill(value)
        else:
            control.select_option(value)


LISTED = {
    "organisation_kind": "cooperative",
    "commune_code": "07525",
    "support_type": "standard_management_system",
    "standard": "iso_22000",
    "progress": "certified",
}


@pytest.mark.parametrize("width", [320, 1280])
def test_a_cooperative_finds_out_in_a_minute_and_goes_on_to_a_filled_form(visitor: Visitor, width: int) -> None:
    visit = visitor(width=width)
    visit.go("/")
    visit.page.locator("article").get_by_role("link", name="Xem đơn vị có được hỗ trợ không").click()
    choose(visit, **LISTED, cost="130.000.000")

    visit.page.get_by_role("button", name="Xem kết quả").click()

    result = visit.page.locator("#ket-qua")
    expect(result.locator("h2:visible")).to_have_text("Có thể được hỗ trợ.")
    expect(result).to_contain_text("Ước tính dừng ở 50.000.000 đồng.")
    expect(result).to_be_focused()
    assert visit.violations() == []
    assert not visit.too_wide()
    result.get_by_role("link", name="Gửi hồ sơ để kiểm tra trước").click()
    expect(visit.page.locator('[name="commune_code"]')).to_have_value("07525")
    expect(visit.page.locator('[name="standard"]')).to_have_value("iso_22000")
    expect(visit.page.locator('[name="costs.0.amount"]')).to_have_value("130000000")
    expect(visit.page.locator('[name="organisation_kind"][value="cooperative"]')).to_be_checked()


def test_the_address_of_a_result_opens_the_same_result_and_back_goes_to_the_questions(visitor: Visitor) -> None:
    visit = visitor()
    visit.go("/kiem-tra-dieu-kien/")
    choose(visit, organisation_kind="other_kind", commune_code="07525", support_type="traceability")
    visit.page.get_by_role("button", name="Xem kết quả").click()
    address = visit.page.url

    other = visitor()
    other.page.goto(address)

    assert "other_kind" in address and "traceability" in address
    expect(other.page.locator("#ket-qua h2:visible")).to_contain_text("Phải hỏi")
    expect(other.page.locator("#ket-qua")).to_contain_text("chưa rõ cá nhân")
    visit.page.go_back()
    expect(visit.page.locator("#ket-qua")).to_be_hidden()


def test_a_question_left_open_is_named_and_gets_the_focus(visitor: Visitor) -> None:
    visit = visitor(width=320)
    visit.go("/kiem-tra-dieu-kien/")
    choose(visit, organisation_kind="enterprise", support_type="standard_management_system")

    visit.page.get_by_role("button", name="Xem kết quả").click()

    expect(visit.page.locator("#field-commune_code .hotro-error")).to_have_text(
        "Chưa chọn “Trụ sở ở xã, phường nào?”. Chọn xã, phường nơi đặt trụ sở, theo tên hiện nay."
    )
    expect(visit.page.locator("#f-commune_code")).to_be_focused()
    expect(visit.page.locator("#field-standard .hotro-error")).to_be_visible()
    expect(visit.page.locator("#ket-qua")).to_be_hidden()
    assert visit.violations() == []


@pytest.mark.parametrize("height", [640, 900])
def test_the_verdict_is_seen_below_the_header(visitor: Visitor, height: int) -> None:
    visit = visitor(width=320)
    visit.page.set_viewport_size({"width": 320, "height": height})
    visit.go("/kiem-tra-dieu-kien/")
    choose(visit, organisation_kind="cooperative", commune_code="outside", support_type="traceability")

    visit.page.get_by_role("button", name="Xem kết quả").click()
    expect(visit.page.locator("#ket-qua")).to_be_focused()
    visit.page.wait_for_timeout(300)

    header = visit.page.locator(".md-header").bounding_box()
    verdict = visit.page.locator("#ket-qua h2:visible").bounding_box()
    assert header and verdict
    assert header["y"] + header["height"] <= verdict["y"] < height


def test_another_answer_changes_result_and_address_and_a_missing_one_is_asked_for(visitor: Visitor) -> None:
    visit = visitor()
    visit.go("/kiem-tra-dieu-kien/?organisation_kind=cooperative&commune_code=07525&support_type=traceability")
    expect(visit.page.locator("#ket-qua h2:visible")).to_have_text("Có thể được hỗ trợ.")

    choose(visit, support_type="other_work")
    changed = visit.page.url
    expect(visit.page.locator("#ket-qua h2:visible")).to_contain_text("Không thuộc nhóm")
    choose(visit, support_type="standard_management_system")

    assert "other_work" in changed
    expect(visit.page.locator("#ket-qua")).to_be_hidden()
    expect(visit.page.locator("[data-note]")).to_have_text("Trả lời thêm rồi bấm “Xem kết quả”.")
    assert "?" not in visit.page.url


def test_an_address_with_an_answer_that_is_gone_says_so(visitor: Visitor) -> None:
    visit = visitor()

    visit.go("/kiem-tra-dieu-kien/?organisation_kind=nobody&commune_code=07525&support_type=traceability")

    expect(visit.page.locator("[data-note]")).to_contain_text("không còn dùng được")
    expect(visit.page.locator("#ket-qua")).to_be_hidden()


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("organisation_kind=cooperative&commune_code=09169", "Vẫn đăng ký nhu cầu được"),
        ("organisation_kind=other_kind&commune_code=07525", "chưa nhận cá nhân"),
        ("organisation_kind=enterprise&commune_code=branch_inside", "chưa nhận cá nhân"),
    ],
)
@pytest.mark.parametrize("place", ["/kiem-tra-dieu-kien/", "/kiem-tra-dieu-kien/ket-qua"])
def test_the_form_of_needs_is_offered_to_those_it_can_take(
    visitor: Visitor, place: str, answers: str, told: str
) -> None:
    visit = visitor()

    visit.go(f"{place}?{answers}&support_type=traceability")

    result = visit.page.locator("#ket-qua")
    expect(result.get_by_text(told)).to_be_visible()
    assert result.get_by_role("link", name="Đăng ký nhu cầu", exact=True).is_visible() == ("Vẫn" in told)


def test_only_the_questions_that_matter_are_shown(visitor: Visitor) -> None:
    visit = visitor()
    visit.go("/kiem-tra-dieu-kien/")
    shown: dict[str, bool] = {}

    choose(visit, support_type="standard_management_system")
    shown["standard"] = visit.page.locator("#field-standard").is_visible()
    shown["cost"] = visit.page.locator("#field-cost").is_visible()
    choose(visit, standard="iso_22000")
    shown["cost of a known level"] = visit.page.locator("#field-cost").is_visible()
    choose(visit, support_type="traceability")
    shown["standard of another group"] = visit.page.locator("#field-standard").is_visible()

    assert shown == {
        "standard": True,
        "cost": False,
        "cost of a known level": True,
        "standard of another group": False,
    }


@pytest.mark.parametrize("width", [320, 1280])
def test_without_script_the_server_answers_and_the_table_says_the_same(visitor: Visitor, width: int) -> None:
    visit = visitor(script=False, width=width)
    visit.go("/kiem-tra-dieu-kien/")
    table = visit.page.locator("article table").inner_text()
    choose(visit, **LISTED, cost="84 000 000 đồng")

    visit.page.get_by_role("button", name="Xem kết quả").click()

    expect(visit.page.locator("#ket-qua h2")).to_have_text("Có thể được hỗ trợ.")
    expect(visit.page.locator("#ket-qua")).to_contain_text("42.000.000 đồng")
    assert "Không thuộc nhóm" in table and "Phải hỏi" in table and "Thuộc nhóm" in table
    visit.page.get_by_role("link", name="Gửi hồ sơ để kiểm tra trước").click()
    expect(visit.page.locator('[name="costs.0.amount"]')).to_have_value("84000000")


def test_without_script_an_open_question_is_said_and_the_rest_is_kept(visitor: Visitor) -> None:
    visit = visitor(scripts_served=False)
    visit.go("/kiem-tra-dieu-kien/")
    choose(visit, organisation_kind="cooperative", support_type="standard_management_system")

    visit.page.get_by_role("button", name="Xem kết quả").click()

    expect(visit.page.locator(".hotro-summary")).to_contain_text("Có 3 chỗ cần sửa")
    expect(visit.page.locator('[name="organisation_kind"][value="cooperative"]')).to_be_checked()
    assert visit.page.title().startswith("Lỗi:")
    assert visit.violations() == []


def test_a_question_goes_along_with_the_answers_only_when_its_link_is_chosen(visitor: Visitor) -> None:
    visit = visitor()
    visit.go("/kiem-tra-dieu-kien/?organisation_kind=other_kind&commune_code=07525&support_type=traceability")
    bare = visit.page.get_by_role("link", name="Gửi câu hỏi không kèm câu trả lời").get_attribute("href")

    visit.page.get_by_role("link", name="Gửi câu hỏi kèm câu trả lời đã chọn").click()

    description = visit.page.locator('textarea[name="description"]').input_value()
    assert description.splitlines() == [
        "Câu hỏi: ",
        "",
        "Câu trả lời đã chọn:",
        "Đơn vị thuộc loại nào? Cá nhân hoặc loại khác",
        "Trụ sở ở xã, phường nào? Phường Chũ",
        "Đơn vị đã hoặc định làm việc nào? Áp dụng truy xuất nguồn gốc",
    ]
    assert bare == "/nop/phan-anh-vuong-mac?topic=eligibility"


def test_tomorrow_is_another_day_for_a_fact(catalogue: Catalogue) -> None:
    first = min(dated.from_ for dated in catalogue.facts["listed_rate"].values)
    told = {**LISTED, "cost": 84_000_000}

    known = catalogue.judge.judge(told, first).amount, catalogue.judge.judge(told, first - timedelta(days=1)).amount

    assert known == (42_000_000, None)
