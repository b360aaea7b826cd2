"""What the wizard must satisfy beyond its shape: everything it names exists, and a browser can judge it too."""

from collections.abc import Iterator
from datetime import date

from processor.domain.catalogue import Catalogue
from processor.domain.errors import DefinitionFault
from processor.domain.forms.conditions import (
    All,
    AnyOf,
    Condition,
    Equals,
    EqualsCondition,
    FactRef,
    Not,
    OneOf,
    OneOfCondition,
)
from processor.domain.forms.fields import MoneyField
from processor.storage.catalogue.definition_checks import Origins, check_form, values_named
from processor.storage.catalogue.wording_checks import brace_problem

ESTIMATE_NAMES = {"percent", "cost", "share", "ceiling", "amount"}
Problem = tuple[tuple[str | int, ...], str]
JUDGED_IN_BROWSERS = (EqualsCondition, OneOfCondition, All, AnyOf, Not)


def check_eligibility(catalogue: Catalogue, origins: Origins, today: date) -> list[DefinitionFault]:
    wizard = catalogue.eligibility
    faults = check_form(wizard.form, origins, catalogue.messages, today)
    faults += [
        origins.at((key, place, "when"), problem)
        for key, place, condition in wizard.conditions()
        for problem in condition_problems(catalogue, condition)
    ]
    for problems in (finding_problems, form_problems, question_problems, text_problems):
        faults += [origins.at(path, problem) for path, problem in problems(catalogue)]
    return faults


def condition_problems(catalogue: Catalogue, condition: Condition) -> Iterator[str]:
    wizard = catalogue.eligibility
    known = wizard.labels()
    if not in_browsers(condition):
        yield "Ở đây chỉ dùng equals, one_of, all, any, not: trang tự trả lời không hiểu điều kiện khác."
    for part in condition.parts():
        if isinstance(part, FactRef) and part.fact not in catalogue.facts:
            yield f"Không có điều “{part.fact}” trong forms/policy/."
        if isinstance(part, Equals | OneOf):
            if part.field not in known:
                yield f"Không có câu hỏi “{part.field}”. Sửa tên câu hỏi."
            for value in sorted(values_named(part)):
                if part.field in known and f"{part.field}={value}" not in known:
                    yield f"“{part.field}” không có lựa chọn “{value}”. Sửa giá trị trong điều kiện."


def in_browsers(condition: Condition) -> bool:
    match condition:
        case All(all=parts) | AnyOf(any=parts):
            return all(in_browsers(part) for part in parts)
        case Not(not_=part):
            return in_browsers(part)
    return isinstance(condition, JUDGED_IN_BROWSERS)


def finding_problems(catalogue: Catalogue) -> Iterator[Problem]:
    wizard = catalogue.eligibility
    for place, finding in enumerate(wizard.findings):
        if finding.source not in catalogue.facts:
            yield ("findings", place, "source"), f"Không có điều “{finding.source}” trong forms/policy/."
        if problem := brace_problem(finding.says, catalogue.facts):
            yield ("findings", place, "says"), problem
    for place, step in enumerate(wizard.steps):
        if problem := brace_problem(step.says, ()):
            yield ("steps", place, "says"), problem
        if step.form != "dossier" and step.form not in catalogue.forms:
            yield ("steps", place, "form"), f"Không có biểu mẫu “{step.form}”. Viết mã biểu mẫu hoặc dossier."


def form_problems(catalogue: Catalogue) -> Iterator[Problem]:
    wizard = catalogue.eligibility
    questions = {field.id for field in wizard.fields}
    with_form = {form.support_type for form in catalogue.forms.values() if form.kind == "dossier"}
    for support_type in catalogue.support_types.keys() - with_form:
        yield ("steps",), f"Nhóm “{support_type}” chưa có biểu mẫu hồ sơ. Thêm một tệp forms/ho-so-….yml."
    if wizard.register_need.form not in catalogue.forms:
        yield ("register", "form"), f"Không có biểu mẫu “{wizard.register_need.form}”."
    answered = {name for form in catalogue.forms.values() for name, _ in form.field_names()}
    for question, filled in wizard.fills.items():
        if question not in questions:
            yield ("fills", question), f"Không có câu hỏi “{question}”. Sửa tên câu hỏi."
        for name in set(filled) - answered:
            yield ("fills", question), f"Không biểu mẫu nào có ô “{name}”. Sửa tên ô."


def question_problems(catalogue: Catalogue) -> Iterator[Problem]:
    wizard = catalogue.eligibility
    questions = {field.id for field in wizard.fields}
    asked = wizard.estimate
    for key, question in (("support_type", asked.support_type), ("choice", asked.choice), ("cost", asked.cost)):
        if question not in questions:
            yield ("estimate", key), f"Không có câu hỏi “{question}”. Sửa tên câu hỏi."
    money = [field.id for field in wizard.fields if isinstance(field, MoneyField)]
    if asked.cost in questions and asked.cost not in money:
        yield ("estimate", "cost"), f"Câu hỏi “{asked.cost}” phải có kind: money."
    if not wizard.groups():
        yield ("area", "field"), f"“{wizard.area.field}” không phải câu hỏi kind: commune. Sửa tên câu hỏi."
    ids = {"findings": [one.id for one in wizard.findings], "steps": [one.id for one in wizard.steps]}
    for key, used in ids.items():
        for place, one in enumerate(used):
            if used.count(one) > 1:
                yield (key, place, "id"), f"Mã “{one}” đã dùng. Đặt mã khác."


def text_problems(catalogue: Catalogue) -> Iterator[Problem]:
    wizard = catalogue.eligibility
    for name, verdict in wizard.verdicts.items():
        for key, text in (("title", verdict.title), ("text", verdict.text)):
            if problem := brace_problem(text, catalogue.agency.wording()):
                yield ("verdicts", name, key), problem
    for named, text in wizard.estimate.texts.items():
        if problem := brace_problem(text, ESTIMATE_NAMES):
            yield ("estimate", "texts", named), problem
    for case in {"within", "above", "no_cost", "unknown"} - wizard.estimate.texts.keys():
        yield ("estimate", "texts"), f"Thiếu câu “{case}”."
    for note in {"incomplete", "outdated", "question"} - wizard.notes.keys():
        yield ("notes",), f"Thiếu câu “{note}”."
    if missing := {"yes", "no", "ask"} - wizard.verdicts.keys():
        yield ("verdicts",), f"Thiếu kết quả: {', '.join(sorted(missing))}."
