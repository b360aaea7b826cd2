"""What docs/assets/dieu-kien.js judges by, and how answers go on into forms: the same for page, server and programs."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from processor.domain.catalogue import Catalogue
from processor.domain.forms.fields import CommuneField, MoneyField, OptionField
from processor.domain.forms.kinds import KINDS
from processor.domain.policy import Option
from processor.rendering.forms import control_id

FEEDBACK = "/nop/phan-anh-vuong-mac?topic=eligibility"


def payload(catalogue: Catalogue) -> dict[str, Any]:
    """What docs/assets/dieu-kien.js judges by: the same conditions, facts and texts."""
    wizard = catalogue.eligibility
    judged = facts_judged(catalogue)
    told = {
        name: [{"from": dated.from_.isoformat(), "value": bare(dated.value)} for dated in fact.values if dated.verified]
        for name, fact in catalogue.facts.items()
        if name in judged
    }
    return {
        "fields": [question_data(catalogue, field) for field in wizard.fields],
        "area": {
            "field": wizard.area.field,
            "name": wizard.area.name,
            "groups": {group.id: list(group.communes) for group in wizard.groups()},
        },
        "facts": told,
        "levels": {
            name: [level.model_dump(include={"id", "standards", "rate", "ceiling"}) for level in support.levels]
            for name, support in catalogue.support_types.items()
        },
        "findings": [{"id": one.id, "when": tree(one.when), "gives": one.gives} for one in wizard.findings],
        "steps": [{"id": one.id, "when": tree(one.when), "form": one.form} for one in wizard.steps],
        "estimate": wizard.estimate.model_dump(),
        "register": wizard.register_need.form,
        "notes": dict(wizard.notes),
        "feedback": FEEDBACK,
        "dossiers": {name: catalogue.dossier_form(name).id for name in catalogue.support_types},
        "messages": {
            code: catalogue.messages.catalogue[code].text
            for code in ("money_unreadable", "money_not_positive", "money_too_large")
        },
    }


def question_data(catalogue: Catalogue, field: Any) -> dict[str, Any]:
    label = field.label
    empty = catalogue.messages.say(KINDS[field.kind].empty_code, label=label, what=field.thing)
    data: dict[str, Any] = {
        "id": field.id,
        "label": label,
        "required": field.required,
        "empty": empty,
        "unfilled": unfilled(catalogue, field),
    }
    data["target"] = control_id(field.id, field)
    data["needed"] = fills_need(catalogue, field.id)
    data["fills"] = list(catalogue.eligibility.fills.get(field.id, ()))
    if field.required_when:
        data["when"] = tree(field.required_when)
    if isinstance(field, MoneyField):
        data["max"] = field.max
    return data


def facts_judged(catalogue: Catalogue) -> set[str]:
    named = {
        name
        for support in catalogue.support_types.values()
        for level in support.levels
        for name in (level.standards, level.rate, level.ceiling)
    }
    wizard = catalogue.eligibility
    conditions = [condition for _, _, condition in wizard.conditions()]
    conditions += [field.required_when for field in wizard.fields if field.required_when]
    return named | {part.fact for condition in conditions for part in condition.parts() if hasattr(part, "fact")}


def tree(condition: Any) -> Any:
    return condition.model_dump(mode="json", by_alias=True)


def bare(value: Any) -> Any:
    return [option.value for option in value] if isinstance(value, tuple) else value


def prefill(catalogue: Catalogue, answers: Mapping[str, Any]) -> str:
    """The answers as names of form fields; a choice that no form knows is left out."""
    wizard = catalogue.eligibility
    given = [
        (name, str(answers[field.id]))
        for field in wizard.fields
        if answers.get(field.id) not in (None, "") and str(answers[field.id]) not in unfilled(catalogue, field)
        for name in wizard.fills.get(field.id, ())
    ]
    return urlencode(given)


def unfilled(catalogue: Catalogue, field: object) -> list[str]:
    """The wizard's own options, which no form has."""
    own: Sequence[Option] = ()
    if isinstance(field, OptionField):
        own = field.options
    if isinstance(field, CommuneField):
        own = field.elsewhere
    sources = getattr(field, "options_from", ())
    of_forms = {option.value for name in sources for option in catalogue.facts[name].options_ever()}
    return [option.value for option in own if option.value not in of_forms]


def can_register(catalogue: Catalogue, answers: Mapping[str, Any]) -> bool:
    """The form of needs has a place for each of the answers that it cannot do without."""
    asked = [field for field in catalogue.eligibility.fields if fills_need(catalogue, field.id)]
    return all(answers.get(field.id) not in unfilled(catalogue, field) for field in asked)


def fills_need(catalogue: Catalogue, question: str) -> bool:
    form = catalogue.form(catalogue.eligibility.register_need.form)
    names = {name for name, field in form.field_names() if field.required}
    return not names.isdisjoint(catalogue.eligibility.fills.get(question, ()))
