"""What is counted of the way to a dossier: events without a person, an organisation, a dossier or an address."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "form_opened",
    "wizard",
    "visited",
    "draft_started",
    "draft_sent",
    "draft_given_up",
    "checked",
    "fault",
    "corrected",
    "stood",
]
READY = "check"
"""The place of a draft that was complete and only had to be sent."""
BY_VERSION = "version"
"""What made up for a fault when no answer did: the form asks for it no more."""
BY_PROGRAM = "api"
"""The `other` of a fault in what a program sent at once, without a draft."""
UNNAMED = "elsewhere"
"""The place of what the form does not know: the name itself was typed by somebody and is not kept."""


@dataclass(frozen=True, order=True)
class Tally:
    """`place` is a field (`costs.amount`, without its row), a paper, a section, or a support type for the wizard.

    `detail` is a code, with the rule behind it as `code/rule`; of the wizard the verdict; of a draft given up how; of a
    form opened where. `other` is what made up for a fault; `outreach` the channel that led here, when known.
    """

    kind: Kind
    form_id: str = ""
    form_version: str = ""
    place: str = ""
    detail: str = ""
    other: str = ""
    outreach: str = ""
