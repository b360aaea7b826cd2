"""How much one page of a form can post: what comes beyond that was made by no page and by no honest program."""

from processor.domain.forms.definition import FormDefinition, Item
from processor.domain.forms.fields import AnyField, ChoicesField, ConsentField

CONTROLS = ("_version", "_draft", "_key", "_outreach", "_back", "_action", "_website")
"""Names that a page posts beside the answers."""


MOST: dict[str, int] = {}


def most_posted(form: FormDefinition) -> int:
    """Names with their values: every choice ticked, rows at their most, for each paper a reason and an empty input.

    Files that are there come on top.
    """
    return MOST.get(form.version) or MOST.setdefault(form.version, counted(form))


def counted(form: FormDefinition) -> int:
    answers = sum(
        most_values(field) * (section.repeat.max if section.repeat else 1)
        for section in form.sections
        for field in section.fields
    )
    return len(CONTROLS) + answers + sum(map(around_files, form.items))


def most_values(field: AnyField) -> int:
    if isinstance(field, ConsentField):
        return len(field.purposes)
    return max(len(field.options), 1) if isinstance(field, ChoicesField) else 1


def around_files(item: Item) -> int:
    return 3 if item.may_explain_absence else 1
