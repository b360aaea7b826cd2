"""What is filled in for an act of the desk: small forms as data, forms/desk.yml."""

from pydantic import Field

from processor.domain.forms.definition import FormDefinition, Item, Section
from processor.domain.forms.fields import AnyField
from processor.domain.policy import Frozen, Identifier

LOG_ACTIVITY = "log_activity"
"""For a task of a plan, not for a dossier."""
ON_FEEDBACK = ("answer_feedback", "forward_feedback")
CLOSE_DEMAND = "close_demand"
ON_PRIVACY = (
    "new_request",
    "identify_request",
    "reply_request",
    "extend_request",
    "close_request",
    "erase_data",
    "remove_file",
    "new_breach",
    "note_breach",
    "notify_breach",
    "close_breach",
)
"""About people's own data; their choices come from privacy.yml and retention.yml."""
WITHOUT_STATUS = (
    "record_official_code",
    "comment",
    "record_decision",
    "record_payment",
    "give_account",
    *ON_FEEDBACK,
    CLOSE_DEMAND,
    LOG_ACTIVITY,
    *ON_PRIVACY,
)
"""Acts that change no status of a dossier; every other name is a step of the workflow."""


class DeskForms(Frozen):
    """`papers` are the files that come with an act."""

    forms: dict[Identifier, tuple[AnyField, ...]] = Field(min_length=1)
    papers: dict[Identifier, tuple[Item, ...]]
    titles: dict[Identifier, str]
    asked_less: str

    @property
    def every_paper(self) -> list[Item]:
        return [item for items in self.papers.values() for item in items]

    def form(self, name: str) -> FormDefinition | None:
        """None for an act that asks for nothing."""
        fields = self.forms.get(name)
        if fields is None:
            return None
        section = Section(id=name, title=name, fields=fields)
        items = self.papers.get(name, ())
        return FormDefinition(
            id="ban-xu-ly", kind="dossier", title=name, purpose="", sections=(section,), items=items, facts={}
        )
